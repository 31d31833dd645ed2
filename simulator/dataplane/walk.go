package dataplane

import (
	"fmt"
	"net/netip"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// walk is a packet on its way.
type walk struct {
	net   *Network
	trace Trace

	source netip.Addr // as it stands in the packet now
	to     netip.AddrPort
	node   *corev1.Node // where the packet is; nil outside
	local  bool         // sent by a process of that node
	pod    *corev1.Pod  // the client, if it has the pod network
	host   world.Host   // the client, if it stands outside
}

func (w *walk) hop(kind HopKind, o Object, rule, why string) {
	w.trace.Hops = append(w.trace.Hops, Hop{kind, w.nodeName(), o, rule, why})
}

// nodeName is the node that the packet is on, empty outside.
func (w *walk) nodeName() string {
	if w.node == nil {
		return ""
	}
	return w.node.Name
}

// end is the last hop of a packet that reaches nobody.
func (w *walk) end(o Outcome, kind HopKind, obj Object, rule, why string) {
	w.trace.Outcome = o
	w.hop(kind, obj, rule, why)
}

// depart finds the client and the address it sends from.
func (w *walk) depart() error {
	c := w.trace.Packet.From
	switch c.Kind {
	case Pod:
		return w.departFromPod(c)
	case Node:
		node := w.net.st.Node(c.Name)
		if node == nil {
			return fmt.Errorf("there is no node %q%s", c.Name, among(names(w.net.st.Nodes, "")))
		}
		w.node, w.local = node, true
		w.source = address(node, corev1.NodeInternalIP, w.to.Addr())
		if !w.source.IsValid() {
			return fmt.Errorf("node %q has no address of the family of %s", c.Name, w.to.Addr())
		}
		return nil
	case External:
		host, ok := w.net.st.World.Host(c.Name)
		if !ok {
			var hosts []string
			for _, h := range w.net.st.World.Hosts {
				hosts = append(hosts, h.Name)
			}
			return fmt.Errorf("there is no outside host %q%s", c.Name, among(hosts))
		}
		w.host = host
		w.source, _ = netip.ParseAddr(host.Address)
		return nil
	}
	return fmt.Errorf("a client is a pod, a node or an external host, not %q", c.Kind)
}

func (w *walk) departFromPod(c Client) error {
	pod := w.net.st.Pod(c.Namespace, c.Name)
	if pod == nil {
		return fmt.Errorf("there is no pod %q in namespace %q%s", c.Name, c.Namespace, among(names(w.net.st.Pods, c.Namespace)))
	}
	for _, a := range state.PodAddrs(pod) {
		if a.Is4() == w.to.Addr().Is4() {
			w.source = a
			break
		}
	}
	w.node = w.net.st.Node(pod.Spec.NodeName)
	if !w.source.IsValid() || w.node == nil {
		return fmt.Errorf("pod %q in namespace %q has no address yet to send from", c.Name, c.Namespace)
	}
	if pod.Spec.HostNetwork {
		w.local = true
		return nil
	}
	w.pod = pod
	return nil
}

// run takes the packet from its client to its end.
func (w *walk) run() {
	switch {
	case w.node == nil:
		w.fromOutside()
	case w.pod != nil && (w.to.Addr().IsLoopback() || w.to.Addr() == w.source):
		w.toSelf()
	default:
		w.onNode()
	}
}

// toSelf is a pod that dials its own address: the packet never leaves it.
func (w *walk) toSelf() {
	source := w.to.Addr()
	if listens(w.pod, w.to.Port(), w.trace.Packet.Proto) {
		w.served(Backend{Pod: state.Of(w.pod), Name: w.pod.Name, Node: w.node.Name, Address: w.to, Source: source, Outcome: OK})
		w.hop(HopDeliver, podObject(w.pod), "", "The pod dials itself and listens on this port.")
		return
	}
	w.end(Refused, HopDeliver, podObject(w.pod), "", "The pod dials itself, and nothing in it listens on "+w.portText()+".")
}

func (w *walk) served(b Backend) {
	w.trace.Outcome = OK
	w.trace.Backends = append(w.trace.Backends, b)
}

// fromOutside brings an outside host's packet to a node, if there is a way.
func (w *walk) fromOutside() {
	to := w.to.Addr()
	if to.IsLoopback() || to == w.source {
		w.end(Refused, HopDeliver, Object{}, "", "The host dials itself, and nothing listens there.")
		return
	}
	if at, ok := w.net.nodeAt[to]; ok && !w.net.pods.Contains(to) {
		w.outsideToNode(at)
		return
	}
	if b := w.net.lbAt[to]; b != nil {
		w.toBalancer(b)
		return
	}
	if _, ok := w.net.rules.Outside(to); ok {
		w.arrive()
		return
	}
	if w.net.pods.Contains(to) || w.net.svcs.Contains(to) {
		what := "pod network"
		if w.net.svcs.Contains(to) {
			what = "service network"
		}
		w.end(Timeout, HopRoute, Object{}, "", to.String()+" is in the "+what+", which exists inside the cluster only: outside there is no way to it.")
		return
	}
	w.beyond()
}

// outsideToNode takes an outside packet to a node's own address.
func (w *walk) outsideToNode(at nodeAddr) {
	obj := Object{Kind: "Node", Name: at.node.Name}
	if !w.net.reachableFrom(w.host.Network) {
		w.end(Timeout, HopRoute, obj, "security group", "The nodes' security group lets nobody in from this host's network, so the packet is dropped before it reaches the node.")
		return
	}
	w.translatePublic(at)
	w.node = at.node
	w.hop(HopRoute, obj, "", w.host.Name+" reaches node "+at.node.Name+" at "+w.to.Addr().String()+".")
	w.onNode()
}

// translatePublic is the cloud's one-to-one translation of a node's public
// address to the one the node itself has.
func (w *walk) translatePublic(at nodeAddr) {
	if own := address(at.node, corev1.NodeInternalIP, w.to.Addr()); at.public && own.IsValid() {
		w.to = netip.AddrPortFrom(own, w.to.Port())
	}
}

// arrive is an address that the network hands to some node as it is: that of
// a pass-through balancer, or an external IP.
func (w *walk) arrive() {
	name := w.trace.Packet.ArrivesAt
	if name == "" {
		name = w.host.ArrivesAt
	}
	node := w.net.st.Node(name)
	if node == nil && len(w.net.st.Nodes) > 0 {
		node = w.net.st.Nodes[0]
	}
	if node == nil {
		w.end(Timeout, HopRoute, Object{}, "", "There is no node that could take a packet for "+w.to.Addr().String()+".")
		return
	}
	w.node = node
	w.hop(HopRoute, Object{Kind: "Node", Name: node.Name}, "", "The network hands packets for "+w.to.Addr().String()+" to node "+node.Name+".")
	w.onNode()
}

// onNode is the packet meeting a node: kube-proxy first, then its routes.
func (w *walk) onNode() {
	d := w.net.rules.Decide(kubeproxy.Packet{
		Node: w.node.Name, Source: w.source, Local: w.local, To: w.to, Proto: w.trace.Packet.Proto,
	})
	switch d.Verdict {
	case kubeproxy.Deliver:
		w.translate(&d)
	case kubeproxy.Reject:
		w.end(w.stopped(&d, Refused), HopService, serviceObject(d.Service), stopRule(&d), w.rejectText(&d))
	case kubeproxy.Drop:
		w.end(w.stopped(&d, Timeout), HopService, serviceObject(d.Service), stopRule(&d), w.dropText(&d))
	default:
		if d.Reason == kubeproxy.NotHooked {
			w.hop(HopService, serviceObject(d.Service), "iptables", w.notHookedText(&d))
		}
		w.route()
	}
}

// stopped is what a client meets whose packet kube-proxy stopped. A UDP sender
// on the node itself is told at once by its own kernel.
func (w *walk) stopped(d *kubeproxy.Decision, otherwise Outcome) Outcome {
	if d.InOutput && w.trace.Packet.Proto == corev1.ProtocolUDP {
		return NotPermitted
	}
	return otherwise
}

// route takes a packet that kube-proxy left alone from the node it is on to
// where its address is.
func (w *walk) route() {
	to := w.to.Addr()
	if to.IsLoopback() {
		w.deliver([]kubeproxy.Endpoint{{Address: w.to, Node: w.node.Name}}, nil)
		return
	}
	at, isNode := w.net.nodeAt[to]
	switch {
	case isNode && at.node == w.node && !at.public:
		w.deliver([]kubeproxy.Endpoint{{Address: w.to, Node: w.node.Name}}, nil)
	case isNode:
		w.toOtherNode(at)
	case w.net.lbAt[to] != nil && !w.net.lbAt[to].PassThrough:
		w.toBalancer(w.net.lbAt[to])
	case len(w.net.st.PodsAt(to)) > 0:
		w.deliver([]kubeproxy.Endpoint{{Address: w.to}}, nil)
	default:
		w.beyond()
	}
}

// toOtherNode takes a packet from one node to another's address, whose own
// rules it then meets.
func (w *walk) toOtherNode(at nodeAddr) {
	if w.pod != nil && !w.egressAllowed(w.to) {
		return
	}
	w.translatePublic(at)
	w.leavePodNetwork(at.node)
	w.node, w.local, w.pod = at.node, false, nil
	w.hop(HopRoute, Object{Kind: "Node", Name: at.node.Name}, "", "The address is node "+at.node.Name+"'s, so the packet goes there.")
	w.onNode()
}

// leavePodNetwork gives a pod's packet its node's address as it goes out to
// anything that is not a pod.
func (w *walk) leavePodNetwork(to *corev1.Node) {
	if w.node == to || !w.net.pods.Contains(w.source) {
		return
	}
	own := address(w.node, corev1.NodeInternalIP, w.source)
	w.hop(HopSNAT, Object{Kind: "Node", Name: w.node.Name}, "masquerade", "Pod traffic that leaves the pod network gets its node's address: "+w.source.String()+" becomes "+own.String()+".")
	w.source = own
}

// beyond is an address that no node and no pod has.
func (w *walk) beyond() {
	to := w.to.Addr()
	if w.pod != nil && !w.egressAllowed(w.to) {
		return
	}
	if host, ok := w.net.hostAt[to]; ok {
		w.end(Refused, HopDeliver, Object{}, "", to.String()+" is "+host.Name+", a host outside, where nothing listens on "+w.portText()+".")
		return
	}
	name, known := w.net.outsider[to]
	if known && len(name.Serves) > 0 && !name.Answers(w.to.Port()) {
		w.end(Refused, HopDeliver, Object{}, "", outsideText(name, to)+", where nothing listens on "+w.portText()+".")
		return
	}
	if known && name.Answers(w.to.Port()) && w.trace.Packet.Proto == corev1.ProtocolTCP {
		if w.node != nil {
			w.leavePodNetwork(nil)
		}
		w.served(Backend{Name: name.Name, Address: w.to, Source: w.source, Outcome: OK})
		w.hop(HopDeliver, Object{}, "", outsideText(name, to)+", and it answers.")
		return
	}
	w.end(Timeout, HopRoute, Object{}, "", w.nobodyText())
}
