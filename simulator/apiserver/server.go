// Package apiserver is the Kubernetes API of one simulated cluster: an
// [http.Handler] that any Kubernetes client can talk to, and beneath it the
// same verbs in Go for controllers, the grader and package apply.
//
// A request goes the way it goes in kube-apiserver: it is decoded strictly,
// defaulted, admitted, completed and validated by the kind's
// [registry.Strategy], stored in a [store.Store], and seen by every watch.
// Answers, errors ([metav1.Status]) and warnings are those of Kubernetes
// 1.37.2.
//
//	s := apiserver.New(apiserver.Options{Store: store.New(0), Now: time.Now})
//	res, err := s.Create(ctx, &corev1.Service{…}, metav1.CreateOptions{})
//	http.ListenAndServe("127.0.0.1:8001", s)
package apiserver

import (
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver/registry"
	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// Options are what a Server is made of.
type Options struct {
	// Store keeps the objects; an empty one unless given.
	Store *store.Store
	// Now is the cluster's time; the wall clock unless given.
	Now func() time.Time
	// Seed starts the sequence of made-up uids and names of kinds that have
	// no strategy of their own.
	Seed uint64
	// Strategies are what the server does with each kind; a kind without one
	// gets its metadata completed and is stored as it is.
	Strategies map[schema.GroupResource]registry.Strategy
	// Changed is called after each write that was stored, before the writer
	// has its answer.
	Changed func()
	// Exec runs commands in pods; without it pods have none.
	Exec ExecFunc
}

// Server is the API of one cluster. It is safe for concurrent use.
type Server struct {
	store      *store.Store
	now        func() time.Time
	strategies map[schema.GroupResource]registry.Strategy
	generic    registry.Strategy
	changed    func()
	exec       ExecFunc
	closed     chan struct{}
	closeOnce  sync.Once
	turns      [64]sync.Mutex // of writers, by the object they change
}

// New makes a Server.
func New(o Options) *Server {
	if o.Store == nil {
		o.Store = store.New(0)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	return &Server{
		store:      o.Store,
		now:        o.Now,
		strategies: o.Strategies,
		generic:    newGeneric(o.Seed),
		changed:    o.Changed,
		exec:       o.Exec,
		closed:     make(chan struct{}),
	}
}

// Store is where the server keeps its objects.
func (s *Server) Store() *store.Store { return s.store }

func (s *Server) strategy(r *Resource) registry.Strategy {
	if st, ok := s.strategies[r.GroupResource()]; ok {
		return st
	}
	return s.generic
}

func lower(s string) string { return strings.ToLower(s) }

// Close ends all watches and streams.
func (s *Server) Close() { s.closeOnce.Do(func() { close(s.closed) }) }
