package registry

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// object is a pointer to one of k8s.io/api's types.
type object interface {
	comparable
	runtime.Object
	metav1.Object
}

// kind is what is particular to one kind; the rest is the same for all. Every
// function may be nil.
type kind[T object] struct {
	group, kind, resource string
	clusterScoped         bool

	// setDefaults is the versioned defaulting.
	setDefaults func(obj T)
	// begin allocates; it runs before prepare and validate. old is the zero T
	// on creation.
	begin func(req Request, obj, old T) (transaction, error)
	// prepare drops what a client may not set; old is the zero T on creation.
	prepare func(obj, old T)
	// validate finds all errors; validateUpdate is used instead if there is an
	// old object.
	validate       func(obj T) field.ErrorList
	validateUpdate func(obj, old T) field.ErrorList
	validateStatus func(obj, old T) field.ErrorList
	// decorate is what every answer shows otherwise than it was sent.
	decorate func(obj T)
	warnings func(obj, old T) []string
	// spec and status copy that part of an object to another.
	spec, status func(to, from T)
	// sameSpec tells whether a change leaves the generation alone; kinds
	// without a generation have none.
	sameSpec func(a, b T) bool
	// restore takes the addresses that an object of a world file has, and
	// release gives them back.
	restore func(obj T) error
	release func(obj T)
}

// strategy is the Strategy of one kind in one registry.
type strategy[T object] struct {
	kind[T]
	r *Registry
}

func (s *strategy[T]) groupKind() schema.GroupKind {
	return schema.GroupKind{Group: s.group, Kind: s.kind.kind}
}

func (s *strategy[T]) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: s.group, Resource: s.resource}
}

// cast is obj as this strategy's type.
func (s *strategy[T]) cast(obj runtime.Object) (T, error) {
	t, ok := obj.(T)
	if !ok {
		return t, errors.NewBadRequest(fmt.Sprintf("%T is no %s", obj, s.kind.kind))
	}
	return t, nil
}

func (s *strategy[T]) Default(obj runtime.Object) {
	if t, ok := obj.(T); ok && s.setDefaults != nil {
		s.setDefaults(t)
	}
}

// Create follows the generic registry's Create: plugins, system fields,
// allocation, preparation, the kind's own validation, then the common one.
func (s *strategy[T]) Create(req Request, in runtime.Object) (Outcome, error) {
	obj, err := s.cast(in)
	if err != nil {
		return Outcome{}, err
	}
	var none T
	if err := s.admit(req, obj, nil); err != nil {
		return Outcome{}, err
	}
	s.r.fillSystemFields(req.Now, obj)
	txn, err := s.start(req, obj, none)
	if err != nil {
		return Outcome{}, err
	}
	if s.prepare != nil {
		s.prepare(obj, none)
	}
	if s.sameSpec != nil {
		obj.SetGeneration(1)
	}
	if err := s.checkNew(obj); err != nil {
		txn.end(false)
		return Outcome{}, err
	}
	return s.outcome(txn, obj, none), nil
}

// checkNew validates an object that is to be created.
func (s *strategy[T]) checkNew(obj T) error {
	if s.validate != nil {
		if errs := s.validate(obj); len(errs) > 0 {
			return errors.NewInvalid(s.groupKind(), obj.GetName(), errs)
		}
	}
	segment := func(name string, prefix bool) []string { return path.ValidatePathSegmentName(name, prefix) }
	if errs := validateObjectMeta(obj, !s.clusterScoped, segment); len(errs) > 0 {
		return errors.NewInvalid(s.groupKind(), obj.GetName(), errs)
	}
	return nil
}

