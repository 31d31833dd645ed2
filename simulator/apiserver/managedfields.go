package apiserver

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/yaml"

	"github.com/kubetutor/tutor/simulator/apiserver/openapi"
	"github.com/kubetutor/tutor/simulator/world"
)

var typeConverter = sync.OnceValues(func() (managedfields.TypeConverter, error) {
	return managedfields.NewTypeConverter(openapi.Models(), false)
})

type managerKey struct {
	resource    schema.GroupVersionResource
	subresource string
}

var fieldManagers sync.Map // managerKey to *managedfields.FieldManager

// fieldManager keeps the record of who set which field of a kind's objects.
func (s *Server) fieldManager(r *Resource, subresource string) (*managedfields.FieldManager, error) {
	key := managerKey{r.GroupVersionResource, subresource}
	if m, ok := fieldManagers.Load(key); ok {
		return m.(*managedfields.FieldManager), nil
	}
	converter, err := typeConverter()
	if err != nil {
		return nil, fmt.Errorf("read the models of server-side apply: %w", err)
	}
	scheme := world.Scheme()
	m, err := managedfields.NewDefaultFieldManager(converter, sameVersion{scheme}, noDefaults{}, named{scheme}, r.GroupVersionKind(), r.GroupVersion(), subresource, nil)
	if err != nil {
		return nil, fmt.Errorf("keep the fields of %s: %w", r.Resource, err)
	}
	stored, _ := fieldManagers.LoadOrStore(key, m)
	return stored.(*managedfields.FieldManager), nil
}

// sameVersion converts between versions where each kind has but one.
type sameVersion struct{ *runtime.Scheme }

func (sameVersion) ConvertToVersion(in runtime.Object, _ runtime.GroupVersioner) (runtime.Object, error) {
	return in, nil
}

// named makes empty objects that say their kind.
type named struct{ *runtime.Scheme }

func (n named) New(kind schema.GroupVersionKind) (runtime.Object, error) {
	obj, err := n.Scheme.New(kind)
	if err == nil {
		obj.GetObjectKind().SetGroupVersionKind(kind)
	}
	return obj, err
}

// noDefaults: strategies default objects before and after.
type noDefaults struct{}

func (noDefaults) Default(runtime.Object) {}

// applyPatcher is server-side apply.
func (s *Server) applyPatcher(r *Resource, subresource string, patch []byte, o metav1.PatchOptions) (patcher, error) {
	fields, err := s.fieldManager(r, subresource)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	obj := &unstructured.Unstructured{Object: map[string]any{}}
	if err := yaml.Unmarshal(patch, &obj.Object); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding YAML: %v", err))
	}
	var found []error
	if o.FieldValidation != metav1.FieldValidationIgnore {
		if err := yaml.UnmarshalStrict(patch, &map[string]any{}); err != nil {
			found = append(found, fmt.Errorf("error strict decoding YAML: %w", err))
		}
		found = append(found, unknownFields(r, obj)...)
	}
	if gvk := obj.GroupVersionKind(); gvk != r.GroupVersionKind() {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the API version in the data (%s) does not match the expected API version (%s)", gvk.GroupVersion(), r.GroupVersion()))
	}
	force := o.Force != nil && *o.Force
	return func(old runtime.Object) (runtime.Object, []string, error) {
		merged, err := fields.Apply(old, obj.DeepCopy(), o.FieldManager, force)
		if err != nil {
			return nil, nil, err
		}
		warnings, err := strictErrors(found, string(patch), o.FieldValidation)
		if err != nil {
			return nil, nil, err
		}
		if merged == nil {
			merged = old
		}
		typed, err := asTyped(r, merged)
		if err != nil {
			return nil, nil, err
		}
		s.stamp(objectMeta(typed), objectMeta(old))
		return typed, warnings, nil
	}, nil
}

// asTyped is what the field manager made, as the kind's own type.
func asTyped(r *Resource, obj runtime.Object) (runtime.Object, error) {
	if ResourceOf(obj) == r {
		return obj.DeepCopyObject(), nil
	}
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return nil, apierrors.NewInternalError(fmt.Errorf("server-side apply made a %T", obj))
	}
	typed := r.New()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, typed); err != nil {
		return nil, invalidPatch(fmt.Sprintf("%+v", u.Object), err)
	}
	return typed, nil
}

// unknownFields are the fields of a patch that the kind does not have.
func unknownFields(r *Resource, obj *unstructured.Unstructured) []error {
	err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(obj.Object, r.New(), true)
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		return strict.Errors()
	}
	return nil
}

// track books the fields that a change sets by other means than server-side
// apply to their manager. Changes without one, the controllers', are not
// booked.
func (s *Server) track(r *Resource, subresource string, obj, old runtime.Object, manager string) error {
	if manager == "" {
		return nil
	}
	fields, err := s.fieldManager(r, subresource)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	if old == nil {
		old = r.New()
	}
	gvk := r.GroupVersionKind()
	tracked, err := fields.Update(withKind(old, gvk), withKind(obj, gvk), manager)
	if err != nil {
		return apierrors.NewGenericServerResponse(http.StatusInternalServerError, "", r.GroupResource(), objectMeta(obj).GetName(), err.Error(), 0, false)
	}
	objectMeta(obj).SetManagedFields(objectMeta(tracked).GetManagedFields())
	s.stamp(objectMeta(obj), objectMeta(old))
	return nil
}

// stamp gives what is booked anew the cluster's time: the field manager knows
// but the wall clock's.
func (s *Server) stamp(m, was metav1.Object) {
	now := metav1.NewTime(s.now().Truncate(time.Second))
	fields := m.GetManagedFields()
	for i := range fields {
		booked := func(old metav1.ManagedFieldsEntry) bool { return old.Time != nil && old.Time.Equal(fields[i].Time) }
		if !slices.ContainsFunc(was.GetManagedFields(), booked) {
			fields[i].Time = &now
		}
	}
	m.SetManagedFields(fields)
}
