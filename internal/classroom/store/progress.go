package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kubetutor/tutor/internal/progress"
)

// Progress is what one learner has done.
func (s *Store) Progress(learner string) progress.Store { return &learnerProgress{s, learner} }

type learnerProgress struct {
	store   *Store
	learner string
}

var _ progress.Store = (*learnerProgress)(nil)

// Load reads the learner's progress.
func (l *learnerProgress) Load(ctx context.Context) (*progress.Progress, error) {
	var p *progress.Progress
	err := l.store.inTx(ctx, func(t *tx) (err error) {
		p, err = l.read(ctx, t, "")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read progress: %w", err)
	}
	return p, nil
}

// Update applies change to the newest stored progress.
func (l *learnerProgress) Update(ctx context.Context, change func(*progress.Progress) error) (*progress.Progress, error) {
	var p *progress.Progress
	var refused error
	err := l.store.inTx(ctx, func(t *tx) (err error) {
		refused = nil
		// The row is there before it is locked, so that two first updates
		// take turns as well.
		err = t.exec(ctx, `INSERT INTO progress (learner, body) VALUES (?, ?) ON CONFLICT (learner) DO NOTHING`, l.learner, `{"version":1}`)
		if err != nil {
			return err
		}
		if p, err = l.read(ctx, t, l.store.dialect.lock()); err != nil {
			return err
		}
		before := countTasks(p)
		if refused = change(p); refused != nil {
			return refused
		}
		return l.write(ctx, t, p, before)
	})
	if refused != nil {
		return nil, refused
	}
	if err != nil {
		return nil, fmt.Errorf("write progress: %w", err)
	}
	return p, nil
}

func (l *learnerProgress) read(ctx context.Context, t *tx, lock string) (*progress.Progress, error) {
	var body string
	err := t.row(ctx, `SELECT body FROM progress WHERE learner = ?`+lock, l.learner).Scan(&body)
	if isNoRows(err) {
		return progress.New(), nil
	}
	if err != nil {
		return nil, err
	}
	return progress.Decode([]byte(body))
}

// write stores p, and what is new in its tasks where the teacher's screen
// finds it: before says how much each task had.
func (l *learnerProgress) write(ctx context.Context, t *tx, p *progress.Progress, before map[string]count) error {
	p.Version = progress.Version
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := t.exec(ctx, `UPDATE progress SET body = ? WHERE learner = ?`, string(body), l.learner); err != nil {
		return err
	}
	for id, task := range p.Tasks {
		if task.Hints != before[id].hints {
			err := t.exec(ctx, `INSERT INTO hints (learner, task, shown) VALUES (?, ?, ?)
				ON CONFLICT (learner, task) DO UPDATE SET shown = excluded.shown`, l.learner, id, task.Hints)
			if err != nil {
				return err
			}
		}
		for n := before[id].attempts; n < len(task.Attempts); n++ {
			a := task.Attempts[n]
			err := t.exec(ctx, `INSERT INTO attempts (learner, task, number, at, passed, diagnoses) VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT (learner, task, number) DO NOTHING`,
				l.learner, id, n, millis(a.At), asInt(a.Passed), strings.Join(a.Diagnoses, " "))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// count is how much of a task is stored where the teacher's screen finds it.
type count struct{ attempts, hints int }

func countTasks(p *progress.Progress) map[string]count {
	n := make(map[string]count, len(p.Tasks))
	for id, t := range p.Tasks {
		n[id] = count{len(t.Attempts), t.Hints}
	}
	return n
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Cluster is a learner's stored cluster; nil where there is none yet.
func (s *Store) Cluster(ctx context.Context, learner string) ([]byte, error) {
	var body string
	err := s.inTx(ctx, func(t *tx) error {
		return t.row(ctx, `SELECT body FROM clusters WHERE learner = ?`, learner).Scan(&body)
	})
	if isNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the cluster of %s: %w", learner, err)
	}
	return []byte(body), nil
}

// SetCluster stores a learner's cluster.
func (s *Store) SetCluster(ctx context.Context, learner string, body []byte) error {
	err := s.inTx(ctx, func(t *tx) error {
		return t.exec(ctx, `INSERT INTO clusters (learner, body) VALUES (?, ?) ON CONFLICT (learner) DO UPDATE SET body = excluded.body`, learner, string(body))
	})
	if err != nil {
		return fmt.Errorf("store the cluster of %s: %w", learner, err)
	}
	return nil
}
