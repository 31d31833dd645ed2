package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite
)

// dialect is where the two databases differ.
type dialect interface {
	// placeholders turns ? into what the database wants.
	placeholders(query string) string
	// lock makes a SELECT hold its rows until the transaction ends.
	lock() string
	// lost tells whether an error means that the database was lost before
	// the transaction was committed, so that it may be tried again.
	lost(err error) bool
	// begin is what serialises migrations of several servers.
	beginMigration() string
}

type sqlite struct{}

// openSQLite opens the file with settings under which readers do not wait for
// the writer and a killed process loses nothing. A new file is its owner's
// alone: the join code and everybody's work are in it.
func openSQLite(path string) (*sql.DB, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(ON)",
	}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	// One connection: every transaction may write, and writers take turns.
	db.SetMaxOpenConns(1)
	return db, nil
}

func (sqlite) placeholders(query string) string { return query }
func (sqlite) lock() string                     { return "" }
func (sqlite) lost(error) bool                  { return false }
func (sqlite) beginMigration() string           { return "" }

type postgres struct{}

func openPostgres(where string) (*sql.DB, error) {
	db, err := sql.Open("pgx", where)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	return db, nil
}

func (postgres) placeholders(query string) string {
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

func (postgres) lock() string { return " FOR UPDATE" }

func (postgres) lost(err error) bool {
	var answered *pgconn.PgError
	if errors.As(err, &answered) {
		// Class 57P: the server shuts down or starts; 08: connection; 40: a
		// conflict that a second try settles.
		return strings.HasPrefix(answered.Code, "57P") || strings.HasPrefix(answered.Code, "08") || strings.HasPrefix(answered.Code, "40")
	}
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &network) || pgconn.SafeToRetry(err) || isEOF(err)
}

func (postgres) beginMigration() string { return "SELECT pg_advisory_xact_lock(7305081)" }
