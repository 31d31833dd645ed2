package controllers_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/world"
)

// standing is a pod without an owner as a world file has it.
func standing(name, node, ip string, ready bool, with ...func(*corev1.Pod)) *corev1.Pod {
	status := corev1.ConditionFalse
	if ready {
		status = corev1.ConditionTrue
	}
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{NodeName: node, Containers: []corev1.Container{{Name: "web", Image: "web:1"}}},
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: status, LastTransitionTime: metav1.NewTime(start)}},
		},
	}
	for _, w := range with {
		w(p)
	}
	return p
}

func service(name string, with ...func(*corev1.Service)) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name},
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeClusterIP, ClusterIP: "10.96.0.10", IPFamilies: []corev1.IPFamily{corev1.IPv4Protocol},
			Selector: map[string]string{"app": "web"},
			Ports:    []corev1.ServicePort{{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(8080)}},
		},
	}
	for _, w := range with {
		w(s)
	}
	return s
}

func namedPort(name string, number int32) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Containers[0].Ports = []corev1.ContainerPort{{Name: name, ContainerPort: number, Protocol: corev1.ProtocolTCP}}
	}
}

func terminating(p *corev1.Pod) {
	p.DeletionTimestamp, p.DeletionGracePeriodSeconds = new(metav1.NewTime(start.Add(3600e9))), new(int64(3600))
}

func byName(s *corev1.Service) { s.Spec.Ports[0].TargetPort = intstr.FromString("http") }

