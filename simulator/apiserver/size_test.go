package apiserver_test

import (
	"runtime"
	"testing"

	"github.com/kubetutor/tutor/simulator"
)

// largest is how much memory a cluster with the lesson's world may take.
const largest = 2 << 20

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestClusterSize(t *testing.T) {
	newCluster(t) // what all clusters share is made
	before := heap()
	clusters := make([]*simulator.Cluster, 40)
	for i := range clusters {
		clusters[i] = newCluster(t)
		clusters[i].Settle()
	}
	each := (heap() - before) / uint64(len(clusters))
	t.Logf("a cluster takes %d KiB", each>>10)
	if each > largest {
		t.Errorf("a cluster takes %d bytes, at most %d are wanted", each, largest)
	}
	runtime.KeepAlive(clusters)
}

func BenchmarkNewCluster(b *testing.B) {
	for b.Loop() {
		newCluster(b).Close()
	}
}
