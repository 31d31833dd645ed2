package store

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// migrations bring an older database up to date, in order. One that was
// released is never changed; a new one is added.
var migrations = []string{
	`CREATE TABLE class (
		id   INTEGER PRIMARY KEY,
		body TEXT NOT NULL
	);
	CREATE TABLE learners (
		id     TEXT PRIMARY KEY,
		name   TEXT NOT NULL UNIQUE,
		joined BIGINT NOT NULL,
		seen   BIGINT NOT NULL DEFAULT 0,
		place  TEXT NOT NULL DEFAULT '',
		since  BIGINT NOT NULL DEFAULT 0
	);
	CREATE TABLE progress (
		learner TEXT PRIMARY KEY REFERENCES learners(id),
		body    TEXT NOT NULL
	);
	CREATE TABLE clusters (
		learner TEXT PRIMARY KEY REFERENCES learners(id),
		body    TEXT NOT NULL
	);
	CREATE TABLE attempts (
		learner   TEXT NOT NULL REFERENCES learners(id),
		task      TEXT NOT NULL,
		number    INTEGER NOT NULL,
		at        BIGINT NOT NULL,
		passed    INTEGER NOT NULL,
		diagnoses TEXT NOT NULL,
		PRIMARY KEY (learner, task, number)
	);
	CREATE INDEX attempts_at ON attempts (at)`,
	`CREATE TABLE hints (
		learner TEXT NOT NULL REFERENCES learners(id),
		task    TEXT NOT NULL,
		shown   INTEGER NOT NULL,
		PRIMARY KEY (learner, task)
	)`,
}

// migrate applies what a database lacks. Several servers may start at once.
func (s *Store) migrate(ctx context.Context) error {
	return s.inTx(ctx, func(t *tx) error {
		if lock := s.dialect.beginMigration(); lock != "" {
			if err := t.exec(ctx, lock); err != nil {
				return fmt.Errorf("wait for another server's migration: %w", err)
			}
		}
		if err := t.exec(ctx, `CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY)`); err != nil {
			return fmt.Errorf("read the version of the tables: %w", err)
		}
		var version int
		if err := t.row(ctx, `SELECT COALESCE(MAX(version), 0) FROM migrations`).Scan(&version); err != nil {
			return fmt.Errorf("read the version of the tables: %w", err)
		}
		if version > len(migrations) {
			return fmt.Errorf("the tables were made by a newer tutor (version %d, this one knows %d): update tutor", version, len(migrations))
		}
		for v := version; v < len(migrations); v++ {
			if err := t.exec(ctx, migrations[v]); err != nil {
				return fmt.Errorf("migrate to version %d: %w", v+1, err)
			}
			if err := t.exec(ctx, `INSERT INTO migrations (version) VALUES (?)`, v+1); err != nil {
				return fmt.Errorf("migrate to version %d: %w", v+1, err)
			}
		}
		return nil
	})
}

func isEOF(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
