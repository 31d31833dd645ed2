package server

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/progress"
)

// desk is a learner's progress in the class's store. It notes for the
// teacher's board where they are, and bounds what one learner can store.
type desk struct {
	progress.Store
	class   *store.Store
	learner string
	metrics *metrics

	mu    sync.Mutex
	place string
}

// The most that is kept of one learner, in bytes.
const (
	maxText = 1 << 20 // of a task's text in the editor
	maxKept = 1 << 20 // of a task's replaced texts together
)

// Load reads the progress.
func (d *desk) Load(ctx context.Context) (*progress.Progress, error) {
	p, err := d.Store.Load(ctx)
	if err != nil {
		return nil, err
	}
	d.at(ctx, p.Place)
	return p, nil
}

// Update changes the progress and notes where the learner is now.
func (d *desk) Update(ctx context.Context, change func(*progress.Progress) error) (*progress.Progress, error) {
	began := time.Now()
	p, err := d.Store.Update(ctx, func(p *progress.Progress) error {
		if err := change(p); err != nil {
			return err
		}
		return bound(p)
	})
	if err != nil {
		d.metrics.storeErrors.Inc()
		return nil, err
	}
	d.metrics.stored.Observe(time.Since(began).Seconds())
	d.at(ctx, p.Place)
	return p, nil
}

// at notes a place that is new. Where that fails the board is a little behind
// and the next change tries again: it is no reason to trouble the learner.
func (d *desk) at(ctx context.Context, p progress.Place) {
	place := p.Screen + ":" + p.ID
	d.mu.Lock()
	defer d.mu.Unlock()
	if place != d.place && d.class.At(ctx, d.learner, place) == nil {
		d.place = place
	}
}

// bound keeps a learner's progress within what a class can hold.
func bound(p *progress.Progress) error {
	for id, t := range p.Tasks {
		if len(t.Draft.Text) > maxText {
			return fmt.Errorf("the text of %s is larger than %d KiB", id, maxText>>10)
		}
		size := 0
		for i := len(t.Kept) - 1; i >= 0; i-- {
			if size += len(t.Kept[i].Text); size > maxKept {
				t.Kept = t.Kept[i+1:]
				break
			}
		}
	}
	return nil
}

// memory is progress that is not kept: the teacher's own.
type memory struct {
	mu   sync.Mutex
	body []byte
}

// Load returns what was done since the session began.
func (m *memory) Load(ctx context.Context) (*progress.Progress, error) {
	return m.Update(ctx, func(*progress.Progress) error { return nil })
}

// Update changes it.
func (m *memory) Update(_ context.Context, change func(*progress.Progress) error) (*progress.Progress, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := progress.New()
	if m.body != nil {
		if err := json.Unmarshal(m.body, p); err != nil {
			return nil, err
		}
	}
	if err := change(p); err != nil {
		return nil, err
	}
	var err error
	m.body, err = json.Marshal(p)
	return p, err
}
