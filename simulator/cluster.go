// Package simulator is a Kubernetes cluster that lives in memory: [Cluster]
// ties the API server, the controllers, the data plane and DNS together on one
// virtual clock.
//
//	c, err := simulator.New(simulator.Options{World: w, Start: start})
//	defer c.Close()
//	results := c.Apply(ctx, manifest)
//	c.Settle()
//	trace := c.Probe(packet)
package simulator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/apiserver/registry"
	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/apply"
	"github.com/kubetutor/tutor/simulator/controllers"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Options are what a Cluster is made of.
type Options struct {
	// World is what the cluster holds at the start. It is not changed.
	World *world.World
	// Start is the cluster's time at the start.
	Start time.Time
	// Seed starts the sequence of everything that is made up: uids, name
	// endings, addresses. The same seed gives the same cluster.
	Seed uint64
	// Exec runs commands in pods, for kubectl exec and attach; nil is a
	// cluster whose pods have no commands.
	Exec ExecFunc
	// Still leaves out the controllers: for who asks only what the API server
	// says. A snapshot of another cluster holds what they make.
	Still bool
}

// Cluster is one simulated cluster. It is safe for concurrent use.
type Cluster struct {
	world *world.World
	store *store.Store
	api   *apiserver.Server
	time  *timeline

	mu        sync.Mutex
	view      *state.State
	viewed    int64
	network   *dataplane.Network // of the latest view that was asked for
	followers sync.WaitGroup
	closed    chan struct{}
	closeOnce sync.Once
}

// New makes a cluster that holds a world's objects, those that every cluster
// has, and what controllers make of them at once.
func New(o Options) (*Cluster, error) {
	latest := latestVersion(o.World)
	c := &Cluster{world: o.World, store: store.New(latest), closed: make(chan struct{})}
	c.time = newTimeline(o.Start)
	seed := seedAt(o.Seed, latest)
	kinds, err := registry.New(registry.Options{
		ServiceCIDR: o.World.Spec.ServiceCIDR, NodePortRange: o.World.Spec.NodePortRange,
		Rand: rand.New(rand.NewPCG(seed, 0x72656769)), Objects: c.store,
		Plugins: []registry.Plugin{webhooks(&o.World.Spec), quota(c.store)},
	})
	if err != nil {
		return nil, fmt.Errorf("world %q: %w", o.World.Name, err)
	}
	c.api = apiserver.New(apiserver.Options{
		Store: c.store, Strategies: kinds.Strategies(), Now: c.time.now, Seed: seed, Changed: c.time.kick, Exec: c.exec(o.Exec),
	})
	if err := load(c.api, o.World); err != nil {
		return nil, fmt.Errorf("load world %q: %w", o.World.Name, err)
	}
	if !o.Still {
		c.time.work = controllers.New(controllers.Options{Store: c.store, API: controllerClient{c.api.Client()}, World: &o.World.Spec})
		c.time.kick()
		if err := age(c.store, o.Start); err != nil {
			return nil, fmt.Errorf("world %q: %w", o.World.Name, err)
		}
		c.time.kick()
	}
	return c, nil
}

// seedAt is the seed of a cluster that goes on at a resource version: one that
// was stored and is loaded again must not make up the same uids twice.
func seedAt(seed uint64, version int64) uint64 { return seed + uint64(version)*0x9e3779b97f4a7c15 }

// Handler is the cluster's Kubernetes API.
func (c *Cluster) Handler() http.Handler { return c.api }

// API is the cluster's API server.
func (c *Cluster) API() *apiserver.Server { return c.api }

// State is the cluster as it is now.
func (c *Cluster) State() *state.State {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.view == nil || c.viewed != c.store.Version() {
		objects, version := c.store.All()
		c.view, c.viewed = state.New(&c.world.Spec, objects), version
	}
	return c.view
}

// Version is the resource version of the latest write.
func (c *Cluster) Version() int64 { return c.store.Version() }

// Changed is closed as soon as there was a write after the one of a version.
func (c *Cluster) Changed(version int64) <-chan struct{} {
	later, changed, err := c.store.Since(version)
	if err == nil && len(later) == 0 {
		return changed
	}
	already := make(chan struct{})
	close(already)
	return already
}

// Now is the cluster's time.
func (c *Cluster) Now() time.Time { return c.time.now() }

// Advance lets virtual time pass: what controllers have to do in it is done in
// order, each thing at its time.
func (c *Cluster) Advance(d time.Duration) { c.time.advance(c.time.now().Add(d)) }

// Settle lets virtual time pass until nothing is left to do, at most an hour,
// and tells whether that came.
func (c *Cluster) Settle() bool { return c.time.settle(time.Hour) }

// Follow lets virtual time pass as fast as on a clock (time.Now), from now on
// and until stop is called or the cluster is closed.
func (c *Cluster) Follow(clock func() time.Time) (stop func()) {
	done := make(chan struct{})
	other := &wall{clock: clock, then: clock(), here: c.time.now()}
	c.time.wall.Store(other)
	c.followers.Add(1)
	go func() {
		defer c.followers.Done()
		c.time.follow(other, done, c.closed)
	}()
	var once sync.Once
	return func() { once.Do(func() { close(done) }) }
}

// Snapshot is the cluster as a world: what New makes the same cluster from.
func (c *Cluster) Snapshot() *world.World {
	objects, _ := c.store.All()
	return &world.World{Name: c.world.Name, Spec: c.world.Spec, Objects: objects}
}

// Close ends what the cluster has running: watches, streams and following.
func (c *Cluster) Close() {
	c.closeOnce.Do(func() { close(c.closed); c.api.Close() })
	c.followers.Wait()
}

// Apply does with a manifest what `kubectl apply -f` does, and has a result
// for each object in it.
func (c *Cluster) Apply(ctx context.Context, manifest []byte) []apply.Result {
	return apply.File(ctx, c.api, manifest, apply.Options{})
}
