package dataplane_test

import (
	"fmt"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"math/rand/v2"
	"testing"

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

func BenchmarkNew(b *testing.B) {
	for _, n := range []size{{20, 500, 100, 0}, {50, 1000, 200, 0}, {100, 5000, 1000, 0}} {
		b.Run(fmt.Sprintf("pods=%d/services=%d", n.pods, n.services), func(b *testing.B) {
			st := randomWorld(b, rand.New(rand.NewPCG(1, 2)), n)
			endpoints := 0
			for _, s := range st.Slices {
				endpoints += len(s.Endpoints)
			}
			for b.Loop() {
				dataplane.New(st)
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
