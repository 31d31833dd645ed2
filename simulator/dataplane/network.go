// Package dataplane says what a client meets at an address of the cluster,
// hop by hop, and why. It is a pure function from a state and a packet to a
// trace:
//
//	client, err := dataplane.ParseClient("pod:production/order-api", "")
//	to, err := dataplane.ParseTarget("10.96.0.10:80")
//	net := dataplane.New(st) // once for each State
//	trace := net.Probe(dataplane.Packet{From: client, To: to})
//	trace.Outcome    // ok, refused, timeout or not-permitted
//	trace.Backends   // every pod that may answer, with the source it sees
//	trace.Last().Why // one sentence
//
// kube-proxy's rules are in package kubeproxy below it, NetworkPolicy's in
// netpolicy. Here is what lies between: how packets reach a node, what a node
// masquerades, who listens where, what cloud balancers do. Nodes forward pods'
// packets as Calico does: pod traffic that leaves the pod network is
// masqueraded by the node it leaves.
package dataplane

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
	"github.com/kubetutor/tutor/simulator/dataplane/netpolicy"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Network is a State indexed for probes. It is immutable and safe for
// concurrent use; making one costs time linear in the state's size.
type Network struct {
	st       *state.State
	rules    *kubeproxy.Rules
	policies *netpolicy.Policies
	pods     netip.Prefix
	svcs     netip.Prefix

	nodeAt   map[netip.Addr]nodeAddr
	hostAt   map[netip.Addr]world.Host
	outsider map[netip.Addr]world.Name
	api      map[netip.AddrPort]bool
	lbAt     map[netip.Addr]*cloud.Balancer
}

// nodeAddr is one address of a node.
type nodeAddr struct {
	node   *corev1.Node
	public bool // an ExternalIP, which the cloud translates to the node's own
}

// New indexes a State.
func New(st *state.State) *Network {
	return newNetwork(st, kubeproxy.FromWorld(st.World))
}

func newNetwork(st *state.State, proxy kubeproxy.Config) *Network {
	n := &Network{
		st:       st,
		rules:    kubeproxy.New(st, proxy),
		policies: netpolicy.New(st),
		pods:     st.World.PodPrefix(),
		svcs:     st.World.ServicePrefix(),
		nodeAt:   make(map[netip.Addr]nodeAddr, 2*len(st.Nodes)),
		hostAt:   make(map[netip.Addr]world.Host, len(st.World.Hosts)),
		api:      apiServers(st),
		lbAt:     make(map[netip.Addr]*cloud.Balancer),
		outsider: make(map[netip.Addr]world.Name, len(st.World.Upstream.Names)),
	}
	for _, node := range st.Nodes {
		for _, a := range state.NodeAddrs(node, corev1.NodeExternalIP) {
			n.nodeAt[a] = nodeAddr{node, true}
		}
		for _, a := range state.NodeAddrs(node, corev1.NodeInternalIP) {
			n.nodeAt[a] = nodeAddr{node, false}
		}
		if a, ok := podSide(node); ok && proxy.PodSide {
			n.nodeAt[a] = nodeAddr{node, false}
		}
	}
	for _, b := range cloud.Balancers(st) {
		for _, a := range b.Addresses {
			n.lbAt[a] = &b
		}
	}
	for _, h := range st.World.Hosts {
		if a, err := netip.ParseAddr(h.Address); err == nil {
			n.hostAt[a] = h
		}
	}
	for _, name := range st.World.Upstream.Names {
		for _, text := range name.Addresses {
			if a, err := netip.ParseAddr(text); err == nil {
				n.outsider[a] = name
			}
		}
	}
	return n
}

// Probe says what a packet meets in a state. Who sends several makes a
// [Network] once instead.
func Probe(st *state.State, p Packet) Trace { return New(st).Probe(p) }

// Probe says what a packet meets. It changes nothing; all choices that are
// made at random in a cluster are listed, not made.
func (n *Network) Probe(p Packet) Trace {
	if p.Proto == "" {
		p.Proto = corev1.ProtocolTCP
	}
	w := walk{net: n, trace: Trace{Packet: p, Hops: make([]Hop, 0, 6)}, to: p.To}
	if err := w.depart(); err != nil {
		return Trace{Packet: p, Err: err}
	}
	if p.Name != "" {
		w.hop(HopResolve, Object{}, "", p.Name+" is "+p.To.Addr().String()+".")
	}
	w.run()
	return w.trace
}

// Check tells why a client can send nothing, for one because there is no such
// pod, node or host.
func (n *Network) Check(c Client) error {
	w := walk{net: n, trace: Trace{Packet: Packet{From: c}}, to: netip.AddrPortFrom(netip.IPv4Unspecified(), 0)}
	return w.depart()
}

// State is what the network was made from.
func (n *Network) State() *state.State { return n.st }

// address is a node's own primary address in the family of like.
func address(node *corev1.Node, kind corev1.NodeAddressType, like netip.Addr) netip.Addr {
	for _, a := range node.Status.Addresses {
		if ip, err := netip.ParseAddr(a.Address); err == nil && a.Type == kind && ip.Is4() == like.Is4() {
			return ip
		}
	}
	return netip.Addr{}
}

// podSide is a node's address on its pods' bridge, the first of its podCIDR.
func podSide(node *corev1.Node) (netip.Addr, bool) {
	cidrs := kubeproxy.PodCIDRs(node)
	if len(cidrs) == 0 {
		return netip.Addr{}, false
	}
	return cidrs[0].Masked().Addr().Next(), true
}

// reachableFrom tells whether hosts of a network reach the nodes' addresses.
func (n *Network) reachableFrom(network world.Network) bool {
	return slices.Contains(n.st.World.NodesReachableFrom, network)
}
