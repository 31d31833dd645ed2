package apiserver

import (
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// Delete deletes an object, or marks it as being deleted where it ends
// gracefully (pods, namespaces) or finalizers hold it. Result.Gone tells
// which.
func (s *Server) Delete(r *Resource, namespace, name string, o metav1.DeleteOptions) (Result, error) {
	if errs := validation.ValidateDeleteOptions(&o); len(errs) > 0 {
		return Result{}, badOptions("DeleteOptions", errs)
	}
	if r.GroupResource() == namespaces && slices.Contains([]string{"default", "kube-system", "kube-public"}, name) {
		return Result{}, apierrors.NewForbidden(namespaces, name, errors.New("this namespace may not be deleted"))
	}
	key := r.key(namespace, name)
	for {
		old, err := s.store.Get(key)
		if err != nil {
			return Result{}, apierrors.NewNotFound(r.GroupResource(), name)
		}
		result, err := s.deleteOnce(key, r, old, o)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		return result, s.word(err, r, name)
	}
}

func (s *Server) deleteOnce(key store.Key, r *Resource, old runtime.Object, o metav1.DeleteOptions) (Result, error) {
	if err := precondition(r, objectMeta(old), o.Preconditions); err != nil {
		return Result{}, err
	}
	obj := old.DeepCopyObject()
	m := objectMeta(obj)
	marked, pending := s.markDeleted(obj, o)
	if pending {
		return Result{Object: old}, nil
	}
	m.SetFinalizers(finalizers(m.GetFinalizers(), o))
	held := len(m.GetFinalizers()) > 0
	if held && m.GetDeletionTimestamp() == nil {
		s.setDeleted(m, 0)
	}
	if isDryRun(o.DryRun) {
		return Result{Object: obj, Gone: !held && !marked}, nil
	}
	if held || marked {
		if err := s.store.Update(key, obj, objectMeta(old).GetResourceVersion()); err != nil {
			return Result{}, err
		}
		s.changed()
		return Result{Object: obj}, nil
	}
	gone, err := s.store.Delete(key, objectMeta(old).GetResourceVersion())
	if err != nil {
		return Result{}, err
	}
	s.strategy(r).Release(gone)
	s.changed()
	return Result{Object: gone, Gone: true}, nil
}

func precondition(r *Resource, m metav1.Object, p *metav1.Preconditions) error {
	conflict := func(what string, want, is any) error {
		return apierrors.NewConflict(r.GroupResource(), m.GetName(),
			fmt.Errorf("Precondition failed: %s in precondition: %v, %s in object meta: %v", what, want, what, is))
	}
	switch {
	case p == nil:
	case p.UID != nil && *p.UID != m.GetUID():
		return conflict("UID", *p.UID, m.GetUID())
	case p.ResourceVersion != nil && *p.ResourceVersion != m.GetResourceVersion():
		return conflict("ResourceVersion", *p.ResourceVersion, m.GetResourceVersion())
	}
	return nil
}

// markDeleted sets the deletion time of what ends gracefully. pending tells
// that it ends already and that nothing changes.
func (s *Server) markDeleted(obj runtime.Object, o metav1.DeleteOptions) (marked, pending bool) {
	m := objectMeta(obj)
	if ns, ok := obj.(*corev1.Namespace); ok {
		return s.markNamespace(ns)
	}
	pod, ok := obj.(*corev1.Pod)
	if !ok {
		return false, false
	}
	if was := m.GetDeletionTimestamp(); was != nil {
		period := m.GetDeletionGracePeriodSeconds()
		switch {
		case period == nil:
			return false, false
		case o.GracePeriodSeconds == nil || *o.GracePeriodSeconds >= *period:
			return false, *period > 0
		}
		shorter := metav1.NewTime(was.Add(time.Duration(*o.GracePeriodSeconds-*period) * time.Second))
		m.SetDeletionTimestamp(&shorter)
		m.SetDeletionGracePeriodSeconds(o.GracePeriodSeconds)
		return *o.GracePeriodSeconds > 0, false
	}
	grace := podGrace(pod, o)
	if grace == 0 {
		return false, false
	}
	s.setDeleted(m, grace)
	return true, false
}

// podGrace is how many seconds a pod may take to end, as CheckGracefulDelete
// of the pods' strategy in Kubernetes.
func podGrace(pod *corev1.Pod, o metav1.DeleteOptions) int64 {
	var grace int64
	switch {
	case o.GracePeriodSeconds != nil:
		grace = *o.GracePeriodSeconds
	case pod.Spec.TerminationGracePeriodSeconds != nil:
		grace = *pod.Spec.TerminationGracePeriodSeconds
	}
	if pod.Spec.NodeName == "" || pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded {
		return 0
	}
	if grace < 0 {
		return 1
	}
	return grace
}

// markNamespace starts the end of a namespace, which its controller completes.
func (s *Server) markNamespace(ns *corev1.Namespace) (marked, pending bool) {
	if ns.DeletionTimestamp != nil {
		return false, len(ns.Spec.Finalizers) > 0
	}
	s.setDeleted(ns, 0)
	ns.DeletionGracePeriodSeconds = nil
	ns.Status.Phase = corev1.NamespaceTerminating
	return len(ns.Spec.Finalizers) > 0, false
}

func (s *Server) setDeleted(m metav1.Object, grace int64) {
	at := metav1.NewTime(s.now().Add(time.Duration(grace) * time.Second).Truncate(time.Second))
	m.SetDeletionTimestamp(&at)
	m.SetDeletionGracePeriodSeconds(&grace)
	if m.GetGeneration() > 0 {
		m.SetGeneration(m.GetGeneration() + 1)
	}
}

// finalizers are an object's with those that the propagation policy asks for,
// which the garbage collector takes off when it has done its part.
func finalizers(have []string, o metav1.DeleteOptions) []string {
	var orphan, foreground bool
	switch {
	case o.PropagationPolicy != nil:
		orphan = *o.PropagationPolicy == metav1.DeletePropagationOrphan
		foreground = *o.PropagationPolicy == metav1.DeletePropagationForeground
	case o.OrphanDependents != nil: //nolint:staticcheck // old clients still send it
		orphan = *o.OrphanDependents //nolint:staticcheck // old clients still send it
	default:
		return have
	}
	var out []string
	for _, f := range have {
		if f != metav1.FinalizerOrphanDependents && f != metav1.FinalizerDeleteDependents {
			out = append(out, f)
		}
	}
	if orphan {
		out = append(out, metav1.FinalizerOrphanDependents)
	}
	if foreground {
		out = append(out, metav1.FinalizerDeleteDependents)
	}
	return out
}
