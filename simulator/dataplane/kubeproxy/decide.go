package kubeproxy

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/world"
)

// Packet is the first packet of a connection as one node sees it.
type Packet struct {
	Node   string // the node it meets
	Source netip.Addr
	Local  bool // a process of the node itself sends it
	To     netip.AddrPort
	Proto  corev1.Protocol
}

// Verdict is what becomes of a packet.
type Verdict string

// The verdicts.
const (
	Pass    Verdict = "pass"    // kube-proxy has no rule for it
	Deliver Verdict = "deliver" // translated to one of the endpoints
	Reject  Verdict = "reject"  // answered with "port unreachable"
	Drop    Verdict = "drop"    // thrown away without a word
)

// Reason is the rule that decided.
type Reason string

// The reasons, each for one verdict.
const (
	NoRule            Reason = "no rule"                     // Pass
	NotHooked         Reason = "no endpoints, not hooked"    // Pass: iptables does not reject what the node's own processes send
	Chosen            Reason = "endpoint chosen"             // Deliver
	NoEndpoints       Reason = "no endpoints"                // Reject
	WrongPort         Reason = "no such port"                // Reject: nftables, cluster IP in use
	NoLocalEndpoints  Reason = "no local endpoints"          // Drop
	OutsideRanges     Reason = "outside source ranges"       // Drop
	UnusedServiceAddr Reason = "no Service has this address" // Drop: nftables
)

// Decision is what a node's rules do with a packet.
type Decision struct {
	Verdict Verdict
	Reason  Reason
	// Kind and Port say which address of which Service matched; Port is nil
	// where none did. For WrongPort, Service is set.
	Kind    Kind
	Port    *ServicePort
	Service *corev1.Service
	// Endpoints are those that may be chosen, uniformly at random; Narrowed
	// says how they came to be these and not all.
	Endpoints []Endpoint
	Narrowed  []Narrowing
	// ShortCircuit tells that a Local external traffic policy was passed over
	// because the packet comes from inside the cluster.
	ShortCircuit bool
	// Masquerade tells that the packet gets the node's address as its source;
	// see [Decision.Masquerades] for hairpins.
	Masquerade bool
	// InOutput tells that a rejected or dropped packet is stopped in the
	// sending node's own output chain, where UDP fails with "operation not
	// permitted".
	InOutput bool

	source netip.Addr
}

// Masquerades tells whether the packet bears the node's address when it goes
// to e: by the rule, or because e itself sent it (hairpin).
func (d *Decision) Masquerades(e Endpoint) bool {
	return d.Masquerade || e.Address.Addr() == d.source
}

// Decide is what the rules of p.Node do with p.
func (r *Rules) Decide(p Packet) Decision {
	m, ok := r.match(p)
	if !ok {
		return r.unmatched(p)
	}
	d := Decision{Kind: m.kind, Port: m.port, Service: m.port.Service, source: p.Source, InOutput: p.Local && m.kind != NodePort}
	all := m.port.endpoints.of(p.To.Addr()).on(p.Node)
	any := usable(all)
	blocked := m.kind == LoadBalancer && !r.inRanges(m.port, p)

	switch {
	case blocked && (any || r.cfg.Mode == world.NFTables):
		return d.stop(Drop, OutsideRanges)
	case !any && r.unhooked(m.kind, p):
		return d.stop(Pass, NotHooked)
	case !any:
		return d.stop(Reject, NoEndpoints)
	}
	if m.kind == ClusterIP {
		r.internal(&d, all, p)
	} else {
		r.external(&d, all, p)
	}
	if len(d.Endpoints) == 0 {
		return d.stop(Drop, NoLocalEndpoints)
	}
	d.Verdict, d.Reason = Deliver, Chosen
	return d
}

func (d *Decision) stop(v Verdict, why Reason) Decision {
	d.Verdict, d.Reason = v, why
	return *d
}

// unmatched is what happens to packets for no Service port. iptables mode has
// no rules for them; nftables mode answers for the whole service network.
func (r *Rules) unmatched(p Packet) Decision {
	d := Decision{source: p.Source, InOutput: p.Local}
	if r.cfg.Mode != world.NFTables {
		return d.stop(Pass, NoRule)
	}
	if svc, ok := r.clusterIPs[p.To.Addr()]; ok {
		d.Service, d.Kind = svc, ClusterIP
		return d.stop(Reject, WrongPort)
	}
	if contains(r.cfg.ServiceCIDRs, p.To.Addr()) {
		return d.stop(Drop, UnusedServiceAddr)
	}
	return d.stop(Pass, NoRule)
}

// unhooked tells whether the reject rule for a Service without endpoints is
// out of the packet's way: iptables mode looks for external addresses in INPUT
// and FORWARD only, which a packet that leaves its own node does not pass.
func (r *Rules) unhooked(kind Kind, p Packet) bool {
	external := kind == LoadBalancer || kind == ExternalIP
	return external && p.Local && r.cfg.Mode != world.NFTables && !r.nodes[p.Node].owns(p.To.Addr())
}

// internal is the cluster IP's choice.
func (r *Rules) internal(d *Decision, all []Endpoint, p Packet) {
	policy := d.Service.Spec.InternalTrafficPolicy
	local := policy != nil && *policy == corev1.ServiceInternalTrafficPolicyLocal
	d.Endpoints, d.Narrowed = choose(all, p.Node, r.nodes[p.Node], local)
	d.Masquerade = r.cfg.MasqueradeAll || len(r.cfg.ClusterCIDRs) > 0 && !r.fromPod(p)
}

// external is the choice for every other address of a Service.
func (r *Rules) external(d *Decision, all []Endpoint, p Packet) {
	local := d.Service.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal
	switch {
	case !local:
		d.Masquerade = true
	case r.fromPod(p):
		d.ShortCircuit = true
	case p.Local || r.nodes[p.Node].owns(p.Source):
		d.ShortCircuit, d.Masquerade = true, true
	}
	d.Endpoints, d.Narrowed = choose(all, p.Node, r.nodes[p.Node], local && !d.ShortCircuit)
}

func (r *Rules) fromPod(p Packet) bool { return contains(r.cfg.ClusterCIDRs, p.Source) }

// inRanges applies loadBalancerSourceRanges. If the node itself is allowed, so
// is the balancer's own address as a source.
func (r *Rules) inRanges(sp *ServicePort, p Packet) bool {
	if len(sp.ranges) == 0 || contains(sp.ranges, p.Source) {
		return true
	}
	n := r.nodes[p.Node]
	return p.Source == p.To.Addr() && n != nil && len(within(n.local, sp.ranges)) > 0
}

// sourceRanges are a Service's ranges; none where one of them lets everybody
// in.
func sourceRanges(svc *corev1.Service) []netip.Prefix {
	nets := prefixes(trimmed(svc.Spec.LoadBalancerSourceRanges))
	for _, p := range nets {
		if p.Bits() == 0 {
			return nil
		}
	}
	return nets
}
