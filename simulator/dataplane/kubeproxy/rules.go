package kubeproxy

import (
	"net/netip"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Labels whose presence makes kube-proxy pass an object over
// (cmd/kube-proxy/app/server.go).
const (
	labelOtherProxy = "service.kubernetes.io/service-proxy-name"
	labelHeadless   = corev1.IsHeadlessService
)

// Config is how every kube-proxy of the cluster is set up.
type Config struct {
	// Mode is iptables unless set.
	Mode world.ProxyMode
	// ClusterCIDRs (--cluster-cidr) tell pods' traffic from the rest. Without
	// any, kube-proxy cannot tell, and treats nobody as a pod.
	ClusterCIDRs []netip.Prefix
	// ServiceCIDRs are the networks that cluster IPs come from; nftables mode
	// drops what goes to an address there that no Service holds.
	ServiceCIDRs []netip.Prefix
	// MasqueradeAll is --masquerade-all.
	MasqueradeAll bool
	// NodePortAddresses (--nodeport-addresses) are where node ports are
	// served. Empty means the mode's default: every local address in iptables
	// mode, the node's primary address in nftables mode.
	NodePortAddresses []netip.Prefix
	// NoLocalhostNodePorts is --iptables-localhost-nodeports=false.
	NoLocalhostNodePorts bool
	// PodSide says whether a node also has an address on its pods' network,
	// the first of its podCIDR.
	PodSide bool
}

// FromWorld is the Config of a world.
func FromWorld(w *world.Spec) Config {
	return Config{
		Mode:         w.ProxyMode,
		ClusterCIDRs: []netip.Prefix{w.PodPrefix()},
		ServiceCIDRs: []netip.Prefix{w.ServicePrefix()},
		PodSide:      w.PodLinks == world.Bridged,
	}
}

// Kind is the kind of address by which a packet meets a Service.
type Kind string

// The addresses of a Service that kube-proxy serves.
const (
	ClusterIP    Kind = "cluster IP"
	ExternalIP   Kind = "external IP"
	LoadBalancer Kind = "load balancer address"
	NodePort     Kind = "node port"
)

// ServicePort is one port of one Service, with the endpoints that its slices
// give it.
type ServicePort struct {
	Service *corev1.Service
	Port    *corev1.ServicePort
	// Affinity is how long a client stays with its endpoint; 0 without
	// session affinity.
	Affinity time.Duration

	endpoints byFamily
	ranges    []netip.Prefix
}

type match struct {
	kind Kind
	port *ServicePort
}

type portKey struct {
	port  uint16
	proto corev1.Protocol
}

type addrKey struct {
	addr  netip.AddrPort
	proto corev1.Protocol
}

// Rules are what all kube-proxies of a cluster know; immutable.
type Rules struct {
	cfg        Config
	byAddress  map[addrKey]match
	byNodePort map[portKey]*ServicePort
	clusterIPs map[netip.Addr]*corev1.Service
	outside    map[netip.Addr]*corev1.Service // VIPs and external IPs
	ports      map[*corev1.Service][]*ServicePort
	health     map[uint16]*corev1.Service // by health-check node port
	nodes      map[string]*node
}

// New makes the rules of a cluster in time linear in its Services and
// endpoints.
func New(st *state.State, cfg Config) *Rules {
	r := &Rules{
		cfg:        cfg,
		byAddress:  make(map[addrKey]match, 2*len(st.Services)),
		byNodePort: make(map[portKey]*ServicePort),
		clusterIPs: make(map[netip.Addr]*corev1.Service, len(st.Services)),
		outside:    make(map[netip.Addr]*corev1.Service),
		ports:      make(map[*corev1.Service][]*ServicePort, len(st.Services)),
		health:     make(map[uint16]*corev1.Service),
		nodes:      make(map[string]*node, len(st.Nodes)),
	}
	for _, n := range st.Nodes {
		r.nodes[n.Name] = newNode(n, cfg)
	}
	for _, svc := range st.Services {
		if Proxied(svc) {
			all := st.EndpointSlices(svc.Namespace, svc.Name)
			if slices.ContainsFunc(all, unwatched) {
				all = slices.DeleteFunc(slices.Clone(all), unwatched)
			}
			r.add(svc, all)
		}
	}
	return r
}

// Mode is the mode these rules are in.
func (r *Rules) Mode() world.ProxyMode { return r.cfg.Mode }

// Proxied tells whether kube-proxy serves a Service at all: not ExternalName,
// not headless ones, not those given to another proxy.
func Proxied(svc *corev1.Service) bool {
	ip := svc.Spec.ClusterIP
	return svc.Spec.Type != corev1.ServiceTypeExternalName && ip != "" && ip != corev1.ClusterIPNone && watched(svc.Labels)
}

func watched(labels map[string]string) bool {
	_, other := labels[labelOtherProxy]
	_, headless := labels[labelHeadless]
	return !other && !headless
}

func unwatched(s *discoveryv1.EndpointSlice) bool { return !watched(s.Labels) }

func (r *Rules) add(svc *corev1.Service, all []*discoveryv1.EndpointSlice) {
	if needsHealthCheck(svc) {
		r.health[uint16(svc.Spec.HealthCheckNodePort)] = svc
	}
	for i := range svc.Spec.Ports {
		port := &svc.Spec.Ports[i]
		sp := &ServicePort{
			Service:   svc,
			Port:      port,
			Affinity:  affinity(svc),
			endpoints: endpointsOf(port, all),
			ranges:    sourceRanges(svc),
		}
		r.ports[svc] = append(r.ports[svc], sp)
		proto := protocol(port.Protocol)
		serve := func(kind Kind, text string) (netip.Addr, bool) {
			ip, err := netip.ParseAddr(text)
			if err != nil {
				return ip, false
			}
			key := addrKey{netip.AddrPortFrom(ip, uint16(port.Port)), proto}
			if _, taken := r.byAddress[key]; !taken {
				r.byAddress[key] = match{kind, sp}
			}
			return ip, true
		}
		for _, ip := range clusterIPs(svc) {
			if ip, ok := serve(ClusterIP, ip); ok {
				r.clusterIPs[ip] = svc
			}
		}
		for _, ip := range svc.Spec.ExternalIPs {
			if ip, ok := serve(ExternalIP, ip); ok {
				r.outside[ip] = svc
			}
		}
		for _, in := range svc.Status.LoadBalancer.Ingress {
			if in.IPMode != nil && *in.IPMode == corev1.LoadBalancerIPModeProxy {
				continue
			}
			if ip, ok := serve(LoadBalancer, in.IP); ok {
				r.outside[ip] = svc
			}
		}
		if port.NodePort != 0 {
			r.byNodePort[portKey{uint16(port.NodePort), proto}] = sp
		}
	}
}

// Outside returns the Service that lists addr as an external IP or as the
// address of its load balancer.
func (r *Rules) Outside(addr netip.Addr) (*corev1.Service, bool) {
	svc, ok := r.outside[addr]
	return svc, ok
}

// Serves tells whether a Service lists this address and port: as its cluster
// IP, an external IP or its load balancer's address.
func (r *Rules) Serves(to netip.AddrPort, proto corev1.Protocol) bool {
	_, ok := r.byAddress[addrKey{to, proto}]
	return ok
}

// match finds the Service port that a packet is for. A node port counts only
// at the addresses where this node serves node ports.
func (r *Rules) match(p Packet) (match, bool) {
	if m, ok := r.byAddress[addrKey{p.To, p.Proto}]; ok {
		return m, true
	}
	sp, ok := r.byNodePort[portKey{p.To.Port(), p.Proto}]
	if !ok || !sp.serves(p.To.Addr()) {
		return match{}, false
	}
	if n := r.nodes[p.Node]; n == nil || !n.servesNodePorts(p.To.Addr(), p.Local) {
		return match{}, false
	}
	return match{NodePort, sp}, true
}

// serves tells whether the Service has a cluster IP of this address's family;
// its node ports are served in those families alone.
func (sp *ServicePort) serves(addr netip.Addr) bool {
	for _, text := range clusterIPs(sp.Service) {
		if ip, err := netip.ParseAddr(text); err == nil && ip.Is4() == addr.Is4() {
			return true
		}
	}
	return false
}

func clusterIPs(svc *corev1.Service) []string {
	if len(svc.Spec.ClusterIPs) > 0 {
		return svc.Spec.ClusterIPs
	}
	return []string{svc.Spec.ClusterIP}
}

func protocol(p corev1.Protocol) corev1.Protocol {
	if p == "" {
		return corev1.ProtocolTCP
	}
	return p
}

// defaultAffinity is the API's default timeout for ClientIP affinity.
const defaultAffinity = 10800 * time.Second

func affinity(svc *corev1.Service) time.Duration {
	if svc.Spec.SessionAffinity != corev1.ServiceAffinityClientIP {
		return 0
	}
	if c := svc.Spec.SessionAffinityConfig; c != nil && c.ClientIP != nil && c.ClientIP.TimeoutSeconds != nil {
		return time.Duration(*c.ClientIP.TimeoutSeconds) * time.Second
	}
	return defaultAffinity
}

// IsClusterIP tells whether a Service that kube-proxy serves has this cluster
// IP.
func (r *Rules) IsClusterIP(addr netip.Addr) bool {
	_, ok := r.clusterIPs[addr]
	return ok
}
