package apiserver_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// newCluster is a cluster with the lesson's world.
func newCluster(t testing.TB) *simulator.Cluster {
	t.Helper()
	f, err := assets.FS.Open("worlds/lesson.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := world.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	c, err := simulator.New(simulator.Options{World: w, Start: start, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
