package grader

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
)

// call is one connection of an expectation and what became of it.
type call struct {
	client dataplane.Client
	target string // as the client wrote it
	trace  dataplane.Trace
}

// calls makes every connection that r names.
func (s *scene) calls(r *lessons.Reach) ([]call, error) {
	clients, err := s.clients(r.From)
	if err != nil {
		return nil, err
	}
	var list []call
	for _, c := range clients {
		targets, err := s.targets(c, r)
		if err != nil {
			return nil, err
		}
		for _, t := range targets {
			one := call{client: c, target: t.shown}
			if t.lookup != nil {
				one.trace = *t.lookup
			} else if !t.addr.IsValid() {
				one.trace = dataplane.Trace{Outcome: dataplane.NoSuchName, Hops: []dataplane.Hop{{Kind: dataplane.HopResolve, Why: t.why}}}
			} else {
				one.trace = s.net.Probe(dataplane.Packet{
					From: c, To: netip.AddrPortFrom(t.addr, t.port), Proto: protocol(r), Name: t.name,
				})
			}
			if one.trace.Err != nil {
				return nil, one.trace.Err
			}
			list = append(list, one)
		}
	}
	return list, nil
}

// target is an address to dial; addr is invalid where there is none.
type target struct {
	shown, name, why string
	addr             netip.Addr
	port             uint16
	// lookup is what became of the question to DNS where nobody heard it.
	lookup *dataplane.Trace
}

func (s *scene) targets(c dataplane.Client, r *lessons.Reach) ([]target, error) {
	switch r.Way {
	case "", lessons.ByName:
		return s.byName(c, r), nil
	case lessons.ByNode:
		return s.byNode(r), nil
	case lessons.ByBalancer:
		return s.byBalancer(r), nil
	}
	return nil, fmt.Errorf("way %q is not known; name, node and balancer are", r.Way)
}

// byName looks the Service up as code in the client's namespace names it.
func (s *scene) byName(c dataplane.Client, r *lessons.Reach) []target {
	name := r.Service
	if ns := namespace(r); c.Namespace != ns {
		name += "." + ns
	}
	shown := fmt.Sprintf("%s:%d", name, r.Port)
	pod := s.st.Pod(c.Namespace, c.Name)
	if pod == nil {
		return []target{{shown: shown, why: "There is no such pod to ask from."}}
	}
	if t := s.unheard(c); t != nil {
		return []target{{shown: shown, lookup: t}}
	}
	resolver := dns.Resolver{Conf: s.zone.PodConf(pod), Ask: s.ask}
	host, err := resolver.Host(name)
	if err != nil || len(host.Addresses) == 0 {
		return []target{{shown: shown, why: fmt.Sprintf("The cluster's DNS has no address for %s.", name)}}
	}
	var list []target
	for _, a := range host.Addresses {
		list = append(list, target{shown: shown, name: name, addr: a, port: uint16(r.Port)})
	}
	return list
}

func (s *scene) byNode(r *lessons.Reach) []target {
	var list []target
	for _, n := range s.st.Nodes {
		if len(r.Nodes) > 0 && !slices.Contains(r.Nodes, n.Name) {
			continue
		}
		for _, a := range state.NodeAddrs(n, corev1.NodeInternalIP) {
			for _, port := range s.nodePorts(r) {
				list = append(list, target{shown: fmt.Sprintf("%s:%d", n.Name, port), addr: a, port: uint16(port)})
			}
		}
	}
	return list
}

// nodePorts are the port that r names, or else all that its Service has.
func (s *scene) nodePorts(r *lessons.Reach) []int32 {
	if r.Port != 0 {
		return []int32{r.Port}
	}
	var ports []int32
	if svc := s.st.Service(namespace(r), r.Service); svc != nil {
		for _, p := range svc.Spec.Ports {
			if p.NodePort != 0 {
				ports = append(ports, p.NodePort)
			}
		}
	}
	return ports
}

func namespace(r *lessons.Reach) string {
	if r.Namespace == "" {
		return "production"
	}
	return r.Namespace
}

func protocol(r *lessons.Reach) corev1.Protocol {
	if r.Protocol == "" {
		return corev1.ProtocolTCP
	}
	return corev1.Protocol(r.Protocol)
}

// tryReach makes the connections, and asks that the right pods answer each,
// and that none of the app's ready pods is left out.
func (s *scene) tryReach(r *lessons.Reach) (*miss, error) {
	calls, err := s.calls(r)
	if err != nil {
		return nil, err
	}
	for i := range calls {
		c := &calls[i]
		if met := s.wrong(r, &c.trace); met != "" {
			return s.callMiss(r, c, met), nil
		}
	}
	if left := s.leftOut(r, calls); r.App != "" && len(left) > 0 && len(calls) > 0 {
		met := fmt.Sprintf("%s never answers, though its pod is ready", left[0])
		return s.callMiss(r, &calls[0], met), nil
	}
	return nil, nil
}

func (s *scene) callMiss(r *lessons.Reach, c *call, met string) *miss {
	m := s.behind(s.service(namespace(r), r.Service))
	m.reach, m.client, m.trace = r, c.client, &c.trace
	m.evidence = Evidence{Tried: s.who(c.client) + " → " + c.target + suffix(r), Met: met, Trace: hops(&c.trace)}
	return m
}

func suffix(r *lessons.Reach) string {
	if protocol(r) == corev1.ProtocolUDP {
		return " by UDP"
	}
	return ""
}

