// Package flows reads recorded facts about kube-proxy for tests: small
// clusters, a packet each, and what kube-proxy of Kubernetes 1.37.2 did with
// it. testdata/flows.json has 499 of them: kube-proxy's own unit tests, run
// (kp-, topo-), and measurements with its code in network namespaces as nodes,
// whose pods hang on bridges (the others).
package flows

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

//go:embed testdata/flows.json
var file []byte

// Read returns all rows.
func Read() ([]Flow, error) {
	var all []Flow
	if err := json.Unmarshal(file, &all); err != nil {
		return nil, fmt.Errorf("read flows: %w", err)
	}
	return all, nil
}

// Flow is a cluster, a packet, and what kube-proxy does with it.
type Flow struct {
	ID       string
	Topology struct {
		EvaluatedOn string
		Nodes       []Node
		Pods        []Pod
		ClientPods  []struct{ Name, IP, Node string }
		VIPRoutedTo map[string]string
		Config      Config
	}
	Service *Service
	From    struct{ Kind, IP, Node string }
	To      struct {
		IP    string
		Port  json.RawMessage
		Proto corev1.Protocol
	}
	Want struct {
		Mode, Outcome string
		Backends      []string
		Masquerade    json.RawMessage
		ClientSees    string
		// BackendAnswers is set where nothing listens at the endpoint.
		BackendAnswers string
		SourceIPSeen   map[string][]string
		HTTP           int
		Body           map[string]any
	}
}

// Node is a node of a flow's cluster.
type Node struct {
	Name, IP, PodSideAddress, Zone string
	IPs                            []string
}

// Pod is an endpoint as its slice lists it.
type Pod struct {
	IP, IP6, Node, PortName     string
	Protocol                    corev1.Protocol
	Port                        int32
	Ready, Serving, Terminating bool
	ZoneHints, NodeHints        []string
}

// Config is how kube-proxy was set up.
type Config struct {
	ClusterCIDR, ServiceCIDR, Case string
	MasqueradeAll                  bool
	PreferSameTrafficDistribution  *bool
	NodePortAddresses              any
	FeatureGates                   map[string]bool
}

// Service is the one Service of a flow's cluster.
type Service struct {
	Name, Type, ClusterIP string
	ClusterIPs            []string
	NodePort              int32
	Ports                 []struct {
		Name           string
		Protocol       corev1.Protocol
		Port, NodePort int32
	}
	ExternalTrafficPolicy corev1.ServiceExternalTrafficPolicy
	InternalTrafficPolicy *corev1.ServiceInternalTrafficPolicy
	SessionAffinity       corev1.ServiceAffinity
	HealthCheckNodePort   int32
	LBIngress             []struct{ IP, IPMode string }
	LBSourceRanges        []string
	ExternalIPs           []string
	Labels                map[string]string
}

// MeetsNode is the node at which kube-proxy sees the packet.
func (f *Flow) MeetsNode() string {
	if f.Topology.EvaluatedOn != "" {
		return f.Topology.EvaluatedOn
	}
	for _, n := range f.Topology.Nodes {
		if n.IP == f.To.IP || n.V6() == f.To.IP {
			return n.Name
		}
	}
	if f.From.Kind == "external" {
		return f.Topology.VIPRoutedTo[f.To.IP]
	}
	return f.From.Node
}

// V6 is a node's IPv6 address in the dual-stack rows: fd00:192::N.
func (n Node) V6() string { return "fd00:192::" + strings.TrimPrefix(n.Name, "n") }

// State is the cluster of a flow.
func (f *Flow) State() *state.State {
	var objects []runtime.Object
	for _, n := range f.Topology.Nodes {
		objects = append(objects, n.object(strings.HasPrefix(f.ID, "topo-")))
	}
	if f.Service != nil && f.Service.Type != "" {
		svc := f.Service.object()
		objects = append(objects, svc)
		for i, p := range f.Topology.Pods {
			objects = append(objects, p.slice(svc, i, p.IP))
			if p.IP6 != "" {
				objects = append(objects, p.slice(svc, i, p.IP6))
			}
		}
	}
	return state.New(f.spec(), append(objects, f.pods()...))
}

func (n Node) object(bare bool) *corev1.Node {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: n.Name, Labels: map[string]string{}}}
	if n.Zone != "" {
		node.Labels[corev1.LabelTopologyZone] = n.Zone
	}
	ips := n.IPs
	if n.IP != "" {
		ips = []string{n.IP, n.V6()}
	}
	if bare {
		ips = []string{"192.168.0.2"}
	}
	for _, ip := range ips {
		node.Status.Addresses = append(node.Status.Addresses, corev1.NodeAddress{Type: corev1.NodeInternalIP, Address: ip})
	}
	if side, ok := strings.CutSuffix(n.PodSideAddress, ".1"); ok {
		node.Spec.PodCIDR = side + ".0/24"
	}
	return node
}

