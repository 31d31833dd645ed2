package store

import (
	"context"
	"fmt"

	"github.com/kubetutor/tutor/internal/progress"
)

// Each calls do with every learner and what they have done, by name. They are
// read one at a time: a class need not fit into memory at once.
func (s *Store) Each(ctx context.Context, do func(Learner, *progress.Progress) error) error {
	all, err := s.Learners(ctx)
	if err != nil {
		return err
	}
	for _, l := range all {
		p, err := s.Progress(l.ID).Load(ctx)
		if err != nil {
			return fmt.Errorf("learner %s: %w", l.Name, err)
		}
		if err := do(l, p); err != nil {
			return err
		}
	}
	return nil
}

// Import adds what a learner did elsewhere: to the one of that name, or to a
// new one who will join by it.
func (s *Store) Import(ctx context.Context, name string, p *progress.Progress) error {
	id, err := s.named(ctx, name)
	if err != nil {
		return err
	}
	if id == "" {
		l, err := s.Join(ctx, Identity{Name: name})
		if err != nil {
			return err
		}
		id = l.ID
	}
	_, err = s.Progress(id).Update(ctx, func(mine *progress.Progress) error {
		mine.Merge(p)
		return nil
	})
	return err
}

// named is the id of the learner of a name, "" for nobody.
func (s *Store) named(ctx context.Context, name string) (id string, err error) {
	if err := CheckName(name); err != nil {
		return "", err
	}
	err = s.inTx(ctx, func(t *tx) error {
		err := t.row(ctx, `SELECT id FROM learners WHERE LOWER(name) = LOWER(?)`, name).Scan(&id)
		if isNoRows(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", name, err)
	}
	return id, nil
}