// wrong says what is wrong with a connection, "" where the right pods answer.
func (s *scene) wrong(r *lessons.Reach, t *dataplane.Trace) string {
	if t.Outcome != dataplane.OK {
		return outcome(t.Outcome)
	}
	if len(t.Failing) > 0 {
		return fmt.Sprintf("an answer at times; %s does not give one", t.Failing[0])
	}
	for _, b := range t.Backends {
		switch pod := s.st.Pod(b.Pod.Namespace, b.Pod.Name); {
		case r.Host != "" && b.Name != r.Host:
			return fmt.Sprintf("%s answers, not %s", b.Name, r.Host)
		case r.Host != "":
		case b.Status != 0:
			return fmt.Sprintf("the balancer itself answers %d", b.Status)
		case pod == nil:
			return b.Name + " answers, which is outside the cluster"
		case pod.Labels["app"] != r.App:
			return fmt.Sprintf("%s answers, a pod of app=%s", b.Name, pod.Labels["app"])
		case !state.Ready(pod):
			return b.Name + " answers, and is not ready"
		case r.Target != "":
			// Pods whose port was given another name have no number to compare.
			if want := portNamed(pod, r.Target); want != 0 && want != int32(b.Address.Port()) {
				return fmt.Sprintf("%s answers on its port %d, not on %d (%s)", b.Name, b.Address.Port(), want, r.Target)
			}
		}
	}
	return ""
}

// portNamed is the number of a pod's port, 0 where it has none of that name.
func portNamed(p *corev1.Pod, name string) int32 {
	for _, c := range p.Spec.Containers {
		for _, port := range c.Ports {
			if port.Name == name {
				return port.ContainerPort
			}
		}
	}
	return 0
}

// leftOut are the ready pods of an app that no client is led to: none of the
// calls could have met them, and the Service has no endpoint with their
// address.
func (s *scene) leftOut(r *lessons.Reach, calls []call) []string {
	in := map[netip.Addr]bool{}
	for _, c := range calls {
		for _, b := range c.trace.Backends {
			in[b.Address.Addr()] = true
		}
	}
	for _, slice := range s.st.EndpointSlices(namespace(r), r.Service) {
		for _, e := range slice.Endpoints {
			if !ready(e) || len(slice.Ports) == 0 {
				continue
			}
			for _, text := range e.Addresses {
				if a, err := netip.ParseAddr(text); err == nil {
					in[a] = true
				}
			}
		}
	}
	var left []string
	for _, n := range podsOf(s.st, namespace(r), r.App) {
		if p := s.st.Pod(n.Namespace, n.Name); state.Ready(p) && !in[state.PodAddrs(p)[0]] {
			left = append(left, n.Name)
		}
	}
	return left
}

func ready(e discoveryv1.Endpoint) bool { return e.Conditions.Ready == nil || *e.Conditions.Ready }

// tryShut asks that no connection is answered by what is to be shut, on the
// port that r names and on any other of the Service's.
func (s *scene) tryShut(r *lessons.Reach) (*miss, error) {
	doors := []*lessons.Reach{r}
	if svc := s.st.Service(namespace(r), r.Service); svc != nil && r.Target != "" {
		for _, p := range svc.Spec.Ports {
			other := *r
			other.Port = p.Port
			doors = append(doors, &other)
		}
	}
	for _, door := range doors {
		calls, err := s.calls(door)
		if err != nil {
			return nil, err
		}
		for i := range calls {
			if c := &calls[i]; c.trace.Outcome == dataplane.OK && slices.ContainsFunc(c.trace.Backends, func(b dataplane.Backend) bool { return s.isTarget(r, b) }) {
				return s.callMiss(door, c, "an answer"), nil
			}
		}
	}
	return nil, nil
}

// isTarget tells whether a backend is what r is about, and not another app's
// pod or another port of its own pods.
func (s *scene) isTarget(r *lessons.Reach, b dataplane.Backend) bool {
	pod := s.st.Pod(b.Pod.Namespace, b.Pod.Name)
	if pod == nil || pod.Labels["app"] != r.App {
		return pod == nil
	}
	number := portNamed(pod, r.Target)
	return number == 0 || number == int32(b.Address.Port())
}

// errUntried tells that there was nothing to judge by: nobody came so far.
var errUntried = errors.New("not tried")

// trySees asks that the pods see the client's own address.
func (s *scene) trySees(r *lessons.Reach) (*miss, error) {
	calls, err := s.calls(r)
	if err != nil {
		return nil, err
	}
	answered := false
	for i := range calls {
		c := &calls[i]
		own := s.ownAddresses(c.client)
		for _, b := range c.trace.Backends {
			if pod := s.st.Pod(b.Pod.Namespace, b.Pod.Name); pod == nil || pod.Labels["app"] != r.App {
				continue
			}
			answered = true
			if !slices.Contains(own, b.Source) {
				return s.callMiss(r, c, fmt.Sprintf("%s saw %s, %s", b.Name, b.Source, s.whose(b.Source))), nil
			}
		}
	}
	if !answered {
		return nil, errUntried
	}
	return nil, nil
}

func (s *scene) ownAddresses(c dataplane.Client) []netip.Addr {
	switch c.Kind {
	case dataplane.Pod:
		return state.PodAddrs(s.st.Pod(c.Namespace, c.Name))
	case dataplane.Node:
		return state.NodeAddrs(s.st.Node(c.Name), corev1.NodeInternalIP)
	default:
		h, _ := s.st.World.Host(c.Name)
		a, _ := netip.ParseAddr(h.Address)
		return []netip.Addr{a}
	}
}

// whose says in words who has an address.
func (s *scene) whose(a netip.Addr) string {
	for _, n := range s.st.Nodes {
		if slices.Contains(state.NodeAddrs(n, corev1.NodeInternalIP), a) {
			return "the address of " + n.Name
		}
	}
	return "the balancer's own address"
}

// words joins names for a sentence.
func words(names []string) string { return strings.Join(names, ", ") }
