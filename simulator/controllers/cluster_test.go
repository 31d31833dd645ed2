package controllers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/world"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// cluster is a store, controllers and as much of an API server as they need:
// names, uids, times, graceful deletion and finalizers.
type cluster struct {
	testing.TB
	store  *store.Store
	m      *controllers.Manager
	world  *world.Spec
	now    time.Time
	next   time.Time
	made   int
	writes int
}

func newCluster(t testing.TB, spec world.Spec, objects ...runtime.Object) *cluster {
	t.Helper()
	c := &cluster{TB: t, store: store.New(0), now: start}
	w := world.World{Spec: spec}
	w.Default(true)
	c.world = &w.Spec
	c.m = controllers.New(controllers.Options{Store: c.store, API: c, World: &w.Spec})
	for _, n := range []string{"default", "kube-system"} {
		c.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: n}})
	}
	for _, o := range objects {
		c.create(o)
	}
	c.step()
	return c
}

// threeNodes are nodes a, b and c in zones of those names.
func threeNodes() []runtime.Object {
	var out []runtime.Object
	for i, name := range []string{"a", "b", "c"} {
		out = append(out, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
				corev1.LabelHostname: name, corev1.LabelTopologyZone: "zone-" + name, corev1.LabelTopologyRegion: "region",
			}},
			Spec: corev1.NodeSpec{PodCIDR: fmt.Sprintf("10.244.%d.0/24", i+1), PodCIDRs: []string{fmt.Sprintf("10.244.%d.0/24", i+1)}},
			Status: corev1.NodeStatus{
				Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("192.168.0.%d", i+1)}},
				Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}},
			},
		})
	}
	return out
}

func (c *cluster) Create(obj runtime.Object) (runtime.Object, error) {
	k, ok := control.KeyOf(obj)
	if !ok {
		return nil, fmt.Errorf("no resource for %T", obj)
	}
	m := obj.(metav1.Object)
	c.made++
	if m.GetName() == "" {
		m.SetName(fmt.Sprintf("%s%05d", m.GetGenerateName(), c.made))
		k.Name = m.GetName()
	}
	if m.GetUID() == "" {
		m.SetUID(types.UID(fmt.Sprintf("uid-%d", c.made)))
	}
	if at := m.GetCreationTimestamp(); at.IsZero() {
		m.SetCreationTimestamp(metav1.NewTime(c.now.Truncate(time.Second)))
	}
	if m.GetGeneration() == 0 {
		m.SetGeneration(1)
	}
	c.writes++
	if err := c.store.Create(k, obj); err != nil {
		return nil, errors.NewAlreadyExists(k.Resource, k.Name)
	}
	return obj, nil
}

func (c *cluster) Update(obj runtime.Object, _ string) (runtime.Object, error) {
	k, _ := control.KeyOf(obj)
	m := obj.(metav1.Object)
	c.writes++
	if m.GetDeletionTimestamp() != nil && len(m.GetFinalizers()) == 0 && finished(obj) {
		_, err := c.store.Delete(k, "")
		return obj, err
	}
	if err := c.store.Update(k, obj, m.GetResourceVersion()); err != nil {
		return nil, fmt.Errorf("update %v: %w", k, err)
	}
	return obj, nil
}

func finished(obj runtime.Object) bool {
	if ns, ok := obj.(*corev1.Namespace); ok {
		return len(ns.Spec.Finalizers) == 0
	}
	grace := obj.(metav1.Object).GetDeletionGracePeriodSeconds()
	return grace == nil || *grace == 0
}

func (c *cluster) Delete(r schema.GroupResource, namespace, name string, o metav1.DeleteOptions) error {
	k := store.Key{Resource: r, Namespace: namespace, Name: name}
	old, err := c.store.Get(k)
	if err != nil {
		return errors.NewNotFound(r, name)
	}
	c.writes++
	obj := old.DeepCopyObject()
	m := obj.(metav1.Object)
	grace := int64(0)
	if pod, ok := obj.(*corev1.Pod); ok && pod.Spec.NodeName != "" {
		if grace = 30; o.GracePeriodSeconds != nil {
			grace = *o.GracePeriodSeconds
		}
	}
	if p := o.PropagationPolicy; p != nil && *p == metav1.DeletePropagationForeground {
		m.SetFinalizers(append(m.GetFinalizers(), metav1.FinalizerDeleteDependents))
	} else if p != nil && *p == metav1.DeletePropagationOrphan {
		m.SetFinalizers(append(m.GetFinalizers(), metav1.FinalizerOrphanDependents))
	}
	if grace == 0 && len(m.GetFinalizers()) == 0 {
		_, err := c.store.Delete(k, "")
		return err
	}
	if m.GetDeletionTimestamp() == nil || grace == 0 {
		at := metav1.NewTime(c.now.Add(time.Duration(grace) * time.Second))
		m.SetDeletionTimestamp(&at)
		m.SetDeletionGracePeriodSeconds(&grace)
		return c.store.Update(k, obj, "")
	}
	return nil
}

