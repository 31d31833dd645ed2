package kubeproxy

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/dataplane/internal/flows"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// leftOut says why a row is not tested here, or nothing.
func (f *flow) leftOut() string {
	switch {
	case f.Want.Mode == "ipvs":
		return "IPVS is not simulated"
	case f.To.Proto == "ICMP":
		return "ping is the shell's business"
	case len(f.Topology.Config.FeatureGates) > 0, f.oldHints():
		return "feature gates other than the defaults are not simulated"
	case strings.HasPrefix(f.ID, "lb-path"), strings.HasPrefix(f.ID, "hcnp"):
		return "tested with the network (package dataplane)"
	case f.From.Kind == "external" && f.MeetsNode() == "":
		return "the packet meets no node"
	case len(f.Topology.Nodes) == 0:
		return "the row has no cluster; tested by hand below"
	case strings.HasPrefix(f.ID, "lb-ipmode"):
		return "the row dials another address than its Service has"
	}
	return ""
}

// flow is a row of testdata/flows.json; see package flows.
type flow struct{ flows.Flow }

// oldHints tells that a row is of 1.34 without hints for nodes, and has some.
func (f *flow) oldHints() bool {
	gate := f.Topology.Config.PreferSameTrafficDistribution
	return gate != nil && !*gate && slices.ContainsFunc(f.Topology.Pods, func(p flows.Pod) bool { return len(p.NodeHints) > 0 })
}

func TestFlows(t *testing.T) {
	all, err := flows.Read()
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, row := range all {
		f := flow{row}
		if why := f.leftOut(); why != "" {
			t.Logf("%s: %s", f.ID, why)
			continue
		}
		tested++
		for _, mode := range []world.ProxyMode{world.IPTables, world.NFTables} {
			if f.Want.Mode == "any" || f.Want.Mode == string(mode) {
				t.Run(f.ID+"/"+string(mode), func(t *testing.T) { f.check(t, mode) })
			}
		}
	}
	t.Logf("%d of %d rows tested here", tested, len(all))
}

var outcomes = map[string]Verdict{"deliver": Deliver, "reject": Reject, "drop": Drop, "unhandled": Pass, "accept-host": Pass}

func (f *flow) check(t *testing.T, mode world.ProxyMode) {
	rules := New(f.State(), f.config(mode))
	p := f.packet(t)
	d := rules.Decide(p)
	if want := outcomes[f.Want.Outcome]; d.Verdict != want {
		t.Fatalf("%+v: %s (%s), want %s", p, d.Verdict, d.Reason, want)
	}
	if d.Verdict != Deliver {
		return
	}
	got := map[string]bool{}
	for _, e := range d.Endpoints {
		got[e.Address.String()] = d.Masquerades(e)
	}
	if diff := cmp.Diff(f.wantMasquerade(t), got); diff != "" {
		t.Errorf("%+v: endpoints and whether they are masqueraded (-want +got)\n%s", p, diff)
	}
}

func (f *flow) wantMasquerade(t *testing.T) map[string]bool {
	var each map[string]bool
	if json.Unmarshal(f.Want.Masquerade, &each) == nil {
		return each
	}
	var all bool
	if err := json.Unmarshal(f.Want.Masquerade, &all); err != nil {
		t.Fatal(err)
	}
	each = map[string]bool{}
	for _, b := range f.Want.Backends {
		each[b] = all
	}
	return each
}

func (f *flow) packet(t *testing.T) Packet {
	p := Packet{Node: f.MeetsNode(), Proto: corev1.Protocol(strings.ToUpper(string(f.To.Proto)))}
	p.Local = (f.From.Kind == "node" || f.From.Kind == "localhost" || f.From.Kind == "node-snatted-to-vip") && f.From.Node == p.Node
	var port uint16
	if json.Unmarshal(f.To.Port, &port) != nil {
		port = 80 // "<port>"
	}
	ip := f.To.IP
	switch ip {
	case "<clusterIP>":
		ip = "10.96.0.10"
	case "<nodeIP>":
		ip = "192.168.0.2"
	}
	p.To = netip.AddrPortFrom(addr(t, ip), port)
	p.Source = addr(t, f.source(p.Node))
	return p
}

// source is the address in the packet as its node sees it: CNIs that
// masquerade do so before another node gets it.
func (f *flow) source(meets string) string {
	if strings.HasPrefix(f.ID, "cni-") && f.From.Kind == "pod" && f.From.Node != meets {
		for _, n := range f.Topology.Nodes {
			if n.Name == f.From.Node {
				return n.IP
			}
		}
	}
	if f.From.IP != "" {
		return f.From.IP
	}
	return map[string]string{"pod": "10.244.1.20", "external": "203.0.113.2"}[f.From.Kind]
}

func addr(t *testing.T, text string) netip.Addr {
	t.Helper()
	a, err := netip.ParseAddr(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (f *flow) config(mode world.ProxyMode) Config {
	c := f.Topology.Config
	cfg := Config{Mode: mode, MasqueradeAll: c.MasqueradeAll, PodSide: true}
	if c.ClusterCIDR != "" {
		cfg.ClusterCIDRs = prefixes(strings.Split(c.ClusterCIDR, ","))
	}
	cidr := c.ServiceCIDR
	if cidr == "" {
		cidr = "172.30.0.0/16"
	}
	cfg.ServiceCIDRs = prefixes([]string{cidr, "10.96.0.0/16"})
	if nets, ok := c.NodePortAddresses.([]any); ok {
		for _, n := range nets {
			cfg.NodePortAddresses = append(cfg.NodePortAddresses, netip.MustParsePrefix(n.(string)))
		}
	}
	f.topologyConfig(&cfg)
	return cfg
}

// topologyConfig reads the set-up from the name of kube-proxy's own test.
func (f *flow) topologyConfig(cfg *Config) {
	if strings.HasPrefix(f.ID, "topo-") || strings.HasPrefix(f.ID, "ds-") || strings.HasPrefix(f.ID, "ss-") || strings.HasPrefix(f.ID, "cni-") {
		cfg.ClusterCIDRs = prefixes([]string{"10.244.0.0/16", "fd00:10::/32"})
	}
	name := f.Topology.Config.Case
	cfg.NoLocalhostNodePorts = strings.Contains(name, "localhost-nodeports_disabled")
	if strings.Contains(name, "multiple_nodeport-addresses") {
		cfg.NodePortAddresses = prefixes([]string{"192.168.0.0/24", "192.168.1.0/24", "2001:db8::/64", "2001:db8:1::/64"})
	}
	if strings.Contains(name, "localhost-nodeports_disabled,_multiple_nodeport-addresses") {
		cfg.NodePortAddresses = prefixes([]string{"192.168.0.0/24", "2001:db8::/64"})
	}
	if strings.Contains(name, "localhost_in_nodeport-addresses") {
		cfg.NodePortAddresses = prefixes([]string{"127.0.0.0/8", "192.168.0.0/24"})
	}
}

// A node on its way out fails kube-proxy's /healthz, whatever listens there.
func TestHealthzOfANodeOnItsWayOut(t *testing.T) {
	healthy := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	leaving := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "b"}, Spec: corev1.NodeSpec{Taints: []corev1.Taint{{Key: taintToBeDeleted}}}}
	rules := New(state.New(&world.Spec{}, []runtime.Object{healthy, leaving}), Config{})
	for node, want := range map[string]int{"a": 200, "b": 503} {
		if got, ok := rules.Health(node, netip.MustParseAddrPort("192.168.0.10:10256"), time.Time{}); !ok || got.Status != want {
			t.Errorf("node %s: %d, want %d", node, got.Status, want)
		}
	}
}
