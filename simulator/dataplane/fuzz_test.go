package dataplane_test

import (
	"github.com/kubetutor/tutor/simulator/dataplane"
	"testing"

	"github.com/kubetutor/tutor/simulator/world"
)

// FuzzPacket: whatever a packet is written as, it is either refused with an
// error or followed to an end that is explained.
func FuzzPacket(f *testing.F) {
	f.Add("pod:debug-a", "10.96.10.13:80", "tcp", "", "", "")
	f.Add("pod:monitoring/prometheus-0", "127.0.0.1:9090", "TCP", "", "", "")
	f.Add("node:node-eu-west-1a", "127.0.0.1:30101", "", "", "", "")
	f.Add("external:laptop", "198.51.100.11:80", "udp", "node-eu-west-1b", "shop.example.com:80", "/cart")
	f.Add("external:", "[fe80::1%eth0]:65536", "icmp", "nowhere", "", "")
	net := dataplane.New(loadState(f, "../testdata/oracle/world.yaml", world.NFTables))
	f.Fuzz(func(t *testing.T, client, to, proto, at, host, path string) {
		from, err := dataplane.ParseClient(client, "")
		if err != nil {
			return
		}
		if again, err := dataplane.ParseClient(from.String(), ""); err != nil || again != from {
			t.Fatalf("%q is read as %v, and that as %v (%v)", client, from, again, err)
		}
		addr, err := dataplane.ParseTarget(to)
		if err != nil {
			return
		}
		p, err := dataplane.ParseProtocol(proto)
		if err != nil {
			return
		}
		trace := net.Probe(dataplane.Packet{From: from, To: addr, Proto: p, ArrivesAt: at, Host: host, Path: path})
		if trace.Err == nil && (trace.Outcome == "" || trace.Last().Why == "") {
			t.Fatalf("not explained: %+v", trace)
		}
		if _, err := trace.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
	})
}
