package grader

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/state"
)

// balancer is a load balancer of the platform, as the grader looks at it.
type balancer struct {
	of      *cloud.Balancer
	owner   string // Service or Ingress
	name    state.Name
	kind    string // nlb, alb, classic …
	scheme  string // internet-facing, internal
	targets string // ip, instance
	host    string // what clients call
	addrs   []netip.Addr
	// ownGroups tells that the Service brings security groups of its own, in
	// which the controller sets no rules.
	ownGroups bool
}

func (b *balancer) String() string {
	if b == nil {
		return "none"
	}
	text := b.kind + ", " + b.scheme
	if b.targets != "" {
		text += ", " + b.targets + " targets"
	}
	return text
}

func (s *scene) balancerOf(owner, namespace, name string) *balancer {
	for _, b := range s.balancers() {
		if b.owner == owner && b.name == (state.Name{Namespace: namespace, Name: name}) {
			return b
		}
	}
	return nil
}

// balancers are those that stand. It is listed once for a scene.
func (s *scene) balancers() []*balancer {
	if s.standing != nil {
		return s.standing
	}
	s.standing = []*balancer{}
	for _, b := range cloud.Balancers(s.st) {
		one := &balancer{
			of: &b, kind: products[b.Product], scheme: "internet-facing", targets: string(b.Targets),
			host: b.Hostname, addrs: b.Addresses,
		}
		if b.Product == cloud.NLB && len(b.SourceRanges) == 0 {
			given, _ := rangesOf(b.Service)
			one.ownGroups = len(given) > 0
		}
		if b.Internal {
			one.scheme = "internal"
		}
		if b.Hostname == "" && len(b.Addresses) > 0 {
			one.host = b.Addresses[0].String()
		}
		if b.Service != nil {
			one.owner, one.name = "Service", state.Of(b.Service)
		} else {
			one.owner, one.name = "Ingress", state.Of(b.Ingresses[0])
		}
		s.standing = append(s.standing, one)
	}
	return s.standing
}

// whyNoBalancer is why the platform makes no balancer for a Service, in the words of
// its controller; "" where it says nothing.
func (s *scene) whyNoBalancer(svc *corev1.Service) string {
	if svc == nil || svc.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return ""
	}
	return saying(cloud.Offer(s.platform(), svc))
}

// whyNoIngressBalancer is why the platform makes no balancer for Ingresses that it
// serves.
func (s *scene) whyNoIngressBalancer() string {
	text := ""
	for _, i := range s.st.Ingresses {
		if cloud.ServesIngress(s.st.World, i, s.st.IngressClasses) {
			text += saying(cloud.OfferIngress(s.platform(), i))
		}
	}
	return text
}

func saying(o cloud.Offering) string {
	if o.Refused == nil {
		return ""
	}
	return "; the controller says: " + o.Refused.Error()
}

// platform is what the platform looks at.
func (s *scene) platform() cloud.Cluster {
	return cloud.Cluster{World: s.st.World, Nodes: s.st.Nodes, Services: s.st.Services, Ingresses: s.st.Ingresses, Classes: s.st.IngressClasses}
}

// products are the short names that scenarios use.
var products = map[cloud.Product]string{
	cloud.NLB: "nlb", cloud.Classic: "classic", cloud.ALB: "alb",
	cloud.GooglePass: "google", cloud.AzureLB: "azure", cloud.MetalLBPass: "metallb",
}
