// Package state is what the cluster is at one moment: an immutable view of its
// objects with the look-ups that the data plane, DNS, the cloud and the grader
// need. Whoever reads a State must not change the objects in it.
//
//	st := state.New(w.Spec, objects)
//	svc := st.Service("production", "order-api-svc")
//	for _, slice := range st.EndpointSlices("production", "order-api-svc") { … }
//
// Making a State costs time linear in the number of objects; every look-up is
// a map access.
package state

import (
	"cmp"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/world"
)

// Name is a namespace and a name.
type Name struct{ Namespace, Name string }

// String is namespace/name, or the name alone where there is no namespace.
func (n Name) String() string {
	if n.Namespace == "" {
		return n.Name
	}
	return n.Namespace + "/" + n.Name
}

// Of is the Name of an object.
func Of(o metav1.Object) Name { return Name{o.GetNamespace(), o.GetName()} }

// State is a cluster at one moment. Its lists are sorted by namespace and
// name, nodes stand in the order of their creation (the order of the file).
type State struct {
	World           *world.Spec
	Nodes           []*corev1.Node
	Namespaces      []*corev1.Namespace
	Pods            []*corev1.Pod
	Services        []*corev1.Service
	Slices          []*discoveryv1.EndpointSlice
	NetworkPolicies []*networkingv1.NetworkPolicy
	Ingresses       []*networkingv1.Ingress
	IngressClasses  []*networkingv1.IngressClass

	nodes      map[string]*corev1.Node
	namespaces map[string]*corev1.Namespace
	pods       map[Name]*corev1.Pod
	services   map[Name]*corev1.Service
	slices     map[Name][]*discoveryv1.EndpointSlice
	podsByIP   map[netip.Addr][]*corev1.Pod
	podsOn     map[string][]*corev1.Pod
	policies   map[string][]*networkingv1.NetworkPolicy
}

// New makes a State of typed objects. Kinds that no packet and no name depends
// on (deployments, events, …) are passed over.
func New(w *world.Spec, objects []runtime.Object) *State {
	s := &State{World: w}
	for _, o := range objects {
		switch o := o.(type) {
		case *corev1.Node:
			s.Nodes = append(s.Nodes, o)
		case *corev1.Namespace:
			s.Namespaces = append(s.Namespaces, o)
		case *corev1.Pod:
			s.Pods = append(s.Pods, o)
		case *corev1.Service:
			s.Services = append(s.Services, o)
		case *discoveryv1.EndpointSlice:
			s.Slices = append(s.Slices, o)
		case *networkingv1.NetworkPolicy:
			s.NetworkPolicies = append(s.NetworkPolicies, o)
		case *networkingv1.Ingress:
			s.Ingresses = append(s.Ingresses, o)
		case *networkingv1.IngressClass:
			s.IngressClasses = append(s.IngressClasses, o)
		}
	}
	byName(s.Namespaces)
	byName(s.Pods)
	byName(s.Services)
	byName(s.Slices)
	byName(s.NetworkPolicies)
	byName(s.Ingresses)
	byName(s.IngressClasses)
	s.index()
	return s
}

func byName[T metav1.Object](objects []T) {
	slices.SortStableFunc(objects, func(a, b T) int {
		return cmp.Or(cmp.Compare(a.GetNamespace(), b.GetNamespace()), cmp.Compare(a.GetName(), b.GetName()))
	})
}

func (s *State) index() {
	s.nodes = make(map[string]*corev1.Node, len(s.Nodes))
	for _, n := range s.Nodes {
		s.nodes[n.Name] = n
	}
	s.namespaces = make(map[string]*corev1.Namespace, len(s.Namespaces))
	for _, n := range s.Namespaces {
		s.namespaces[n.Name] = n
	}
	s.pods = make(map[Name]*corev1.Pod, len(s.Pods))
	s.podsByIP = make(map[netip.Addr][]*corev1.Pod, len(s.Pods))
	s.podsOn = make(map[string][]*corev1.Pod, len(s.Nodes))
	for _, p := range s.Pods {
		s.pods[Of(p)] = p
		s.podsOn[p.Spec.NodeName] = append(s.podsOn[p.Spec.NodeName], p)
		for _, ip := range PodAddrs(p) {
			s.podsByIP[ip] = append(s.podsByIP[ip], p)
		}
	}
	s.services = make(map[Name]*corev1.Service, len(s.Services))
	for _, v := range s.Services {
		s.services[Of(v)] = v
	}
	s.slices = make(map[Name][]*discoveryv1.EndpointSlice, len(s.Slices))
	for _, v := range s.Slices {
		if svc := v.Labels[discoveryv1.LabelServiceName]; svc != "" {
			n := Name{v.Namespace, svc}
			s.slices[n] = append(s.slices[n], v)
		}
	}
	s.policies = make(map[string][]*networkingv1.NetworkPolicy)
	for _, p := range s.NetworkPolicies {
		s.policies[p.Namespace] = append(s.policies[p.Namespace], p)
	}
}

// Node returns the node of that name, nil if there is none.
func (s *State) Node(name string) *corev1.Node { return s.nodes[name] }

// Namespace returns the namespace of that name, nil if there is none.
func (s *State) Namespace(name string) *corev1.Namespace { return s.namespaces[name] }

// Pod returns the pod of that name, nil if there is none.
func (s *State) Pod(namespace, name string) *corev1.Pod { return s.pods[Name{namespace, name}] }

// Service returns the Service of that name, nil if there is none.
func (s *State) Service(namespace, name string) *corev1.Service {
	return s.services[Name{namespace, name}]
}

// EndpointSlices returns the slices that belong to a Service, by their label
// kubernetes.io/service-name.
func (s *State) EndpointSlices(namespace, service string) []*discoveryv1.EndpointSlice {
	return s.slices[Name{namespace, service}]
}

// PodsAt returns the pods that have an address: one, or several where pods use
// their node's network.
func (s *State) PodsAt(ip netip.Addr) []*corev1.Pod { return s.podsByIP[ip] }

// PodsOn returns the pods bound to a node.
func (s *State) PodsOn(node string) []*corev1.Pod { return s.podsOn[node] }

// PoliciesIn returns a namespace's NetworkPolicies.
func (s *State) PoliciesIn(namespace string) []*networkingv1.NetworkPolicy {
	return s.policies[namespace]
}

// PodAddrs are the addresses of a pod, the primary one first.
func PodAddrs(p *corev1.Pod) []netip.Addr {
	var addrs []netip.Addr
	add := func(s string) {
		if ip, err := netip.ParseAddr(s); err == nil && !slices.Contains(addrs, ip) {
			addrs = append(addrs, ip)
		}
	}
	add(p.Status.PodIP)
	for _, ip := range p.Status.PodIPs {
		add(ip.IP)
	}
	return addrs
}

// NodeAddrs are the addresses of a node by type (InternalIP, ExternalIP), in
// their order.
func NodeAddrs(n *corev1.Node, kind corev1.NodeAddressType) []netip.Addr {
	var addrs []netip.Addr
	for _, a := range n.Status.Addresses {
		if a.Type != kind {
			continue
		}
		if ip, err := netip.ParseAddr(a.Address); err == nil {
			addrs = append(addrs, ip)
		}
	}
	return addrs
}

// Ready tells whether a pod's Ready condition is true.
func Ready(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}
