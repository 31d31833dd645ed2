package simulator

import (
	"sync"
	"sync/atomic"
	"time"
)

// stepper is what has work to do as time goes by: the controllers.
type stepper interface {
	// Step does all that is due at now, to a fixed point, and returns when
	// there is something to do next: the zero time when nothing waits.
	Step(now time.Time) (next time.Time)
}

// timeline is a cluster's virtual clock and the work that hangs on it.
type timeline struct {
	at   atomic.Pointer[time.Time]
	wall atomic.Pointer[wall] // what is followed; nil while nothing is
	next atomic.Pointer[time.Time]
	work stepper

	mu      sync.Mutex // held by who steps
	pending atomic.Bool
	woken   chan struct{} // tells a follower that next may have changed
}

// wall is another clock, and what the two showed when they were put together.
type wall struct {
	clock      func() time.Time
	then, here time.Time
}

func (w *wall) now() time.Time { return w.here.Add(w.clock().Sub(w.then)) }

func newTimeline(start time.Time) *timeline {
	t := &timeline{woken: make(chan struct{}, 1)}
	t.at.Store(&start)
	t.next.Store(new(time.Time))
	return t
}

// now is the cluster's time. Where it follows another clock it is read from
// that one, but never comes to be later than work that is still to be done.
func (t *timeline) now() time.Time {
	if wall := t.wall.Load(); wall != nil {
		now := wall.now()
		if next := t.due(); !next.IsZero() && next.Before(now) {
			now = next
		}
		t.forward(now)
	}
	return *t.at.Load()
}

// forward moves the clock to a time, never backwards.
func (t *timeline) forward(to time.Time) {
	for at := t.at.Load(); to.After(*at); at = t.at.Load() {
		if t.at.CompareAndSwap(at, &to) {
			return
		}
	}
}

// due is when there is something to do next.
func (t *timeline) due() time.Time { return *t.next.Load() }

// kick does what is due now, because something was written. Writes of the
// controllers themselves end up here too: they are seen by the step that is
// under way.
func (t *timeline) kick() {
	t.pending.Store(true)
	for t.pending.Load() && t.mu.TryLock() {
		t.step()
		t.mu.Unlock()
	}
}

// step does what is due now. The caller holds the lock.
func (t *timeline) step() {
	for t.pending.Swap(false) {
		if t.work != nil {
			next := t.work.Step(t.now())
			t.next.Store(&next)
		}
	}
	select {
	case t.woken <- struct{}{}:
	default:
	}
}

// stepAt moves the clock to a time, never backwards, and does what is due then.
func (t *timeline) stepAt(at time.Time) {
	t.forward(at)
	t.pending.Store(true)
	t.step()
}

// advance moves the clock to a time, with all work on the way.
func (t *timeline) advance(to time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stepAt(t.now())
	for next := t.due(); !next.IsZero() && !next.After(to); next = t.due() {
		t.stepAt(next)
	}
	t.stepAt(to)
}

// settle moves the clock until nothing is left to do, at most by limit.
func (t *timeline) settle(limit time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	end := t.now().Add(limit)
	t.stepAt(t.now())
	for next := t.due(); !next.IsZero(); next = t.due() {
		if next.After(end) {
			return false
		}
		t.stepAt(next)
	}
	return true
}

// longest is how long to sleep for work that is to be done later: the other
// clock need not be as fast as the one that the sleep is counted by.
const longest = time.Second

// follow moves the clock along with another one. It sleeps while there is
// nothing to do.
func (t *timeline) follow(other *wall, done, closed <-chan struct{}) {
	defer t.wall.CompareAndSwap(other, nil)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-done:
			return
		case <-closed:
			return
		case <-timer.C:
		case <-t.woken:
		}
		t.advance(other.now())
		select { // what advance itself has woken
		case <-t.woken:
		default:
		}
		if next := t.due(); next.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(min(longest, max(0, next.Sub(other.now()))))
		}
	}
}
