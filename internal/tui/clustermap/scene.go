// Package clustermap draws a cluster as a map: nodes, pods, Services and hosts
// outside, and the way of one packet between them, hop by hop with the reason
// of each; or as a matrix of who reaches what.
//
//	scene := clustermap.Look(cluster.Network(), asked) // in a command
//	m := clustermap.New(&words.Map)
//	m.Show(scene)
//	m.Step(1)
//	lines := m.Lines(styles, 120, 30)
//
// A [Scene] is looked up once for each version of the cluster and never
// changes; drawing is a pure function of scene, choices, styles and size.
package clustermap

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// What a scene holds at most, so that looking takes a bounded time.
const maxClients, maxTargets = 24, 40

// Target is an address that a client may try.
type Target struct {
	Label   string
	Service state.Name // empty for a pod's own address
	// To is invalid where nobody has the name yet.
	To    netip.AddrPort
	Proto corev1.Protocol
	name  string // what the client calls it
	rank  int
}

// Scene is a cluster at one moment with what each client meets at each target.
type Scene struct {
	State   *state.State
	Clients []dataplane.Client
	Targets []Target
	Bill    cloud.Bill
	// traces are by client, then target.
	traces [][]dataplane.Trace
	asked  []string
}

// Look finds out what there is to show. What the task's expectations speak of
// comes first among clients and targets.
func Look(net *dataplane.Network, task *lessons.Scenario) *Scene {
	st := net.State()
	s := &Scene{State: st, Bill: cloud.Meter(st)}
	s.Clients = clients(st, task)
	s.Targets = targets(st, task)
	for _, e := range task.Expect {
		s.asked = append(s.asked, e.About()...)
	}
	s.traces = make([][]dataplane.Trace, len(s.Clients))
	for i, c := range s.Clients {
		s.traces[i] = make([]dataplane.Trace, len(s.Targets))
		for j, t := range s.Targets {
			p := dataplane.Packet{From: c, To: t.To, Proto: t.Proto, Name: t.name}
			if !t.To.IsValid() {
				s.traces[i][j] = dataplane.Trace{Packet: p, Outcome: dataplane.NoSuchName}
				continue
			}
			s.traces[i][j] = net.Probe(p)
		}
	}
	return s
}

// reaches are the connections that a task's expectations speak of.
func reaches(task *lessons.Scenario) []*lessons.Reach {
	var all []*lessons.Reach
	for _, e := range task.Expect {
		for _, r := range []*lessons.Reach{e.Reach, e.Shut, e.Sees} {
			if r != nil {
				all = append(all, r)
			}
		}
	}
	return all
}

// clients are who may send: those asked about, client pods, outside hosts,
// nodes, then all other pods.
func clients(st *state.State, task *lessons.Scenario) []dataplane.Client {
	var all []dataplane.Client
	add := func(c dataplane.Client) {
		if !slices.Contains(all, c) && len(all) < maxClients {
			all = append(all, c)
		}
	}
	for _, r := range reaches(task) {
		for _, from := range r.From {
			if c, err := dataplane.ParseClient(from, ""); err == nil && exists(st, c) {
				add(c)
			}
		}
	}
	for _, p := range st.Pods {
		if p.Labels["app"] == "client" {
			add(dataplane.PodClient(p.Namespace, p.Name))
		}
	}
	for _, h := range st.World.Hosts {
		add(dataplane.ExternalClient(h.Name))
	}
	for _, n := range st.Nodes {
		add(dataplane.NodeClient(n.Name))
	}
	for _, p := range st.Pods {
		if p.Namespace != system {
			add(dataplane.PodClient(p.Namespace, p.Name))
		}
	}
	return all
}

// system is the namespace that tasks are seldom about.
const system = "kube-system"

func exists(st *state.State, c dataplane.Client) bool {
	switch c.Kind {
	case dataplane.Pod:
		return st.Pod(c.Namespace, c.Name) != nil
	case dataplane.Node:
		return st.Node(c.Name) != nil
	}
	_, ok := st.World.Host(c.Name)
	return ok
}

