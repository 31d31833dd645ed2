// Package registry is what the API server does with an object between decoding
// and storing: defaulting, the rules of each kind for creating and changing
// it, validation, allocation of addresses and ports, and warnings. It knows
// neither HTTP nor storage.
//
// Every kind has a [Strategy], as in Kubernetes' pkg/registry; the words and
// the order of errors are those of Kubernetes 1.37.2 and are held to
// recordings of it.
package registry

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime"
)

// Request is what a strategy may know of the call that it serves.
type Request struct {
	// Now is the cluster's time.
	Now time.Time
	// Subresource is "", "status" or "scale" (of an update).
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
	// false it takes everything back. It may be nil.
	Finish func(stored bool)
}

// Strategy is what the server does with objects of one kind. The objects are
// typed, belong to the callee and are changed in place. Errors are
// *errors.StatusError of k8s.io/apimachinery/pkg/api/errors, as the real
// server would send them.
type Strategy interface {
	// Create completes a decoded object to the one that is to be stored: its
	// metadata (generated name, uid, creation time), defaults, allocations.
	Create(req Request, obj runtime.Object) (Outcome, error)
	// Update completes obj, which is to replace old. Whatever the request's
	// subresource may not touch is taken from old. Conflicts of resource
	// versions are not its business.
	Update(req Request, obj, old runtime.Object) (Outcome, error)
	// Default fills in what a decoded object leaves out, as the versioned
	// defaulting does on every read of a request body.
	Default(obj runtime.Object)
	// Release gives back what a deleted object had allocated, once it is
	// really gone.
	Release(obj runtime.Object)
}
