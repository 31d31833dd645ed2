package dataplane

import (
	"net/netip"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// translate is kube-proxy having chosen: the packet goes on to one of the
// endpoints.
func (w *walk) translate(d *kubeproxy.Decision) {
	w.hop(HopService, serviceObject(d.Service), string(d.Kind), w.serviceText(d))
	w.hop(HopEndpoints, serviceObject(d.Service), endpointsRule(d), endpointsText(d))
	if d.Port.Affinity > 0 {
		w.trace.Affinity = d.Port.Affinity
		w.trace.affinityKey = affinityKey(d, w.node.Name, w.source)
	}
	w.deliver(d.Endpoints, d)
}

// deliver ends the packet's way at each of the endpoints that may be chosen.
// d is nil where no Service translated the address.
func (w *walk) deliver(endpoints []kubeproxy.Endpoint, d *kubeproxy.Decision) {
	ok := make([]Backend, 0, len(endpoints))
	var failing []Backend
	for _, e := range endpoints {
		b := w.reach(e, d)
		if b.Outcome == OK {
			ok = append(ok, b)
		} else {
			failing = append(failing, b)
		}
	}
	w.snatHop(d, ok, failing)
	w.trace.Backends, w.trace.Failing = ok, failing
	if len(ok) > 0 {
		w.trace.Outcome = OK
		w.deliverHop(ok, failing)
		return
	}
	worst := failing[0]
	for _, b := range failing {
		if b.Outcome == Timeout {
			worst = b
			break
		}
	}
	w.trace.Outcome = worst.Outcome
	w.trace.Hops = append(w.trace.Hops, failed(w.nodeName(), worst))
}

// reach is what a packet meets at one endpoint.
func (w *walk) reach(e kubeproxy.Endpoint, d *kubeproxy.Decision) Backend {
	to := e.Address.Addr()
	b := Backend{Address: e.Address, Source: w.sourceAt(e, d), Outcome: OK}
	pods := w.net.st.PodsAt(to)
	at, isNode := w.net.nodeAt[to]
	if to.IsLoopback() {
		at, isNode = nodeAddr{node: w.node}, true
		pods = w.net.st.PodsAt(address(w.node, corev1.NodeInternalIP, to))
	}
	if isNode {
		b.Node, b.Name = at.node.Name, at.node.Name
	}
	listener := slices.IndexFunc(pods, func(p *corev1.Pod) bool { return listens(p, e.Address.Port(), w.trace.Packet.Proto) })
	var pod *corev1.Pod
	switch {
	case listener >= 0:
		pod = pods[listener]
	case len(pods) > 0 && !isNode:
		pod = pods[0]
	}
	if pod != nil {
		b.Pod, b.Name, b.Node = state.Of(pod), pod.Name, pod.Spec.NodeName
	}
	if b.Name == "" {
		b.Name = to.String()
	}
	if why, policy, stopped := w.policyStops(pod, b); stopped {
		return fail(b, Timeout, policy, why)
	}
	switch {
	case listener >= 0:
	case pod != nil:
		return fail(b, Refused, podObject(pod), "The pod answers \"connection refused\": nothing in it listens on "+portText(e.Address.Port(), w.trace.Packet.Proto)+".")
	case isNode && w.nodeListens(at.node, e.Address):
	case isNode:
		return fail(b, Refused, Object{Kind: "Node", Name: at.node.Name}, "Nothing on node "+at.node.Name+" listens on "+portText(e.Address.Port(), w.trace.Packet.Proto)+", and no Service has opened it there.")
	default:
		return w.reachOutside(b)
	}
	return b
}

// reachOutside is an endpoint that is neither pod nor node, as hand-made
// slices may list.
func (w *walk) reachOutside(b Backend) Backend {
	to := b.Address.Addr()
	if name, ok := w.net.outsider[to]; ok && len(name.Serves) > 0 {
		b.Name = name.Name
		if !name.Answers(b.Address.Port()) {
			return fail(b, Refused, Object{}, outsideText(name, to)+", where nothing listens on "+portText(b.Address.Port(), w.trace.Packet.Proto)+".")
		}
		return b
	}
	if host, ok := w.net.hostAt[to]; ok {
		b.Name = host.Name
		return fail(b, Refused, Object{}, to.String()+" is "+host.Name+", a host outside, where nothing listens on "+portText(b.Address.Port(), w.trace.Packet.Proto)+".")
	}
	return fail(b, Timeout, Object{}, "Nobody has the endpoint's address "+to.String()+".")
}

func outsideText(name world.Name, at netip.Addr) string {
	return at.String() + " is " + name.Name + ", outside the cluster"
}

func fail(b Backend, o Outcome, obj Object, why string) Backend {
	b.Outcome, b.Object, b.Why = o, obj, why
	return b
}

// listens tells whether a pod's containers accept connections on a port: the
// ones they declare, as long as they run, ready or not.
func listens(p *corev1.Pod, port uint16, proto corev1.Protocol) bool {
	switch p.Status.Phase {
	case corev1.PodSucceeded, corev1.PodFailed, corev1.PodPending:
		return false
	}
	for i := range p.Spec.Containers {
		c := &p.Spec.Containers[i]
		for _, cp := range c.Ports {
			declared := cp.Protocol
			if declared == "" {
				declared = corev1.ProtocolTCP
			}
			if uint16(cp.ContainerPort) == port && declared == proto && running(p, c.Name) {
				return true
			}
		}
	}
	return false
}

// running tells whether a container runs; one without a status does.
func running(p *corev1.Pod, container string) bool {
	for i := range p.Status.ContainerStatuses {
		if s := &p.Status.ContainerStatuses[i]; s.Name == container {
			return s.State.Waiting == nil && s.State.Terminated == nil
		}
	}
	return true
}

// sourceAt is the source address that an endpoint sees.
func (w *walk) sourceAt(e kubeproxy.Endpoint, d *kubeproxy.Decision) netip.Addr {
	to := e.Address.Addr()
	if w.node == nil || to.IsLoopback() {
		return w.source
	}
	here := w.isHere(to)
	own := address(w.node, corev1.NodeInternalIP, to)
	switch {
	case d != nil && d.Masquerades(e) && here:
		// A packet for the node itself is not on its way out, where
		// masquerading happens, unless the node itself sent it.
		if w.local {
			return own
		}
		return w.source
	case d != nil && d.Masquerades(e):
		return w.masqueraded(to, own)
	case here:
		return w.source
	case w.net.pods.Contains(w.source) && !w.net.pods.Contains(to):
		return own
	case w.local && w.samePodNetwork(to):
		return w.masqueraded(to, own)
	}
	return w.source
}

// masqueraded is the address of the interface a packet leaves through: towards
// a pod on the same bridge the node's pod-side address, otherwise its own.
func (w *walk) masqueraded(to, own netip.Addr) netip.Addr {
	if w.samePodNetwork(to) {
		if side, ok := podSide(w.node); ok && side.Is4() == to.Is4() {
			return side
		}
	}
	return own
}

// samePodNetwork tells whether to hangs on this node's bridge.
func (w *walk) samePodNetwork(to netip.Addr) bool {
	if w.net.st.World.PodLinks != world.Bridged {
		return false
	}
	return slices.ContainsFunc(kubeproxy.PodCIDRs(w.node), func(p netip.Prefix) bool { return p.Contains(to) })
}

// isHere tells whether an address is the node's own.
func (w *walk) isHere(to netip.Addr) bool {
	at, ok := w.net.nodeAt[to]
	return ok && at.node == w.node && !at.public
}

func portText(port uint16, proto corev1.Protocol) string {
	return "port " + strconv.Itoa(int(port)) + "/" + string(proto)
}

func (w *walk) portText() string { return portText(w.to.Port(), w.trace.Packet.Proto) }