// targets are the addresses of Services: those asked about first, then the
// others, the system's last.
func targets(st *state.State, task *lessons.Scenario) []Target {
	var all []Target
	rank := map[state.Name]int{}
	for _, r := range reaches(task) {
		name := state.Name{Namespace: cmp.Or(r.Namespace, dataplane.DefaultNamespace), Name: r.Service}
		if rank[name] == 0 {
			rank[name] = len(rank) + 1
			if st.Service(name.Namespace, name.Name) == nil {
				all = append(all, Target{Label: fmt.Sprintf("%s:%d", name.Name, r.Port), Service: name, name: name.Name, rank: rank[name]})
			}
		}
	}
	for _, svc := range st.Services {
		name := state.Of(svc)
		at := rank[name]
		switch {
		case at > 0:
		case svc.Namespace == system || svc.Namespace == "default" && svc.Name == "kubernetes":
			at = 1 << 20
		default:
			at = 1 << 10
		}
		for _, t := range addressesOf(st, svc) {
			t.rank = at
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b Target) int { return a.rank - b.rank })
	return all[:min(len(all), maxTargets)]
}

// addressesOf are all ways to a Service: its own address, its balancer's, its
// port on each node, and where it has none of its own its pods'.
func addressesOf(st *state.State, svc *corev1.Service) []Target {
	var all []Target
	add := func(label, address, name string, port int32, proto corev1.Protocol) {
		if ip, err := netip.ParseAddr(address); err == nil && port > 0 {
			all = append(all, Target{
				Label: fmt.Sprintf("%s:%d", label, port), Service: state.Of(svc), Proto: proto, name: name,
				To: netip.AddrPortFrom(ip.Unmap(), uint16(port)),
			})
		}
	}
	for _, p := range svc.Spec.Ports {
		add(svc.Name, svc.Spec.ClusterIP, svc.Name, p.Port, p.Protocol)
		for _, in := range svc.Status.LoadBalancer.Ingress {
			add(in.IP, in.IP, "", p.Port, p.Protocol)
		}
		for _, ip := range svc.Spec.ExternalIPs {
			add(ip, ip, "", p.Port, p.Protocol)
		}
		for _, n := range st.Nodes {
			for _, a := range state.NodeAddrs(n, corev1.NodeInternalIP)[:min(1, len(state.NodeAddrs(n, corev1.NodeInternalIP)))] {
				add(n.Name, a.String(), "", p.NodePort, p.Protocol)
			}
		}
	}
	if svc.Spec.ClusterIP != corev1.ClusterIPNone {
		return all
	}
	for _, slice := range st.EndpointSlices(svc.Namespace, svc.Name) {
		for _, e := range slice.Endpoints {
			for _, p := range slice.Ports {
				if len(e.Addresses) > 0 && p.Port != nil && p.Protocol != nil {
					add(e.Addresses[0], e.Addresses[0], svc.Name, *p.Port, *p.Protocol)
				}
			}
		}
	}
	return all
}

// label names a client in a few cells.
func label(c dataplane.Client) string {
	if c.Kind == dataplane.Pod && c.Namespace != dataplane.DefaultNamespace {
		return c.Namespace + "/" + c.Name
	}
	return c.Name
}

// address is a client's own address, "" where it has none.
func (s *Scene) address(c dataplane.Client) string {
	switch c.Kind {
	case dataplane.Pod:
		if p := s.State.Pod(c.Namespace, c.Name); p != nil {
			return p.Status.PodIP
		}
	case dataplane.Node:
		return nodeAddress(s.State.Node(c.Name))
	}
	h, _ := s.State.World.Host(c.Name)
	return h.Address
}

func nodeAddress(n *corev1.Node) string {
	if n == nil {
		return ""
	}
	if all := state.NodeAddrs(n, corev1.NodeInternalIP); len(all) > 0 {
		return all[0].String()
	}
	return ""
}

// sourceAfter is the address that the packet has as its source after some
// hops.
func (s *Scene) sourceAfter(t *dataplane.Trace, hops int) string {
	source := s.address(t.Packet.From)
	for _, h := range t.Hops[:min(hops, len(t.Hops))] {
		if h.Kind != dataplane.HopSNAT {
			continue
		}
		var all []string
		for _, a := range t.Sources() {
			all = append(all, a.String())
		}
		if len(all) > 0 {
			source = strings.Join(all, ", ")
		}
	}
	return source
}

// Home is the client that a learner starts at: the first pod that runs, else a
// node; false where there is neither.
func (s *Scene) Home() (dataplane.Client, bool) {
	for _, c := range s.Clients {
		if c.Kind != dataplane.Pod {
			continue
		}
		if p := s.State.Pod(c.Namespace, c.Name); p != nil && (p.Status.Phase == corev1.PodRunning || p.Status.Phase == "") {
			return c, true
		}
	}
	for _, c := range s.Clients {
		if c.Kind == dataplane.Node {
			return c, true
		}
	}
	return dataplane.Client{}, false
}
