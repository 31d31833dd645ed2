package clustermap

import (
	"slices"

	"github.com/kubetutor/tutor/simulator/dataplane"
)

// way is how far out an address of a Service is reached.
type way int

const (
	fromPods way = iota
	atNode
	atExternalIP
	atBalancer
)

// start is the client and target that tell most of the Service that the task
// speaks of first: somebody outside at the widest way in that there is by now,
// or a pod at its name where nothing outside gets in.
func (s *Scene) start() (client, target int) {
	if len(s.Targets) == 0 {
		return 0, 0
	}
	for i, t := range s.Targets {
		if t.Service == s.Targets[0].Service && t.way > s.Targets[target].way {
			target = i
		}
	}
	kind := dataplane.Pod
	if s.Targets[target].way > fromPods {
		kind = dataplane.External
	}
	return max(slices.IndexFunc(s.Clients, func(c dataplane.Client) bool { return c.Kind == kind }), 0), target
}
