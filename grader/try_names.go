package grader

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/probe"
	"github.com/kubetutor/tutor/simulator/state"
)

// question is a name that the cluster's DNS was asked for, and what came of it.
type question struct {
	name   string
	answer dns.Message
	// client asked in vain, and unheard is what became of the question; nil
	// where there is an answer.
	client  dataplane.Client
	unheard *dataplane.Trace
}

// lookup asks the cluster's DNS for a name below a Service's namespace, on
// behalf of the client pods there.
func (s *scene) lookup(name, namespace string) (q question, err error) {
	q.name = name
	clients, err := s.clients([]string{lessons.Pods})
	if err != nil {
		return q, err
	}
	for _, c := range clients {
		if c.Namespace != namespace {
			continue
		}
		if t := s.unheard(c); t != nil {
			q.client, q.unheard = c, t
			return q, nil
		}
	}
	q.answer = s.zone.Answer(dns.Question{Name: name + "." + namespace + ".svc." + s.st.World.ClusterDomain, Type: dns.A})
	return q, nil
}

// miss is a Service whose name, or one below it, did not answer as it should.
func (q question) miss(m *miss) *miss {
	m.evidence = Evidence{Tried: "asking DNS for " + q.name, Met: answered(q.answer)}
	if q.unheard != nil {
		m.client, m.trace = q.client, q.unheard
		m.evidence.Met, m.evidence.Trace = "nobody answers", hops(q.unheard)
	}
	return m
}

// ask is a question that a name server hears.
func (s *scene) ask(q dns.Question) (dns.Message, error) { return s.zone.Answer(q), nil }

// unheard is what becomes of a pod's questions to its name servers, if none of
// them hears one; nil if one does.
func (s *scene) unheard(c dataplane.Client) *dataplane.Trace {
	pod := s.st.Pod(c.Namespace, c.Name)
	if pod == nil {
		return nil
	}
	return probe.Unheard(s.net, c, s.zone.PodConf(pod))
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
		q, err := s.lookup(name, r.Namespace)
		if err != nil {
			return nil, err
		}
		var own []netip.Addr
		if now := s.st.Pod(p.Namespace, p.Name); now != nil {
			own = state.PodAddrs(now)
		}
		if got := addressesIn(q.answer); len(own) == 0 || !slices.Equal(got, own[:1]) {
			return q.miss(s.service(r.Namespace, r.Service)), nil
		}
	}
	return nil, nil
}

// tryAddresses asks for the Service's own name.
func (s *scene) tryAddresses(a *lessons.Addresses) (*miss, error) {
	var want []netip.Addr
	for _, n := range podsOf(s.st, a.Namespace, a.App) {
		if p := s.st.Pod(n.Namespace, n.Name); state.Ready(p) {
			want = append(want, state.PodAddrs(p)[0])
		}
	}
	q, err := s.lookup(a.Service, a.Namespace)
	if err != nil {
		return nil, err
	}
	got := addressesIn(q.answer)
	slices.SortFunc(want, netip.Addr.Compare)
	slices.SortFunc(got, netip.Addr.Compare)
	if slices.Equal(got, want) {
		return nil, nil
	}
	return q.miss(s.service(a.Namespace, a.Service)), nil
}

// tryAlias asks that the Service's name is a CNAME for the host.
func (s *scene) tryAlias(a *lessons.Alias) (*miss, error) {
	q, err := s.lookup(a.Service, a.Namespace)
	if err != nil {
		return nil, err
	}
	for _, r := range q.answer.Answer {
		if r.Type == dns.CNAME && strings.EqualFold(strings.TrimSuffix(r.Data, "."), a.Host) {
			return nil, nil
		}
	}
	return q.miss(s.service(a.Namespace, a.Service)), nil
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
