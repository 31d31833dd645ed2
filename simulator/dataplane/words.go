package dataplane

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
)

func serviceObject(s *corev1.Service) Object {
	if s == nil {
		return Object{}
	}
	return Object{"Service", s.Namespace, s.Name}
}

func podObject(p *corev1.Pod) Object { return Object{"Pod", p.Namespace, p.Name} }

// serviceText says which address of which Service the packet is for.
func (w *walk) serviceText(d *kubeproxy.Decision) string {
	return w.to.String() + " is the " + string(d.Kind) + " of Service " + d.Service.Name + ", port " + portName(d.Port.Port) + "."
}

func portName(p *corev1.ServicePort) string {
	if p.Name == "" {
		return strconv.Itoa(int(p.Port))
	}
	return p.Name
}

// endpointsRule names the field that narrowed the endpoints.
func endpointsRule(d *kubeproxy.Decision) string {
	switch {
	case d.ShortCircuit:
		return "externalTrafficPolicy: Local, passed over"
	case slices.Contains(d.Narrowed, kubeproxy.Local):
		return localPolicy(d)
	case slices.Contains(d.Narrowed, kubeproxy.SameNode), slices.Contains(d.Narrowed, kubeproxy.SameZone):
		if t := d.Service.Spec.TrafficDistribution; t != nil {
			return "trafficDistribution: " + *t
		}
		return "topology hints"
	}
	return ""
}

func localPolicy(d *kubeproxy.Decision) string {
	if d.Kind == kubeproxy.ClusterIP {
		return "internalTrafficPolicy: Local"
	}
	return "externalTrafficPolicy: Local"
}

// endpointsText says between whom kube-proxy chooses and why between these.
func endpointsText(d *kubeproxy.Decision) string {
	var b strings.Builder
	if d.ShortCircuit {
		b.WriteString("The client is inside the cluster, so externalTrafficPolicy Local does not bind it: ")
	}
	switch {
	case slices.Contains(d.Narrowed, kubeproxy.Local) && slices.Contains(d.Narrowed, kubeproxy.Draining):
		b.WriteString("Only this node's endpoints count, none is ready, so the ones that are ending but still serve are used: ")
	case slices.Contains(d.Narrowed, kubeproxy.Local):
		b.WriteString("Only endpoints on this node may be chosen: ")
	case slices.Contains(d.Narrowed, kubeproxy.Draining):
		b.WriteString("No endpoint is ready, so the ones that are ending but still serve are used: ")
	case slices.Contains(d.Narrowed, kubeproxy.SameNode):
		b.WriteString("Endpoints on the client's node are preferred: ")
	case slices.Contains(d.Narrowed, kubeproxy.SameZone):
		b.WriteString("Endpoints in the client's zone are preferred: ")
	}
	if len(d.Endpoints) == 1 {
		b.WriteString("there is one, " + d.Endpoints[0].Address.String() + ".")
	} else {
		b.WriteString("one of " + strconv.Itoa(len(d.Endpoints)) + " is picked at random.")
	}
	if d.Port.Affinity > 0 {
		b.WriteString(" Session affinity then keeps the client with it for " + strconv.Itoa(int(d.Port.Affinity.Seconds())) + " seconds after each connection.")
	}
	return upperFirst(b.String())
}

// stopRule names what made kube-proxy reject or drop.
func stopRule(d *kubeproxy.Decision) string {
	switch d.Reason {
	case kubeproxy.NoLocalEndpoints:
		return localPolicy(d)
	case kubeproxy.OutsideRanges:
		return "loadBalancerSourceRanges"
	}
	return string(d.Reason)
}

func (w *walk) rejectText(d *kubeproxy.Decision) string {
	told := "refuses the connection"
	if w.stopped(d, Refused) == NotPermitted {
		told = "stops it before it leaves the node (\"operation not permitted\")"
	}
	if d.Reason == kubeproxy.WrongPort {
		return w.to.Addr().String() + " is the cluster IP of Service " + d.Service.Name + ", which has no " + w.portText() + ": kube-proxy in nftables mode " + told + "."
	}
	return "Service " + d.Service.Name + " has no endpoint for port " + portName(d.Port.Port) + " that is ready or still serves, so kube-proxy " + told + "."
}

func (w *walk) dropText(d *kubeproxy.Decision) string {
	tail := "kube-proxy drops the packet without an answer"
	if w.stopped(d, Timeout) == NotPermitted {
		tail = "kube-proxy stops the packet before it leaves the node (\"operation not permitted\")"
	}
	switch d.Reason {
	case kubeproxy.OutsideRanges:
		return w.source.String() + " is in none of the loadBalancerSourceRanges of Service " + d.Service.Name + ": " + tail + "."
	case kubeproxy.UnusedServiceAddr:
		return w.to.Addr().String() + " is in the service network and no Service has it: in nftables mode " + tail + "."
	}
	return "Service " + d.Service.Name + " has endpoints on other nodes but none on " + w.node.Name + ", and its policy Local allows no others: " + tail + "."
}

