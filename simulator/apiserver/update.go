package apiserver

import (
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/apiserver/registry"
	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// modified is what the real server says about a resource version that is no
// longer the object's.
const modified = "the object has been modified; please apply your changes to the latest version and try again"

// Update replaces an object by a typed one, of which subresource ("", "status")
// says what may change; the callee keeps obj. A resource version in it must
// be the stored one's.
func (s *Server) Update(obj runtime.Object, subresource string, o metav1.UpdateOptions) (Result, error) {
	r := ResourceOf(obj)
	if r == nil {
		return Result{}, unknownKind(obj)
	}
	s.strategy(r).Default(obj)
	m := objectMeta(obj)
	return s.update(r, m.GetNamespace(), m.GetName(), change{
		subresource: subresource, dryRun: isDryRun(o.DryRun), attempts: forever,
		to: func(runtime.Object) (runtime.Object, []string, error) { return obj.DeepCopyObject(), nil, nil },
	})
}

// UpdateFrom replaces an object from a request's body, as a PUT does.
func (s *Server) UpdateFrom(r *Resource, namespace, name, subresource string, body []byte, contentType string, o metav1.UpdateOptions) (Result, error) {
	if errs := validation.ValidateUpdateOptions(&o); len(errs) > 0 {
		return Result{}, badOptions("UpdateOptions", errs)
	}
	obj, warnings, err := s.decode(r, body, contentType, o.FieldValidation)
	if err != nil {
		return Result{}, err
	}
	m := objectMeta(obj)
	if err := matchNamespace(r, m, namespace); err != nil {
		return Result{}, err
	}
	if err := matchName(m, name); err != nil {
		return Result{}, err
	}
	return s.update(r, namespace, name, change{
		subresource: subresource, dryRun: isDryRun(o.DryRun), attempts: forever, manager: o.FieldManager,
		createMissing: r.CreateOnUpdate && subresource == "",
		to:            func(runtime.Object) (runtime.Object, []string, error) { return obj.DeepCopyObject(), warnings, nil },
	})
}

func matchName(m metav1.Object, name string) error {
	switch m.GetName() {
	case name:
		return nil
	case "":
		return apierrors.NewBadRequest("the name of the object must be set")
	}
	return apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", m.GetName(), name))
}

// forever is how often a write that names no resource version is tried again
// when another one came between.
const forever = 1 << 30

// change is one write to an object that may have to be tried several times.
type change struct {
	subresource string
	dryRun      bool
	attempts    int
	// manager is whom the changed fields are booked to; nobody unless given.
	manager string
	// createMissing: make the object if there is none (to is given nil).
	createMissing bool
	// to makes the new object, which is the callee's, and warnings from the
	// stored one, which it must not change.
	to func(old runtime.Object) (runtime.Object, []string, error)
}

// update carries out a change, again if another write came between and the
// change does not insist on a resource version.
func (s *Server) update(r *Resource, namespace, name string, c change) (Result, error) {
	key := r.key(namespace, name)
	for attempt := 1; ; attempt++ {
		result, err := s.attempt(key, r, c)
		if errors.Is(err, store.ErrNotFound) {
			return s.updateMissing(r, namespace, name, c)
		}
		if errors.Is(err, store.ErrConflict) && attempt < c.attempts {
			continue
		}
		if result.stored {
			s.changed()
		}
		return result, s.word(err, r, name)
	}
}

// attempt tries a change once. Writers of one object wait for each other, so
// that of many who insist on a version all but one fail before they cost much.
func (s *Server) attempt(key store.Key, r *Resource, c change) (Result, error) {
	turn := &s.turns[maphash.Comparable(turnSeed, key)%uint64(len(s.turns))]
	turn.Lock()
	defer turn.Unlock()
	old, err := s.store.Get(key)
	if err != nil {
		return Result{}, err
	}
	return s.replace(key, r, old, c)
}

var turnSeed = maphash.MakeSeed()

func (s *Server) updateMissing(r *Resource, namespace, name string, c change) (Result, error) {
	if !c.createMissing {
		return Result{}, apierrors.NewNotFound(r.GroupResource(), name)
	}
	obj, warnings, err := c.to(nil)
	if err != nil {
		return Result{}, err
	}
	if uid := objectMeta(obj).GetUID(); uid != "" {
		return Result{}, apierrors.NewConflict(r.GroupResource(), name,
			fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: ", uid))
	}
	o := metav1.CreateOptions{FieldManager: c.manager}
	if c.dryRun {
		o.DryRun = []string{metav1.DryRunAll}
	}
	return s.create(r, namespace, obj, o, warnings)
}

// replace is one attempt at a change. store.ErrConflict means that another
// write came between.
func (s *Server) replace(key store.Key, r *Resource, old runtime.Object, c change) (Result, error) {
	obj, warnings, err := c.to(old)
	if err != nil {
		return Result{}, err
	}
	if err := keepMeta(r, obj, old); err != nil {
		return Result{}, err
	}
	if err := s.track(r, c.subresource, obj, old, c.manager); err != nil {
		return Result{}, err
	}
	req := registry.Request{Now: s.now(), Subresource: c.subresource, DryRun: c.dryRun}
	out, err := s.strategy(r).Update(req, obj, old)
	if err != nil {
		finish(out, false)
		return Result{}, err
	}
	result := Result{Object: obj, Warnings: append(warnings, out.Warnings...)}
	switch {
	case c.dryRun:
		finish(out, false)
		return result, nil
	case sameBut(obj, old):
		finish(out, false)
		result.Object = old
		return result, nil
	case finalized(obj):
		finish(out, false)
		gone, err := s.store.Delete(key, objectMeta(old).GetResourceVersion())
		if err != nil {
			return Result{}, err
		}
		s.strategy(r).Release(gone)
		return Result{Object: obj, Warnings: result.Warnings, Gone: true, stored: true}, nil
	}
	err = s.store.Update(key, obj, objectMeta(old).GetResourceVersion())
	finish(out, err == nil)
	if err != nil {
		return Result{}, err
	}
	result.stored = true
	return result, nil
}

// sameBut tells whether an update changes nothing but the times at which
// fields were last set, which is no change.
func sameBut(obj, old runtime.Object) bool {
	m, was := objectMeta(obj), objectMeta(old)
	if len(m.GetManagedFields()) != len(was.GetManagedFields()) {
		return false
	}
	mine := m.GetManagedFields()
	defer m.SetManagedFields(mine)
	timeless := slices.Clone(mine)
	for i := range timeless {
		timeless[i].Time = was.GetManagedFields()[i].Time
	}
	m.SetManagedFields(timeless)
	return equality.Semantic.DeepEqual(obj, old)
}

// keepMeta checks the conditions that an object's uid and resource version
// put on its update, and takes from old what a client may leave out.
func keepMeta(r *Resource, obj, old runtime.Object) error {
	m, was := objectMeta(obj), objectMeta(old)
	if uid := m.GetUID(); uid != "" && uid != was.GetUID() {
		return apierrors.NewConflict(r.GroupResource(), was.GetName(),
			fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", uid, was.GetUID()))
	}
	if v := m.GetResourceVersion(); v != "" && v != was.GetResourceVersion() {
		return apierrors.NewConflict(r.GroupResource(), was.GetName(), errors.New(modified))
	}
	m.SetResourceVersion(was.GetResourceVersion())
	m.SetUID(was.GetUID())
	m.SetNamespace(was.GetNamespace())
	if t := m.GetCreationTimestamp(); t.IsZero() {
		m.SetCreationTimestamp(was.GetCreationTimestamp())
	}
	if m.GetDeletionTimestamp() == nil {
		m.SetDeletionTimestamp(was.GetDeletionTimestamp())
	}
	if m.GetDeletionGracePeriodSeconds() == nil {
		m.SetDeletionGracePeriodSeconds(was.GetDeletionGracePeriodSeconds())
	}
	if m.GetGeneration() == 0 {
		m.SetGeneration(was.GetGeneration())
	}
	return nil
}

// finalized tells whether an update took away the last thing that kept an
// object from being deleted.
func finalized(obj runtime.Object) bool {
	m := objectMeta(obj)
	if m.GetDeletionTimestamp() == nil || len(m.GetFinalizers()) > 0 {
		return false
	}
	if ns, ok := obj.(*corev1.Namespace); ok {
		return len(ns.Spec.Finalizers) == 0
	}
	grace := m.GetDeletionGracePeriodSeconds()
	return grace == nil || *grace == 0
}

// word turns a store's error into the server's.
func (s *Server) word(err error, r *Resource, name string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrNotFound):
		return apierrors.NewNotFound(r.GroupResource(), name)
	case errors.Is(err, store.ErrConflict):
		return apierrors.NewConflict(r.GroupResource(), name, errors.New(modified))
	}
	return err
}
