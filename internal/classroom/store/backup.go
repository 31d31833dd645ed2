package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// tables are what a backup holds, in the order in which their rows can be put
// back, with the columns of each.
var tables = []struct {
	name    string
	columns []string
}{
	{"class", []string{"id", "body"}},
	{"learners", []string{"id", "name", "joined", "seen", "place", "since"}},
	{"progress", []string{"learner", "body"}},
	{"clusters", []string{"learner", "body"}},
	{"attempts", []string{"learner", "task", "number", "at", "passed", "diagnoses"}},
	{"hints", []string{"learner", "task", "shown"}},
}

// backupLine is a row in a backup: the first line has the version alone.
type backupLine struct {
	Version int            `json:"version,omitempty"`
	Table   string         `json:"table,omitempty"`
	Row     map[string]any `json:"row,omitempty"`
}

// Backup writes the whole class as JSON lines, as it is at one moment. Either
// database restores it.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	enc := json.NewEncoder(w)
	err := s.once(ctx, func(t *tx) error {
		if err := enc.Encode(backupLine{Version: len(migrations)}); err != nil {
			return err
		}
		for _, table := range tables {
			if err := backupTable(ctx, t, enc, table.name, table.columns); err != nil {
				return fmt.Errorf("table %s: %w", table.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("back the class up: %w", err)
	}
	return nil
}

func backupTable(ctx context.Context, t *tx, enc *json.Encoder, table string, columns []string) error {
	return t.each(ctx, func(r *sql.Rows) error {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := r.Scan(values...); err != nil {
			return err
		}
		row := make(map[string]any, len(columns))
		for i, c := range columns {
			row[c] = *values[i].(*any)
		}
		return enc.Encode(backupLine{Table: table, Row: row})
	}, "SELECT "+strings.Join(columns, ", ")+" FROM "+table)
}

// ErrNotEmpty is a class that a backup would be mixed into.
var ErrNotEmpty = errors.New("this database holds a class already: restore into a new one")

// Restore puts a backup into an empty database, whole or not at all.
func (s *Store) Restore(ctx context.Context, r io.Reader) error {
	err := s.once(ctx, func(t *tx) error {
		var n int
		if err := t.row(ctx, `SELECT COUNT(*) FROM learners`).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return ErrNotEmpty
		}
		if err := t.exec(ctx, `DELETE FROM class`); err != nil {
			return err
		}
		return restoreLines(ctx, t, r)
	})
	if err != nil {
		return fmt.Errorf("restore the class: %w", err)
	}
	return nil
}

func restoreLines(ctx context.Context, t *tx, r io.Reader) error {
	dec := json.NewDecoder(bufio.NewReader(r))
	dec.UseNumber()
	for n := 1; ; n++ {
		var line backupLine
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) && n > 1 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		switch {
		case n == 1 && line.Version != len(migrations):
			return fmt.Errorf("the backup is of version %d, this tutor writes %d", line.Version, len(migrations))
		case n > 1:
			if err := restoreRow(ctx, t, line); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
}

func restoreRow(ctx context.Context, t *tx, line backupLine) error {
	for _, table := range tables {
		if table.name != line.Table {
			continue
		}
		args := make([]any, len(table.columns))
		for i, c := range table.columns {
			args[i] = line.Row[c]
			if number, ok := args[i].(json.Number); ok {
				v, err := number.Int64()
				if err != nil {
					return err
				}
				args[i] = v
			}
		}
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")
		return t.exec(ctx, "INSERT INTO "+table.name+" ("+strings.Join(table.columns, ", ")+") VALUES ("+marks+")", args...)
	}
	return fmt.Errorf("there is no table %q", line.Table)
}
