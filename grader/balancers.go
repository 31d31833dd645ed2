package grader

import (
	"net/netip"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/state"
)

// balancer is a load balancer of the platform, as the grader looks at it.
type balancer struct {
	owner   string // Service or Ingress
	name    state.Name
	kind    string // nlb, alb, classic …
	scheme  string // internet-facing, internal
	targets string // ip, instance
	host    string // what clients call
	addrs   []netip.Addr
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
			kind: products[b.Product], scheme: "internet-facing", targets: string(b.Targets),
			host: b.Hostname, addrs: b.Addresses,
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

// products are the short names that scenarios use.
var products = map[cloud.Product]string{
	cloud.NLB: "nlb", cloud.Classic: "classic", cloud.ALB: "alb",
	cloud.GooglePass: "google", cloud.AzureLB: "azure", cloud.MetalLBPass: "metallb",
}
