package cloud

import (
	"cmp"
	"fmt"
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/simulator/world"
)

// Cluster is what a platform looks at beside the object that it serves.
type Cluster struct {
	World     *world.Spec
	Nodes     []*corev1.Node
	Services  []*corev1.Service
	Ingresses []*networkingv1.Ingress
	Classes   []*networkingv1.IngressClass
}

// Offering is what a platform answers to a Service or an Ingress.
type Offering struct {
	// Takes is how long the platform takes to make the balancer; zero for a
	// change of one that stands.
	Takes time.Duration
	// Ingress is what the status is to tell, once it is made.
	Ingress []corev1.LoadBalancerIngress
	// Pool is where MetalLB took the address.
	Pool string
	// Refused is why there is no balancer, in the platform's words; nil if
	// there is one.
	Refused error
	// Deployed tells that the refusal came from the platform itself and not
	// from its controller, which words the event otherwise.
	Deployed bool
}

// takes is how long each platform takes from the request to the address, in
// the order of what is usual.
var takes = map[Who]time.Duration{
	AWSLegacy: 3 * time.Second, AWSLoadBalancer: 3 * time.Second,
	Google: 35 * time.Second, GoogleClass: 35 * time.Second, Azure: 15 * time.Second,
	MetalLB: 300 * time.Millisecond,
}

// Offer is what the platform makes of a Service as it stands now. Who serves
// it is for [Server] to say; nobody's offering is empty.
func Offer(c Cluster, svc *corev1.Service) Offering {
	who := Server(c.World, svc)
	o := Offering{Takes: takes[who]}
	var name string
	var product Product
	var internal bool
	switch who {
	case AWSLegacy:
		o.Refused = checkLegacy(svc)
		name, product, internal = legacyName(svc), awsProduct(svc), awsInternal(svc)
	case AWSLoadBalancer:
		o.Refused = checkNLB(svc)
		name, product, internal = cmp.Or(svc.Annotations[awsName], lbcName(svc)), NLB, awsInternal(svc)
	case Google, GoogleClass:
		o.Refused = checkRanges(svc)
		product, internal = GooglePass, googleIsInternal(svc)
	case Azure:
		o.Refused = checkRanges(svc)
		product, internal = AzureLB, azureIsInternal(svc)
	case MetalLB:
		return offerMetal(c, svc, o)
	default:
		return Offering{}
	}
	if o.Refused != nil {
		return o
	}
	if kept(svc, product) {
		o.Takes, o.Ingress = 0, svc.Status.LoadBalancer.Ingress
		return o
	}
	if o.Refused = c.overQuota(product); o.Refused != nil {
		o.Deployed = true
		return o
	}
	if product == GooglePass || product == AzureLB {
		net := map[Product]netip.Prefix{GooglePass: googleNet, AzureLB: azureNet}[product]
		if internal {
			net = internalNet
		}
		ip := madeUp(net, string(svc.UID), 0).String()
		if asked, err := netip.ParseAddr(svc.Spec.LoadBalancerIP); err == nil { //nolint:staticcheck // deprecated and served
			ip = asked.String()
		}
		o.Ingress = []corev1.LoadBalancerIngress{{IP: ip, IPMode: new(corev1.LoadBalancerIPModeVIP)}}
		return o
	}
	o.Ingress = []corev1.LoadBalancerIngress{{Hostname: hostname(product, internal, name, string(svc.UID), c.World, c.Nodes)}}
	return o
}

// kept tells whether a Service keeps the address that its status tells.
func kept(svc *corev1.Service, product Product) bool {
	in := svc.Status.LoadBalancer.Ingress
	if len(in) == 0 {
		return false
	}
	if product == NLB || product == Classic {
		return in[0].Hostname != ""
	}
	return in[0].IP != ""
}

func offerMetal(c Cluster, svc *corev1.Service, o Offering) Offering {
	a, err := assign(c.World, svc, c.Services)
	if err != nil {
		o.Refused = err
		return o
	}
	o.Pool = a.pool
	for _, ip := range a.addresses {
		o.Ingress = append(o.Ingress, corev1.LoadBalancerIngress{IP: ip.String(), IPMode: new(corev1.LoadBalancerIPModeVIP)})
	}
	return o
}

// OfferIngress is what the platform makes of an Ingress that it serves.
func OfferIngress(c Cluster, ing *networkingv1.Ingress) Offering {
	o := Offering{Takes: takes[AWSLoadBalancer]}
	o.Refused = checkIngress(ing, func(name string) *corev1.Service {
		for _, s := range c.Services {
			if s.Namespace == ing.Namespace && s.Name == name {
				return s
			}
		}
		return nil
	})
	if o.Refused != nil {
		return o
	}
	if in := ing.Status.LoadBalancer.Ingress; len(in) > 0 {
		o.Takes = 0
		o.Ingress = []corev1.LoadBalancerIngress{{Hostname: in[0].Hostname}}
		return o
	}
	if o.Refused = c.overQuota(ALB); o.Refused != nil {
		o.Deployed = true
		return o
	}
	name := frontName(c.World, ing)
	internal := ing.Annotations[albScheme] != "internet-facing"
	o.Ingress = []corev1.LoadBalancerIngress{{Hostname: hostname(ALB, internal, name, name, c.World, c.Nodes)}}
	return o
}

// overQuota is the platform's refusal if the account's load balancers are used
// up. On Azure they are one, with as many public addresses.
func (c Cluster) overQuota(product Product) error {
	limit := c.World.Cloud.Quota
	if limit == 0 {
		return nil
	}
	used := map[string]bool{}
	for _, s := range c.Services {
		if in := s.Status.LoadBalancer.Ingress; len(in) > 0 && Server(c.World, s) != Nobody {
			used[in[0].Hostname+in[0].IP] = true
		}
	}
	for _, i := range c.Ingresses {
		if in := i.Status.LoadBalancer.Ingress; len(in) > 0 {
			used[in[0].Hostname] = true
		}
	}
	if len(used) < limit {
		return nil
	}
	switch product {
	case GooglePass:
		return fmt.Errorf("googleapi: Error 403: QUOTA_EXCEEDED - Quota 'FORWARDING_RULES' exceeded.  Limit: %d.0 globally.", limit) //nolint:staticcheck // the platform's own words
	case AzureLB:
		return fmt.Errorf("PublicIPCountLimitReached: Cannot create more than %d public IP addresses for this subscription in this region.", limit) //nolint:staticcheck // the platform's own words
	case Classic:
		return fmt.Errorf("TooManyLoadBalancers: Exceeded quota of account")
	}
	// The id is made up, and one for all: the refusals of one Service stay one event.
	return fmt.Errorf("operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 400, RequestID: 0f8e2c9d-5b7a-4c1e-9d36-7a4be1c05f28, TooManyLoadBalancers: The maximum number of load balancers has been reached")
}
