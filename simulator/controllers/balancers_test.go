package controllers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/controllers"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/world"
)

// told are the events about objects of a name, as describe shows them.
func (c *cluster) told(name string) []string {
	var out []string
	for _, e := range list[*corev1.Event](c, "default") {
		if e.InvolvedObject.Name == name {
			out = append(out, strings.Join([]string{e.Type, e.Reason, e.Source.Component, e.Message}, " | "))
		}
	}
	return out
}

func balanced(name string, with ...func(*corev1.Service)) *corev1.Service {
	return service(name, append([]func(*corev1.Service){func(s *corev1.Service) {
		s.Spec.Type = corev1.ServiceTypeLoadBalancer
		s.Spec.Ports[0].NodePort = 31204
	}}, with...)...)
}

func classed(s *corev1.Service) { s.Spec.LoadBalancerClass = new("service.k8s.aws/nlb") }

// The events and finalizers are as sourced (cloud-provider v0.37.2, the AWS Load Balancer
// Controller v3.5.0, MetalLB v0.16.1).
func TestBalancers(t *testing.T) {
	lbc := world.Spec{Platform: world.EKS, Cloud: world.Cloud{LoadBalancerController: true}}
	metal := world.Spec{Platform: world.MetalLB, Cloud: world.Cloud{Pools: []world.Pool{{Name: "p", Addresses: []string{"192.0.2.7/32"}}}}}
	ensured := []string{
		"Normal | EnsuringLoadBalancer | service-controller | Ensuring load balancer",
		"Normal | EnsuredLoadBalancer | service-controller | Ensured load balancer",
	}
	for name, tc := range map[string]struct {
		spec       world.Spec
		service    *corev1.Service
		told       []string
		finalizers []string
		stands     bool
	}{
		"bare metal": {world.Spec{}, balanced("s"), nil, nil, false},
		"legacy":     {world.Spec{Platform: world.EKS}, balanced("s"), ensured, []string{"service.kubernetes.io/load-balancer-cleanup"}, true},
		"hands off": {
			world.Spec{Platform: world.EKS},
			balanced("s", func(s *corev1.Service) {
				s.Annotations = map[string]string{"service.beta.kubernetes.io/aws-load-balancer-type": "external"}
			}),
			ensured[:1], []string{"service.kubernetes.io/load-balancer-cleanup"}, false,
		},
		"LBC": {
			lbc, balanced("s", classed), []string{"Normal | SuccessfullyReconciled | service | Successfully reconciled"},
			[]string{"service.k8s.aws/resources"}, true,
		},
		"LBC refuses": {
			lbc, balanced("s", classed, func(s *corev1.Service) { s.Spec.Ports[0].NodePort = 0 }),
			[]string{"Warning | FailedBuildModel | service | Failed build model due to unable to support instance target type with an unallocated NodePort"},
			[]string{"service.k8s.aws/resources"}, false,
		},
		"a class that nobody serves": {lbc, balanced("s", func(s *corev1.Service) { s.Spec.LoadBalancerClass = new("x.example/y") }), nil, nil, false},
		"MetalLB": {metal, balanced("s"), []string{
			`Normal | IPAllocated | metallb-controller | Assigned IP ["192.0.2.7"]`,
			`Normal | nodeAssigned | metallb-speaker | announcing from node "a" with protocol "layer2"`,
		}, nil, true},
		"MetalLB, Local without endpoints": {
			metal, balanced("s", func(s *corev1.Service) { s.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal }),
			[]string{`Normal | IPAllocated | metallb-controller | Assigned IP ["192.0.2.7"]`}, nil, true,
		},
		"MetalLB without pools": {
			world.Spec{Platform: world.MetalLB}, balanced("s"),
			[]string{`Warning | AllocationFailed | metallb-controller | Failed to allocate IP for "default/s": no available IPs`}, nil, false,
		},
		"GKE": {world.Spec{Platform: world.GKE}, balanced("s"), ensured, []string{"service.kubernetes.io/load-balancer-cleanup"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, tc.spec, append(threeNodes(), tc.service)...)
			if in := get[*corev1.Service](c, "default", "s").Status.LoadBalancer.Ingress; len(in) > 0 {
				t.Errorf("an address at once: %v", in)
			}
			c.advance(time.Minute)
			svc := get[*corev1.Service](c, "default", "s")
			if stands := len(svc.Status.LoadBalancer.Ingress) > 0; stands != tc.stands {
				t.Errorf("status %v", svc.Status.LoadBalancer)
			}
			if d := cmp.Diff(tc.told, c.told("s")); d != "" {
				t.Errorf("events (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tc.finalizers, svc.Finalizers); d != "" {
				t.Errorf("finalizers (-want +got):\n%s", d)
			}
			c.delete(control.Services, "default", "s")
			if left := list[*corev1.Service](c, "default"); len(left) != 0 {
				t.Errorf("%d Services left", len(left))
			}
		})
	}
}

func TestFreedAddressServesWhoWaits(t *testing.T) {
	c := newCluster(t, world.Spec{Platform: world.MetalLB, Cloud: world.Cloud{Pools: []world.Pool{{Name: "p", Addresses: []string{"192.0.2.7/32"}}}}},
		append(threeNodes(), balanced("first"), balanced("second"))...)
	c.settle()
	if in := get[*corev1.Service](c, "default", "second").Status.LoadBalancer.Ingress; len(in) > 0 {
		t.Fatalf("second got %v", in)
	}
	c.delete(control.Services, "default", "first")
	c.settle()
	if in := get[*corev1.Service](c, "default", "second").Status.LoadBalancer.Ingress; len(in) != 1 || in[0].IP != "192.0.2.7" {
		t.Errorf("second got %v", in)
	}
}

// A cluster that was stored and is loaded again goes on with the events that
// it has: one that happens again raises a count, and they do not outlive their
// hour.
func TestEventsGoOnInAClusterThatIsLoadedAgain(t *testing.T) {
	spec := world.Spec{Platform: world.EKS, Cloud: world.Cloud{LoadBalancerController: true}}
	c := newCluster(t, spec, append(threeNodes(), balanced("s", classed, func(s *corev1.Service) { s.Spec.Ports[0].NodePort = 0 }))...)
	again := func(later time.Duration) {
		c.now = c.now.Add(later)
		c.m = controllers.New(controllers.Options{Store: c.store, API: c, World: c.world})
		c.step()
	}
	again(50 * time.Minute)
	again(50 * time.Minute)
	events := list[*corev1.Event](c, "default")
	if len(events) != 1 || events[0].Count < 3 {
		t.Errorf("%d events, the first %d times; want one, three times at least", len(events), events[0].Count)
	}
	c.delete(control.Services, "default", "s")
	again(61 * time.Minute)
	if told := c.told("s"); len(told) != 0 {
		t.Errorf("after more than an hour there is still %q", told)
	}
}
