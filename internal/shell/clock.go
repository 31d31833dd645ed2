package shell

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Clock is how time passes while a tool waits.
type Clock interface {
	// Wait returns after d, or earlier with ctx's error.
	Wait(ctx context.Context, d time.Duration) error
	// Real tells that waiting takes the cluster's time along; else the shell
	// counts what it would have waited.
	Real() bool
}

// Instant waits for nothing: for checks, batches and tests.
var Instant Clock = instant{}

// WallClock waits as long as the real tool would: for a terminal.
var WallClock Clock = wall{}

type instant struct{}

func (instant) Wait(ctx context.Context, _ time.Duration) error { return ctx.Err() }
func (instant) Real() bool                                      { return false }

type wall struct{}

func (wall) Real() bool { return true }
func (wall) Wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// How long one command line may take: computing where nothing waits, and
// waiting, in the cluster's time.
const (
	maxComputing = 5 * time.Second
	maxWaiting   = time.Hour
)

// timer is a session's view of time.
type timer struct {
	clock Clock
	base  func() time.Time

	mu     sync.Mutex
	waited time.Duration
}

func newTimer(c Clock, base func() time.Time) *timer {
	if c == nil {
		c = Instant
	}
	return &timer{clock: c, base: base}
}

func (t *timer) now() time.Time {
	if t.clock.Real() {
		return t.base()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.base().Add(t.waited)
}

// wait lets d pass. A session that has waited for an hour in all without a
// real clock is stopped, so that an endless loop with a sleep in it ends.
func (t *timer) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t.mu.Lock()
	t.waited += d
	over := !t.clock.Real() && t.waited > maxWaiting
	t.mu.Unlock()
	if over {
		return errTooLong
	}
	return t.clock.Wait(ctx, d)
}

// errTooLong ends a command line that waits for ever.
var errTooLong = errors.New("an hour of the cluster's time is what a command gets here")

// over tells whether the session's time is used up.
func (t *timer) over() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.clock.Real() && t.waited > maxWaiting
}

// patience is how long a command line may run on this machine's clock.
func (t *timer) patience() time.Duration {
	if t.clock.Real() {
		return maxWaiting
	}
	return maxComputing
}

// budget is a clock that stops a tool once it has used up its time, for the
// tool timeout.
type budget struct {
	*timer
	left time.Duration
	over bool
}

func (b *budget) Real() bool { return b.clock.Real() }

func (b *budget) Wait(ctx context.Context, d time.Duration) error {
	if d <= b.left {
		b.left -= d
		return b.wait(ctx, d)
	}
	b.over = true
	if err := b.wait(ctx, b.left); err != nil {
		return err
	}
	b.left = 0
	return context.DeadlineExceeded
}
