package shell_test

import (
	"os"
	"testing"
	"time"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// load is a settled cluster that holds a world.
func load(t testing.TB, path string) *simulator.Cluster {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := world.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	c, err := simulator.New(simulator.Options{World: w, Start: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.Settle()
	return c
}
