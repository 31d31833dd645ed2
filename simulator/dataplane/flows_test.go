package dataplane_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dataplane/internal/flows"
	"github.com/kubetutor/tutor/simulator/world"
)

// measured tells whether a row was measured on a network that this package
// simulates; the rest are decisions of kube-proxy alone, tested there.
func measured(f flows.Flow) bool {
	switch {
	case !strings.HasPrefix(f.ID, "lab-") && !strings.HasPrefix(f.ID, "hcnp-"):
		return false
	case len(f.Topology.Config.FeatureGates) > 0, f.Topology.Config.MasqueradeAll, f.Topology.Config.NodePortAddresses == nil && !strings.HasPrefix(f.ID, "hcnp-"):
		return false
	case strings.HasPrefix(f.ID, "lab-npaddr"): // another --nodeport-addresses
		return false
	case f.From.Kind == "pod" && f.From.Node != f.MeetsNode(): // a CNI that keeps a pod's address towards other nodes
		return false
	case f.ID == "lab-hostnet-pod-clusterip-othernode": // the same, behind a Service
		return false
	case f.ID == "lab-cip-routed-external-routed": // a host outside with a route to the service network
		return false
	case f.ID == "hcnp-proxy-unhealthy": // a kube-proxy that has stopped working
		return false
	case strings.HasPrefix(f.ID, "lab-manual-external"): // a host outside that listens
		return false
	case f.Topology.Config.ClusterCIDR == "" && !strings.HasPrefix(f.ID, "hcnp-"):
		return false
	case f.Want.ClientSees == "host unreachable": // routers outside that looped
		return false
	}
	return true
}

func TestMeasuredFlows(t *testing.T) {
	all, err := flows.Read()
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, f := range all {
		if !measured(f) {
			continue
		}
		tested++
		for _, mode := range []world.ProxyMode{world.IPTables, world.NFTables} {
			if f.Want.Mode == "any" || f.Want.Mode == string(mode) {
				t.Run(f.ID+"/"+string(mode), func(t *testing.T) { checkFlow(t, f, mode) })
			}
		}
	}
	if tested < 100 {
		t.Errorf("only %d rows tested", tested)
	}
	t.Logf("%d of %d rows tested here", tested, len(all))
}

var sees = map[string]dataplane.Outcome{"connected": dataplane.OK, "refused": dataplane.Refused, "timeout": dataplane.Timeout}

func checkFlow(t *testing.T, f flows.Flow, mode world.ProxyMode) {
	st := f.State()
	st.World.ProxyMode = mode
	net := dataplane.New(st)
	var port uint16
	if err := json.Unmarshal(f.To.Port, &port); err != nil {
		t.Fatal(err)
	}
	p := dataplane.Packet{To: netip.AddrPortFrom(netip.MustParseAddr(f.To.IP), port), Proto: f.To.Proto}
	switch f.From.Kind {
	case "pod":
		p.From = dataplane.PodClient("default", "at-"+f.From.IP)
	case "node", "localhost":
		p.From = dataplane.NodeClient(f.From.Node)
	default:
		p.From = dataplane.ExternalClient("ext")
	}
	trace := net.Probe(p)
	if trace.Err != nil && f.From.Kind == "pod" && len(f.Topology.ClientPods) == 0 {
		t.Skip("the row does not have the client's pod")
	}
	if trace.Outcome != sees[f.Want.ClientSees] {
		t.Fatalf("%s from %s: %s, want %s: %v %+v", p.To, p.From, trace.Outcome, f.Want.ClientSees, trace.Err, trace.Hops)
	}
	if f.Want.SourceIPSeen != nil {
		got := map[string][]string{}
		for _, b := range trace.Backends {
			got[b.Address.String()] = []string{b.Source.String()}
		}
		if trace.Affinity > 0 { // each client met one of the endpoints that are possible
			for b := range got {
				if f.Want.SourceIPSeen[b] == nil {
					delete(got, b)
				}
			}
		}
		if diff := cmp.Diff(f.Want.SourceIPSeen, got); diff != "" {
			t.Errorf("%s from %s: sources seen (-want +got)\n%s", p.To, p.From, diff)
		}
	}
	if f.Want.HTTP != 0 {
		checkHealth(t, net, trace, f)
	}
}

func checkHealth(t *testing.T, net *dataplane.Network, trace dataplane.Trace, f flows.Flow) {
	answer, ok := net.Health(trace.Backends[0], time.Time{})
	if !ok || answer.Status != f.Want.HTTP {
		t.Fatalf("health answer %v %+v, want %d", ok, answer, f.Want.HTTP)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(answer.Body), &got); err != nil {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	for k, want := range f.Want.Body {
		if diff := cmp.Diff(want, got[k]); diff != "" {
			t.Errorf("%s: %s", k, diff)
		}
	}
}

func TestSCTPIsItsOwnProtocol(t *testing.T) {
	st := loadState(t, "../testdata/oracle/world.yaml", world.IPTables)
	trace := dataplane.Probe(st, dataplane.Packet{From: dataplane.PodClient("production", "debug-a"), To: netip.MustParseAddrPort("10.96.10.79:53"), Proto: corev1.ProtocolSCTP})
	if trace.Outcome != dataplane.Timeout {
		t.Errorf("a Service without an SCTP port: %s, want %s", trace.Outcome, dataplane.Timeout)
	}
}
