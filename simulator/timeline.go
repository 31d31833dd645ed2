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
	work stepper

	mu      sync.Mutex // held by who steps
	next    time.Time
	pending atomic.Bool
	woken   chan struct{} // tells a follower that next may have changed
}

func newTimeline(start time.Time) *timeline {
	t := &timeline{woken: make(chan struct{}, 1)}
	t.at.Store(&start)
	return t
}

func (t *timeline) now() time.Time { return *t.at.Load() }

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
			t.next = t.work.Step(t.now())
		}
	}
	select {
	case t.woken <- struct{}{}:
	default:
	}
}

// stepAt moves the clock to a time, never backwards, and does what is due then.
func (t *timeline) stepAt(at time.Time) {
	if at.After(t.now()) {
		t.at.Store(&at)
	}
	t.pending.Store(true)
	t.step()
}

// advance moves the clock to a time, with all work on the way.
func (t *timeline) advance(to time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stepAt(t.now())
	for !t.next.IsZero() && !t.next.After(to) {
		t.stepAt(t.next)
	}
	t.stepAt(to)
}

// settle moves the clock until nothing is left to do, at most by limit.
func (t *timeline) settle(limit time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	end := t.now().Add(limit)
	t.stepAt(t.now())
	for !t.next.IsZero() {
		if t.next.After(end) {
			return false
		}
		t.stepAt(t.next)
	}
	return true
}

// due is when there is something to do next.
func (t *timeline) due() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next
}

// tick is how far the clock of a cluster that follows the wall may lag behind.
const tick = time.Second

// follow moves the clock along with another one.
func (t *timeline) follow(clock func() time.Time, done, closed <-chan struct{}) {
	wall, virtual := clock(), t.now()
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
		t.advance(virtual.Add(clock().Sub(wall)))
		select { // what advance itself has woken
		case <-t.woken:
		default:
		}
		wait := tick
		if next := t.due(); !next.IsZero() {
			wait = min(wait, max(0, next.Sub(t.now())))
		}
		timer.Reset(wait)
	}
}
