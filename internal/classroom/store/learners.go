package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/kubetutor/tutor/internal/classroom"
)

// Identity is who connects: a name, and the fingerprint of their SSH key,
// empty where there is none.
type Identity struct {
	Name string
	Key  string
}

// Learner is somebody in the class.
type Learner = classroom.Learner

// Attempt is one check of one learner.
type Attempt = classroom.Attempt

// The reasons for which nobody joins.
var (
	// ErrNameTaken is a name that somebody with another key has.
	ErrNameTaken = errors.New("the name is taken: choose another one")
	// ErrNoName is a name that cannot be shown.
	ErrNoName = errors.New("a name has 1 to 32 letters, digits, dots, dashes or underscores")
)

// maxName is how many characters a name may have.
const maxName = 32

// CheckName tells whether a name may stand on the teacher's screen.
func CheckName(name string) error {
	n := 0
	for _, r := range name {
		n++
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r) {
			return ErrNoName
		}
	}
	if n == 0 || n > maxName {
		return ErrNoName
	}
	return nil
}

func (i Identity) id() string {
	if i.Key != "" {
		return "key:" + i.Key
	}
	return "name:" + strings.ToLower(i.Name)
}

// Join finds the learner, or adds them where they are new. A key keeps its
// first name; a name belongs to whoever had it first.
func (s *Store) Join(ctx context.Context, who Identity) (Learner, error) {
	if err := CheckName(who.Name); err != nil {
		return Learner{}, err
	}
	var l Learner
	err := s.inTx(ctx, func(t *tx) error {
		var err error
		l, err = scanLearner(t.row(ctx, learnerColumns+` WHERE id = ?`, who.id()))
		if err == nil || !isNoRows(err) {
			return err
		}
		var other string
		err = t.row(ctx, `SELECT id FROM learners WHERE LOWER(name) = LOWER(?)`, who.Name).Scan(&other)
		if err == nil {
			return ErrNameTaken
		}
		if !isNoRows(err) {
			return err
		}
		l = Learner{ID: who.id(), Name: who.Name, Joined: s.now().UTC().Truncate(time.Millisecond)}
		return t.exec(ctx, `INSERT INTO learners (id, name, joined) VALUES (?, ?, ?)`, l.ID, l.Name, millis(l.Joined))
	})
	if err != nil {
		return Learner{}, fmt.Errorf("join as %s: %w", who.Name, err)
	}
	return l, nil
}

const learnerColumns = `SELECT id, name, joined, seen, place, since FROM learners`

func scanLearner(row interface{ Scan(...any) error }) (Learner, error) {
	var l Learner
	var joined, seen, since int64
	err := row.Scan(&l.ID, &l.Name, &joined, &seen, &l.Place, &since)
	l.Joined, l.Seen, l.Since = fromMillis(joined), fromMillis(seen), fromMillis(since)
	return l, err
}

// Learners are all of the class, by name.
func (s *Store) Learners(ctx context.Context) ([]Learner, error) {
	var all []Learner
	err := s.inTx(ctx, func(t *tx) error {
		all = nil
		return t.each(ctx, func(r *sql.Rows) error {
			l, err := scanLearner(r)
			all = append(all, l)
			return err
		}, learnerColumns+` ORDER BY name`)
	})
	if err != nil {
		return nil, fmt.Errorf("list the learners: %w", err)
	}
	return all, nil
}

// At notes that a learner is there, and where.
func (s *Store) At(ctx context.Context, learner, place string) error {
	now := millis(s.now())
	err := s.inTx(ctx, func(t *tx) error {
		return t.exec(ctx, `UPDATE learners SET seen = ?, since = CASE WHEN place = ? THEN since ELSE ? END, place = ? WHERE id = ?`,
			now, place, now, place, learner)
	})
	if err != nil {
		return fmt.Errorf("note where %s is: %w", learner, err)
	}
	return nil
}

// Here notes that learners are still there.
func (s *Store) Here(ctx context.Context, learners []string) error {
	now := millis(s.now())
	err := s.inTx(ctx, func(t *tx) error {
		for _, id := range learners {
			if err := t.exec(ctx, `UPDATE learners SET seen = ? WHERE id = ?`, now, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note who is here: %w", err)
	}
	return nil
}

// Find is the learner of that identity; ok tells whether there is one.
func (s *Store) Find(ctx context.Context, who Identity) (l Learner, ok bool, err error) {
	err = s.inTx(ctx, func(t *tx) (err error) {
		l, err = scanLearner(t.row(ctx, learnerColumns+` WHERE id = ?`, who.id()))
		return err
	})
	if isNoRows(err) {
		return Learner{}, false, nil
	}
	if err != nil {
		return Learner{}, false, fmt.Errorf("look for %s: %w", who.Name, err)
	}
	return l, true, nil
}

// Size is how many learners the class has.
func (s *Store) Size(ctx context.Context) (n int, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		return t.row(ctx, `SELECT COUNT(*) FROM learners`).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count the learners: %w", err)
	}
	return n, nil
}

// Hints are the rungs that were shown, of all learners and tasks.
func (s *Store) Hints(ctx context.Context) ([]classroom.Hints, error) {
	var all []classroom.Hints
	err := s.inTx(ctx, func(t *tx) error {
		all = nil
		return t.each(ctx, func(r *sql.Rows) error {
			var h classroom.Hints
			err := r.Scan(&h.Learner, &h.Task, &h.Shown)
			all = append(all, h)
			return err
		}, `SELECT learner, task, shown FROM hints ORDER BY learner, task`)
	})
	if err != nil {
		return nil, fmt.Errorf("list the hints: %w", err)
	}
	return all, nil
}

// boardWindow is how far back the board looks.
const boardWindow = 24 * time.Hour

// Board is the class as it stands.
func (s *Store) Board(ctx context.Context) (classroom.Board, error) {
	c, err := s.Class(ctx)
	if err != nil {
		return classroom.Board{}, err
	}
	learners, err := s.Learners(ctx)
	if err != nil {
		return classroom.Board{}, err
	}
	attempts, err := s.Attempts(ctx, s.now().Add(-boardWindow))
	if err != nil {
		return classroom.Board{}, err
	}
	hints, err := s.Hints(ctx)
	if err != nil {
		return classroom.Board{}, err
	}
	return classroom.NewBoard(c, learners, attempts, hints, s.now()), nil
}

// Attempts are the checks since a time, oldest first.
func (s *Store) Attempts(ctx context.Context, since time.Time) ([]Attempt, error) {
	var all []Attempt
	err := s.inTx(ctx, func(t *tx) error {
		all = nil
		return t.each(ctx, func(r *sql.Rows) error {
			var a Attempt
			var at int64
			var passed int
			var diagnoses string
			if err := r.Scan(&a.Learner, &a.Task, &at, &passed, &diagnoses); err != nil {
				return err
			}
			a.At, a.Passed, a.Diagnoses = fromMillis(at), passed != 0, strings.Fields(diagnoses)
			all = append(all, a)
			return nil
		}, `SELECT learner, task, at, passed, diagnoses FROM attempts WHERE at >= ? ORDER BY at, learner, task, number`, millis(since))
	})
	if err != nil {
		return nil, fmt.Errorf("list the attempts: %w", err)
	}
	return all, nil
}
