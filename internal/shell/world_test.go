package shell_test

import (
	"testing"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/simulatortest"
)

// load is a settled cluster that holds a world.
func load(t testing.TB, path string) *simulator.Cluster {
	t.Helper()
	return simulatortest.Settled(t, simulatortest.Read(t, path))
}
