package dataplane_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

func BenchmarkProbe(b *testing.B) {
	st := loadState(b, "../testdata/oracle/world.yaml", world.IPTables)
	net := dataplane.New(st)
	clients, targets := everybody(st), everywhere(st)
	rnd := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		at := targets[rnd.IntN(len(targets))]
		net.Probe(dataplane.Packet{From: clients[rnd.IntN(len(clients))], To: at.to, Proto: at.proto})
	}
}

// BenchmarkMatrix is every client against every address.
func BenchmarkMatrix(b *testing.B) {
	st := loadState(b, "../testdata/oracle/world.yaml", world.IPTables)
	clients, targets := everybody(st), everywhere(st)
	for b.Loop() {
		net := dataplane.New(st)
		for _, c := range clients {
			for _, at := range targets {
				net.Probe(dataplane.Packet{From: c, To: at.to, Proto: at.proto})
			}
		}
	}
	b.ReportMetric(float64(len(clients)*len(targets)), "probes/op")
}

// BenchmarkNew is the index of clusters of one shape and several sizes. The
// last row makes ten small clusters' in turn: as many objects as the largest
// has, for the same time an endpoint if size itself costs nothing.
func BenchmarkNew(b *testing.B) {
	for _, n := range []struct{ clusters, pods int }{{1, 500}, {1, 1000}, {1, 2000}, {1, 5000}, {10, 500}} {
		b.Run(fmt.Sprintf("clusters=%d/pods=%d/services=%d", n.clusters, n.pods, n.pods/5), func(b *testing.B) {
			var states []*state.State
			endpoints := 0
			for seed := range n.clusters {
				st := randomWorld(b, rand.New(rand.NewPCG(uint64(seed), 2)), size{n.pods / 50, n.pods, n.pods / 5, 0})
				states = append(states, st)
				for _, s := range st.Slices {
					endpoints += len(s.Endpoints)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, st := range states {
					dataplane.New(st)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(endpoints), "ns/endpoint")
		})
	}
}

// BenchmarkProbeEndpoints is a probe of one Service by the number of its
// endpoints.
func BenchmarkProbeEndpoints(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 5000} {
		b.Run(fmt.Sprintf("endpoints=%d", n), func(b *testing.B) {
			net, p := oneService(b, n)
			for b.Loop() {
				net.Probe(p)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/endpoint")
		})
	}
}
