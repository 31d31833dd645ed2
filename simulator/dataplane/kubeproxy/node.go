package kubeproxy

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// node is what kube-proxy knows about the node it runs on.
type node struct {
	zone  string
	local []netip.Addr // its own addresses, without loopback
	// ports are the addresses where node ports are served, loopback apart.
	ports    []netip.Addr
	loopback bool // node ports answer on 127.0.0.1 too
	// anyAddress tells that kube-proxy's own servers for Services listen on
	// every address.
	anyAddress bool
	leaving    bool // being deleted, or about to be by the cluster autoscaler
}

// taintToBeDeleted is what the cluster autoscaler puts on a node it removes.
const taintToBeDeleted = "ToBeDeletedByClusterAutoscaler"

func newNode(n *corev1.Node, cfg Config) *node {
	k := &node{zone: n.Labels[corev1.LabelTopologyZone], local: state.NodeAddrs(n, corev1.NodeInternalIP)}
	internal := k.local
	k.leaving = n.DeletionTimestamp != nil || slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == taintToBeDeleted })
	if cfg.PodSide {
		for _, cidr := range PodCIDRs(n) {
			k.local = append(slices.Clip(k.local), cidr.Masked().Addr().Next())
		}
	}
	iptables := cfg.Mode != world.NFTables
	switch {
	case len(cfg.NodePortAddresses) > 0:
		k.ports = within(k.local, cfg.NodePortAddresses)
	case iptables:
		k.ports = k.local
	default:
		k.ports = primaries(internal)
	}
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	listed := len(cfg.NodePortAddresses) == 0 || contains(cfg.NodePortAddresses, loopback)
	k.anyAddress = iptables && len(cfg.NodePortAddresses) == 0
	k.loopback = iptables && !cfg.NoLocalhostNodePorts && listed
	return k
}

// PodCIDRs are a node's parts of the pod network.
func PodCIDRs(n *corev1.Node) []netip.Prefix {
	texts := n.Spec.PodCIDRs
	if len(texts) == 0 {
		texts = []string{n.Spec.PodCIDR}
	}
	return prefixes(texts)
}

// primaries are the first address of each family.
func primaries(addrs []netip.Addr) []netip.Addr {
	var first []netip.Addr
	for _, a := range addrs {
		same := func(b netip.Addr) bool { return a.Is4() == b.Is4() }
		if !slices.ContainsFunc(first, same) {
			first = append(first, a)
		}
	}
	return first
}

// servesNodePorts tells whether node ports answer at addr. On loopback they
// do for the node's own processes in iptables mode, and for IPv4 alone.
func (n *node) servesNodePorts(addr netip.Addr, local bool) bool {
	if addr.IsLoopback() {
		return local && n.loopback && addr.Is4()
	}
	return slices.Contains(n.ports, addr)
}

// owns tells whether addr is one of the node's own addresses.
func (n *node) owns(addr netip.Addr) bool {
	return n != nil && (addr.IsLoopback() || slices.Contains(n.local, addr))
}

func contains(nets []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(nets, func(p netip.Prefix) bool { return p.Contains(addr) })
}

func within(addrs []netip.Addr, nets []netip.Prefix) []netip.Addr {
	var in []netip.Addr
	for _, a := range addrs {
		if contains(nets, a) {
			in = append(in, a)
		}
	}
	return in
}

// prefixes parses networks, passing over what does not parse: the API server
// lets none of that in.
func prefixes(texts []string) []netip.Prefix {
	var nets []netip.Prefix
	for _, t := range texts {
		if p, err := netip.ParsePrefix(t); err == nil {
			nets = append(nets, p)
		}
	}
	return nets
}

func trimmed(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = strings.TrimSpace(t)
	}
	return out
}
