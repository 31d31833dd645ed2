package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/kubetutor/tutor/internal/classroom"
)

// Class is what the teacher has set for everybody.
type Class = classroom.Class

// Quiz is a timed quiz.
type Quiz = classroom.Quiz

// Class reads the class's settings.
func (s *Store) Class(ctx context.Context) (Class, error) {
	var c Class
	err := s.inTx(ctx, func(t *tx) (err error) {
		c, err = readClass(ctx, t, "")
		return err
	})
	if err != nil {
		return Class{}, fmt.Errorf("read the class: %w", err)
	}
	return c, nil
}

// UpdateClass applies change to the newest settings.
func (s *Store) UpdateClass(ctx context.Context, change func(*Class)) (Class, error) {
	var c Class
	err := s.inTx(ctx, func(t *tx) (err error) {
		if err := t.exec(ctx, `INSERT INTO class (id, body) VALUES (1, '{}') ON CONFLICT (id) DO NOTHING`); err != nil {
			return err
		}
		if c, err = readClass(ctx, t, s.dialect.lock()); err != nil {
			return err
		}
		change(&c)
		body, err := json.Marshal(c)
		if err != nil {
			return err
		}
		return t.exec(ctx, `UPDATE class SET body = ? WHERE id = 1`, string(body))
	})
	if err != nil {
		return Class{}, fmt.Errorf("change the class: %w", err)
	}
	return c, nil
}

func readClass(ctx context.Context, t *tx, lock string) (Class, error) {
	var c Class
	var body string
	err := t.row(ctx, `SELECT body FROM class WHERE id = 1`+lock).Scan(&body)
	if isNoRows(err) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(body), &c)
}
