// Package cloud is what a platform does with Services of type LoadBalancer and
// with Ingresses, and what that costs.
//
//	for _, b := range cloud.Balancers(st) { … } // those that stand
package cloud

import (
	"hash/fnv"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Product is a kind of load balancer that a platform sells.
type Product string

// The products.
const (
	NLB         Product = "Network Load Balancer"
	Classic     Product = "Classic Load Balancer"
	ALB         Product = "Application Load Balancer"
	GooglePass  Product = "passthrough Network Load Balancer"
	AzureLB     Product = "Azure Load Balancer"
	MetalLBPass Product = "MetalLB"
)

// Targets is whom a balancer sends to.
type Targets string

// The kinds of target.
const (
	Instances Targets = "instance" // nodes, on the Service's node port
	IPs       Targets = "ip"       // pods, on the endpoints' port
)

// Balancer is a load balancer that stands and has an address.
type Balancer struct {
	Product Product
	// Service is whose balancer it is; nil for one of Ingresses.
	Service *corev1.Service
	// Ingresses share it; none for a Service's.
	Ingresses []*networkingv1.Ingress
	// Hostname is its name in DNS; empty where it has an address alone.
	Hostname string
	// Addresses are what clients dial.
	Addresses []netip.Addr
	// Inside is its own address on the nodes' network: the source of what it
	// sends where the client's address is not kept.
	Inside netip.Addr
	// PassThrough hands packets to nodes as they are, for kube-proxy to
	// capture there; of the fields below only Internal is used then.
	PassThrough bool
	// Internal has no public address: only the nodes' network and the cluster
	// reach it.
	Internal bool
	// SourceRanges are whom its security group admits; everybody if empty.
	SourceRanges []netip.Prefix
	// Targets are those of a Service's balancer; an Ingress's may differ by
	// backend, see [Balancer.TargetsOf].
	Targets Targets
}

// Balancers lists the balancers of a cluster: one for each Service or Ingress
// (or group of Ingresses) whose status has an address.
func Balancers(st *state.State) []Balancer {
	var all []Balancer
	for _, svc := range st.Services {
		if svc.Spec.Type != corev1.ServiceTypeLoadBalancer {
			continue
		}
		for _, in := range svc.Status.LoadBalancer.Ingress {
			if b, ok := ofService(st.World, svc, in); ok {
				all = append(all, b)
			}
		}
	}
	return append(all, ofIngresses(st)...)
}

func ofService(w *world.Spec, svc *corev1.Service, in corev1.LoadBalancerIngress) (Balancer, bool) {
	b := Balancer{Service: svc, Hostname: in.Hostname}
	if ip, err := netip.ParseAddr(in.IP); err == nil {
		b.Addresses = []netip.Addr{ip}
		products := map[world.Platform]Product{world.GKE: GooglePass, world.AKS: AzureLB, world.MetalLB: MetalLBPass}
		b.Product, b.PassThrough = products[w.Platform], true
		b.Internal = w.Platform == world.GKE && googleIsInternal(svc) || w.Platform == world.AKS && azureIsInternal(svc)
		return b, b.Product != ""
	}
	if w.Platform != world.EKS || in.Hostname == "" {
		return b, false
	}
	b.Product, b.Targets, b.Internal = awsProduct(svc), awsTargets(svc), awsInternal(svc)
	b.SourceRanges = awsRanges(svc)
	b.Addresses, b.Inside = Addresses(in.Hostname, b.Internal), inside(in.Hostname)
	return b, true
}

// The networks that made-up addresses come from: public ones are the platforms'
// own, and internal ones lie beside the nodes.
var (
	amazonNet   = netip.MustParsePrefix("52.16.0.0/12")
	googleNet   = netip.MustParsePrefix("34.64.0.0/10")
	azureNet    = netip.MustParsePrefix("20.64.0.0/10")
	internalNet = netip.MustParsePrefix("192.168.64.0/18")
)

// Addresses are what the name in DNS of an AWS balancer answers: three, one a
// zone, made up of the name so that they stay the same.
func Addresses(hostname string, internal bool) []netip.Addr {
	net := amazonNet
	if internal {
		net = internalNet
	}
	var all []netip.Addr
	for zone := range 3 {
		all = append(all, madeUp(net, hostname, zone))
	}
	return all
}

// madeUp is an address of a network that follows from a name.
func madeUp(net netip.Prefix, name string, zone int) netip.Addr {
	h, a := hash(name, zone), net.Addr().As4()
	if net.Bits() <= 16 {
		a[1] += byte(h>>16) % (1 << (16 - net.Bits()))
		a[2] = byte(h >> 8)
	} else {
		a[2] += byte(h>>8) % (1 << (24 - net.Bits()))
	}
	a[3] = 1 + byte(h)%254
	return netip.AddrFrom4(a)
}

// inside is a balancer's address on the nodes' network.
func inside(hostname string) netip.Addr { return Addresses(hostname, true)[0] }

func hash(name string, zone int) uint32 {
	h := fnv.New32a()
	h.Write([]byte(name + "/" + strconv.Itoa(zone)))
	return h.Sum32()
}

// Admits tells whether the balancer's security group lets a source in.
func (b *Balancer) Admits(source netip.Addr) bool {
	return len(b.SourceRanges) == 0 || slices.ContainsFunc(b.SourceRanges, func(p netip.Prefix) bool { return p.Contains(source) })
}

// Name is what the balancer is called in a sentence.
func (b *Balancer) Name() string {
	if b.Service != nil {
		return string(b.Product) + " of Service " + b.Service.Name
	}
	return string(b.Product) + " of Ingress " + b.Ingresses[0].Name
}

func parseRanges(texts []string) []netip.Prefix {
	var nets []netip.Prefix
	for _, t := range texts {
		if p, err := netip.ParsePrefix(strings.TrimSpace(t)); err == nil {
			nets = append(nets, p)
		}
	}
	return nets
}
