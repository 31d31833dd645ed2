// Package store keeps a class: its settings, its learners, what each has done
// and each one's cluster. SQLite keeps it in one file for one server,
// PostgreSQL for several servers behind one address; both go through the same
// code and the same tests.
//
//	s, err := store.Open(ctx, "sqlite:/var/lib/tutor/class.db", time.Now)
//	learner, err := s.Join(ctx, store.Identity{Name: "kim", Key: "SHA256:…"})
//	progress := s.Progress(learner.ID) // a progress.Store
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Store keeps one class. It is safe for concurrent use, also by several
// servers on one PostgreSQL.
type Store struct {
	db      *sql.DB
	dialect dialect
	now     func() time.Time
}

// Open opens the database that where names, sqlite:PATH or a postgres:// URL,
// and brings its tables up to date.
func Open(ctx context.Context, where string, now func() time.Time) (*Store, error) {
	s := &Store{now: now}
	var err error
	switch path, isSQLite := strings.CutPrefix(where, "sqlite:"); {
	case isSQLite:
		s.dialect = sqlite{}
		s.db, err = openSQLite(path)
	case strings.HasPrefix(where, "postgres://"), strings.HasPrefix(where, "postgresql://"):
		s.dialect = postgres{}
		s.db, err = openPostgres(where)
	default:
		return nil, fmt.Errorf("a class is kept in sqlite:PATH or a postgres:// URL, not in %q", redact(where))
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", redact(where), err)
	}
	if err := s.migrate(ctx); err != nil {
		s.db.Close()
		return nil, fmt.Errorf("open %s: %w", redact(where), err)
	}
	return s, nil
}

// Close lets go of the database.
func (s *Store) Close() error { return s.db.Close() }

// redact leaves out a URL's password, for messages and logs.
func redact(where string) string {
	scheme, rest, isURL := strings.Cut(where, "://")
	if !isURL {
		return where
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		return scheme + "://" + user + "@" + rest[at+1:]
	}
	return where
}

// inTx runs do in a transaction. Where the database was lost before the
// transaction was committed it is tried again until ctx ends: a database that
// restarts costs a wait, not what a learner did.
func (s *Store) inTx(ctx context.Context, do func(*tx) error) error {
	pause := 20 * time.Millisecond
	for {
		err := s.once(ctx, do)
		if err == nil || !s.dialect.lost(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the database does not answer: %w", err)
		case <-time.After(pause):
			pause = min(2*pause, time.Second)
		}
	}
}

func (s *Store) once(ctx context.Context, do func(*tx) error) error {
	t, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	if err := do(&tx{t, s.dialect}); err != nil {
		return err
	}
	return t.Commit()
}

// tx is a transaction whose queries are written with ? for both databases.
type tx struct {
	*sql.Tx
	dialect dialect
}

func (t *tx) exec(ctx context.Context, query string, args ...any) error {
	_, err := t.ExecContext(ctx, t.dialect.placeholders(query), args...)
	return err
}

func (t *tx) row(ctx context.Context, query string, args ...any) *sql.Row {
	return t.QueryRowContext(ctx, t.dialect.placeholders(query), args...)
}

// each calls scan for every row of a query.
func (t *tx) each(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := t.QueryContext(ctx, t.dialect.placeholders(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// millis is how times are kept: milliseconds since 1970, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
