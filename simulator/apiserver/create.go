package apiserver

import (
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kubetutor/tutor/simulator/apiserver/registry"
	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// Result is what a write gives back: the object as it is now (stored, or as
// it would be after a dry run; not to be changed) and what the server has to
// say about it.
type Result struct {
	Object   runtime.Object
	Warnings []string
	// Created tells that an update or a patch made the object.
	Created bool
	// Gone tells that the object is no longer there.
	Gone bool

	stored bool // something was written
}

// Create stores a new typed object; the callee keeps obj. Errors are
// *errors.StatusError in the real server's words.
func (s *Server) Create(obj runtime.Object, o metav1.CreateOptions) (Result, error) {
	r := ResourceOf(obj)
	if r == nil {
		return Result{}, unknownKind(obj)
	}
	s.strategy(r).Default(obj)
	return s.create(r, objectMeta(obj).GetNamespace(), obj, o, nil)
}

// CreateFrom stores a new object from a request's body, as a POST to the
// resource in that namespace does. An empty content type means JSON.
func (s *Server) CreateFrom(r *Resource, namespace string, body []byte, contentType string, o metav1.CreateOptions) (Result, error) {
	if errs := validation.ValidateCreateOptions(&o); len(errs) > 0 {
		return Result{}, badOptions("CreateOptions", errs)
	}
	obj, warnings, err := s.decode(r, body, contentType, o.FieldValidation)
	if err != nil {
		return Result{}, err
	}
	return s.create(r, namespace, obj, o, warnings)
}

// create admits, completes and stores a decoded object.
func (s *Server) create(r *Resource, namespace string, obj runtime.Object, o metav1.CreateOptions, warnings []string) (Result, error) {
	m := objectMeta(obj)
	if err := matchNamespace(r, m, namespace); err != nil {
		return Result{}, err
	}
	if err := s.track(r, "", obj, nil, o.FieldManager); err != nil {
		return Result{}, err
	}
	if err := s.admitCreate(r, m); err != nil {
		return Result{}, err
	}
	req := registry.Request{Now: s.now(), DryRun: isDryRun(o.DryRun)}
	out, err := s.strategy(r).Create(req, obj)
	if err != nil {
		finish(out, false)
		return Result{}, err
	}
	m.SetResourceVersion("")
	result := Result{Object: obj, Warnings: append(warnings, out.Warnings...), Created: true}
	key := r.key(m.GetNamespace(), m.GetName())
	if req.DryRun {
		finish(out, false)
		if _, err := s.store.Get(key); err == nil {
			return Result{}, apierrors.NewAlreadyExists(r.GroupResource(), m.GetName())
		}
		return result, nil
	}
	err = s.store.Create(key, obj)
	finish(out, err == nil)
	if errors.Is(err, store.ErrExists) {
		return Result{}, apierrors.NewAlreadyExists(r.GroupResource(), m.GetName())
	}
	if err != nil {
		return Result{}, apierrors.NewInternalError(err)
	}
	s.changed()
	return result, nil
}

// matchNamespace fills in the namespace of a decoded object from the request
// and refuses another, as rest.EnsureObjectNamespaceMatchesRequestNamespace.
func matchNamespace(r *Resource, m metav1.Object, namespace string) error {
	if !r.Namespaced {
		namespace = ""
	}
	switch {
	case m.GetNamespace() == namespace:
	case m.GetNamespace() == "" || namespace == "":
		m.SetNamespace(namespace)
	default:
		return apierrors.NewBadRequest("the namespace of the provided object does not match the namespace sent on the request")
	}
	return nil
}

// admitCreate refuses objects in namespaces that do not exist or are being
// deleted, as the admission plug-in NamespaceLifecycle.
func (s *Server) admitCreate(r *Resource, m metav1.Object) error {
	if !r.Namespaced {
		return nil
	}
	found, err := s.store.Get(store.Key{Resource: namespaces, Name: m.GetNamespace()})
	if err != nil {
		return apierrors.NewNotFound(namespaces, m.GetNamespace())
	}
	ns := found.(*corev1.Namespace)
	if ns.DeletionTimestamp == nil && ns.Status.Phase != corev1.NamespaceTerminating {
		return nil
	}
	refused := apierrors.NewForbidden(r.GroupResource(), m.GetName(),
		fmt.Errorf("unable to create new content in namespace %s because it is being terminated", ns.Name))
	refused.ErrStatus.Details.Causes = append(refused.ErrStatus.Details.Causes, metav1.StatusCause{
		Type:    corev1.NamespaceTerminatingCause,
		Message: fmt.Sprintf("namespace %s is being terminated", ns.Name),
		Field:   "metadata.namespace",
	})
	return refused
}

var namespaces = schema.GroupResource{Resource: "namespaces"}

func (r *Resource) key(namespace, name string) store.Key {
	if !r.Namespaced {
		namespace = ""
	}
	return store.Key{Resource: r.GroupResource(), Namespace: namespace, Name: name}
}

func finish(out registry.Outcome, stored bool) {
	if out.Finish != nil {
		out.Finish(stored)
	}
}

func isDryRun(options []string) bool { return slices.Contains(options, metav1.DryRunAll) }

func badOptions(kind string, errs field.ErrorList) error {
	return apierrors.NewInvalid(schema.GroupKind{Group: metav1.GroupName, Kind: kind}, "", errs)
}

func unknownKind(obj runtime.Object) error {
	return apierrors.NewBadRequest(fmt.Sprintf("the server does not store objects of type %T", obj))
}
