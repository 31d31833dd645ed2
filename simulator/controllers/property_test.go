package controllers_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/controllers"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Whatever is done to a cluster: at rest its slices list exactly the pods that
// its Services select, and another look changes nothing.
func TestSlicesAlwaysEqualThePods(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			c := newCluster(t, world.Spec{}, threeNodes()...)
			apps := []string{"web", "api", "cart"}
			for range 40 {
				act(c, r, apps[r.IntN(len(apps))])
				c.advance(time.Duration(r.IntN(3000)) * time.Millisecond)
			}
			c.settle()
			for _, app := range apps {
				compareSlices(t, c, app)
			}
			writes := c.writes
			c.m = controllers.New(controllers.Options{Store: c.store, API: c, World: c.world})
			c.settle()
			if c.writes != writes {
				t.Errorf("new controllers wrote %d times in a cluster at rest", c.writes-writes)
			}
		})
	}
}

// act does one random thing to an app.
func act(c *cluster, r *rand.Rand, app string) {
	selects := func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": app} }
	d, haveD := control.Get[*appsv1.Deployment](c.context(), control.Deployments, "default", app)
	_, haveS := control.Get[*corev1.Service](c.context(), control.Services, "default", app)
	switch n := r.IntN(6); {
	case !haveS:
		c.create(service(app, selects))
	case !haveD:
		c.create(deployment(app, r.Int32N(8)))
	case n == 0:
		c.delete(control.Services, "default", app)
	case n == 1:
		c.delete(control.Deployments, "default", app)
	case n == 2:
		change(c, "default", app, setImage(fmt.Sprintf("app:%d", r.IntN(3))))
	default:
		change(c, "default", d.Name, func(d *appsv1.Deployment) { d.Spec.Replicas = new(r.Int32N(12)) })
	}
}

func compareSlices(t *testing.T, c *cluster, app string) {
	t.Helper()
	if _, ok := control.Get[*corev1.Service](c.context(), control.Services, "default", app); !ok {
		return
	}
	want, got := map[string]bool{}, map[string]bool{}
	for _, p := range list[*corev1.Pod](c, "default") {
		if p.Labels["app"] == app && p.Status.PodIP != "" {
			want[p.Status.PodIP] = state.Ready(p)
		}
	}
	for _, s := range list[*discoveryv1.EndpointSlice](c, "default") {
		if s.Labels[discoveryv1.LabelServiceName] == app {
			for _, e := range s.Endpoints {
				got[e.Addresses[0]] = *e.Conditions.Ready
			}
		}
	}
	if !maps.Equal(want, got) {
		t.Errorf("%s: slices list %v, pods are %v", app, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// big is a cluster of 1,000 Services with five standing pods each.
func big(b *testing.B) *cluster {
	objects := threeNodes()
	for i := range 1000 {
		app := map[string]string{"app": fmt.Sprintf("app-%04d", i)}
		objects = append(objects, service(fmt.Sprintf("svc-%04d", i), func(s *corev1.Service) { s.Spec.Selector = app }))
		for j := range 5 {
			ip := fmt.Sprintf("10.%d.%d.%d", 100+j, i/250, i%250+1)
			objects = append(objects, runtime.Object(standing(fmt.Sprintf("pod-%04d-%d", i, j), "a", ip, true, func(p *corev1.Pod) { p.Labels = app })))
		}
	}
	return newCluster(b, world.Spec{}, objects...)
}

func BenchmarkPodChange(b *testing.B) {
	c := big(b)
	for i := 0; b.Loop(); i++ {
		change(c, "default", "pod-0500-2", func(p *corev1.Pod) {
			p.Status.Conditions[0].Status = map[bool]corev1.ConditionStatus{true: corev1.ConditionTrue, false: corev1.ConditionFalse}[i%2 == 1]
		})
	}
}

func BenchmarkServiceChange(b *testing.B) {
	c := big(b)
	for i := 0; b.Loop(); i++ {
		change(c, "default", "svc-0500", func(s *corev1.Service) { s.Spec.Ports[0].TargetPort.IntVal = int32(8080 + i%2) })
	}
}
