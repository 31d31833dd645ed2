package grader

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/apply"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// scene is a cluster at rest after a manifest was applied, with all that
// expectations are tried on and causes are looked for in.
type scene struct {
	scenario *lessons.Scenario
	cluster  *simulator.Cluster
	file     *manifest.File // nil where a cluster is checked as it stands
	results  []apply.Result
	start    *world.World // the cluster as it was found

	st   *state.State
	net  *dataplane.Network
	zone *dns.Zone

	// missing are the names of the objects asked for that were not stored, ""
	// for one of any name.
	missing map[string]bool

	moved    map[lessons.PortMove]*scene
	standing []*balancer // see balancers
}

func (g *Grader) scene(s *lessons.Scenario, c *simulator.Cluster, file *manifest.File, results []apply.Result) (*scene, error) {
	start, err := g.world(s)
	if err != nil {
		return nil, err
	}
	return newScene(&scene{scenario: s, cluster: c, file: file, results: results, start: start}), nil
}

// newScene looks at the cluster of a scene.
func newScene(s *scene) *scene {
	st := s.cluster.State()
	return &scene{
		scenario: s.scenario, cluster: s.cluster, file: s.file, results: s.results, start: s.start,
		st: st, net: dataplane.New(st), zone: dns.New(st),
		moved: map[lessons.PortMove]*scene{},
	}
}

// found are the pods of an app as the cluster was found with them.
func (s *scene) found(namespace, app string) []*corev1.Pod {
	var pods []*corev1.Pod
	for _, o := range s.start.Objects {
		if p, ok := o.(*corev1.Pod); ok && (namespace == "" || p.Namespace == namespace) && p.Labels["app"] == app {
			pods = append(pods, p)
		}
	}
	return pods
}

// miss is an expectation that does not hold, with what its cause is looked
// for in.
type miss struct {
	expect   *lessons.Expectation
	title    string
	evidence Evidence

	// scene is where it was tried: the cluster, or a copy after a move.
	scene *scene
	// object is what was asked for, doc where the learner wrote it (nil if
	// nowhere), svc the Service as stored (nil where there is none).
	object lessons.Object
	doc    *manifest.Document
	svc    *corev1.Service

	// reach, client and trace are of the first connection that went wrong.
	reach  *lessons.Reach
	client dataplane.Client
	trace  *dataplane.Trace
	// called is what an app asked for in vain.
	called *called
	// path is what was asked for over HTTP.
	path string
	// elsewhere tells that the object is there, and that the learner's document
	// for it is another one.
	elsewhere bool
	// fewer is an app, as NAMESPACE/APP, of which ready pods are gone, and ran
	// how many it had.
	fewer string
	ran   int
	// routed tells that an Ingress chose a backend for the request.
	routed bool
}