// create, update and delete are what a client does.
func (c *cluster) create(obj runtime.Object) {
	c.Helper()
	if _, err := c.Create(obj.DeepCopyObject()); err != nil {
		c.Fatal(err)
	}
}

func (c *cluster) delete(r schema.GroupResource, namespace, name string) {
	c.Helper()
	if err := c.Delete(r, namespace, name, metav1.DeleteOptions{}); err != nil {
		c.Fatal(err)
	}
	c.step()
}

// change updates a stored object.
func change[T control.Object](c *cluster, namespace, name string, with func(T)) {
	c.Helper()
	var none T
	r, _ := control.ResourceOf(none)
	obj, err := c.store.Get(store.Key{Resource: r, Namespace: namespace, Name: name})
	if err != nil {
		c.Fatal(err)
	}
	t := obj.DeepCopyObject().(T)
	with(t)
	if _, err := c.Update(t, ""); err != nil {
		c.Fatal(err)
	}
	c.step()
}

func get[T control.Object](c *cluster, namespace, name string) T {
	c.Helper()
	var none T
	r, _ := control.ResourceOf(none)
	obj, err := c.store.Get(store.Key{Resource: r, Namespace: namespace, Name: name})
	if err != nil {
		c.Fatal(err)
	}
	return obj.(T)
}

func list[T control.Object](c *cluster, namespace string) []T {
	var none T
	r, _ := control.ResourceOf(none)
	objects, _ := c.store.List(r, namespace)
	var out []T
	for _, o := range objects {
		out = append(out, o.(T))
	}
	return out
}

// context is for the helpers that read objects.
func (c *cluster) context() *control.Context { return control.NewContext(c.store, c, c.world) }

func (c *cluster) step() { c.next = c.m.Step(c.now) }

// advance lets virtual time pass.
func (c *cluster) advance(d time.Duration) {
	end := c.now.Add(d)
	for c.step(); !c.next.IsZero() && !c.next.After(end); {
		c.now = c.next
		c.step()
	}
	c.now = end
	c.step()
}

// settle lets virtual time pass until nothing waits.
func (c *cluster) settle() {
	c.Helper()
	c.step()
	for n := 0; !c.next.IsZero(); n++ {
		if n > 10000 {
			c.Fatal("the cluster does not settle")
		}
		c.now = c.next
		c.step()
	}
}

// slices shows a Service's slices: ports, then the endpoints with a mark for
// what they are besides ready.
func (c *cluster) slices(namespace, service string) []string {
	var out []string
	for _, s := range list[*discoveryv1.EndpointSlice](c, namespace) {
		if s.Labels[discoveryv1.LabelServiceName] != service {
			continue
		}
		var b strings.Builder
		for _, p := range s.Ports {
			fmt.Fprintf(&b, "%s=%d/%s ", *p.Name, *p.Port, *p.Protocol)
		}
		b.WriteString("->")
		for _, e := range s.Endpoints {
			b.WriteString(" " + e.Addresses[0] + mark(e))
		}
		out = append(out, b.String())
	}
	return out
}

func mark(e discoveryv1.Endpoint) string {
	m := ""
	is := func(b *bool) bool { return b != nil && *b }
	if !is(e.Conditions.Ready) {
		m += "!ready"
	}
	if e.Conditions.Serving != nil && !*e.Conditions.Serving {
		m += "!serving"
	}
	if is(e.Conditions.Terminating) {
		m += "!terminating"
	}
	if e.Hostname != nil {
		m += "(" + *e.Hostname + ")"
	}
	if e.Hints != nil {
		m += "@"
		for _, z := range e.Hints.ForZones {
			m += z.Name
		}
		for _, n := range e.Hints.ForNodes {
			m += "+" + n.Name
		}
	}
	return m
}
