// Package simulatortest makes clusters for tests:
//
//	c := simulatortest.Settled(t, simulatortest.Read(t, "testdata/world.yaml"))
package simulatortest

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// Start is the time at which the clusters start.
var Start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Read loads the world in a file.
func Read(tb testing.TB, file string) *world.World {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	return load(tb, f)
}

// Asset loads one of the worlds that the program carries, such as
// worlds/lesson.yaml.
func Asset(tb testing.TB, file string) *world.World {
	tb.Helper()
	f, err := assets.FS.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	return load(tb, f)
}

// Parse loads the world in a text.
func Parse(tb testing.TB, text string) *world.World {
	tb.Helper()
	return load(tb, strings.NewReader(text))
}

func load(tb testing.TB, r io.Reader) *world.World {
	tb.Helper()
	w, err := world.Load(r)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// New is a cluster that holds a world and ends with the test.
func New(tb testing.TB, w *world.World) *simulator.Cluster {
	tb.Helper()
	c, err := simulator.New(simulator.Options{World: w, Start: Start, Seed: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

// Settled is a new cluster once its controllers have nothing left to do.
func Settled(tb testing.TB, w *world.World) *simulator.Cluster {
	tb.Helper()
	c := New(tb, w)
	if !c.Settle() {
		tb.Fatal("the cluster does not settle")
	}
	return c
}
