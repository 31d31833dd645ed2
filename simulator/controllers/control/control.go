// Package control is what every controller of the simulated cluster stands on:
// the queue of what has to be looked at, virtual timers, the events it
// records, an index of pods and Services by label, and the way to read and
// write objects.
//
// A [Loop] runs controllers. Each is told of every change and names what it
// has to look at again; the loop then asks it to reconcile those, one after
// the other, in an order that depends on the input alone:
//
//	loop := control.NewLoop(ctx, endpoints.New(ctx), workloads.New(ctx))
//	next := loop.Step(now)
//
// What a controller has to remember it finds in the stored objects, so that a
// cluster that was saved and read again goes on where it was.
package control

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/world"
)

// API is the cluster's API server as controllers use it. Errors are those of
// k8s.io/apimachinery/pkg/api/errors. The callee keeps the objects it is given
// and the caller must not change those it gets.
type API interface {
	// Create stores a new object.
	Create(obj runtime.Object) (runtime.Object, error)
	// Update replaces an object or a part of it: subresource is "", "status"
	// "binding" (of pods) or "finalize" (of namespaces). A resource version in obj must be the stored one.
	Update(obj runtime.Object, subresource string) (runtime.Object, error)
	// Delete deletes an object, or marks it as being deleted.
	Delete(resource schema.GroupResource, namespace, name string, o metav1.DeleteOptions) error
}

// Context is the cluster as controllers see it.
type Context struct {
	Store *store.Store
	API   API
	World *world.Spec
	// Index finds pods and Services by their labels and objects by owner.
	Index *Index
	// Events records what controllers tell of.
	Events *Recorder

	now time.Time
}

// NewContext makes the context of one cluster.
func NewContext(s *store.Store, api API, w *world.Spec) *Context {
	c := &Context{Store: s, API: api, World: w, Index: newIndex()}
	c.Events = newRecorder(c)
	return c
}

// Now is the cluster's time in the step under way.
func (c *Context) Now() time.Time { return c.now }

// Stamp is Now as objects hold it, to the second.
func (c *Context) Stamp() metav1.Time { return metav1.NewTime(c.now.Truncate(time.Second)) }

// Object is a pointer to one of k8s.io/api's types.
type Object interface {
	runtime.Object
	metav1.Object
}

// Get returns a stored object, which must not be changed, and whether it is
// there.
func Get[T Object](c *Context, r schema.GroupResource, namespace, name string) (T, bool) {
	obj, err := c.Store.Get(store.Key{Resource: r, Namespace: namespace, Name: name})
	if err != nil {
		var none T
		return none, false
	}
	t, ok := obj.(T)
	return t, ok
}

// List returns the stored objects of a resource, sorted by namespace and name,
// of one namespace or of all (""). They must not be changed.
func List[T Object](c *Context, r schema.GroupResource, namespace string) []T {
	objects, _ := c.Store.List(r, namespace)
	out := make([]T, 0, len(objects))
	for _, o := range objects {
		if t, ok := o.(T); ok {
			out = append(out, t)
		}
	}
	return out
}

// Exists tells whether an object of that uid is stored at the key.
func (c *Context) Exists(k store.Key, uid string) bool {
	obj, err := c.Store.Get(k)
	if err != nil {
		return false
	}
	m, ok := obj.(metav1.Object)
	return ok && (uid == "" || string(m.GetUID()) == uid)
}