// The facts are those of Kubernetes' EndpointSlice controller as measured,
// one after another.
func TestSlicesFollowPods(t *testing.T) {
	for name, tc := range map[string]struct {
		service *corev1.Service
		pods    []runtime.Object
		want    []string
	}{
		"no selector": {
			service("s", func(s *corev1.Service) { s.Spec.Selector = nil }),
			[]runtime.Object{standing("p", "a", "10.244.1.5", true)}, nil,
		},
		"ExternalName": {
			service("s", func(s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeExternalName }),
			[]runtime.Object{standing("p", "a", "10.244.1.5", true)}, nil,
		},
		"no pod leaves a placeholder": {service("s"), nil, []string{"->"}},
		"pending with an address counts": {
			service("s"), []runtime.Object{standing("p", "a", "10.244.1.5", false, func(p *corev1.Pod) { p.Status.Phase = corev1.PodPending })},
			[]string{"http=8080/TCP -> 10.244.1.5!ready!serving"},
		},
		"succeeded and failed do not": {
			service("s"), []runtime.Object{
				standing("p", "a", "10.244.1.5", true, func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }),
				standing("q", "a", "10.244.1.6", true, func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }),
			}, []string{"->"},
		},
		"terminating serves and is not ready": {
			service("s"), []runtime.Object{standing("p", "a", "10.244.1.5", true, terminating)},
			[]string{"http=8080/TCP -> 10.244.1.5!ready!terminating"},
		},
		"publishNotReadyAddresses": {
			service("s", func(s *corev1.Service) { s.Spec.PublishNotReadyAddresses = true }),
			[]runtime.Object{standing("p", "a", "10.244.1.5", false), standing("q", "a", "10.244.1.6", true, terminating)},
			[]string{"http=8080/TCP -> 10.244.1.5!serving 10.244.1.6!terminating"},
		},
		"a name that differs by pod": {
			service("s", byName),
			[]runtime.Object{standing("p", "a", "10.244.1.5", true, namedPort("http", 80)), standing("q", "b", "10.244.2.5", true, namedPort("http", 81))},
			[]string{"http=80/TCP -> 10.244.1.5", "http=81/TCP -> 10.244.2.5"},
		},
		"a name that no pod has": {
			service("s", byName), []runtime.Object{standing("p", "a", "10.244.1.5", true, namedPort("web", 80))},
			[]string{"-> 10.244.1.5"},
		},
		"a name of another protocol": {
			service("s", byName), []runtime.Object{standing("p", "a", "10.244.1.5", true, func(p *corev1.Pod) {
				p.Spec.Containers[0].Ports = []corev1.ContainerPort{{Name: "http", ContainerPort: 80, Protocol: corev1.ProtocolUDP}}
			})}, []string{"-> 10.244.1.5"},
		},
		"a sidecar's name": {
			service("s", byName), []runtime.Object{standing("p", "a", "10.244.1.5", true, func(p *corev1.Pod) {
				p.Spec.InitContainers = []corev1.Container{{
					RestartPolicy: new(corev1.ContainerRestartPolicyAlways),
					Ports:         []corev1.ContainerPort{{Name: "http", ContainerPort: 90, Protocol: corev1.ProtocolTCP}},
				}}
			})}, []string{"http=90/TCP -> 10.244.1.5"},
		},
		"headless without ports": {
			service("s", func(s *corev1.Service) { s.Spec.ClusterIP, s.Spec.Ports = "None", nil }),
			[]runtime.Object{standing("p", "a", "10.244.1.5", true)}, []string{"-> 10.244.1.5"},
		},
		"a name of its own under its subdomain alone": {
			service("s"), []runtime.Object{
				standing("p", "a", "10.244.1.5", true, func(p *corev1.Pod) { p.Spec.Hostname, p.Spec.Subdomain = "p", "s" }),
				standing("q", "a", "10.244.1.6", true, func(p *corev1.Pod) { p.Spec.Hostname, p.Spec.Subdomain = "q", "other" }),
			}, []string{"http=8080/TCP -> 10.244.1.5(p) 10.244.1.6"},
		},
		"PreferSameZone": {
			service("s", func(s *corev1.Service) { s.Spec.TrafficDistribution = new("PreferSameZone") }),
			[]runtime.Object{standing("p", "a", "10.244.1.5", true), standing("q", "b", "10.244.2.5", false)},
			[]string{"http=8080/TCP -> 10.244.1.5@zone-a 10.244.2.5!ready!serving"},
		},
		"PreferSameNode": {
			service("s", func(s *corev1.Service) { s.Spec.TrafficDistribution = new("PreferSameNode") }),
			[]runtime.Object{standing("p", "a", "10.244.1.5", true)}, []string{"http=8080/TCP -> 10.244.1.5@zone-a+a"},
		},
		"an IPv6 address is no IPv4 endpoint": {
			service("s"), []runtime.Object{standing("p", "a", "fd00::5", true)}, []string{"->"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, world.Spec{}, append(append(threeNodes(), tc.service), tc.pods...)...)
			if d := cmp.Diff(tc.want, c.slices("default", "s")); d != "" {
				t.Errorf("slices (-want +got):\n%s", d)
			}
			writes := c.writes
			c.step()
			if c.writes != writes {
				t.Errorf("a second step wrote %d times", c.writes-writes)
			}
		})
	}
}

func TestSlicesHoldAHundred(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), service("s"))...)
	for i := range 250 {
		c.create(standing(fmt.Sprintf("p%03d", i), "a", fmt.Sprintf("10.244.1.%d", i+2), true))
	}
	c.step()
	sizes := func() map[int]int {
		out := map[int]int{}
		for _, s := range list[*discoveryv1.EndpointSlice](c, "default") {
			out[len(s.Endpoints)]++
		}
		return out
	}
	if d := cmp.Diff(map[int]int{100: 2, 50: 1}, sizes()); d != "" {
		t.Errorf("slices by size (-want +got):\n%s", d)
	}
	if n := len(get[*corev1.Endpoints](c, "default", "s").Subsets[0].Addresses); n != 250 { //nolint:staticcheck // the kind is deprecated and served
		t.Errorf("Endpoints list %d addresses", n)
	}
}

