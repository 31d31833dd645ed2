package endpoints

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// plan is what becomes of a Service's slices in one address family, as
// k8s.io/endpointslice's Reconciler decides it: endpoints stay in the slice
// they are in, new ones fill slices that change anyway, then others, then new
// slices.
type plan struct {
	svc      *corev1.Service
	family   discoveryv1.AddressType
	existing []*discoveryv1.EndpointSlice
	byPorts  map[string]*portGroup
}

// portGroup is the slices and the wanted endpoints with the same ports.
type portGroup struct {
	ports  []discoveryv1.EndpointPort
	slices []*discoveryv1.EndpointSlice
	want   []discoveryv1.Endpoint
}

func newPlan(svc *corev1.Service, family discoveryv1.AddressType, existing []*discoveryv1.EndpointSlice) *plan {
	p := &plan{svc: svc, family: family, byPorts: map[string]*portGroup{}}
	for _, s := range existing {
		if s.AddressType == family {
			p.existing = append(p.existing, s)
			g := p.group(s.Ports)
			g.slices = append(g.slices, s)
		}
	}
	return p
}

func (p *plan) group(ports []discoveryv1.EndpointPort) *portGroup {
	key := portKey(ports)
	if p.byPorts[key] == nil {
		p.byPorts[key] = &portGroup{ports: ports}
	}
	return p.byPorts[key]
}

// want says which endpoints there are to be.
func (p *plan) want(targets []target) {
	for _, t := range targets {
		g := p.group(t.ports)
		g.want = append(g.want, t.endpoint)
	}
}

// changes are the slices to create, to update (copies of the stored ones) and
// to delete.
func (p *plan) changes() (create, update, remove []*discoveryv1.EndpointSlice) {
	for _, key := range slices.Sorted(maps.Keys(p.byPorts)) {
		g := p.byPorts[key]
		if len(g.want) == 0 {
			remove = append(remove, g.slices...)
			continue
		}
		c, u, r := p.fill(g)
		create, update, remove = append(create, c...), append(update, u...), append(remove, r...)
	}
	if len(p.existing) == len(remove) && len(create) == 0 {
		return p.placeholder(update, remove)
	}
	return create, update, remove
}

// placeholder keeps or makes the one empty slice of a Service without
// endpoints.
func (p *plan) placeholder(update, remove []*discoveryv1.EndpointSlice) (_, _, _ []*discoveryv1.EndpointSlice) {
	empty := p.slice(nil, nil)
	for i, s := range remove {
		if len(s.Endpoints) == 0 && len(s.Ports) == 0 {
			if !maps.Equal(s.Labels, empty.Labels) {
				s = s.DeepCopy()
				s.Labels = empty.Labels
				update = append(update, s)
			}
			return nil, update, slices.Delete(slices.Clone(remove), i, i+1)
		}
	}
	return []*discoveryv1.EndpointSlice{empty}, update, remove
}

// fill distributes the wanted endpoints of a group over its slices.
func (p *plan) fill(g *portGroup) (create, update, remove []*discoveryv1.EndpointSlice) {
	missing := map[string]discoveryv1.Endpoint{}
	for _, e := range g.want {
		missing[identity(e)] = e
	}
	var unchanged []*discoveryv1.EndpointSlice
	for _, s := range g.slices {
		kept := p.keep(s, missing)
		switch {
		case len(kept.Endpoints) == 0:
			remove = append(remove, s)
		case sameSlice(s, kept) && maps.Equal(s.Labels, kept.Labels):
			unchanged = append(unchanged, s)
		default:
			update = append(update, kept)
		}
	}
	var rest []discoveryv1.Endpoint
	for _, e := range g.want { // in the order of the pods' names
		if _, ok := missing[identity(e)]; ok {
			rest = append(rest, e)
		}
	}
	// The fullest first.
	slices.SortStableFunc(update, func(a, b *discoveryv1.EndpointSlice) int { return len(b.Endpoints) - len(a.Endpoints) })
	for _, s := range update {
		rest = top(s, rest)
	}
	for len(rest) > 0 {
		s := p.slice(g.ports, nil)
		if with := roomFor(unchanged, len(rest)); with != nil {
			unchanged = slices.DeleteFunc(unchanged, func(o *discoveryv1.EndpointSlice) bool { return o == with })
			s = with.DeepCopy()
			update = append(update, s)
		} else {
			create = append(create, s)
		}
		rest = top(s, rest)
	}
	return create, update, remove
}

// keep is a copy of a slice with those of its endpoints that are wanted, as
// they are now; they are no longer missing.
func (p *plan) keep(s *discoveryv1.EndpointSlice, missing map[string]discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	kept := *s
	kept.Endpoints = make([]discoveryv1.Endpoint, 0, len(s.Endpoints))
	for _, have := range s.Endpoints {
		e, ok := missing[identity(have)]
		if !ok {
			continue
		}
		delete(missing, identity(have))
		if e.Hints == nil && sameBeyondHints(have, e) {
			e = have // its hints are somebody else's business
		}
		kept.Endpoints = append(kept.Endpoints, e)
	}
	kept.Labels = p.slice(nil, nil).Labels
	return &kept
}

func sameBeyondHints(a, b discoveryv1.Endpoint) bool {
	a.Hints, b.Hints = nil, nil
	return equality.Semantic.DeepEqual(a, b)
}

// identity is what makes an endpoint the same one: its pod and address.
func identity(e discoveryv1.Endpoint) string {
	uid := ""
	if e.TargetRef != nil {
		uid = string(e.TargetRef.UID) + "/" + e.TargetRef.Name
	}
	return strings.Join(e.Addresses, ",") + " " + uid + " " + deref(e.Hostname)
}

// top fills a slice up and returns what did not fit.
func top(s *discoveryv1.EndpointSlice, rest []discoveryv1.Endpoint) []discoveryv1.Endpoint {
	n := min(len(rest), maxEndpoints-len(s.Endpoints))
	s.Endpoints = append(s.Endpoints, rest[:n]...)
	return rest[n:]
}

// roomFor is the slice that n endpoints would fill best, nil if they fit in
// none.
func roomFor(among []*discoveryv1.EndpointSlice, n int) *discoveryv1.EndpointSlice {
	var best *discoveryv1.EndpointSlice
	for _, s := range among {
		left := maxEndpoints - n - len(s.Endpoints)
		if left >= 0 && (best == nil || left < maxEndpoints-n-len(best.Endpoints)) {
			best = s
		}
	}
	return best
}

// slice is a new one of the Service.
func (p *plan) slice(ports []discoveryv1.EndpointPort, endpoints []discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:       p.svc.Namespace,
			GenerateName:    p.svc.Name + "-",
			Labels:          sliceLabels(p.svc.Labels, p.svc.Name, sliceController, headless(p.svc)),
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(p.svc, corev1.SchemeGroupVersion.WithKind("Service"))},
		},
		AddressType: p.family,
		Ports:       ports,
		Endpoints:   endpoints,
	}
}

// unchanged are the existing slices that are neither updated nor deleted.
func (p *plan) unchanged(update, remove []*discoveryv1.EndpointSlice) []*discoveryv1.EndpointSlice {
	touched := map[string]bool{}
	for _, s := range slices.Concat(update, remove) {
		touched[s.Name] = true
	}
	var out []*discoveryv1.EndpointSlice
	for _, s := range p.existing {
		if !touched[s.Name] {
			out = append(out, s)
		}
	}
	return out
}
