// Package lifecycle ends objects: it deletes what has lost its owners, as
// Kubernetes' garbage collector does, and completes the end of namespaces.
package lifecycle

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// Garbage is the garbage collector. Its keys name an object: the kind is its
// resource.
type Garbage struct{ ctx *control.Context }

// NewGarbage makes the garbage collector of a cluster.
func NewGarbage(ctx *control.Context) *Garbage { return &Garbage{ctx: ctx} }

// Observe adds the objects whose owners may be gone, and those that wait for
// their dependents.
func (c *Garbage) Observe(e store.Event, add func(control.Key)) {
	if e.Key.Resource == control.Events {
		return
	}
	m := e.Object.(metav1.Object)
	switch {
	case e.Type == store.Deleted:
		for _, k := range c.ctx.Index.OwnedBy(m.GetUID()) {
			add(keyOf(k))
		}
		for _, o := range m.GetOwnerReferences() {
			c.addOwner(m.GetNamespace(), o, add)
		}
	case e.Type == store.Added && len(m.GetOwnerReferences()) > 0, waits(m):
		add(keyOf(e.Key))
	}
}

// addOwner adds the owner that may wait for its dependents.
func (c *Garbage) addOwner(namespace string, o metav1.OwnerReference, add func(control.Key)) {
	r, ok := control.ResourceOfKind(o.APIVersion, o.Kind)
	if !ok {
		return
	}
	if m, ok := c.object(r, namespace, o.Name); ok && waits(m) {
		add(control.Key{Kind: r.String(), Namespace: m.GetNamespace(), Name: m.GetName()})
	}
}

func keyOf(k store.Key) control.Key {
	return control.Key{Kind: k.Resource.String(), Namespace: k.Namespace, Name: k.Name}
}

// waits tells whether an object that is being deleted waits for the collector.
func waits(m metav1.Object) bool {
	return m.GetDeletionTimestamp() != nil &&
		(slices.Contains(m.GetFinalizers(), metav1.FinalizerOrphanDependents) || slices.Contains(m.GetFinalizers(), metav1.FinalizerDeleteDependents))
}

// object finds an object in a namespace or, of kinds without, in none.
func (c *Garbage) object(r schema.GroupResource, namespace, name string) (metav1.Object, bool) {
	for _, ns := range []string{namespace, ""} {
		if obj, err := c.ctx.Store.Get(store.Key{Resource: r, Namespace: ns, Name: name}); err == nil {
			m, ok := obj.(metav1.Object)
			return m, ok
		}
	}
	return nil, false
}

// Reconcile does what one object needs of the collector.
func (c *Garbage) Reconcile(k control.Key) (time.Time, error) {
	r := schema.ParseGroupResource(k.Kind)
	m, ok := c.object(r, k.Namespace, k.Name)
	if !ok {
		return time.Time{}, nil
	}
	if waits(m) {
		return time.Time{}, c.dependents(r, m)
	}
	if m.GetDeletionTimestamp() != nil || len(m.GetOwnerReferences()) == 0 || c.owned(m) {
		return time.Time{}, nil
	}
	policy := metav1.DeletePropagationBackground
	return time.Time{}, c.delete(r, m, policy)
}

// owned tells whether one of an object's owners is still there. An owner of a
// kind that the cluster does not know is taken to be.
func (c *Garbage) owned(m metav1.Object) bool {
	for _, o := range m.GetOwnerReferences() {
		r, known := control.ResourceOfKind(o.APIVersion, o.Kind)
		if !known {
			return true
		}
		if owner, ok := c.object(r, m.GetNamespace(), o.Name); ok && owner.GetUID() == o.UID {
			return true
		}
	}
	return false
}

func (c *Garbage) delete(r schema.GroupResource, m metav1.Object, policy metav1.DeletionPropagation) error {
	uid := m.GetUID()
	err := c.ctx.API.Delete(r, m.GetNamespace(), m.GetName(), metav1.DeleteOptions{
		PropagationPolicy: &policy, Preconditions: &metav1.Preconditions{UID: &uid},
	})
	if errors.IsNotFound(err) || errors.IsConflict(err) {
		return nil
	}
	return err
}

// dependents lets an owner's dependents go (orphan) or deletes them first
// (foreground), and then the owner.
func (c *Garbage) dependents(r schema.GroupResource, owner metav1.Object) error {
	keys := c.ctx.Index.OwnedBy(owner.GetUID())
	if slices.Contains(owner.GetFinalizers(), metav1.FinalizerOrphanDependents) {
		for _, k := range keys {
			if err := c.orphan(k, owner.GetUID()); err != nil {
				return err
			}
		}
		return c.release(r, owner, metav1.FinalizerOrphanDependents)
	}
	blocking := false
	for _, k := range keys {
		m, ok := c.object(k.Resource, k.Namespace, k.Name)
		if !ok {
			continue
		}
		blocking = blocking || blocks(m, owner.GetUID())
		if m.GetDeletionTimestamp() == nil {
			if err := c.delete(k.Resource, m, metav1.DeletePropagationForeground); err != nil {
				return err
			}
		}
	}
	if blocking && len(c.ctx.Index.OwnedBy(owner.GetUID())) > 0 {
		return nil // the last one's deletion brings us back
	}
	return c.release(r, owner, metav1.FinalizerDeleteDependents)
}

func blocks(m metav1.Object, owner types.UID) bool {
	for _, o := range m.GetOwnerReferences() {
		if o.UID == owner && o.BlockOwnerDeletion != nil && *o.BlockOwnerDeletion {
			return true
		}
	}
	return false
}

// orphan takes an owner off an object.
func (c *Garbage) orphan(k store.Key, owner types.UID) error {
	obj, err := c.ctx.Store.Get(k)
	if err != nil {
		return nil //nolint:nilerr // gone is as good
	}
	changed := obj.DeepCopyObject()
	m := changed.(metav1.Object)
	m.SetOwnerReferences(slices.DeleteFunc(m.GetOwnerReferences(), func(o metav1.OwnerReference) bool { return o.UID == owner }))
	_, err = c.ctx.API.Update(changed, "")
	return err
}

// release takes a finalizer off an object.
func (c *Garbage) release(r schema.GroupResource, m metav1.Object, finalizer string) error {
	obj, err := c.ctx.Store.Get(store.Key{Resource: r, Namespace: m.GetNamespace(), Name: m.GetName()})
	if err != nil {
		return nil //nolint:nilerr // gone is as good
	}
	changed := obj.DeepCopyObject()
	of := changed.(metav1.Object)
	of.SetFinalizers(slices.DeleteFunc(of.GetFinalizers(), func(f string) bool { return f == finalizer }))
	_, err = c.ctx.API.Update(changed, "")
	if errors.IsNotFound(err) {
		return nil
	}
	return err
}
