package dataplane_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// size is how much a random world holds.
type size struct{ nodes, pods, services, policies int }

// apps is how many apps the pods are of: ten pods each, in large clusters.
func (n size) apps() int { return max(12, n.pods/10) }

// randomWorld makes a cluster of a seed: pods ready and not, ending and on
// their node's network, Services of every type and policy.
func randomWorld(tb testing.TB, rnd *rand.Rand, n size) *state.State {
	tb.Helper()
	spec := world.Spec{
		ProxyMode: pick(rnd, world.IPTables, world.NFTables), PodLinks: pick(rnd, world.Routed, world.Bridged),
		ServiceCIDR: "10.96.0.0/16", PodCIDR: "10.244.0.0/16", NodePortRange: "30000-32767",
		Hosts: []world.Host{
			{Name: "office", Address: "203.0.113.7", Network: world.Internet, ArrivesAt: "node-0"},
			{Name: "gateway", Address: "192.168.255.9", Network: world.NodeNetwork},
		},
		NodesReachableFrom: []world.Network{world.NodeNetwork},
	}
	if rnd.IntN(2) == 0 {
		spec.NodesReachableFrom = append(spec.NodesReachableFrom, world.Internet)
	}
	objects := namespaces()
	for i := range n.nodes {
		objects = append(objects, randomNode(rnd, i))
	}
	for i := range n.pods {
		objects = append(objects, randomPod(rnd, i, n))
	}
	for i := range n.services {
		objects = append(objects, randomService(rnd, i, n))
	}
	for i := range n.policies {
		objects = append(objects, randomPolicy(rnd, i))
	}
	return settled(tb, &world.World{Name: "random", Spec: spec, Objects: objects})
}

// namespaces are those that random objects are in.
func namespaces() []runtime.Object {
	return []runtime.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "one"}},
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "two"}},
	}
}

func pick[T any](rnd *rand.Rand, from ...T) T { return from[rnd.IntN(len(from))] }

func randomNode(rnd *rand.Rand, i int) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node-" + strconv.Itoa(i)}}
	n.Labels = map[string]string{corev1.LabelTopologyZone: pick(rnd, "a", "b", "c")}
	n.Spec.PodCIDR = fmt.Sprintf("10.244.%d.0/24", i)
	n.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("192.168.0.%d", 10+i)}}
	return n
}

func apps(i int) string { return "app-" + strconv.Itoa(i) }

func randomPod(rnd *rand.Rand, i int, n size) *corev1.Pod {
	node := rnd.IntN(n.nodes)
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: pick(rnd, "one", "two"), Name: "pod-" + strconv.Itoa(i), Labels: map[string]string{"app": apps(rnd.IntN(n.apps()))}}}
	p.Spec.NodeName = "node-" + strconv.Itoa(node)
	p.Status.Phase = pick(rnd, corev1.PodRunning, corev1.PodRunning, corev1.PodRunning, corev1.PodPending)
	p.Status.PodIP = fmt.Sprintf("10.244.%d.%d", node, 2+i%250)
	if rnd.IntN(10) == 0 {
		p.Spec.HostNetwork, p.Status.PodIP = true, fmt.Sprintf("192.168.0.%d", 10+node)
	}
	if rnd.IntN(6) == 0 {
		p.DeletionTimestamp = &metav1.Time{Time: time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)}
	}
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: pick(rnd, corev1.ConditionTrue, corev1.ConditionTrue, corev1.ConditionFalse)}}
	p.Spec.Containers = []corev1.Container{{Name: "c", Ports: []corev1.ContainerPort{
		{Name: "http", ContainerPort: pick(rnd, int32(8080), 8081), Protocol: corev1.ProtocolTCP},
		{Name: "dns", ContainerPort: 53, Protocol: corev1.ProtocolUDP},
	}}}
	return p
}

func randomService(rnd *rand.Rand, i int, n size) *corev1.Service {
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: pick(rnd, "one", "two"), Name: "svc-" + strconv.Itoa(i)}}
	internal := pick(rnd, corev1.ServiceInternalTrafficPolicyCluster, corev1.ServiceInternalTrafficPolicyLocal)
	s.Spec = corev1.ServiceSpec{
		Type:      pick(rnd, corev1.ServiceTypeClusterIP, corev1.ServiceTypeNodePort, corev1.ServiceTypeLoadBalancer, corev1.ServiceTypeExternalName),
		ClusterIP: fmt.Sprintf("10.96.%d.%d", 1+i/250, 1+i%250), Selector: map[string]string{"app": apps(rnd.IntN(n.apps() + 2))},
		InternalTrafficPolicy: &internal, PublishNotReadyAddresses: rnd.IntN(8) == 0,
		SessionAffinity: pick(rnd, corev1.ServiceAffinityNone, corev1.ServiceAffinityClientIP),
		Ports: []corev1.ServicePort{
			{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP, TargetPort: pick(rnd, intstr.FromString("http"), intstr.FromInt32(8080))},
			{Name: "dns", Port: 53, Protocol: corev1.ProtocolUDP, TargetPort: intstr.FromInt32(53)},
		},
	}
	if rnd.IntN(10) == 0 {
		s.Spec.ClusterIP = corev1.ClusterIPNone
	}
	if rnd.IntN(4) == 0 {
		s.Spec.TrafficDistribution = new(pick(rnd, corev1.ServiceTrafficDistributionPreferSameNode, corev1.ServiceTrafficDistributionPreferSameZone))
	}
	if t := s.Spec.Type; t == corev1.ServiceTypeNodePort || t == corev1.ServiceTypeLoadBalancer {
		if i >= 768 { // there are no more health-check ports to give out
			s.Spec.Type = corev1.ServiceTypeNodePort
			t = s.Spec.Type
		}
		s.Spec.ExternalTrafficPolicy = pick(rnd, corev1.ServiceExternalTrafficPolicyCluster, corev1.ServiceExternalTrafficPolicyLocal)
		s.Spec.Ports[0].NodePort, s.Spec.Ports[1].NodePort = int32(30000+i), int32(31000+i)
		if s.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal && t == corev1.ServiceTypeLoadBalancer {
			s.Spec.HealthCheckNodePort = int32(32000 + i%768)
		}
	}
	if s.Spec.Type == corev1.ServiceTypeLoadBalancer {
		s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: fmt.Sprintf("198.51.100.%d", 1+i%250)}}
		if rnd.IntN(3) == 0 {
			s.Spec.LoadBalancerSourceRanges = []string{pick(rnd, "203.0.113.0/24", "10.244.0.0/16", "0.0.0.0/0")}
		}
	}
	return s
}

