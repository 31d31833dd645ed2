// Package registry is what the API server does with an object between decoding
// and storing: defaulting, the rules of each kind for creating and changing
// it, validation, allocation of addresses and ports, and warnings. It knows
// neither HTTP nor storage.
//
// Every kind has a [Strategy], as in Kubernetes' pkg/registry; the words and
// the order of errors are those of Kubernetes 1.37.2 and are held to
// recordings of it.
//
//	r, err := registry.New(registry.Options{ServiceCIDR: "10.96.0.0/16", NodePortRange: "30000-32767", Rand: rnd})
//	s, ok := r.For(schema.GroupResource{Resource: "services"})
//	s.Default(svc)
//	out, err := s.Create(registry.Request{Now: now}, svc)
//	// store svc, then:
//	out.Done(stored)
package registry

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Request is what a strategy may know of the call that it serves.
type Request struct {
	// Now is the cluster's time.
	Now time.Time
	// Subresource is "", "status", "scale" or "finalize" (of an update).
	Subresource string
	// DryRun: allocate nothing for good.
	DryRun bool
}

// Outcome is what a strategy has to say beside the object it completed.
type Outcome struct {
	// Warnings go to the client as Warning headers, in this order.
	Warnings []string
	// Finish must be called once, with true when the object was stored: it
	// keeps what was allocated and releases what the change gave up; with
	// false it takes everything back. It may be nil; Done looks after that.
	Finish func(stored bool)
}

// Done calls Finish, if there is one.
func (o Outcome) Done(stored bool) {
	if o.Finish != nil {
		o.Finish(stored)
	}
}

// Strategy is what the server does with objects of one kind. The objects are
// typed, belong to the callee and are changed in place. Errors are
// *errors.StatusError of k8s.io/apimachinery/pkg/api/errors, as the real
// server would send them.
type Strategy interface {
	// Create completes a decoded object, its namespace set, to the one that is
	// to be stored: its metadata (generated name, uid, creation time),
	// defaults, allocations.
	Create(req Request, obj runtime.Object) (Outcome, error)
	// Update completes obj, which is to replace old. Whatever the request's
	// subresource may not touch is taken from old. Conflicts of resource
	// versions are not its business.
	Update(req Request, obj, old runtime.Object) (Outcome, error)
	// Default fills in what a decoded object leaves out, as the versioned
	// defaulting does on every read of a request body.
	Default(obj runtime.Object)
	// Restore completes an object of a world file. That is stored state, not a
	// request: status, deletion time and finalizers stand as written, nothing
	// is validated, and only what the server makes up is added (uid, creation
	// time, defaults, addresses that are not written). Services that name their
	// addresses and ports must come before those that do not.
	Restore(req Request, obj runtime.Object) error
	// Release gives back what a deleted object had allocated, once it is
	// really gone.
	Release(obj runtime.Object)
}

// Plugin is an admission plugin: it may change an object that is about to be
// created or updated (old is nil when it is created), before it is validated.
// What it leaves out is defaulted again.
type Plugin interface {
	Admit(req Request, resource schema.GroupResource, obj, old runtime.Object) error
}

// PluginFunc is a function as a [Plugin].
type PluginFunc func(req Request, resource schema.GroupResource, obj, old runtime.Object) error

// Admit calls f.
func (f PluginFunc) Admit(req Request, resource schema.GroupResource, obj, old runtime.Object) error {
	return f(req, resource, obj, old)
}

// Lookup reads the cluster's objects; apiserver/store has one. A resource
// without objects is an empty list.
type Lookup interface {
	List(resource schema.GroupResource, namespace string) ([]runtime.Object, int64)
}

// Options set up a registry.
type Options struct {
	// ServiceCIDR is where cluster IPs come from, for instance 10.96.0.0/16.
	ServiceCIDR string
	// NodePortRange is where node ports come from, for instance 30000-32767.
	NodePortRange string
	// Rand is where uids, name endings, addresses and ports come from.
	Rand *rand.Rand
	// Objects is what the server's own admission plugins look at (nodes,
	// ingress classes). Without it they see none.
	Objects Lookup
	// Plugins run in this order, after the server's own.
	Plugins []Plugin
}

// Registry holds the strategies of one cluster and what they allocate from.
// It is safe for concurrent use.
type Registry struct {
	opts       Options
	ips        *ipAllocator
	ports      *portAllocator
	plugins    []Plugin
	strategies map[schema.GroupResource]Strategy

	mu   sync.Mutex // guards rand
	rand *rand.Rand
}

// New makes the registry of an empty cluster.
func New(opts Options) (*Registry, error) {
	cidr, err := netip.ParsePrefix(opts.ServiceCIDR)
	if err != nil {
		return nil, fmt.Errorf("read the service CIDR: %w", err)
	}
	first, last, err := parsePortRange(opts.NodePortRange)
	if err != nil {
		return nil, fmt.Errorf("read the node port range: %w", err)
	}
	if opts.Rand == nil {
		opts.Rand = rand.New(rand.NewPCG(1, 1))
	}
	r := &Registry{opts: opts, rand: opts.Rand}
	r.ips = newIPAllocator(cidr, r.intN)
	r.ports = newPortAllocator(first, last, r.intN)
	r.plugins = append(r.builtinPlugins(), opts.Plugins...)
	r.strategies = r.kinds()
	return r, nil
}

// For is the strategy of a resource.
func (r *Registry) For(resource schema.GroupResource) (Strategy, bool) {
	s, ok := r.strategies[resource]
	return s, ok
}

// Strategies are those of all resources.
func (r *Registry) Strategies() map[schema.GroupResource]Strategy { return maps.Clone(r.strategies) }

// intN is a number from 0 to n-1.
func (r *Registry) intN(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rand.IntN(n)
}
