package dataplane_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/simulator/dataplane"
)

// TestEveryPacketIsExplained holds for random clusters: no probe panics, the
// last hop explains the outcome, nobody whose packets all fail is served, and
// the backends listed are those that many sampled connections meet.
func TestEveryPacketIsExplained(t *testing.T) {
	outcomes := map[dataplane.Outcome]int{}
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		st := randomWorld(t, rnd, size{1 + rnd.IntN(20), 1 + rnd.IntN(200), 1 + rnd.IntN(50), rnd.IntN(6)})
		net := dataplane.New(st)
		clients, targets := everybody(st), everywhere(st)
		for range 400 {
			at := pick(rnd, targets...)
			p := dataplane.Packet{From: pick(rnd, clients...), To: at.to, Proto: at.proto}
			trace := net.Probe(p)
			checkTrace(t, seed, trace)
			outcomes[trace.Outcome]++
		}
		for range 30 {
			at := pick(rnd, targets...)
			p := dataplane.Packet{From: pick(rnd, clients...), To: at.to, Proto: at.proto}
			checkSamples(t, seed, net, p, rnd)
		}
		if t.Failed() {
			return
		}
	}
	for _, o := range []dataplane.Outcome{dataplane.OK, dataplane.Refused, dataplane.Timeout, dataplane.NotPermitted} {
		if outcomes[o] == 0 {
			t.Errorf("no packet met %s: the clusters are too much alike", o)
		}
	}
	t.Logf("packets met %v", outcomes)
}

// explanations are how last hops put what the client met.
var explanations = map[dataplane.Outcome]*regexp.Regexp{
	dataplane.OK:           regexp.MustCompile(`answers.*sees the source|answers:|answers\. Connections|listens on this port`),
	dataplane.Refused:      regexp.MustCompile(`refuse|nothing .*listens|Nothing on node`),
	dataplane.Timeout:      regexp.MustCompile(`dropped|drops the packet|nobody answers|Nobody|no way|sends packets to none`),
	dataplane.NotPermitted: regexp.MustCompile(`operation not permitted`),
}

func checkTrace(t *testing.T, seed uint64, trace dataplane.Trace) {
	t.Helper()
	if trace.Err != nil {
		return
	}
	served := len(trace.Backends) > 0
	if served != (trace.Outcome == dataplane.OK) {
		t.Errorf("seed %d, %+v: %s with %d backends", seed, trace.Packet, trace.Outcome, len(trace.Backends))
	}
	for _, b := range trace.Backends {
		if b.Outcome != dataplane.OK || !b.Source.IsValid() {
			t.Errorf("seed %d, %+v: a backend that answers: %+v", seed, trace.Packet, b)
		}
	}
	for _, b := range trace.Failing {
		if b.Outcome == dataplane.OK || b.Outcome == "" || b.Why == "" {
			t.Errorf("seed %d, %+v: a backend that fails: %+v", seed, trace.Packet, b)
		}
	}
	last := trace.Last()
	if !explanations[trace.Outcome].MatchString(last.Why) {
		t.Errorf("seed %d, %+v: %s, and the last hop says: %s", seed, trace.Packet, trace.Outcome, last.Why)
	}
	if last.Why == "" || served != (last.Kind == dataplane.HopDeliver && len(trace.Backends) > 0) {
		t.Errorf("seed %d, %+v: %s is not explained by the last hop %+v", seed, trace.Packet, trace.Outcome, last)
	}
}

// checkSamples compares the backends that are possible with those that many
// connections met.
func checkSamples(t *testing.T, seed uint64, net *dataplane.Network, p dataplane.Packet, rnd *rand.Rand) {
	t.Helper()
	trace := net.Probe(p)
	possible := len(trace.Backends) + len(trace.Failing)
	if trace.Err != nil || possible == 0 {
		return
	}
	met := map[string]bool{}
	for range 40 * possible {
		one := net.Connect(p, rnd, nil, time.Time{})
		checkTrace(t, seed, one)
		if len(one.Backends)+len(one.Failing) != 1 {
			t.Fatalf("seed %d, %+v: one connection met %d", seed, p, len(one.Backends)+len(one.Failing))
		}
		for _, b := range one.Backends {
			met[b.Address.String()+" ok"] = true
		}
		for _, b := range one.Failing {
			met[b.Address.String()+" failing"] = true
		}
	}
	want := map[string]bool{}
	for _, b := range trace.Backends {
		want[b.Address.String()+" ok"] = true
	}
	for _, b := range trace.Failing {
		want[b.Address.String()+" failing"] = true
	}
	if !maps.Equal(met, want) {
		t.Errorf("seed %d, %+v: connections met %v, possible are %v", seed, p, met, want)
	}
}

func TestAffinityKeepsClientsForItsTime(t *testing.T) {
	net := dataplane.New(loadState(t, "../testdata/oracle/world.yaml", "iptables"))
	row := recorded{Client: "pod:debug-a", To: "10.96.10.66:80"} // pricing-sticky, 10800 seconds
	p := row.packet(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	var sticky dataplane.Affinity
	now := time.Unix(0, 0)
	first := net.Connect(p, rnd, &sticky, now)
	for range 100 {
		now = now.Add(3 * time.Hour)
		if got := net.Connect(p, rnd, &sticky, now); got.Backends[0].Address != first.Backends[0].Address {
			t.Fatalf("within the time-out: %s, then %s", first.Backends[0], got.Backends[0])
		}
	}
	var others []string
	for range 100 {
		now = now.Add(3*time.Hour + time.Second)
		others = append(others, net.Connect(p, rnd, &sticky, now).Backends[0].String())
	}
	slices.Sort(others)
	if others = slices.Compact(others); len(others) != 3 {
		t.Errorf("after the time-out: %v, want all three pods", others)
	}
}

// A node's own process that dials a balancer's address without endpoints is
// not refused in iptables mode: the packet leaves and meets nobody.
func TestWhatIsNotRefusedLeavesTheNode(t *testing.T) {
	net := dataplane.New(loadState(t, "../testdata/oracle/world.yaml", "iptables"))
	trace := net.Probe(recorded{Client: "node:node-eu-west-1a", To: "198.51.100.24:80"}.packet(t)) // nobody-lb-local
	if why := trace.Last().Why; trace.Outcome != dataplane.Timeout || strings.Contains(why, "none of them") || !strings.Contains(why, "leaves the node") {
		t.Errorf("%s: %s", trace.Outcome, why)
	}
}
