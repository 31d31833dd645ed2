package store_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// createSchema makes a schema that is dropped with all it holds after the test.
func createSchema(t *testing.T, server, schema string) {
	t.Helper()
	exec := func(query string) {
		conn, err := pgx.Connect(context.Background(), server)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		if _, err := conn.Exec(context.Background(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE SCHEMA " + schema)
	t.Cleanup(func() { exec("DROP SCHEMA " + schema + " CASCADE") })
}
