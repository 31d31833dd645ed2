package grader

import (
	"fmt"
	"net/netip"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// tryRoute sends HTTP requests to the balancers of the Ingresses. Where
// several serve the host, one goes to a balancer that has the path.
func (s *scene) tryRoute(r *lessons.Route) (*miss, error) {
	clients, err := s.clients(r.From)
	if err != nil {
		return nil, err
	}
	for _, path := range r.Paths() {
		if m := s.get(r, path, clients); m != nil {
			return m, nil
		}
	}
	return nil, nil
}

// get asks for one path on behalf of every client.
func (s *scene) get(r *lessons.Route, path string, clients []dataplane.Client) *miss {
	about := s.service(r.Namespace, r.Service)
	about.path = path
	about.evidence = Evidence{Tried: fmt.Sprintf("GET http://%s%s", r.Host, path), Met: "no balancer serves an Ingress" + s.whyNoIngressBalancer()}
	var last *miss
	for _, b := range s.balancers() {
		if b.owner != "Ingress" {
			continue
		}
		met := s.request(about, b, clients, r)
		if met == nil {
			return nil
		}
		if last == nil || met.routed {
			last = met
		}
	}
	if last == nil {
		return about
	}
	return last
}

// request asks one balancer on behalf of every client: nil if the app's pods
// answer all.
func (s *scene) request(about *miss, b *balancer, clients []dataplane.Client, r *lessons.Route) *miss {
	for _, c := range clients {
		for _, a := range b.addrs {
			t := s.net.Probe(dataplane.Packet{From: c, To: netip.AddrPortFrom(a, 80), Name: b.host, Host: r.Host, Path: about.path})
			met := s.wrong(&lessons.Reach{App: r.App}, &t)
			if met == "" {
				continue
			}
			m := *about
			m.client, m.trace = c, &t
			m.evidence = Evidence{Tried: fmt.Sprintf("%s: GET http://%s%s through %s", s.who(c), r.Host, about.path, b.host), Met: met, Trace: hops(&t)}
			for _, h := range t.Hops {
				m.routed = m.routed || h.Kind == dataplane.HopIngress
			}
			return &m
		}
	}
	if len(b.addrs) == 0 {
		m := *about
		m.evidence.Met = "the balancer of Ingress " + b.name.String() + " has no address"
		return &m
	}
	return nil
}

// tryMeter counts what is paid for.
func (s *scene) tryMeter(want *lessons.Meter) *miss {
	n := len(s.balancers())
	ingresses := 0
	for _, i := range s.st.Ingresses {
		if i.Namespace != "kube-system" {
			ingresses++
		}
	}
	if n <= want.Balancers && (want.Ingresses == 0 || ingresses == want.Ingresses) {
		return nil
	}
	return &miss{evidence: Evidence{Tried: "reading the meter", Met: counted(n, "balancer", "balancers") + ", " + counted(ingresses, "Ingress", "Ingresses")}}
}

// counted is a number with what it counts.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
