package dataplane

import (
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
)

// nodeListens tells whether a process of the node itself accepts connections
// at an address: kube-proxy's health servers do.
func (w *walk) nodeListens(node *corev1.Node, to netip.AddrPort) bool {
	if w.trace.Packet.Proto != corev1.ProtocolTCP {
		return false
	}
	_, ok := w.net.rules.Health(node.Name, to, time.Time{})
	return ok
}

// Health is the HTTP answer of kube-proxy's health server for a backend of a
// trace: a health-check node port, or /healthz on port 10256. False where the
// backend is something else. [Backend.Node] names the node, and a loopback
// address is as good as the node's own.
func (n *Network) Health(b Backend, now time.Time) (kubeproxy.HealthAnswer, bool) {
	if b.Pod.Name != "" || n.nodes[b.Node] == nil {
		return kubeproxy.HealthAnswer{}, false
	}
	return n.rules.Health(b.Node, b.Address, now)
}