func TestSliceMetadata(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), service("s", func(s *corev1.Service) {
		s.Spec.ClusterIP = "None"
		s.Labels = map[string]string{"team": "shop"}
	}))...)
	s := list[*discoveryv1.EndpointSlice](c, "default")[0]
	want := map[string]string{
		"team": "shop", "kubernetes.io/service-name": "s", "service.kubernetes.io/headless": "",
		"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
	}
	if d := cmp.Diff(want, s.Labels); d != "" {
		t.Errorf("labels (-want +got):\n%s", d)
	}
	if s.GenerateName != "s-" || len(s.OwnerReferences) != 1 || s.OwnerReferences[0].Name != "s" {
		t.Errorf("slice %s: generateName %q, owners %v", s.Name, s.GenerateName, s.OwnerReferences)
	}
	if at := s.Annotations["endpoints.kubernetes.io/last-change-trigger-time"]; at != "2026-11-23T12:00:00Z" {
		t.Errorf("last-change-trigger-time %q", at)
	}
}

func TestMirror(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), service("s", func(s *corev1.Service) { s.Spec.Selector = nil }))...)
	c.create(&corev1.Endpoints{ //nolint:staticcheck // the kind is deprecated and served
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "s"},
		Subsets: []corev1.EndpointSubset{{ //nolint:staticcheck // the kind is deprecated and served
			Addresses:         []corev1.EndpointAddress{{IP: "192.0.2.1"}}, //nolint:staticcheck // the kind is deprecated and served
			NotReadyAddresses: []corev1.EndpointAddress{{IP: "192.0.2.2"}}, //nolint:staticcheck // the kind is deprecated and served
			Ports:             []corev1.EndpointPort{{Name: "http", Port: 9000, Protocol: corev1.ProtocolTCP}},
		}},
	})
	c.step()
	if d := cmp.Diff([]string{"http=9000/TCP -> 192.0.2.1 192.0.2.2!ready"}, c.slices("default", "s")); d != "" {
		t.Errorf("mirrored (-want +got):\n%s", d)
	}
	change(c, "default", "s", func(e *corev1.Endpoints) { e.Labels = map[string]string{discoveryv1.LabelSkipMirror: "true"} }) //nolint:staticcheck // the kind is deprecated and served
	if got := c.slices("default", "s"); got != nil {
		t.Errorf("after the label skip-mirror: %v", got)
	}
}

// Nothing cleans up when a selector goes: the slice stays as it is, and the
// Endpoints that are left are mirrored like handwritten ones
// (kubernetes/kubernetes issues 91072 and 105987).
func TestSelectorTakenAway(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), service("s"), standing("p", "a", "10.244.1.5", true))...)
	stale := c.slices("default", "s")
	selector := get[*corev1.Service](c, "default", "s").Spec.Selector
	change(c, "default", "s", func(s *corev1.Service) { s.Spec.Selector = nil })
	c.delete(control.Pods, "default", "p")
	c.step()
	if d := cmp.Diff(append(stale, stale...), c.slices("default", "s")); d != "" {
		t.Errorf("without a selector (-want +got):\n%s", d)
	}
	change(c, "default", "s", func(s *corev1.Service) { s.Spec.Selector = selector })
	c.step()
	if d := cmp.Diff([]string{"http=8080/TCP -> 10.244.1.5!ready!terminating"}, c.slices("default", "s")); d != "" {
		t.Errorf("with its selector again (-want +got):\n%s", d)
	}
}

func TestDeletedServiceTakesEndpoints(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), service("s"), standing("p", "a", "10.244.1.5", true))...)
	get[*corev1.Endpoints](c, "default", "s") //nolint:staticcheck // the kind is deprecated and served
	c.delete(control.Services, "default", "s")
	if left := list[*corev1.Endpoints](c, "default"); len(left) != 0 { //nolint:staticcheck // the kind is deprecated and served
		t.Errorf("%d Endpoints left", len(left))
	}
}
