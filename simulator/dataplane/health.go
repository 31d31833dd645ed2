package dataplane

import (
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
	"github.com/kubetutor/tutor/simulator/state"
)

// nodeListens tells whether a process of the node itself accepts connections
// at an address: kube-proxy's health servers do, and the API server where the
// Service kubernetes leads to this node.
func (w *walk) nodeListens(node *corev1.Node, to netip.AddrPort) bool {
	if w.trace.Packet.Proto != corev1.ProtocolTCP {
		return false
	}
	if w.net.api[to] {
		return true
	}
	_, ok := w.net.rules.Health(node.Name, to, time.Time{})
	return ok
}

// Health is the HTTP answer of kube-proxy's health server for a backend of a
// trace: a health-check node port, or /healthz on port 10256. False where the
// backend is something else. [Backend.Node] names the node, and a loopback
// address is as good as the node's own.
func (n *Network) Health(b Backend, now time.Time) (kubeproxy.HealthAnswer, bool) {
	if b.Pod.Name != "" || n.st.Node(b.Node) == nil {
		return kubeproxy.HealthAnswer{}, false
	}
	return n.rules.Health(b.Node, b.Address, now)
}

// apiServers are the addresses of the cluster's API servers, as the Service
// kubernetes lists them.
func apiServers(st *state.State) map[netip.AddrPort]bool {
	all := make(map[netip.AddrPort]bool)
	for _, slice := range st.EndpointSlices("default", "kubernetes") {
		for _, port := range slice.Ports {
			for _, e := range slice.Endpoints {
				for _, text := range e.Addresses {
					if a, err := netip.ParseAddr(text); err == nil && port.Port != nil {
						all[netip.AddrPortFrom(a, uint16(*port.Port))] = true
					}
				}
			}
		}
	}
	return all
}
