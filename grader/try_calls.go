package grader

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// called is a URL that a pod calls, and how far the call came.
type called struct {
	pod  *corev1.Pod
	url  *url.URL
	port uint16
	// searched tells that the resolver's search list would have found the name.
	searched bool
	// outside is what answered under a name that it does not serve.
	outside *world.Name
}

// tryCalls makes the call that a variable of an app's pods tells them to make.
func (s *scene) tryCalls(c *lessons.Calls) (*miss, error) {
	m := &miss{doc: s.wrote("Deployment", c.Namespace, c.App), evidence: Evidence{Tried: "looking for ready pods of app=" + c.App, Met: "there are none"}}
	tried := false
	for _, n := range podsOf(s.st, c.Namespace, c.App) {
		pod := s.st.Pod(n.Namespace, n.Name)
		if !state.Ready(pod) {
			continue
		}
		tried = true
		if met := s.callFrom(m, c, pod); met != "" {
			m.evidence.Met = met
			return m, nil
		}
	}
	if !tried {
		return m, nil
	}
	return nil, nil
}

// callFrom calls the URL from one pod, and says what went wrong.
func (s *scene) callFrom(m *miss, c *lessons.Calls, pod *corev1.Pod) string {
	value := variable(pod, c.Variable)
	m.client = dataplane.PodClient(pod.Namespace, pod.Name)
	m.evidence.Tried = fmt.Sprintf("%s calls %s, which is %q", pod.Name, c.Variable, value)
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" {
		return "this is no URL"
	}
	port, err := strconv.ParseUint(cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme]), 10, 16)
	if err != nil {
		return fmt.Sprintf("%q has no port of its own, and none is given", u.Scheme)
	}
	m.called = &called{pod: pod, url: u, port: uint16(port)}
	_, isName := netip.ParseAddr(u.Hostname())
	if t := s.unheard(m.client); t != nil && isName != nil {
		m.trace, m.evidence.Trace = t, hops(t)
		return "no such name"
	}
	addr, ok := s.resolve(pod, u.Hostname(), c.Absolute)
	if !ok {
		_, m.called.searched = s.resolve(pod, u.Hostname(), false)
		return "no such name"
	}
	t := s.net.Probe(dataplane.Packet{
		From: m.client, To: netip.AddrPortFrom(addr, uint16(port)), Name: u.Hostname(),
	})
	m.trace, m.evidence.Trace = &t, hops(&t)
	if c.Host == "" {
		return s.wrong(&lessons.Reach{App: c.Answers}, &t)
	}
	return s.wrongHost(m.called, c.Host, addr, &t)
}

// wrongHost says what is wrong with an answer from outside: another host's, or
// one that does not go by the name that was called.
func (s *scene) wrongHost(c *called, host string, addr netip.Addr, t *dataplane.Trace) string {
	if t.Outcome != dataplane.OK {
		return outcome(t.Outcome)
	}
	for i := range s.st.World.Upstream.Names {
		n := &s.st.World.Upstream.Names[i]
		if !slices.Contains(n.Addresses, addr.String()) {
			continue
		}
		name := strings.TrimSuffix(c.url.Hostname(), ".")
		switch {
		case n.Name != host:
			return n.Name + " answers, not " + host
		case slices.Contains(n.Serves, "*"), slices.ContainsFunc(n.Serves, func(s string) bool { return strings.EqualFold(s, name) }):
			return ""
		}
		c.outside = n
		if c.url.Scheme == "https" {
			return fmt.Sprintf("its certificate is for %s, not for %s", words(n.Serves), name)
		}
		return fmt.Sprintf("404: it serves %s, and the Host header says %s", words(n.Serves), name)
	}
	return "something else than " + host + " answers"
}

// resolve looks a name up as a pod's own library does, or as it is written.
func (s *scene) resolve(pod *corev1.Pod, name string, absolute bool) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(name); err == nil {
		return a, true
	}
	if absolute {
		name = strings.TrimSuffix(name, ".") + "."
	}
	host, err := dns.Resolver{Conf: s.zone.PodConf(pod), Ask: s.ask}.Host(name)
	if err != nil || len(host.Addresses) == 0 {
		return netip.Addr{}, false
	}
	return host.Addresses[0], true
}

func variable(pod *corev1.Pod, name string) string {
	for _, c := range pod.Spec.Containers {
		for _, v := range c.Env {
			if v.Name == name {
				return v.Value
			}
		}
	}
	return ""
}