func (s *Service) object() *corev1.Service {
	ns, name, named := strings.Cut(s.Name, "/")
	if !named {
		ns, name = "default", "s"
	}
	svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: s.Labels}}
	svc.Spec = corev1.ServiceSpec{
		Type: corev1.ServiceType(s.Type), ClusterIP: s.ClusterIP, ClusterIPs: s.ClusterIPs,
		ExternalIPs: s.ExternalIPs, LoadBalancerSourceRanges: s.LBSourceRanges,
		ExternalTrafficPolicy: s.ExternalTrafficPolicy, InternalTrafficPolicy: s.InternalTrafficPolicy,
		SessionAffinity: s.SessionAffinity, HealthCheckNodePort: s.HealthCheckNodePort,
	}
	if s.ClusterIP == "" && len(s.Ports) == 0 { // the topology rows
		svc.Spec.ClusterIP = "10.96.0.10"
		svc.Spec.Ports = []corev1.ServicePort{{Port: 80, NodePort: s.NodePort}}
	}
	for _, p := range s.Ports {
		svc.Spec.Ports = append(svc.Spec.Ports, corev1.ServicePort{Name: p.Name, Protocol: p.Protocol, Port: p.Port, NodePort: p.NodePort})
	}
	for _, in := range s.LBIngress {
		lb := corev1.LoadBalancerIngress{IP: in.IP}
		if mode := corev1.LoadBalancerIPMode(in.IPMode); mode == corev1.LoadBalancerIPModeProxy || mode == corev1.LoadBalancerIPModeVIP {
			lb.IPMode = &mode
		}
		svc.Status.LoadBalancer.Ingress = append(svc.Status.LoadBalancer.Ingress, lb)
	}
	return svc
}

// slice lists a pod under every port of the Service that it has.
func (p Pod) slice(svc *corev1.Service, i int, ip string) *discoveryv1.EndpointSlice {
	s := &discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{
		Namespace: svc.Namespace, Name: fmt.Sprintf("s-%d-%s", i, ip),
		Labels: map[string]string{discoveryv1.LabelServiceName: svc.Name},
	}}
	for j := range svc.Spec.Ports {
		port := &svc.Spec.Ports[j]
		if p.PortName == "" || p.PortName == port.Name {
			s.Ports = append(s.Ports, discoveryv1.EndpointPort{Name: &port.Name, Protocol: &port.Protocol, Port: &p.Port})
		}
	}
	e := discoveryv1.Endpoint{Addresses: []string{ip}, Conditions: discoveryv1.EndpointConditions{Ready: &p.Ready, Serving: &p.Serving, Terminating: &p.Terminating}}
	if p.Node != "" {
		e.NodeName = &p.Node
	}
	if len(p.ZoneHints)+len(p.NodeHints) > 0 {
		e.Hints = &discoveryv1.EndpointHints{}
		for _, z := range p.ZoneHints {
			e.Hints.ForZones = append(e.Hints.ForZones, discoveryv1.ForZone{Name: z})
		}
		for _, n := range p.NodeHints {
			e.Hints.ForNodes = append(e.Hints.ForNodes, discoveryv1.ForNode{Name: n})
		}
	}
	s.Endpoints = []discoveryv1.Endpoint{e}
	return s
}

// spec is the world around a flow's cluster: one outside host.
func (f *Flow) spec() *world.Spec {
	cidr := f.Topology.Config.ServiceCIDR
	if cidr == "" {
		cidr = "10.96.0.0/16"
	}
	host := world.Host{Name: "ext", Address: "203.0.113.2", Network: world.Internet, ArrivesAt: f.Topology.VIPRoutedTo[f.To.IP]}
	if f.From.Kind == "external" && f.From.IP != "" {
		host.Address = f.From.IP
	}
	return &world.Spec{
		PodLinks: world.Bridged, ServiceCIDR: cidr, PodCIDR: "10.244.0.0/16", Hosts: []world.Host{host},
		NodesReachableFrom: []world.Network{world.Internet},
	}
}

// pods are the pods of a measured cluster; kube-proxy's unit tests have none.
func (f *Flow) pods() []runtime.Object {
	byIP := map[string]*corev1.Pod{}
	var all []runtime.Object
	add := func(ip, node string) *corev1.Pod {
		if byIP[ip] == nil {
			p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "at-" + ip}}
			p.Spec.NodeName, p.Status.PodIP, p.Status.Phase = node, ip, corev1.PodRunning
			p.Spec.Containers = []corev1.Container{{Name: "app"}}
			p.Spec.HostNetwork = slices.ContainsFunc(f.Topology.Nodes, func(n Node) bool { return n.IP == ip })
			byIP[ip] = p
			all = append(all, p)
		}
		return byIP[ip]
	}
	for _, p := range f.Topology.Pods {
		if p.Node == "" || f.Topology.EvaluatedOn != "" {
			continue
		}
		c := &add(p.IP, p.Node).Spec.Containers[0]
		if f.Want.BackendAnswers == "" {
			c.Ports = append(c.Ports, corev1.ContainerPort{ContainerPort: p.Port, Protocol: p.Protocol})
		}
	}
	for _, p := range f.Topology.ClientPods {
		add(p.IP, p.Node)
	}
	return all
}
