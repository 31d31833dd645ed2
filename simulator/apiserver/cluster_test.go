package apiserver_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newCluster is a cluster with the lesson's world.
func newCluster(t testing.TB) *simulator.Cluster {
	t.Helper()
	return simulatortest.New(t, simulatortest.Asset(t, "worlds/lesson.yaml"))
}
