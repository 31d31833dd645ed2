// Package world reads and writes worlds: the clusters a lesson starts from.
//
// A world is a YAML file of Kubernetes objects plus, optionally, one World
// object of ours. The Kubernetes objects are stored state, not requests:
// status, deletionTimestamp and finalizers stand as written. The World object
// says what Kubernetes has no words for: which platform the cluster runs on,
// how kube-proxy is set up, which hosts stand outside and which names the
// resolver outside knows.
//
//	apiVersion: tutor/v1
//	kind: World
//	metadata:
//	  name: order-api-nodeport
//	spec:
//	  platform: bare-metal
//	  hosts:
//	  - name: nginx
//	    address: 192.168.0.50
//	    network: nodes
//
// A file without a World object is a bare-metal cluster with the defaults that
// [Default] gives.
package world

import (
	"net/netip"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
)

// APIVersion is the apiVersion of the World object.
const APIVersion = "tutor/v1"

// World is a cluster to start from: its surroundings and its stored objects.
type World struct {
	Name string
	Spec Spec
	// Objects are the Kubernetes objects in the order of the file, typed
	// (k8s.io/api), with defaults not yet filled in.
	Objects []runtime.Object
}

// Platform is who answers a Service of type LoadBalancer.
type Platform string

// The platforms that the cloud package knows.
const (
	// BareMetal has nobody who provides load balancers.
	BareMetal Platform = "bare-metal"
	// EKS is AWS; Spec.Cloud says whether its load balancer controller runs.
	EKS Platform = "eks"
	// GKE is Google's passthrough network load balancer.
	GKE Platform = "gke"
	// AKS is Azure's shared load balancer.
	AKS Platform = "aks"
	// MetalLB is bare metal with MetalLB's address pools.
	MetalLB Platform = "metallb"
)

// ProxyMode is kube-proxy's mode.
type ProxyMode string

// The modes that are simulated.
const (
	IPTables ProxyMode = "iptables"
	NFTables ProxyMode = "nftables"
)

// PodLinks says how pods hang on their node, which decides the source address
// that a masqueraded packet bears when it stays on the node.
type PodLinks string

const (
	// Routed pods (Calico) see the node's own address.
	Routed PodLinks = "routed"
	// Bridged pods see the node's pod-side address, the .1 of its podCIDR.
	Bridged PodLinks = "bridged"
)

// Network is where a host outside the cluster stands.
type Network string

const (
	// NodeNetwork is the nodes' own network.
	NodeNetwork Network = "nodes"
	// Internet is anywhere beyond it.
	Internet Network = "internet"
)

// Spec is what the World object says.
type Spec struct {
	// Platform is bare-metal unless the file says otherwise.
	Platform Platform `json:"platform,omitempty"`
	// ProxyMode is iptables, as in Kubernetes 1.37, unless the file says otherwise.
	ProxyMode ProxyMode `json:"proxyMode,omitempty"`
	// PodLinks is routed unless the file says otherwise.
	PodLinks PodLinks `json:"podLinks,omitempty"`

	ServiceCIDR   string `json:"serviceCIDR,omitempty"`   // 10.96.0.0/16
	PodCIDR       string `json:"podCIDR,omitempty"`       // 10.244.0.0/16
	NodePortRange string `json:"nodePortRange,omitempty"` // 30000-32767
	ClusterDomain string `json:"clusterDomain,omitempty"` // cluster.local

	// Hosts stand outside the cluster.
	Hosts []Host `json:"hosts,omitempty"`
	// NodesReachableFrom lists the networks whose hosts reach the nodes'
	// addresses; both unless the file says otherwise. A managed cloud's
	// security group often admits only NodeNetwork.
	NodesReachableFrom []Network `json:"nodesReachableFrom,omitempty"`
	// Upstream is the resolver outside the cluster.
	Upstream Upstream `json:"upstream,omitempty"`
	// Cloud sets up the platform's load balancers.
	Cloud Cloud `json:"cloud,omitempty"`
	// Workloads are apps that run already; a loaded world has their objects
	// and none of these left.
	Workloads []Workload `json:"workloads,omitempty"`
}

// Host is a machine outside the cluster.
type Host struct {
	Name    string  `json:"name"`
	Address string  `json:"address"`
	Network Network `json:"network,omitempty"` // internet unless said otherwise
	// ArrivesAt names the node at which this host's packets to load-balancer
	// and external addresses arrive; the first node unless said otherwise.
	ArrivesAt string `json:"arrivesAt,omitempty"`
}

// Upstream is the resolver that the cluster's DNS forwards to and that nodes
// and outside hosts ask directly.
type Upstream struct {
	// Address is what nodes and outside hosts have in their resolv.conf.
	Address string `json:"address,omitempty"`
	// Names are the only ones it knows.
	Names []Name `json:"names,omitempty"`
	// Otherwise is what it answers for any other name: NXDOMAIN or SERVFAIL.
	Otherwise string `json:"otherwise,omitempty"`
}

// Name is one name of the upstream resolver: addresses or an alias.
type Name struct {
	Name      string   `json:"name"`
	Addresses []string `json:"addresses,omitempty"`
	CNAME     string   `json:"cname,omitempty"`
	TTL       uint32   `json:"ttl,omitempty"` // seconds; 3600 unless said otherwise
	// Serves tells what answers at the addresses: the host names its TLS
	// certificate and its virtual hosts accept, * for any. Where it is empty
	// nothing answers there.
	Serves []string `json:"serves,omitempty"`
	// Ports are those that it listens on; all where none is given.
	Ports []uint16 `json:"ports,omitempty"`
}

// Answers tells whether something listens on a TCP port at the name's
// addresses.
func (n *Name) Answers(port uint16) bool {
	return len(n.Serves) > 0 && (len(n.Ports) == 0 || slices.Contains(n.Ports, port))
}

// Cloud sets up what the platform does with type LoadBalancer.
type Cloud struct {
	// LoadBalancerController tells that AWS's own controller (with its
	// webhook) runs on an EKS cluster; else the legacy one answers.
	LoadBalancerController bool `json:"loadBalancerController,omitempty"`
	// Region names the platform's region in addresses and prices.
	Region string `json:"region,omitempty"`
	// Pools are MetalLB's address pools, as CIDRs or FIRST-LAST ranges.
	Pools []Pool `json:"pools,omitempty"`
	// Quota is how many load balancers the account may have; 0 is no limit.
	Quota int `json:"quota,omitempty"`
	// IngressGroups tells that Ingresses of one group share a balancer; else
	// each Ingress gets one of its own.
	IngressGroups bool `json:"ingressGroups,omitempty"`
}

// Pool is an IPAddressPool of MetalLB.
type Pool struct {
	Name       string   `json:"name"`
	Addresses  []string `json:"addresses"`
	AutoAssign *bool    `json:"autoAssign,omitempty"`
}

// Host returns the outside host of that name.
func (s *Spec) Host(name string) (Host, bool) {
	for _, h := range s.Hosts {
		if h.Name == name {
			return h, true
		}
	}
	return Host{}, false
}

// ServicePrefix is ServiceCIDR parsed; a loaded world's always parses.
func (s *Spec) ServicePrefix() netip.Prefix { return prefix(s.ServiceCIDR) }

// PodPrefix is PodCIDR parsed; a loaded world's always parses.
func (s *Spec) PodPrefix() netip.Prefix { return prefix(s.PodCIDR) }

func prefix(s string) netip.Prefix {
	p, _ := netip.ParsePrefix(s)
	return p
}
