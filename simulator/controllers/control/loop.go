package control

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// Controller keeps one kind of promise of the cluster.
type Controller interface {
	// Observe is told of every change, in order, and adds what has to be
	// looked at because of it.
	Observe(e store.Event, add func(Key))
	// Reconcile brings one thing where it belongs. It returns when to look at
	// it again though nothing has changed (the zero time: never), and an error
	// if it has to be tried again soon.
	Reconcile(k Key) (again time.Time, err error)
}

// Loop runs controllers on virtual time. It is not safe for concurrent use.
type Loop struct {
	ctx         *Context
	controllers []Controller
	queue       *queue
	seen        int64 // the resource version up to which changes were observed
	started     bool
	failures    map[item]int
}

// NewLoop makes a loop; its first step looks at everything that is stored.
func NewLoop(ctx *Context, controllers ...Controller) *Loop {
	return &Loop{ctx: ctx, controllers: controllers, queue: newQueue(), failures: map[item]int{}}
}

// tooOften is how often a thing is looked at in one step before it has to wait
// a second: two controllers that undo each other's work must not hang the
// cluster.
const tooOften = 1000

// Step does all that is due at now, until nothing is left to do, and returns
// when there is something to do next: the zero time when nothing waits.
func (l *Loop) Step(now time.Time) (next time.Time) {
	l.ctx.now = now
	l.queue.release(now)
	looks := map[item]int{}
	l.observe()
	l.ctx.Events.expire()
	for {
		l.observe()
		it, ok := l.queue.pop()
		if !ok {
			return l.queue.next()
		}
		if looks[it]++; looks[it] > tooOften {
			l.queue.addAt(it, now.Add(time.Second))
			continue
		}
		l.reconcile(it)
	}
}

func (l *Loop) reconcile(it item) {
	again, err := l.controllers[it.controller].Reconcile(it.key)
	if err != nil {
		l.failures[it]++
		l.queue.addAt(it, l.ctx.now.Add(backoff(l.failures[it])))
		return
	}
	delete(l.failures, it)
	if !again.IsZero() {
		l.queue.addAt(it, again)
	}
}

// backoff is how long to wait after so many failures: 5 ms, doubled each time,
// at most 1000 s, as client-go's rate limiter for controllers.
func backoff(failures int) time.Duration {
	d := 5 * time.Millisecond << min(failures-1, 20)
	return min(d, 1000*time.Second)
}

// observe tells the controllers what was written since the last time.
func (l *Loop) observe() {
	if !l.started {
		l.resync()
		return
	}
	events, _, err := l.ctx.Store.Since(l.seen)
	if err != nil {
		l.resync()
		return
	}
	for _, e := range events {
		l.seen = e.Version
		l.tell(e)
	}
}

// resync looks at everything, at the start and when more was written than the
// store's log holds.
func (l *Loop) resync() {
	objects, version := l.ctx.Store.All()
	l.ctx.Index.reset()
	l.started, l.seen = true, version
	l.ctx.Events.resume()
	events := make([]store.Event, 0, len(objects))
	for _, obj := range objects {
		if e, ok := added(obj); ok {
			l.ctx.Index.observe(e)
			events = append(events, e)
		}
	}
	for _, e := range events {
		l.tell(e)
	}
}

func (l *Loop) tell(e store.Event) {
	l.ctx.Index.observe(e)
	for i, c := range l.controllers {
		c.Observe(e, func(k Key) { l.queue.add(item{i, k}) })
	}
}

// added is the event that an object's creation is.
func added(obj runtime.Object) (store.Event, bool) {
	r, ok := ResourceOf(obj)
	if !ok {
		return store.Event{}, false
	}
	m := obj.(Object)
	k := store.Key{Resource: r, Namespace: m.GetNamespace(), Name: m.GetName()}
	return store.Event{Type: store.Added, Key: k, Object: obj}, true
}

// KeyOf is where an object is stored; false for kinds that no controller
// touches.
func KeyOf(obj runtime.Object) (store.Key, bool) {
	e, ok := added(obj)
	return e.Key, ok
}

// ResourceOf is the resource of a typed object; false for kinds that no
// controller touches.
func ResourceOf(obj runtime.Object) (schema.GroupResource, bool) {
	kind, ok := kindOf(obj)
	return kind.Resource, ok
}
