package grader

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// try tells whether one expectation holds: nil if it does. An error means
// that the expectation itself makes no sense in this cluster.
func (s *scene) try(e *lessons.Expectation) (*miss, error) {
	if e.Moved != nil {
		moved, err := s.after(*e.Moved)
		if err != nil {
			return nil, err
		}
		s = moved
	}
	switch {
	case e.Reach != nil:
		return s.tryReach(e.Reach)
	case e.Shut != nil:
		return s.tryShut(e.Shut)
	case e.Sees != nil:
		return s.trySees(e.Sees)
	case e.Opens != nil:
		return s.tryOpens(e.Opens), nil
	case e.Replicas != nil:
		return s.tryReplicas(e.Replicas)
	case e.Addresses != nil:
		return s.tryAddresses(e.Addresses)
	case e.Alias != nil:
		return s.tryAlias(e.Alias)
	case e.Balancer != nil:
		return s.tryBalancer(e.Balancer), nil
	case e.Admits != nil:
		return s.tryAdmits(e.Admits)
	case e.Sticky != nil:
		return s.trySticky(e.Sticky), nil
	case e.Route != nil:
		return s.tryRoute(e.Route)
	case e.Meter != nil:
		return s.tryMeter(e.Meter), nil
	case e.Unchanged != nil:
		return s.tryUnchanged(e.Unchanged), nil
	case e.Calls != nil:
		return s.tryCalls(e.Calls)
	}
	return nil, fmt.Errorf("it says nothing to try")
}

// after is a copy of the cluster in which one pod's named port has moved.
func (s *scene) after(m lessons.PortMove) (*scene, error) {
	if moved := s.moved[m]; moved != nil {
		return moved, nil
	}
	w := s.cluster.Snapshot()
	done := false
	for i, o := range w.Objects {
		p, ok := o.(*corev1.Pod)
		if !ok || done || p.Labels["app"] != m.App {
			continue
		}
		p = p.DeepCopy()
		for j := range p.Spec.Containers {
			for k := range p.Spec.Containers[j].Ports {
				if port := &p.Spec.Containers[j].Ports[k]; port.Name == m.Port {
					port.ContainerPort, done = m.To, true
				}
			}
		}
		w.Objects[i] = p
	}
	if !done && slices.ContainsFunc(s.found("", m.App), func(p *corev1.Pod) bool { return portNamed(p, m.Port) != 0 }) {
		return s, nil // the learner has given the pods other ports: there is none left to move
	}
	if !done {
		return nil, fmt.Errorf("no pod with app=%s has a port named %q to move", m.App, m.Port)
	}
	c, err := simulator.New(simulator.Options{World: w, Start: s.cluster.Now(), Seed: seedAfterMove})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.Settle()
	moved := newScene(&scene{scenario: s.scenario, cluster: c, file: s.file, results: s.results, start: s.start})
	s.moved[m] = moved
	return moved, nil
}

// clients are those that a list of clients and groups names.
func (s *scene) clients(from []string) ([]dataplane.Client, error) {
	var list []dataplane.Client
	for _, name := range from {
		switch name {
		case lessons.Pods:
			for _, p := range s.found("", "client") {
				if now := s.st.Pod(p.Namespace, p.Name); now != nil && state.Ready(now) {
					list = append(list, dataplane.PodClient(p.Namespace, p.Name))
				}
			}
		case lessons.Outside:
			for _, h := range s.st.World.Hosts {
				if h.Network != "nodes" {
					list = append(list, dataplane.ExternalClient(h.Name))
				}
			}
		default:
			c, err := dataplane.ParseClient(name, "")
			if err != nil {
				return nil, err
			}
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("from %s is nobody", strings.Join(from, ", "))
	}
	return list, nil
}

// who names a client as a learner reads it.
func (s *scene) who(c dataplane.Client) string {
	switch c.Kind {
	case dataplane.Pod:
		return fmt.Sprintf("pod %s of namespace %s", c.Name, c.Namespace)
	case dataplane.Node:
		return "node " + c.Name
	default:
		h, _ := s.st.World.Host(c.Name)
		return fmt.Sprintf("%s (%s)", c.Name, h.Address)
	}
}

// outcome says what an outcome is to somebody who waits for an answer.
func outcome(o dataplane.Outcome) string {
	switch o {
	case dataplane.OK:
		return "an answer"
	case dataplane.Refused:
		return "connection refused"
	case dataplane.Timeout:
		return "no answer, until it gave up"
	case dataplane.NoSuchName:
		return "no such name"
	default:
		return "sending is not permitted"
	}
}

func hops(t *dataplane.Trace) []string {
	var list []string
	for _, h := range t.Hops {
		list = append(list, h.Why)
	}
	return list
}
