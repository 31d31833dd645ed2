package dataplane

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/simulator/dataplane/netpolicy"
)

// NetworkPolicy is enforced where Calico does it, at the pod's interface, in
// the node's forwarding path:
//
//   - destinations are seen after a Service's translation, so rules name pods
//     and their ports, never a cluster IP and its port;
//   - on the pod's own node the source is seen before masquerading, which
//     comes last; from another node a masqueraded packet bears that node's
//     address, and only an ipBlock can match it;
//   - a node always reaches the pods on it (kubelet's probes do);
//   - what is not allowed is dropped: the client meets a time-out.

// egressAllowed checks a packet that leaves the pod network against the
// client pod's policies, and ends it if they do not allow it.
func (w *walk) egressAllowed(to netip.AddrPort) bool {
	v := w.net.policies.Egress(w.pod, netpolicy.Peer{Addr: to.Addr()}, to.Port(), w.trace.Packet.Proto)
	if !v.Allowed {
		w.end(Timeout, HopPolicy, policyObject(v.By), "egress", w.egressText(v.By, to))
	}
	return v.Allowed
}

// policyStops checks one connection to a backend against the policies at both
// ends. pod is nil where no pod is at the address.
func (w *walk) policyStops(pod *corev1.Pod, b Backend) (why string, by Object, stopped bool) {
	if pod != nil && pod.Spec.HostNetwork {
		pod = nil
	}
	proto := w.trace.Packet.Proto
	if w.pod != nil {
		v := w.net.policies.Egress(w.pod, netpolicy.Peer{Pod: pod, Addr: b.Address.Addr()}, b.Address.Port(), proto)
		if !v.Allowed {
			return w.egressText(v.By, b.Address), policyObject(v.By), true
		}
	}
	if pod == nil {
		return "", Object{}, false
	}
	from := netpolicy.Peer{Addr: b.Source}
	here := w.node != nil && pod.Spec.NodeName == w.node.Name
	if here {
		if w.local {
			return "", Object{}, false
		}
		from.Addr = w.source
	}
	if from.Addr == w.source {
		from.Pod = w.pod
	}
	v := w.net.policies.Ingress(pod, from, b.Address.Port(), proto)
	if !v.Allowed {
		return "NetworkPolicy " + v.By.Name + " selects pod " + pod.Name + ", and no policy lets " + clientText(from) + " in to its " + portText(b.Address.Port(), proto) + ": the packet is dropped.", policyObject(v.By), true
	}
	return "", Object{}, false
}

func (w *walk) egressText(by *networkingv1.NetworkPolicy, to netip.AddrPort) string {
	return "NetworkPolicy " + by.Name + " selects the client, and no policy lets it out to " + to.Addr().String() + " " + portText(to.Port(), w.trace.Packet.Proto) + ": the packet is dropped."
}

func clientText(from netpolicy.Peer) string {
	if from.Pod != nil {
		return "pod " + from.Pod.Namespace + "/" + from.Pod.Name
	}
	return "the address " + from.Addr.String()
}

func policyObject(p *networkingv1.NetworkPolicy) Object {
	return Object{"NetworkPolicy", p.Namespace, p.Name}
}
