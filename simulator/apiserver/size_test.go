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

// TestThousandClusters has as many clusters at once as a class server may;
// TestMain's look for goroutines sees what they leave.
func TestThousandClusters(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	clusters := make([]*simulator.Cluster, 1000)
	for i := range clusters {
		clusters[i] = newCluster(t)
	}
	for _, c := range clusters {
		if c.State().Service("default", "kubernetes") == nil {
			t.Fatal("a cluster lacks the Service kubernetes")
		}
		c.Close()
	}
}

func BenchmarkNewCluster(b *testing.B) {
	for b.Loop() {
		newCluster(b).Close()
	}
}
