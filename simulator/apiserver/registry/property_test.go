package registry

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
)

func service(name string, change func(*corev1.Service)) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "production", Name: name},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": name}, Ports: []corev1.ServicePort{{Port: 80}}},
	}
	if change != nil {
		change(s)
	}
	return s
}

func ofType(t corev1.ServiceType) func(*corev1.Service) {
	return func(s *corev1.Service) { s.Spec.Type = t }
}

// create puts a Service through the strategy and stores it.
func create(t testing.TB, r *Registry, s *corev1.Service) error {
	t.Helper()
	strategy := servicesOf(r)
	strategy.Default(s)
	out, err := strategy.Create(Request{Now: time.Unix(0, 0)}, s)
	out.Done(err == nil)
	s.ResourceVersion = "1"
	return err
}

func update(r *Registry, s, old *corev1.Service) error {
	strategy := servicesOf(r)
	strategy.Default(s)
	out, err := strategy.Update(Request{Now: time.Unix(0, 0)}, s, old)
	out.Done(err == nil)
	return err
}

func servicesOf(r *Registry) Strategy {
	s, _ := r.For(schema.GroupResource{Resource: "services"})
	return s
}

func small(t testing.TB) *Registry {
	t.Helper()
	r, err := New(Options{ServiceCIDR: "10.0.0.0/28", NodePortRange: "30000-30009", Rand: rand.New(rand.NewPCG(3, 4))})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAddressesAreUniqueUntilTheRangeIsFull(t *testing.T) {
	r := small(t)
	seen := map[string]*corev1.Service{}
	for i := range 14 { // 16 addresses but for the first and the last
		s := service(fmt.Sprintf("s%d", i), nil)
		if err := create(t, r, s); err != nil {
			t.Fatal(err)
		}
		if seen[s.Spec.ClusterIP] != nil {
			t.Fatalf("%s was given twice", s.Spec.ClusterIP)
		}
		seen[s.Spec.ClusterIP] = s
	}
	err := create(t, r, service("late", nil))
	if want := "Internal error occurred: failed to allocate a serviceIP: range is full"; err == nil || err.Error() != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	gone := seen["10.0.0.7"]
	servicesOf(r).Release(gone)
	late := service("late", nil)
	if err := create(t, r, late); err != nil || late.Spec.ClusterIP != "10.0.0.7" {
		t.Fatalf("after a release: %s, %v", late.Spec.ClusterIP, err)
	}
}

func TestNodePortsAreUniqueUntilTheRangeIsFull(t *testing.T) {
	r := small(t)
	seen := map[int32]bool{}
	var last *corev1.Service
	for i := range 10 {
		last = service(fmt.Sprintf("s%d", i), ofType(corev1.ServiceTypeNodePort))
		if err := create(t, r, last); err != nil {
			t.Fatal(err)
		}
		if p := last.Spec.Ports[0].NodePort; seen[p] || p < 30000 || p > 30009 {
			t.Fatalf("node port %d", p)
		}
		seen[last.Spec.Ports[0].NodePort] = true
	}
	if err := create(t, r, service("late", ofType(corev1.ServiceTypeNodePort))); !apierrors.IsInternalError(err) {
		t.Fatalf("the range is full, got %v", err)
	}
	plain := last.DeepCopy()
	plain.Spec.Type = corev1.ServiceTypeClusterIP
	if err := update(r, plain, last); err != nil {
		t.Fatal(err)
	}
	if plain.Spec.Ports[0].NodePort != 0 {
		t.Error("the node port stayed in a ClusterIP Service")
	}
	if err := create(t, r, service("late", ofType(corev1.ServiceTypeNodePort))); err != nil {
		t.Errorf("the port that was given up is not free: %v", err)
	}
}

func TestRefusedServiceKeepsNothing(t *testing.T) {
	r := small(t)
	for i := range 40 {
		bad := service("bad", func(s *corev1.Service) {
			s.Spec.Type = corev1.ServiceTypeLoadBalancer
			s.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal
			s.Spec.Ports[0].Protocol = "tcp"
		})
		if err := create(t, r, bad); !apierrors.IsInvalid(err) {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	if n, m := len(r.ips.used), len(r.ports.used); n+m != 0 {
		t.Errorf("%d addresses and %d ports are still taken", n, m)
	}
}

func TestDryRunKeepsNothing(t *testing.T) {
	r := small(t)
	s := service("web", ofType(corev1.ServiceTypeNodePort))
	strategy := servicesOf(r)
	strategy.Default(s)
	out, err := strategy.Create(Request{DryRun: true}, s)
	if err != nil {
		t.Fatal(err)
	}
	out.Done(false)
	if s.Spec.ClusterIP != "10.0.0.0" || s.Spec.Ports[0].NodePort != dryRunPorts {
		t.Errorf("a dry run shows %s and %d", s.Spec.ClusterIP, s.Spec.Ports[0].NodePort)
	}
	if len(r.ips.used)+len(r.ports.used) != 0 {
		t.Error("a dry run took something for good")
	}
}

func TestThroughExternalNameAndBack(t *testing.T) {
	r := small(t)
	first := service("web", nil)
	if err := create(t, r, first); err != nil {
		t.Fatal(err)
	}
	away := first.DeepCopy()
	away.Spec.Type, away.Spec.ExternalName = corev1.ServiceTypeExternalName, "example.com"
	if err := update(r, away, first); err != nil {
		t.Fatal(err)
	}
	if away.Spec.ClusterIP != "" || away.Spec.ClusterIPs != nil || away.Spec.IPFamilies != nil || away.Spec.IPFamilyPolicy != nil {
		t.Errorf("an ExternalName keeps %v", away.Spec)
	}
	if len(r.ips.used) != 0 {
		t.Error("the cluster IP was not released")
	}
	back := away.DeepCopy()
	back.Spec.Type = corev1.ServiceTypeClusterIP
	if err := update(r, back, away); err != nil {
		t.Fatal(err)
	}
	if !r.ips.used[netip.MustParseAddr(back.Spec.ClusterIP)] {
		t.Errorf("cluster IP %q is not taken", back.Spec.ClusterIP)
	}
}

func TestHealthCheckNodePortFollowsThePolicy(t *testing.T) {
	r := small(t)
	lb := service("web", func(s *corev1.Service) {
		s.Spec.Type, s.Spec.ExternalTrafficPolicy = corev1.ServiceTypeLoadBalancer, corev1.ServiceExternalTrafficPolicyLocal
		s.Spec.HealthCheckNodePort = 30009
	})
	if err := create(t, r, lb); err != nil {
		t.Fatal(err)
	}
	moved := lb.DeepCopy()
	moved.Spec.HealthCheckNodePort = 30008
	if err := update(r, moved, lb); err == nil || err.Error() != `Service "web" is invalid: spec.healthCheckNodePort: Forbidden: field is immutable` {
		t.Errorf("another port: %v", err)
	}
	spread := lb.DeepCopy()
	spread.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyCluster
	if err := update(r, spread, lb); err != nil {
		t.Fatal(err)
	}
	if spread.Spec.HealthCheckNodePort != 0 || r.ports.has(30009) {
		t.Errorf("health check port %d, taken %v", spread.Spec.HealthCheckNodePort, r.ports.has(30009))
	}
}

func TestPluginComesBeforeValidation(t *testing.T) {
	r, err := New(Options{ServiceCIDR: "10.96.0.0/16", NodePortRange: "30000-32767", Plugins: []Plugin{
		PluginFunc(func(_ Request, resource schema.GroupResource, obj, old runtime.Object) error {
			if s, ok := obj.(*corev1.Service); ok && old == nil && s.Spec.Type == corev1.ServiceTypeLoadBalancer && s.Spec.LoadBalancerClass == nil {
				s.Spec.LoadBalancerClass = ptr.To("service.k8s.aws/nlb")
			}
			return nil
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := service("web", ofType(corev1.ServiceTypeLoadBalancer))
	if err := create(t, r, s); err != nil || ptr.Deref(s.Spec.LoadBalancerClass, "") != "service.k8s.aws/nlb" {
		t.Errorf("class %v, %v", s.Spec.LoadBalancerClass, err)
	}
}

// TestUpdateWithItselfChangesNothing holds for whatever the recordings store.
func TestUpdateWithItselfChangesNothing(t *testing.T) {
	for _, r := range append(rows(t, "admission.jsonl"), rows(t, "kinds.jsonl")...) {
		if !r.reachesStrategy() {
			continue
		}
		c := newCluster(t)
		c.play(t, r)
		for key, obj := range c.objects {
			gvk := obj.GetObjectKind().GroupVersionKind()
			s, _ := c.For(resources[gvk.Kind])
			again := obj.DeepCopyObject()
			s.Default(again)
			if diff := cmp.Diff(obj, again); diff != "" {
				t.Errorf("%s: %s: defaults are not idempotent:\n%s", r.ID, key, diff)
			}
			out, err := s.Update(Request{Now: c.now.Add(time.Hour)}, again, obj)
			out.Done(err == nil)
			if err != nil {
				t.Errorf("%s: %s: %v", r.ID, key, err)
			} else if diff := cmp.Diff(obj, again); diff != "" {
				t.Errorf("%s: %s (-before +after):\n%s", r.ID, key, diff)
			}
		}
	}
}

func TestRestoreKeepsWhatIsWritten(t *testing.T) {
	r := small(t)
	deleted := metav1.NewTime(time.Unix(1000, 0))
	s := service("web", func(s *corev1.Service) {
		s.Spec.Type, s.Spec.ClusterIP = corev1.ServiceTypeLoadBalancer, "10.0.0.9"
		s.DeletionTimestamp, s.Finalizers = &deleted, []string{"example.com/hold"}
		s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "198.51.100.7"}}
	})
	if err := servicesOf(r).Restore(Request{Now: time.Unix(2000, 0)}, s); err != nil {
		t.Fatal(err)
	}
	switch in := s.Status.LoadBalancer.Ingress; {
	case len(in) != 1 || ptr.Deref(in[0].IPMode, "") != corev1.LoadBalancerIPModeVIP:
		t.Errorf("status %v", s.Status)
	case s.DeletionTimestamp == nil || len(s.Finalizers) != 1:
		t.Errorf("metadata %v", s.ObjectMeta)
	case s.UID == "" || s.CreationTimestamp.IsZero() || s.Spec.Ports[0].NodePort == 0:
		t.Errorf("not completed: %v", s)
	}
	taken := service("other", func(s *corev1.Service) { s.Spec.ClusterIP = "10.0.0.9" })
	if err := create(t, r, taken); !apierrors.IsInvalid(err) {
		t.Errorf("a restored address was given away: %v", err)
	}
}

func BenchmarkServiceCreate(b *testing.B) {
	r, err := New(Options{ServiceCIDR: "10.96.0.0/16", NodePortRange: "30000-32767"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := service("web", ofType(corev1.ServiceTypeNodePort))
		if err := create(b, r, s); err != nil {
			b.Fatal(err)
		}
		servicesOf(r).Release(s)
	}
}

func BenchmarkServiceUpdate(b *testing.B) {
	r, err := New(Options{ServiceCIDR: "10.96.0.0/16", NodePortRange: "30000-32767"})
	if err != nil {
		b.Fatal(err)
	}
	old := service("web", ofType(corev1.ServiceTypeNodePort))
	if err := create(b, r, old); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := update(r, old.DeepCopy(), old); err != nil {
			b.Fatal(err)
		}
	}
}

func TestFinalizersAreStandardOrHaveADomain(t *testing.T) {
	r := small(t)
	for name, ok := range map[string]bool{
		"foregroundDeletion": true, "orphan": true, "kubernetes": true, "example.com/drain": true, "drain": false, "": false,
	} {
		s := service("cart", func(s *corev1.Service) { s.Finalizers = []string{name} })
		if err := create(t, r, s); (err == nil) != ok {
			t.Errorf("create with finalizer %q: %v", name, err)
		}
	}
	old := service("shop", nil)
	if err := create(t, r, old); err != nil {
		t.Fatal(err)
	}
	changed := old.DeepCopy()
	changed.Finalizers = []string{"drain"}
	if err := update(r, changed, old); !apierrors.IsInvalid(err) {
		t.Errorf("update that adds one: %v", err)
	}
}
