// Package netpolicy decides what the NetworkPolicies of a cluster allow, as
// the API defines it (networking.k8s.io/v1) and as Calico enforces it where
// the API leaves a choice: pods on their node's network are nobody's pods,
// an ipBlock matches pods' addresses too, and a pod always reaches itself.
//
//	policies := netpolicy.New(st)
//	v := policies.Ingress(pod, netpolicy.Peer{Pod: client, Addr: clientIP}, 9090, corev1.ProtocolTCP)
//	// v.Allowed, v.By
//
// Addresses and ports are those of the packet as it passes the pod's own
// interface: destinations after a Service's translation.
package netpolicy

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubetutor/tutor/simulator/state"
)

// Peer is the other end of a connection.
type Peer struct {
	// Pod is nil for whatever is not a pod on the pod network.
	Pod  *corev1.Pod
	Addr netip.Addr
}

// Verdict is what the policies of a pod say about one connection.
type Verdict struct {
	Allowed bool
	// By is the policy that allows it, or the first of those that select the
	// pod and do not. Nil where no policy selects the pod.
	By *networkingv1.NetworkPolicy
}

// Policies are a cluster's policies, compiled; immutable.
type Policies struct {
	st *state.State
	in map[string][]*policy // by namespace
}

type policy struct {
	object          *networkingv1.NetworkPolicy
	pods            labels.Selector
	ingress, egress bool // which directions it isolates
	from, to        []rule
}

type rule struct {
	peers []peer // none: everybody
	ports []networkingv1.NetworkPolicyPort
}

type peer struct {
	pods, namespaces labels.Selector // nil: not given
	block            netip.Prefix
	except           []netip.Prefix
}

// New compiles the policies of a state.
func New(st *state.State) *Policies {
	p := &Policies{st: st, in: make(map[string][]*policy)}
	for _, np := range st.NetworkPolicies {
		p.in[np.Namespace] = append(p.in[np.Namespace], compile(np))
	}
	return p
}

func compile(np *networkingv1.NetworkPolicy) *policy {
	c := &policy{object: np, pods: selector(&np.Spec.PodSelector)}
	c.ingress = len(np.Spec.PolicyTypes) == 0
	c.egress = len(np.Spec.PolicyTypes) == 0 && len(np.Spec.Egress) > 0
	for _, t := range np.Spec.PolicyTypes {
		c.ingress = c.ingress || t == networkingv1.PolicyTypeIngress
		c.egress = c.egress || t == networkingv1.PolicyTypeEgress
	}
	for _, r := range np.Spec.Ingress {
		c.from = append(c.from, rule{peers(r.From), r.Ports})
	}
	for _, r := range np.Spec.Egress {
		c.to = append(c.to, rule{peers(r.To), r.Ports})
	}
	return c
}

func peers(all []networkingv1.NetworkPolicyPeer) []peer {
	var out []peer
	for _, np := range all {
		p := peer{}
		if np.PodSelector != nil {
			p.pods = selector(np.PodSelector)
		}
		if np.NamespaceSelector != nil {
			p.namespaces = selector(np.NamespaceSelector)
		}
		if b := np.IPBlock; b != nil {
			p.block, _ = netip.ParsePrefix(b.CIDR)
			for _, text := range b.Except {
				if e, err := netip.ParsePrefix(text); err == nil {
					p.except = append(p.except, e)
				}
			}
		}
		out = append(out, p)
	}
	return out
}

// selector compiles a label selector. One that does not compile selects
// nothing; the API server lets none such in.
func selector(s *metav1.LabelSelector) labels.Selector {
	sel, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return labels.Nothing()
	}
	return sel
}

// Ingress decides whether from may connect to a port of pod.
func (p *Policies) Ingress(pod *corev1.Pod, from Peer, port uint16, proto corev1.Protocol) Verdict {
	return p.decide(pod, from, pod, port, proto, func(c *policy) (bool, []rule) { return c.ingress, c.from })
}

// Egress decides whether pod may connect to a port of to.
func (p *Policies) Egress(pod *corev1.Pod, to Peer, port uint16, proto corev1.Protocol) Verdict {
	return p.decide(pod, to, to.Pod, port, proto, func(c *policy) (bool, []rule) { return c.egress, c.to })
}

// decide applies the policies that select pod in one direction; ports are
// looked up by name at the listening end.
func (p *Policies) decide(pod *corev1.Pod, other Peer, listener *corev1.Pod, port uint16, proto corev1.Protocol, side func(*policy) (bool, []rule)) Verdict {
	if pod == nil || pod.Spec.HostNetwork || other.Pod == pod {
		return Verdict{Allowed: true}
	}
	var isolating *networkingv1.NetworkPolicy
	for _, c := range p.in[pod.Namespace] {
		isolates, rules := side(c)
		if !isolates || !c.pods.Matches(labels.Set(pod.Labels)) {
			continue
		}
		for _, r := range rules {
			if p.matchesPeer(r.peers, c.object.Namespace, other) && matchesPort(r.ports, listener, port, proto) {
				return Verdict{Allowed: true, By: c.object}
			}
		}
		if isolating == nil {
			isolating = c.object
		}
	}
	return Verdict{Allowed: isolating == nil, By: isolating}
}

func (p *Policies) matchesPeer(all []peer, namespace string, other Peer) bool {
	if len(all) == 0 {
		return true
	}
	for _, c := range all {
		if c.block.IsValid() {
			if c.admits(other.Addr) {
				return true
			}
			continue
		}
		if other.Pod == nil || other.Pod.Spec.HostNetwork {
			continue
		}
		if p.inNamespace(c, namespace, other.Pod.Namespace) && (c.pods == nil || c.pods.Matches(labels.Set(other.Pod.Labels))) {
			return true
		}
	}
	return false
}

// inNamespace: without a namespaceSelector a peer is in the policy's own
// namespace.
func (p *Policies) inNamespace(c peer, own, other string) bool {
	if c.namespaces == nil {
		return own == other
	}
	set := labels.Set{corev1.LabelMetadataName: other}
	if ns := p.st.Namespace(other); ns != nil {
		for k, v := range ns.Labels {
			set[k] = v
		}
	}
	return c.namespaces.Matches(set)
}

func (c peer) admits(addr netip.Addr) bool {
	for _, e := range c.except {
		if e.Contains(addr) {
			return false
		}
	}
	return c.block.Contains(addr)
}

func matchesPort(all []networkingv1.NetworkPolicyPort, listener *corev1.Pod, port uint16, proto corev1.Protocol) bool {
	if len(all) == 0 {
		return true
	}
	for _, np := range all {
		want := corev1.ProtocolTCP
		if np.Protocol != nil {
			want = *np.Protocol
		}
		if want != proto {
			continue
		}
		switch {
		case np.Port == nil:
			return true
		case np.Port.StrVal != "":
			if hasPort(listener, np.Port.StrVal, port, proto) {
				return true
			}
		case int32(port) == np.Port.IntVal,
			np.EndPort != nil && int32(port) >= np.Port.IntVal && int32(port) <= *np.EndPort:
			return true
		}
	}
	return false
}

func hasPort(pod *corev1.Pod, name string, port uint16, proto corev1.Protocol) bool {
	if pod == nil {
		return false
	}
	for i := range pod.Spec.Containers {
		for _, cp := range pod.Spec.Containers[i].Ports {
			same := cp.Protocol == proto || cp.Protocol == "" && proto == corev1.ProtocolTCP
			if cp.Name == name && uint16(cp.ContainerPort) == port && same {
				return true
			}
		}
	}
	return false
}
