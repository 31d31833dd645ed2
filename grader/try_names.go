package grader

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
)

// lookup asks the cluster's DNS for a name below a Service's namespace.
func (s *scene) lookup(name, namespace string) dns.Message {
	return s.zone.Answer(dns.Question{
		Name: name + "." + namespace + ".svc." + s.st.World.ClusterDomain, Type: dns.A,
	})
}

// addressesIn are the addresses of an answer.
func addressesIn(m dns.Message) []netip.Addr {
	var list []netip.Addr
	for _, r := range m.Answer {
		if a, err := netip.ParseAddr(r.Data); err == nil && r.Type == dns.A {
			list = append(list, a)
		}
	}
	return list
}

// tryReplicas asks for each pod that a StatefulSet was found with by
// POD.SERVICE.
func (s *scene) tryReplicas(r *lessons.Replicas) (*miss, error) {
	pods := s.found(r.Namespace, r.StatefulSet)
	if len(pods) == 0 {
		return nil, fmt.Errorf("StatefulSet %s has no pods", r.StatefulSet)
	}
	for _, p := range pods {
		name := p.Name + "." + r.Service
		answer := s.lookup(name, r.Namespace)
		var own []netip.Addr
		if now := s.st.Pod(p.Namespace, p.Name); now != nil {
			own = state.PodAddrs(now)
		}
		if got := addressesIn(answer); len(own) == 0 || !slices.Equal(got, own[:1]) {
			m := s.service(r.Namespace, r.Service)
			m.evidence = Evidence{Tried: "asking DNS for " + name, Met: answered(answer)}
			return m, nil
		}
	}
	return nil, nil
}

// tryAddresses asks for the Service's own name.
func (s *scene) tryAddresses(a *lessons.Addresses) *miss {
	var want []netip.Addr
	for _, n := range podsOf(s.st, a.Namespace, a.App) {
		if p := s.st.Pod(n.Namespace, n.Name); state.Ready(p) {
			want = append(want, state.PodAddrs(p)[0])
		}
	}
	answer := s.lookup(a.Service, a.Namespace)
	got := addressesIn(answer)
	slices.SortFunc(want, netip.Addr.Compare)
	slices.SortFunc(got, netip.Addr.Compare)
	if slices.Equal(got, want) {
		return nil
	}
	m := s.service(a.Namespace, a.Service)
	m.evidence = Evidence{Tried: "asking DNS for " + a.Service, Met: answered(answer)}
	return m
}

// tryAlias asks that the Service's name is a CNAME for the host.
func (s *scene) tryAlias(a *lessons.Alias) *miss {
	answer := s.lookup(a.Service, a.Namespace)
	for _, r := range answer.Answer {
		if r.Type == dns.CNAME && strings.EqualFold(strings.TrimSuffix(r.Data, "."), a.Host) {
			return nil
		}
	}
	m := s.service(a.Namespace, a.Service)
	m.evidence = Evidence{Tried: "asking DNS for " + a.Service, Met: answered(answer)}
	return m
}

// answered is what an answer says, in one line.
func answered(m dns.Message) string {
	if m.Rcode != dns.NoError {
		return string(m.Rcode)
	}
	if len(m.Answer) == 0 {
		return "no record"
	}
	var list []string
	for _, r := range m.Answer {
		list = append(list, fmt.Sprintf("%s %s", r.Type, r.Data))
	}
	return strings.Join(list, ", ")
}
