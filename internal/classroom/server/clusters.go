package server

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/tui"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/world"
)

// clusters are the learners' that run. Two connections of one learner share
// theirs; the one that a learner changed last is kept in the store.
type clusters struct {
	*Server
	mu sync.Mutex
	of map[clusterOf]*running
}

type clusterOf struct{ learner, task string }

// running is a learner's cluster of a task, from when it is being opened until
// it is closed and stored.
type running struct {
	ready, ended chan struct{}
	cluster      *live.Cluster
	err          error
	left         atomic.Bool // another took its place: it is not stored
}

// storeSoon is how long a change in a cluster may wait to be stored, and
// storePatience how long storing it may take.
const (
	storeSoon     = time.Second
	storePatience = 5 * time.Second
)

// lesson is the room's lesson with a learner's own clusters in it.
func (c *clusters) lesson(learner string) func(context.Context) (*tui.Lesson, error) {
	return func(context.Context) (*tui.Lesson, error) {
		l, err := c.Server.lesson()
		if err != nil || l.Live == nil {
			return l, err
		}
		own := *l
		own.Live = func(ctx context.Context, task *lessons.Scenario, anew bool) (*live.Cluster, error) {
			return c.open(ctx, l, learner, task, anew)
		}
		return &own, nil
	}
}

// open finds the learner's cluster of a task: the one that runs, else the one
// that is stored, else a new one.
func (c *clusters) open(ctx context.Context, l *tui.Lesson, learner string, task *lessons.Scenario, anew bool) (*live.Cluster, error) {
	key := clusterOf{learner, task.ID}
	for {
		c.mu.Lock()
		r := c.of[key]
		if r == nil || anew {
			if r != nil {
				r.left.Store(true)
			}
			r = &running{ready: make(chan struct{}), ended: make(chan struct{})}
			c.of[key] = r
			c.mu.Unlock()
			c.start(ctx, r, l, key, task, anew)
			return r.cluster, r.err
		}
		c.mu.Unlock()
		select {
		case <-r.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if r.err == nil && r.cluster.Share() {
			return r.cluster, nil
		}
		select { // it is being closed and stored
		case <-r.ended:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// start starts a cluster and has it kept.
func (c *clusters) start(ctx context.Context, r *running, l *tui.Lesson, key clusterOf, task *lessons.Scenario, anew bool) {
	defer close(r.ready)
	end := func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.of[key] == r {
			delete(c.of, key)
		}
		close(r.ended)
	}
	if r.cluster, r.err = l.Live(ctx, task, anew); r.err != nil {
		end()
		return
	}
	var err error
	if anew {
		err = c.Store.SetCluster(ctx, key.learner, []byte("{}"))
	} else {
		err = c.resume(ctx, r.cluster, key)
	}
	if err != nil {
		// It can be done without: it begins as the task does.
		c.Log.Warn("a learner's cluster was not resumed", "err", err)
	}
	r.cluster.Keep(storeSoon, func(w *world.World, writes int64) {
		if !r.left.Load() {
			c.keep(key, live.Kept{Task: key.task, Writes: writes, World: w})
		}
	}, end)
}

// resume makes a cluster what was stored, if that is of the same task.
func (c *clusters) resume(ctx context.Context, cluster *live.Cluster, key clusterOf) error {
	b, err := c.Store.Cluster(ctx, key.learner)
	if err != nil || b == nil {
		return err
	}
	return cluster.Resume(b)
}

func (c *clusters) keep(key clusterOf, kept live.Kept) {
	b, err := json.Marshal(kept)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), storePatience)
		defer cancel()
		err = c.Store.SetCluster(ctx, key.learner, b)
	}
	if err != nil {
		c.metrics.storeErrors.Inc()
		c.Log.Warn("a learner's cluster was not stored", "err", err)
	}
}
