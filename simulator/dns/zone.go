package dns

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// ttl is how long the cluster's own records live, in seconds; versionTTL that
// of the record that names the schema.
const (
	ttl        = 30
	versionTTL = 28800
)

// Zone is what the cluster's DNS server knows at one moment. It is made once
// per state, in time linear in Services and endpoints, and may be used by
// several goroutines.
type Zone struct {
	st     *state.State
	domain string // cluster.local.
	serial int64

	services map[state.Name]*service
	// byAddress are the cluster IPs, endpoints the ready endpoint addresses.
	byAddress map[netip.Addr]*service
	endpoints map[netip.Addr][]string // names of endpoints at an address
	outside   []world.Name            // what the resolver outside knows
}

// service is a Service with what its records need.
type service struct {
	name     state.Name
	object   *corev1.Service
	addrs    []netip.Addr // cluster IPs
	headless bool
	subsets  []subset
}

// subset is one EndpointSlice: ready endpoints and ports.
type subset struct {
	endpoints []endpoint
	ports     []port
}

type endpoint struct {
	addr netip.Addr
	host string // its label below the Service's name
}

type port struct {
	name     string
	protocol string
	number   int32
}

// noPort stands for a slice without ports: its endpoints have A and PTR
// records and no SRV.
const noPort = -1

// New makes the index that questions are answered from.
func New(st *state.State) *Zone {
	z := &Zone{
		st:        st,
		domain:    fqdn(strings.ToLower(st.World.ClusterDomain)),
		serial:    1,
		services:  make(map[state.Name]*service, len(st.Services)),
		byAddress: make(map[netip.Addr]*service, len(st.Services)),
		endpoints: make(map[netip.Addr][]string),
	}
	for _, o := range st.Services {
		z.add(o)
	}
	z.outside = append(slices.Clip(st.World.Upstream.Names), balancerNames(st)...)
	return z
}

// balancerTTL is how long the platforms' names of load balancers live.
const balancerTTL = 60

// balancerNames are the names that the platform gives to load balancers.
func balancerNames(st *state.State) []world.Name {
	var names []world.Name
	for _, b := range cloud.Balancers(st) {
		if b.Hostname == "" {
			continue
		}
		n := world.Name{Name: b.Hostname, TTL: balancerTTL}
		for _, ip := range b.Addresses {
			n.Addresses = append(n.Addresses, ip.String())
		}
		names = append(names, n)
	}
	return names
}

func (z *Zone) add(o *corev1.Service) {
	z.serial = max(z.serial, o.CreationTimestamp.Unix())
	s := &service{name: state.Of(o), object: o}
	z.services[s.name] = s
	if o.Spec.Type == corev1.ServiceTypeExternalName {
		return
	}
	for _, text := range clusterIPs(o) {
		if text == corev1.ClusterIPNone {
			s.headless = true
		} else if ip, err := netip.ParseAddr(text); err == nil {
			s.addrs = append(s.addrs, ip)
			z.byAddress[ip] = s
		}
	}
	for _, slice := range z.st.EndpointSlices(o.Namespace, o.Name) {
		s.subsets = append(s.subsets, subsetOf(slice))
	}
	for _, sub := range s.subsets {
		for _, e := range sub.endpoints {
			z.endpoints[e.addr] = append(z.endpoints[e.addr], e.host+"."+z.nameOf(s))
		}
	}
}

func clusterIPs(o *corev1.Service) []string {
	if len(o.Spec.ClusterIPs) > 0 {
		return o.Spec.ClusterIPs
	}
	return []string{o.Spec.ClusterIP}
}

// nameOf is a Service's full name.
func (z *Zone) nameOf(s *service) string {
	return s.name.Name + "." + s.name.Namespace + ".svc." + z.domain
}

func subsetOf(slice *discoveryv1.EndpointSlice) subset {
	var sub subset
	for _, e := range slice.Endpoints {
		// Unlike kube-proxy, DNS knows no terminating endpoints: only ready ones
		// have records.
		if e.Conditions.Ready != nil && !*e.Conditions.Ready {
			continue
		}
		for _, text := range e.Addresses {
			if ip, err := netip.ParseAddr(text); err == nil {
				sub.endpoints = append(sub.endpoints, endpoint{ip, endpointHost(e, text)})
			}
		}
	}
	for _, p := range slice.Ports {
		if p.Port == nil {
			continue
		}
		v := port{number: *p.Port, protocol: "TCP"}
		if p.Name != nil {
			v.name = *p.Name
		}
		if p.Protocol != nil {
			v.protocol = string(*p.Protocol)
		}
		sub.ports = append(sub.ports, v)
	}
	if len(slice.Ports) == 0 {
		sub.ports = []port{{number: noPort}}
	}
	return sub
}

// endpointHost is an endpoint's label: its hostname, else its address with
// dashes.
func endpointHost(e discoveryv1.Endpoint, addr string) string {
	if e.Hostname != nil && *e.Hostname != "" {
		return strings.ToLower(*e.Hostname)
	}
	return strings.NewReplacer(".", "-", ":", "-").Replace(addr)
}
