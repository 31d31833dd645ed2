package dataplane

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
	"github.com/kubetutor/tutor/simulator/world"
)

// toBalancer is a packet for the address of a cloud's balancer.
func (w *walk) toBalancer(b *cloud.Balancer) {
	if w.node != nil {
		if w.pod != nil && !w.egressAllowed(w.to) {
			return
		}
		w.leavePodNetwork(nil)
	}
	obj := balancerObject(b)
	outside := w.node == nil && w.host.Network != world.NodeNetwork
	switch {
	case b.Internal && outside:
		w.end(Timeout, HopBalancer, obj, "scheme: internal", "The "+b.Name()+" is internal: it has addresses in the cluster's own network only, and there is no way to them from outside.")
		return
	case b.PassThrough:
		w.passThrough(b)
		return
	}
	w.node, w.local, w.pod = nil, false, nil
	switch {
	case !b.Admits(w.source):
		w.end(Timeout, HopBalancer, obj, "loadBalancerSourceRanges", "The security group of the "+b.Name()+" does not admit "+w.source.String()+": the packet is dropped.")
	case b.Service != nil:
		w.throughConnections(b)
	default:
		w.throughIngress(b)
	}
}

func balancerObject(b *cloud.Balancer) Object {
	if b.Service != nil {
		return serviceObject(b.Service)
	}
	return Object{"Ingress", b.Ingresses[0].Namespace, b.Ingresses[0].Name}
}

// passThrough is a balancer that hands the packet to a node as it is. Of the
// nodes only those that pass its health check get any; MetalLB in layer 2
// announces an address from one of them.
func (w *walk) passThrough(b *cloud.Balancer) {
	if w.trace.Packet.ArrivesAt != "" {
		w.arrive()
		return
	}
	nodes := w.net.healthyNodes(b.Service)
	if len(nodes) == 0 {
		w.end(Timeout, HopBalancer, serviceObject(b.Service), "", "No node passes the health check of the "+b.Name()+", so it sends packets to none.")
		return
	}
	if b.Product == cloud.MetalLBPass {
		nodes = []*corev1.Node{cloud.Announcer(nodes)}
	}
	w.hop(HopBalancer, serviceObject(b.Service), string(b.Product), "The "+b.Name()+" hands the packet on as it is, to "+nodesText(nodes)+".")
	w.fan(nodes, func(sub *walk, node *corev1.Node) {
		sub.node, sub.local, sub.pod = node, false, nil
		sub.onNode()
	})
}

// healthyNodes are the nodes that a balancer of a Service sends to: those with
// ready endpoints under externalTrafficPolicy Local, or else all.
func (n *Network) healthyNodes(svc *corev1.Service) []*corev1.Node {
	nodes := cloud.Eligible(n.st.Nodes)
	if svc.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal {
		nodes = slices.DeleteFunc(nodes, func(node *corev1.Node) bool { return n.rules.LocalReady(svc, node.Name) == 0 })
	}
	return nodes
}

// throughConnections is a balancer that takes the connection to a target of
// its own choice.
func (w *walk) throughConnections(b *cloud.Balancer) {
	i := slices.IndexFunc(b.Service.Spec.Ports, func(p corev1.ServicePort) bool {
		return uint16(p.Port) == w.to.Port() && (p.Protocol == w.trace.Packet.Proto || p.Protocol == "" && w.trace.Packet.Proto == corev1.ProtocolTCP)
	})
	if i < 0 {
		w.end(Timeout, HopBalancer, serviceObject(b.Service), "", "The "+b.Name()+" has no listener on "+w.portText()+".")
		return
	}
	port := &b.Service.Spec.Ports[i]
	source, seen := b.Inside, "under its own address, "+b.Inside.String()
	if b.PreservesClient(port) {
		source, seen = w.source, "under the client's address"
	}
	if b.Targets == cloud.IPs {
		w.hop(HopBalancer, serviceObject(b.Service), "ip targets", "The "+b.Name()+" sends to the pods themselves, past node ports and kube-proxy, "+seen+".")
		w.source = source
		w.toTargets(b.Service, port)
		return
	}
	w.hop(HopBalancer, serviceObject(b.Service), "instance targets", "The "+b.Name()+" sends to node port "+portNumber(port.NodePort)+" of a node, "+seen+".")
	w.source = source
	w.toInstances(b.Service, port)
}

// toTargets is a balancer's connection to a Service's ready pods.
func (w *walk) toTargets(svc *corev1.Service, port *corev1.ServicePort) {
	targets := kubeproxy.ReadyEndpoints(port, w.net.st.EndpointSlices(svc.Namespace, svc.Name))
	if len(targets) == 0 {
		w.end(Timeout, HopEndpoints, serviceObject(svc), "", "Service "+svc.Name+" has no ready pod, so the balancer has no target.")
		return
	}
	w.deliver(targets, nil)
}

// toInstances is a balancer's connection to the node port of a Service. A
// balancer none of whose targets is healthy tries them all.
func (w *walk) toInstances(svc *corev1.Service, port *corev1.ServicePort) {
	nodes := w.net.healthyNodes(svc)
	if len(nodes) == 0 {
		nodes = cloud.Eligible(w.net.st.Nodes)
	}
	if len(nodes) == 0 || port.NodePort == 0 {
		w.end(Timeout, HopBalancer, serviceObject(svc), "", "Service "+svc.Name+" has no node port that the balancer could send to.")
		return
	}
	w.fan(nodes, func(sub *walk, node *corev1.Node) {
		own := address(node, corev1.NodeInternalIP, sub.source)
		sub.to = netip.AddrPortFrom(own, uint16(port.NodePort))
		sub.node, sub.local, sub.pod = node, false, nil
		if own == sub.source {
			sub.end(Timeout, HopBalancer, serviceObject(svc), "", "The balancer keeps the client's address and sends back to the node the packet came from, which takes no packets from itself.")
			return
		}
		sub.onNode()
	})
}

// fan follows a packet to each of several nodes and joins what it meets there.
// The hops are those of the first way that succeeds, or of the first.
func (w *walk) fan(nodes []*corev1.Node, follow func(*walk, *corev1.Node)) {
	var told *walk
	var ok, failing []Backend
	for _, node := range nodes {
		sub := *w
		sub.trace.Hops = slices.Clip(w.trace.Hops)
		follow(&sub, node)
		t := &sub.trace
		ok = appendNew(ok, t.Backends)
		failing = appendNew(failing, t.Failing)
		if len(t.Backends)+len(t.Failing) == 0 {
			failing = append(failing, fail(Backend{Name: node.Name, Node: node.Name, Address: sub.to}, t.Outcome, t.Last().Object, t.Last().Why))
		}
		if told == nil || told.trace.Outcome != OK && t.Outcome == OK {
			told = &sub
		}
	}
	w.trace = told.trace
	w.trace.Backends, w.trace.Failing = ok, failing
}

// appendNew adds backends that are not yet listed with the same source.
func appendNew(all, more []Backend) []Backend {
	for _, b := range more {
		same := func(o Backend) bool {
			return o.Address == b.Address && o.Source == b.Source && o.Outcome == b.Outcome
		}
		if !slices.ContainsFunc(all, same) {
			all = append(all, b)
		}
	}
	return all
}

// answersItself is a balancer that answers a request without a target.
func (w *walk) answersItself(b *cloud.Balancer, status int, body string, obj Object, why string) {
	w.served(Backend{Name: b.Hostname, Address: w.to, Source: w.source, Outcome: OK, Status: status, Body: body})
	w.hop(HopIngress, obj, "", why)
}
