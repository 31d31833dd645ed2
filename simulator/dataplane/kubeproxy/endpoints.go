package kubeproxy

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Endpoint is one address that a Service port may lead to.
type Endpoint struct {
	Address netip.AddrPort
	// Node is where it runs; empty where the slice does not say, and then it
	// is local to no node.
	Node        string
	Ready       bool
	Serving     bool
	Terminating bool

	zoneHints, nodeHints []string
}

// draining is what is still used when nothing is ready.
func (e *Endpoint) draining() bool { return e.Serving && e.Terminating }

// family is the key of the endpoints of one address family.
func family(addr netip.Addr) netip.Addr {
	if addr.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// endpointsOf collects a Service port's endpoints from its slices: those whose
// port has the same name and protocol. The slice's port number is what counts;
// targetPort has no say here. Only an endpoint's first address is used, and an
// address that two slices list counts once.
func endpointsOf(port *corev1.ServicePort, all []*discoveryv1.EndpointSlice) map[netip.Addr][]Endpoint {
	byFamily := make(map[netip.Addr][]Endpoint, 1)
	total := 0
	for _, slice := range all {
		total += len(slice.Endpoints)
	}
	seen := make(map[netip.AddrPort]bool, total)
	for _, slice := range all {
		for _, p := range slice.Ports {
			if deref(p.Name, "") != port.Name || protocol(deref(p.Protocol, "")) != protocol(port.Protocol) || deref(p.Port, 0) == 0 {
				continue
			}
			for i := range slice.Endpoints {
				e, ok := endpoint(&slice.Endpoints[i], uint16(*p.Port))
				if !ok || seen[e.Address] {
					continue
				}
				seen[e.Address] = true
				f := family(e.Address.Addr())
				if byFamily[f] == nil {
					byFamily[f] = make([]Endpoint, 0, total)
				}
				byFamily[f] = append(byFamily[f], e)
			}
		}
	}
	return byFamily
}

// endpoint reads one endpoint of a slice. Conditions that are left out mean
// ready, serving and not terminating.
func endpoint(e *discoveryv1.Endpoint, port uint16) (Endpoint, bool) {
	if len(e.Addresses) == 0 {
		return Endpoint{}, false
	}
	ip, err := netip.ParseAddr(e.Addresses[0])
	if err != nil {
		return Endpoint{}, false
	}
	out := Endpoint{
		Address:     netip.AddrPortFrom(ip, port),
		Node:        deref(e.NodeName, ""),
		Ready:       deref(e.Conditions.Ready, true),
		Serving:     deref(e.Conditions.Serving, true),
		Terminating: deref(e.Conditions.Terminating, false),
	}
	if e.Hints != nil {
		for _, z := range e.Hints.ForZones {
			out.zoneHints = append(out.zoneHints, z.Name)
		}
		for _, n := range e.Hints.ForNodes {
			out.nodeHints = append(out.nodeHints, n.Name)
		}
	}
	return out, true
}

func deref[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// Narrowing says how a set of endpoints was narrowed down.
type Narrowing string

// The ways in which kube-proxy narrows a Service's endpoints.
const (
	AllReady Narrowing = ""          // every ready endpoint
	SameNode Narrowing = "same node" // hints: those preferred for this node
	SameZone Narrowing = "same zone" // hints: those preferred for this zone
	Local    Narrowing = "local"     // a Local traffic policy: those on this node
	Draining Narrowing = "draining"  // none is ready: those that end but still serve
)

// choose is CategorizeEndpoints of pkg/proxy/topology.go for one packet: the
// endpoints that may be chosen on this node.
func choose(all []Endpoint, nodeName string, n *node, local bool) (set []Endpoint, how []Narrowing) {
	if local {
		here := func(e *Endpoint) bool { return e.Node == nodeName && nodeName != "" }
		set = keep(all, func(e *Endpoint) bool { return e.Ready && here(e) })
		if len(set) > 0 {
			return set, []Narrowing{Local}
		}
		return keep(all, func(e *Endpoint) bool { return e.draining() && here(e) }), []Narrowing{Local, Draining}
	}
	set, by := preferred(keep(all, func(e *Endpoint) bool { return e.Ready }), nodeName, n)
	if len(set) > 0 {
		return set, []Narrowing{by}
	}
	return keep(all, (*Endpoint).draining), []Narrowing{Draining}
}

// preferred follows topology hints: all ready endpoints must have hints of a
// kind, and one of them must name this node or zone, or the kind is ignored.
func preferred(ready []Endpoint, nodeName string, n *node) ([]Endpoint, Narrowing) {
	zone := ""
	if n != nil {
		zone = n.zone
	}
	try := func(name string, hints func(*Endpoint) []string) []Endpoint {
		if name == "" {
			return nil
		}
		if slices.ContainsFunc(ready, func(e Endpoint) bool { return len(hints(&e)) == 0 }) {
			return nil
		}
		return keep(ready, func(e *Endpoint) bool { return slices.Contains(hints(e), name) })
	}
	if set := try(nodeName, func(e *Endpoint) []string { return e.nodeHints }); len(set) > 0 {
		return set, SameNode
	}
	if set := try(zone, func(e *Endpoint) []string { return e.zoneHints }); len(set) > 0 {
		return set, SameZone
	}
	return ready, AllReady
}

// usable tells whether any node could deliver to one of the endpoints.
func usable(all []Endpoint) bool {
	return slices.ContainsFunc(all, func(e Endpoint) bool { return e.Ready || e.draining() })
}

func keep(all []Endpoint, want func(*Endpoint) bool) []Endpoint {
	var kept []Endpoint
	for i := range all {
		if want(&all[i]) {
			kept = append(kept, all[i])
		}
	}
	return kept
}

// ReadyEndpoints are the ready endpoints of a Service port, for those who send
// to pods without kube-proxy.
func ReadyEndpoints(port *corev1.ServicePort, all []*discoveryv1.EndpointSlice) []Endpoint {
	var ready []Endpoint
	for _, endpoints := range endpointsOf(port, all) {
		ready = append(ready, keep(endpoints, func(e *Endpoint) bool { return e.Ready })...)
	}
	slices.SortFunc(ready, func(a, b Endpoint) int { return a.Address.Compare(b.Address) })
	return ready
}
