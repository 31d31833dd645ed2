package grader

import (
	"fmt"
	"strings"

	"github.com/kubetutor/tutor/lessons"
)

// tryBalancer asks what balancer a Service got.
func (s *scene) tryBalancer(want *lessons.Balancer) *miss {
	if want.Service == "" {
		return s.tryFront(want)
	}
	m := s.service(want.Namespace, want.Service)
	have := s.balancerOf("Service", want.Namespace, want.Service)
	m.evidence = Evidence{Tried: "which balancer the Service has", Met: have.String()}
	if have == nil {
		m.evidence.Met += s.whyNoBalancer(m.svc)
	}
	if have != nil && (want.Kind == "" || have.kind == want.Kind) && (want.Scheme == "" || have.scheme == want.Scheme) && (want.Targets == "" || have.targets == want.Targets) {
		return nil
	}
	return m
}

// tryFront asks what scheme the balancers of Ingresses have. One that the
// controller does not make for another reason would have the one it is told.
func (s *scene) tryFront(want *lessons.Balancer) *miss {
	for _, i := range s.ingresses(want.Namespace) {
		have := s.balancerOf("Ingress", i.Namespace, i.Name)
		scheme := i.Annotations[albScheme]
		if have != nil {
			scheme = have.scheme
		}
		if scheme != want.Scheme {
			return &miss{evidence: Evidence{Tried: "which balancer Ingress " + i.Name + " has", Met: have.String() + s.whyNoIngressBalancer()}}
		}
	}
	return nil
}

// tryAdmits asks which networks a Service's balancer admits: what counts is
// the set of addresses, however it is written.
func (s *scene) tryAdmits(a *lessons.Admits) (*miss, error) {
	want := setOf(a.Networks)
	if len(want) == 0 {
		return nil, fmt.Errorf("admits: networks %v are none", a.Networks)
	}
	m := s.service(a.Namespace, a.Service)
	if m.svc == nil {
		return nil, nil
	}
	networks, _ := s.admitted(m.svc)
	have := setOf(networks)
	if have.covers(want) && want.covers(have) {
		return nil, nil
	}
	m.evidence = Evidence{Tried: "which networks the balancer admits", Met: "everybody"}
	if len(networks) > 0 {
		m.evidence.Met = strings.Join(networks, ", ")
	}
	return m, nil
}

// byBalancer is the address of the balancer that a Service was given.
func (s *scene) byBalancer(r *lessons.Reach) []target {
	b := s.balancerOf("Service", namespace(r), r.Service)
	if b == nil || len(b.addrs) == 0 {
		why := "EXTERNAL-IP is <none> or <pending>: there is no balancer to call" + s.whyNoBalancer(s.st.Service(namespace(r), r.Service)) + "."
		return []target{{shown: fmt.Sprintf("the balancer of %s, port %d", r.Service, r.Port), why: why}}
	}
	var list []target
	for _, a := range b.addrs {
		list = append(list, target{shown: fmt.Sprintf("%s:%d", b.host, r.Port), name: b.host, addr: a, port: uint16(r.Port)})
	}
	return list
}
