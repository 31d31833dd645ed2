package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Class is what the teacher has set for everybody.
type Class struct {
	Title string `json:"title,omitempty"`
	// Code lets learners without a key join.
	Code string `json:"code,omitempty"`
	// Teachers are the fingerprints of the keys that open the dashboard.
	Teachers []string `json:"teachers,omitempty"`
	// Closed are the sections that are not open yet.
	Closed []string `json:"closed,omitempty"`
	// HoldHints tells that no hints are given.
	HoldHints bool `json:"holdHints,omitempty"`
	// Message is shown to everybody, from At on.
	Message string    `json:"message,omitempty"`
	At      time.Time `json:"at,omitzero"`
	// Quiz is a quiz that everybody takes now.
	Quiz *Quiz `json:"quiz,omitempty"`
}

// Quiz is a timed quiz: its questions are those of a topic, all without one.
type Quiz struct {
	Topic string    `json:"topic,omitempty"`
	Ends  time.Time `json:"ends"`
}

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