// Update follows the generic registry's Update.
func (s *strategy[T]) Update(req Request, in, was runtime.Object) (Outcome, error) {
	obj, err := s.cast(in)
	if err != nil {
		return Outcome{}, err
	}
	old, err := s.cast(was)
	if err != nil {
		return Outcome{}, err
	}
	if obj.GetUID() != "" && obj.GetUID() != old.GetUID() {
		return Outcome{}, errors.NewConflict(s.groupResource(), obj.GetName(), fmt.Errorf(
			"Precondition failed: UID in precondition: %v, UID in object meta: %v", obj.GetUID(), old.GetUID()))
	}
	if req.Subresource != "status" {
		if err := s.admit(req, obj, old); err != nil {
			return Outcome{}, err
		}
	}
	if req.Subresource == "status" {
		return s.updateStatus(obj, old)
	}
	if s.status != nil {
		s.status(obj, old)
	}
	txn, err := s.start(req, obj, old)
	if err != nil {
		return Outcome{}, err
	}
	if s.prepare != nil && req.Subresource != "finalize" { // whose point is what prepare keeps
		s.prepare(obj, old)
	}
	s.keepSystemFields(obj, old)
	if s.sameSpec != nil && !s.sameSpec(obj, old) {
		obj.SetGeneration(old.GetGeneration() + 1)
	}
	errs := validateObjectMetaUpdate(obj, old)
	if s.validateUpdate != nil {
		errs = append(errs, s.validateUpdate(obj, old)...)
	}
	if len(errs) > 0 {
		txn.end(false)
		return Outcome{}, errors.NewInvalid(s.groupKind(), obj.GetName(), errs)
	}
	return s.outcome(txn, obj, old), nil
}

// updateStatus keeps everything but the status and the metadata.
func (s *strategy[T]) updateStatus(obj, old T) (Outcome, error) {
	if s.spec != nil {
		s.spec(obj, old)
	}
	s.keepSystemFields(obj, old)
	errs := validateObjectMetaUpdate(obj, old)
	if s.validateStatus != nil {
		errs = append(errs, s.validateStatus(obj, old)...)
	}
	if len(errs) > 0 {
		return Outcome{}, errors.NewInvalid(s.groupKind(), obj.GetName(), errs)
	}
	if s.decorate != nil {
		s.decorate(obj)
	}
	return Outcome{}, nil
}

// Restore: see Strategy.
func (s *strategy[T]) Restore(req Request, in runtime.Object) error {
	obj, err := s.cast(in)
	if err != nil {
		return err
	}
	if obj.GetUID() == "" {
		obj.SetUID(s.r.newUID())
	}
	if created := obj.GetCreationTimestamp(); created.IsZero() {
		obj.SetCreationTimestamp(metav1.NewTime(req.Now.Truncate(time.Second)))
	}
	if s.sameSpec != nil && obj.GetGeneration() == 0 {
		obj.SetGeneration(1)
	}
	if s.setDefaults != nil {
		s.setDefaults(obj)
	}
	if s.restore != nil {
		return s.restore(obj)
	}
	return nil
}

func (s *strategy[T]) Release(in runtime.Object) {
	if obj, ok := in.(T); ok && s.release != nil {
		s.release(obj)
	}
}

// admit runs the plugins.
func (s *strategy[T]) admit(req Request, obj T, old runtime.Object) error {
	for _, p := range s.r.plugins {
		if err := p.Admit(req, s.groupResource(), obj, old); err != nil {
			return err
		}
	}
	if s.setDefaults != nil {
		s.setDefaults(obj)
	}
	return nil
}

func (s *strategy[T]) start(req Request, obj, old T) (transaction, error) {
	if s.begin == nil {
		return nil, nil
	}
	return s.begin(req, obj, old)
}

func (s *strategy[T]) outcome(txn transaction, obj, old T) Outcome {
	out := Outcome{Finish: txn.end}
	if s.warnings != nil {
		out.Warnings = s.warnings(obj, old)
	}
	if s.decorate != nil {
		s.decorate(obj)
	}
	return out
}

// transaction is a list of things to do once it is known whether an object
// was stored.
type transaction []func(stored bool)

func (t transaction) end(stored bool) {
	for i := len(t) - 1; i >= 0; i-- {
		t[i](stored)
	}
}
