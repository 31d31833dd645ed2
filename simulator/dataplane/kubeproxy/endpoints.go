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

	hints *discoveryv1.EndpointHints // nil without any
}

// draining is what is still used when nothing is ready.
func (e *Endpoint) draining() bool { return e.Serving && e.Terminating }

// listed are a Service port's endpoints, each address once, and what other
// slices say about an address that was listed before.
type listed struct{ first, again []Endpoint }

// on are the endpoints as a node's kube-proxy keeps them: where an address is
// listed more than once, what says that it runs on this very node wins
// (addEndpoints in pkg/proxy/endpointslicecache.go). Of the others kube-proxy
// takes any; here it is the first.
func (l *listed) on(node string) []Endpoint {
	all := l.first
	for _, e := range l.again {
		if node == "" || e.Node != node {
			continue
		}
		if &all[0] == &l.first[0] {
			all = slices.Clone(all)
		}
		all[slices.IndexFunc(all, func(f Endpoint) bool { return f.Address == e.Address })] = e
	}
	return all
}

// byFamily are endpoints by the family of their addresses.
type byFamily struct{ v4, v6 listed }

// of is the list that addr's family has.
func (f *byFamily) of(addr netip.Addr) *listed {
	if addr.Is4() {
		return &f.v4
	}
	return &f.v6
}

// endpointsOf collects a Service port's endpoints from its slices: those whose
// port has the same name and protocol. The slice's port number is what counts;
// targetPort has no say here. Only an endpoint's first address is used.
func endpointsOf(port *corev1.ServicePort, all []*discoveryv1.EndpointSlice) byFamily {
	var out byFamily
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
				if !ok {
					continue
				}
				list := out.of(e.Address.Addr())
				if seen[e.Address] {
					list.again = append(list.again, e)
					continue
				}
				seen[e.Address] = true
				if list.first == nil {
					list.first = make([]Endpoint, 0, total)
				}
				list.first = append(list.first, e)
			}
		}
	}
	return out
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
	return Endpoint{
		Address:     netip.AddrPortFrom(ip, port),
		Node:        deref(e.NodeName, ""),
		Ready:       deref(e.Conditions.Ready, true),
		Serving:     deref(e.Conditions.Serving, true),
		Terminating: deref(e.Conditions.Terminating, false),
		hints:       e.Hints,
	}, true
}

// hintedAt tells whether an endpoint has hints of a kind at all, and whether
// one of them names this node or zone.
type hintedAt func(e *Endpoint, name string) (any, here bool)

func nodeHint(e *Endpoint, name string) (any, here bool) {
	if e.hints == nil {
		return false, false
	}
	return len(e.hints.ForNodes) > 0, slices.Contains(e.hints.ForNodes, discoveryv1.ForNode{Name: name})
}

func zoneHint(e *Endpoint, name string) (any, here bool) {
	if e.hints == nil {
		return false, false
	}
	return len(e.hints.ForZones) > 0, slices.Contains(e.hints.ForZones, discoveryv1.ForZone{Name: name})
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
	if set := hinted(ready, nodeName, nodeHint); len(set) > 0 {
		return set, SameNode
	}
	if set := hinted(ready, zone, zoneHint); len(set) > 0 {
		return set, SameZone
	}
	return ready, AllReady
}

// hinted are the endpoints with a hint that names this node or zone; none if
// one of them has no such hints at all.
func hinted(ready []Endpoint, name string, hint hintedAt) []Endpoint {
	if name == "" {
		return nil
	}
	var set []Endpoint
	for i := range ready {
		any, here := hint(&ready[i], name)
		if !any {
			return nil
		}
		if here {
			set = append(set, ready[i])
		}
	}
	return set
}

// usable tells whether any node could deliver to one of the endpoints.
func usable(all []Endpoint) bool {
	return slices.ContainsFunc(all, func(e Endpoint) bool { return e.Ready || e.draining() })
}

func keep(all []Endpoint, want func(*Endpoint) bool) []Endpoint {
	kept := make([]Endpoint, 0, len(all))
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
	endpoints := endpointsOf(port, all)
	ready := keep(slices.Concat(endpoints.v4.first, endpoints.v6.first), func(e *Endpoint) bool { return e.Ready })
	slices.SortFunc(ready, func(a, b Endpoint) int { return a.Address.Compare(b.Address) })
	return ready
}
