// Package controllers is what a cluster does by itself: EndpointSlices and
// Endpoints, workloads and their pods, garbage collection, the end of
// namespaces, load balancers. After each change it runs to a fixed point, on
// virtual time and without goroutines: the same changes give the same cluster.
//
//	m := controllers.New(controllers.Options{Store: s, API: api, World: &w.Spec})
//	next := m.Step(now)         // after every write
//	next = m.Step(next)         // and when something is due
//
// A step costs what the change touches, not what the cluster holds.
package controllers

import (
	"time"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/balancers"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/controllers/endpoints"
	"github.com/kubetutor/tutor/simulator/controllers/lifecycle"
	"github.com/kubetutor/tutor/simulator/controllers/pods"
	"github.com/kubetutor/tutor/simulator/controllers/workloads"
	"github.com/kubetutor/tutor/simulator/world"
)

// Options are what a Manager is made of. All are needed.
type Options struct {
	// Store is read; changes are written through the API.
	Store *store.Store
	API   control.API
	// World says which platform the cluster runs on.
	World *world.Spec
}

// Manager runs the controllers of one cluster. It is not safe for concurrent
// use.
type Manager struct{ loop *control.Loop }

// New makes a Manager. Its first step looks at everything that is stored.
func New(o Options) *Manager {
	ctx := control.NewContext(o.Store, o.API, o.World)
	return &Manager{loop: control.NewLoop(ctx,
		endpoints.NewSlices(ctx),
		endpoints.NewEndpoints(ctx),
		endpoints.NewMirror(ctx),
		workloads.NewDeployments(ctx),
		workloads.NewReplicaSets(ctx),
		workloads.NewStatefulSets(ctx),
		workloads.NewDaemonSets(ctx),
		pods.NewScheduler(ctx),
		pods.NewKubelet(ctx),
		balancers.NewServices(ctx),
		balancers.NewIngresses(ctx),
		lifecycle.NewNamespaces(ctx),
		lifecycle.NewGarbage(ctx),
	)}
}

// Step does all that is due at now, its own writes' consequences included, and
// returns when there is something to do next: the zero time when nothing
// waits.
func (m *Manager) Step(now time.Time) (next time.Time) { return m.loop.Step(now) }
