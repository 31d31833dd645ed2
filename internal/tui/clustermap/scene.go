// Package clustermap draws a cluster as a map: nodes, pods, Services and hosts
// outside, and the way of one packet between them, hop by hop with the reason
// of each; or as a matrix of who reaches what.
//
//	scene := clustermap.Look(cluster.Network(), task, m.Typed()) // in a command
//	m := clustermap.New(&words.Map)
//	m.Show(scene)
//	m.Step(1)
//	lines := m.Lines(styles, 120, 30)
//
// A [Scene] is looked up once for each version of the cluster and never
// changes; drawing is a pure function of scene, choices, styles and size.
package clustermap

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/probe"
	"github.com/kubetutor/tutor/simulator/state"
)

// What a scene holds at most, so that looking takes a bounded time.
const maxClients, maxTargets = 24, 40

// Scene is a cluster at one moment with what each client meets at each target.
type Scene struct {
	State     *state.State
	Clients   []dataplane.Client
	Targets   []Target
	Bill      cloud.Bill
	balancers []cloud.Balancer
	// traces are by client, then target.
	traces [][]dataplane.Trace
	asked  []string
}

// Look finds out what there is to show. What the task's expectations speak of
// comes first among clients and targets, but for the addresses that the
// learner has typed.
func Look(net *dataplane.Network, task *lessons.Scenario, typed []string) *Scene {
	st := net.State()
	s := &Scene{State: st, Bill: cloud.Meter(st), balancers: cloud.Balancers(st)}
	s.Clients = clients(st, task)
	s.Targets = s.targets(task, typed)
	for _, e := range task.Expect {
		s.asked = append(s.asked, e.About()...)
	}
	calls := probe.New(net)
	s.traces = make([][]dataplane.Trace, len(s.Clients))
	for i, c := range s.Clients {
		s.traces[i] = make([]dataplane.Trace, len(s.Targets))
		for j := range s.Targets {
			s.traces[i][j] = s.Targets[j].call(calls, c)
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

// aside tells whether a Service is one of the cluster's own.
func aside(svc *corev1.Service) bool {
	return svc.Namespace == system || svc.Namespace == "default" && svc.Name == "kubernetes"
}

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

// endpoints counts a Service's endpoints that may be chosen, and all of them.
func (s *Scene) endpoints(svc *corev1.Service) (ready, all int) {
	seen := map[string]bool{}
	for _, slice := range s.State.EndpointSlices(svc.Namespace, svc.Name) {
		for _, e := range slice.Endpoints {
			for _, a := range e.Addresses {
				is := e.Conditions.Ready == nil || *e.Conditions.Ready
				was, known := seen[a]
				if !known {
					all++
				}
				if is && !was {
					ready++
				}
				seen[a] = is || was
			}
		}
	}
	return ready, all
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