func randomPolicy(rnd *rand.Rand, i int) *networkingv1.NetworkPolicy {
	p := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: pick(rnd, "one", "two"), Name: "policy-" + strconv.Itoa(i)}}
	selects := func() *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": apps(rnd.IntN(12))}}
	}
	p.Spec.PodSelector = *selects()
	p.Spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{PodSelector: selects()}}}}
	if rnd.IntN(2) == 0 {
		port := intstr.FromString("http")
		p.Spec.Egress = []networkingv1.NetworkPolicyEgressRule{{Ports: []networkingv1.NetworkPolicyPort{{Port: &port}}}}
	}
	return p
}

// everybody lists all clients of a state.
func everybody(st *state.State) []dataplane.Client {
	var all []dataplane.Client
	for _, p := range st.Pods {
		all = append(all, dataplane.PodClient(p.Namespace, p.Name))
	}
	for _, n := range st.Nodes {
		all = append(all, dataplane.NodeClient(n.Name))
	}
	for _, h := range st.World.Hosts {
		all = append(all, dataplane.ExternalClient(h.Name))
	}
	return all
}

// everywhere lists all addresses of a state: those of Services, node ports on
// every node and on localhost, pods, and ports that nobody has.
func everywhere(st *state.State) []target {
	var all []target
	add := func(ip string, port int32, proto corev1.Protocol) {
		if a, err := netip.ParseAddr(ip); err == nil && port > 0 {
			all = append(all, target{netip.AddrPortFrom(a, uint16(port)), proto})
		}
	}
	for _, s := range st.Services {
		for _, p := range s.Spec.Ports {
			add(s.Spec.ClusterIP, p.Port, p.Protocol)
			for _, ip := range s.Spec.ExternalIPs {
				add(ip, p.Port, p.Protocol)
			}
			for _, in := range s.Status.LoadBalancer.Ingress {
				add(in.IP, p.Port, p.Protocol)
			}
			for _, n := range st.Nodes {
				add(n.Status.Addresses[0].Address, p.NodePort, p.Protocol)
			}
			add("127.0.0.1", p.NodePort, p.Protocol)
		}
		add(s.Spec.ClusterIP, 4444, corev1.ProtocolTCP)
	}
	for _, p := range st.Pods {
		for _, c := range p.Spec.Containers {
			for _, cp := range c.Ports {
				add(p.Status.PodIP, cp.ContainerPort, cp.Protocol)
			}
		}
		add(p.Status.PodIP, 4444, corev1.ProtocolTCP)
	}
	return all
}

type target struct {
	to    netip.AddrPort
	proto corev1.Protocol
}

// oneService is a Service with that many ready pods, and a packet for it.
func oneService(tb testing.TB, pods int) (*dataplane.Network, dataplane.Packet) {
	rnd := rand.New(rand.NewPCG(1, 2))
	spec := world.Spec{ProxyMode: world.IPTables, ServiceCIDR: "10.96.0.0/16", PodCIDR: "10.0.0.0/8", NodePortRange: "30000-32767"}
	objects := append(namespaces(), randomNode(rnd, 0))
	for i := range pods {
		p := randomPod(rnd, i, size{nodes: 1})
		p.Namespace, p.Labels, p.DeletionTimestamp, p.Spec.HostNetwork = "one", map[string]string{"app": "x"}, nil, false
		p.Status.PodIP = fmt.Sprintf("10.1.%d.%d", i/250, 1+i%250)
		p.Status.Phase, p.Status.Conditions[0].Status = corev1.PodRunning, corev1.ConditionTrue
		objects = append(objects, p)
	}
	svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "one", Name: "x"}}
	svc.Spec = corev1.ServiceSpec{ClusterIP: "10.96.0.9", Selector: map[string]string{"app": "x"}, Ports: []corev1.ServicePort{{Name: "dns", Port: 53, Protocol: corev1.ProtocolUDP}}}
	net := dataplane.New(settled(tb, &world.World{Name: "one", Spec: spec, Objects: append(objects, svc)}))
	return net, dataplane.Packet{From: dataplane.NodeClient("node-0"), To: netip.MustParseAddrPort("10.96.0.9:53"), Proto: corev1.ProtocolUDP}
}