func (w *walk) notHookedText(d *kubeproxy.Decision) string {
	return "Service " + d.Service.Name + " has no endpoint, but in iptables mode kube-proxy does not refuse what the node's own processes send to a " + string(d.Kind) + "."
}

// snatHop tells of replaced source addresses, if any backend sees another one
// than the client's.
func (w *walk) snatHop(d *kubeproxy.Decision, ok, failing []Backend) {
	var changed []netip.Addr
	same := false
	for _, all := range [][]Backend{ok, failing} {
		for i := range all {
			switch source := all[i].Source; {
			case source == w.source:
				same = true
			case !slices.Contains(changed, source):
				changed = append(changed, source)
			}
		}
	}
	if len(changed) == 0 {
		return
	}
	why := "the source " + w.source.String() + " becomes " + joinAddrs(changed)
	switch {
	case same && d != nil:
		why = "A pod that meets itself through its Service sees the node's address: then " + why + "."
	case d != nil && d.Masquerade && w.local:
		why = "The packet comes from the node itself, so it gets the address it leaves by: " + why + "."
	case d != nil && d.Masquerade && d.Kind == kubeproxy.ClusterIP:
		why = "The client is outside the pod network, so answers have to come back through this node: " + why + "."
	case d != nil && d.Masquerade && d.ShortCircuit:
		why = "The client is this node itself, so answers have to come back to it: " + why + "."
	case d != nil && d.Masquerade:
		why = "externalTrafficPolicy is Cluster, so answers have to come back through this node: " + why + ". The pods do not see the client's own address."
	case d != nil && d.Masquerades(d.Endpoints[0]):
		why = "The pod meets itself through its Service, so the node puts in its own address: " + why + "."
	default:
		why = "Pod traffic that leaves the pod network gets its node's address: " + why + "."
	}
	w.hop(HopSNAT, Object{Kind: "Node", Name: w.node.Name}, "masquerade", why)
}

// deliverHop is the last hop of a packet that may be answered.
func (w *walk) deliverHop(ok, failing []Backend) {
	h := answers(w.nodeName(), ok[0])
	if len(ok) > 1 {
		h.Object = Object{}
		h.Why = "One of " + strconv.Itoa(len(ok)) + " answers: " + joinBackends(ok, 3)
		if sources := (&Trace{Backends: ok}).Sources(); len(sources) == 1 {
			h.Why += "; it sees the source " + sources[0].String()
		}
		h.Why += "."
	}
	if len(failing) > 0 {
		h.Why += " Connections that meet " + joinBackends(failing, 3) + " fail instead. " + failing[0].Why
	}
	w.trace.Hops = append(w.trace.Hops, h)
}

// nobodyText says why an address that nobody has times out.
func (w *walk) nobodyText() string {
	to := w.to.Addr()
	text := to.String()
	switch svc, ok := w.net.rules.Outside(to); {
	case w.net.svcs.Contains(to) && w.net.rules.IsClusterIP(to):
		return text + " is a Service's cluster IP, but that Service has no " + w.portText() + ": in iptables mode kube-proxy has no rule for it, and nobody answers."
	case w.net.svcs.Contains(to):
		return text + " is in the service network, but no Service that kube-proxy serves has it: nobody answers."
	case w.net.pods.Contains(to):
		return "No pod has the address " + text + ": nobody answers."
	case ok && w.net.rules.Serves(w.to, w.trace.Packet.Proto):
		return "The packet leaves the node for " + text + ", which is no machine's address: nobody answers."
	case ok:
		return text + " leads to Service " + svc.Name + " on its own ports only, and " + w.portText() + " is none of them: nobody answers."
	}
	return "Nobody answers at " + w.to.String() + "."
}

func joinAddrs(addrs []netip.Addr) string {
	texts := make([]string, len(addrs))
	for i, a := range addrs {
		texts[i] = a.String()
	}
	return strings.Join(texts, " or ")
}

// joinBackends lists up to limit backends.
func joinBackends(all []Backend, limit int) string {
	var names []string
	for _, b := range all[:min(len(all), limit)] {
		names = append(names, b.String())
	}
	text := strings.Join(names, ", ")
	if more := len(all) - limit; more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func portNumber(n int32) string { return strconv.Itoa(int(n)) }

func nodesText(nodes []*corev1.Node) string {
	if len(nodes) == 1 {
		return "node " + nodes[0].Name
	}
	return "one of " + strconv.Itoa(len(nodes)) + " nodes"
}

// names are those of the objects in a namespace.
func names[T metav1.Object](objects []T, namespace string) []string {
	var all []string
	for _, o := range objects {
		if o.GetNamespace() == namespace {
			all = append(all, o.GetName())
		}
	}
	return all
}

// among ends an error about a name with those that would do, some of them
// where there are many.
func among(known []string) string {
	const limit = 6
	switch {
	case len(known) == 0:
		return ""
	case len(known) > limit:
		return fmt.Sprintf("; there are %s and %d more", strings.Join(known[:limit], ", "), len(known)-limit)
	}
	return "; there are " + strings.Join(known, ", ")
}
