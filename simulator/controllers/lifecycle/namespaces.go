package lifecycle

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// Namespaces completes the end of namespaces, gives new ones their default
// service account.
type Namespaces struct{ ctx *control.Context }

// NewNamespaces makes the namespace controller of a cluster.
func NewNamespaces(ctx *control.Context) *Namespaces { return &Namespaces{ctx: ctx} }

// Observe adds the namespaces that a change touches.
func (c *Namespaces) Observe(e store.Event, add func(control.Key)) {
	if e.Key.Resource == control.Namespaces {
		add(control.Key{Name: e.Key.Name})
	}
	if e.Type != store.Deleted || e.Key.Namespace == "" {
		return
	}
	ns, ok := control.Get[*corev1.Namespace](c.ctx, control.Namespaces, "", e.Key.Namespace)
	if ok && (ns.DeletionTimestamp != nil || e.Key.Resource == control.ServiceAccounts) {
		add(control.Key{Name: ns.Name})
	}
}

// Reconcile gives a namespace what each has, or ends it.
func (c *Namespaces) Reconcile(k control.Key) (time.Time, error) {
	ns, ok := control.Get[*corev1.Namespace](c.ctx, control.Namespaces, "", k.Name)
	if !ok {
		return time.Time{}, nil
	}
	if ns.DeletionTimestamp == nil {
		return time.Time{}, c.furnish(ns)
	}
	left, err := c.empty(ns.Name)
	if err != nil || left > 0 {
		return time.Time{}, err // the last deletion brings us back
	}
	if !slices.Contains(ns.Spec.Finalizers, corev1.FinalizerKubernetes) {
		return time.Time{}, nil
	}
	changed := ns.DeepCopy()
	changed.Spec.Finalizers = slices.DeleteFunc(changed.Spec.Finalizers, func(f corev1.FinalizerName) bool { return f == corev1.FinalizerKubernetes })
	_, err = c.ctx.API.Update(changed, "finalize")
	return time.Time{}, err
}

// furnish gives a namespace its default service account.
func (c *Namespaces) furnish(ns *corev1.Namespace) error {
	if _, ok := control.Get[*corev1.ServiceAccount](c.ctx, control.ServiceAccounts, ns.Name, "default"); ok {
		return nil
	}
	_, err := c.ctx.API.Create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "default"}})
	if errors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// empty deletes what a namespace holds and counts what is left.
func (c *Namespaces) empty(namespace string) (left int, err error) {
	objects, _ := c.ctx.Store.All()
	policy := metav1.DeletePropagationBackground
	for _, obj := range objects {
		m := obj.(metav1.Object)
		k, ok := control.KeyOf(obj)
		if !ok || k.Namespace != namespace {
			continue
		}
		if m.GetDeletionTimestamp() == nil {
			err := c.ctx.API.Delete(k.Resource, k.Namespace, k.Name, metav1.DeleteOptions{PropagationPolicy: &policy})
			if err != nil && !errors.IsNotFound(err) {
				return left, err
			}
		}
		if c.ctx.Exists(k, string(m.GetUID())) {
			left++
		}
	}
	return left, nil
}
