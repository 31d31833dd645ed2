package dataplane_test

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// recorded is a row of dataplane.jsonl or corners.jsonl; see testdata/README.md.
type recorded struct {
	Service, Via, To, Proto, Client, ArrivesAt string
	IPTables, NFTables                         met
}

type met struct {
	Outcome                     dataplane.Outcome
	Backends, Sources, Possible []string
}

func TestRecordings(t *testing.T) {
	for _, set := range []struct{ rows, world string }{
		{"testdata/dataplane.jsonl", "../testdata/oracle/world.yaml"},
		{"testdata/corners.jsonl", "testdata/corners.yaml"},
	} {
		for _, mode := range []world.ProxyMode{world.IPTables, world.NFTables} {
			t.Run(set.rows+" "+string(mode), func(t *testing.T) {
				net := dataplane.New(loadState(t, set.world, mode))
				for _, row := range readRows(t, set.rows) {
					row.check(t, net, mode)
				}
			})
		}
	}
}

func (row recorded) check(t *testing.T, net *dataplane.Network, mode world.ProxyMode) {
	t.Helper()
	want := row.IPTables
	if mode == world.NFTables {
		want = row.NFTables
	}
	if want.Possible != nil {
		want.Backends = want.Possible
	}
	trace := net.Probe(row.packet(t))
	got := met{Outcome: trace.Outcome, Backends: names(trace.Backends), Sources: []string{}}
	for _, s := range trace.Sources() {
		got.Sources = append(got.Sources, s.String())
	}
	want.Possible = nil
	slices.Sort(want.Sources)
	slices.Sort(want.Backends)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s %s %s (%s) from %s: (-recorded +here)\n%s\nlast hop: %+v", row.Service, row.Proto, row.To, row.Via, row.Client, diff, trace.Last())
	}
	if trace.Last().Why == "" {
		t.Errorf("%s from %s: the last hop explains nothing: %+v", row.To, row.Client, trace)
	}
}

func (row recorded) packet(t *testing.T) dataplane.Packet {
	t.Helper()
	from, err := dataplane.ParseClient(row.Client, "")
	if err != nil {
		t.Fatal(err)
	}
	to, err := dataplane.ParseTarget(row.To)
	if err != nil {
		t.Fatal(err)
	}
	proto, err := dataplane.ParseProtocol(row.Proto)
	if err != nil {
		t.Fatal(err)
	}
	return dataplane.Packet{From: from, To: to, Proto: proto, ArrivesAt: row.ArrivesAt}
}

func names(backends []dataplane.Backend) []string {
	all := make([]string, 0, len(backends))
	for _, b := range backends {
		all = append(all, b.String())
	}
	slices.Sort(all)
	return all
}

// loadState is a cluster that holds the world of a file, once its controllers
// have settled.
func loadState(tb testing.TB, file string, mode world.ProxyMode) *state.State {
	tb.Helper()
	w := simulatortest.Read(tb, file)
	w.Spec.ProxyMode = mode
	return settled(tb, w)
}

// settled is what a cluster that starts with a world comes to.
func settled(tb testing.TB, w *world.World) *state.State {
	tb.Helper()
	return simulatortest.Settled(tb, w).State()
}

func readRows(tb testing.TB, file string) []recorded {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var rows []recorded
	for in := bufio.NewScanner(f); in.Scan(); {
		var row recorded
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			tb.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}
