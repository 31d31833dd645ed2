package dns_test

import (
	"testing"

	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/state"
)

// load is a settled cluster that holds a world.
func load(t testing.TB, path string) *state.State {
	t.Helper()
	return simulatortest.Settled(t, simulatortest.Read(t, path)).State()
}
