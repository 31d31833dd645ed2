package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// suffixLetters are those of generated names: no vowels and no look-alikes, as
// in k8s.io/apimachinery/pkg/util/rand.
const suffixLetters = "bcdfghjklmnpqrstvwxz2456789"

const suffixLength = 5

// maxGeneratedPrefix leaves room for the ending in a name of 63 letters.
const maxGeneratedPrefix = 63 - suffixLength

// fillSystemFields sets what a client cannot: k8s.io/apiserver's
// rest.FillObjectMetaSystemFields, and the name after generateName.
func (r *Registry) fillSystemFields(now time.Time, obj metav1.Object) {
	obj.SetCreationTimestamp(metav1.NewTime(now.Truncate(time.Second)))
	obj.SetUID(r.newUID())
	obj.SetDeletionTimestamp(nil)
	obj.SetDeletionGracePeriodSeconds(nil)
	obj.SetSelfLink("")
	if obj.GetName() == "" && obj.GetGenerateName() != "" {
		obj.SetName(r.generateName(obj.GetGenerateName()))
	}
}

func (r *Registry) generateName(base string) string {
	if len(base) > maxGeneratedPrefix {
		base = base[:maxGeneratedPrefix]
	}
	end := make([]byte, suffixLength)
	for i := range end {
		end[i] = suffixLetters[r.intN(len(suffixLetters))]
	}
	return base + string(end)
}

// newUID is a random UUID, version 4.
func (r *Registry) newUID() types.UID {
	r.mu.Lock()
	hi, lo := r.rand.Uint64(), r.rand.Uint64()
	r.mu.Unlock()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(0xc000<<48) | 0x8000<<48
	return types.UID(fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1)))
}

// keepSystemFields takes from old what an update may not change but need not
// repeat: k8s.io/apiserver's rest.BeforeUpdate.
func (s *strategy[T]) keepSystemFields(obj, old T) {
	if obj.GetUID() == "" {
		obj.SetUID(old.GetUID())
	}
	if obj.GetResourceVersion() == "" {
		obj.SetResourceVersion(old.GetResourceVersion())
	}
	obj.SetCreationTimestamp(old.GetCreationTimestamp())
	if old.GetDeletionTimestamp() != nil {
		obj.SetDeletionTimestamp(old.GetDeletionTimestamp())
	}
	if old.GetDeletionGracePeriodSeconds() != nil && obj.GetDeletionGracePeriodSeconds() == nil {
		obj.SetDeletionGracePeriodSeconds(old.GetDeletionGracePeriodSeconds())
	}
	obj.SetSelfLink("")
	obj.SetGeneration(old.GetGeneration())
}

// validateObjectMeta is ValidateObjectMeta of pkg/apis/core/validation, but that
// errors of labels and annotations come in the order of the keys rather than in
// a random one.
func validateObjectMeta(obj metav1.Object, namespaced bool, name validation.ValidateNameFunc) field.ErrorList {
	named := &metav1.ObjectMeta{
		Name: obj.GetName(), GenerateName: obj.GetGenerateName(), Namespace: obj.GetNamespace(), Generation: obj.GetGeneration(),
	}
	p := field.NewPath("metadata")
	return slices.Concat(
		validation.ValidateObjectMeta(named, namespaced, name, p),
		validateLabels(obj.GetLabels(), p.Child("labels")),
		validateAnnotations(obj.GetAnnotations(), p.Child("annotations")),
		validation.ValidateOwnerReferences(obj.GetOwnerReferences(), p.Child("ownerReferences")),
		validation.ValidateFinalizers(obj.GetFinalizers(), p.Child("finalizers")),
		metavalidation.ValidateManagedFields(obj.GetManagedFields(), p.Child("managedFields")),
		validateFinalizerNames(obj.GetFinalizers(), p.Child("finalizers")))
}

// validateObjectMetaUpdate is the same for ValidateObjectMetaUpdate.
func validateObjectMetaUpdate(obj, old metav1.Object) field.ErrorList {
	p := field.NewPath("metadata")
	return slices.Concat(
		validation.ValidateObjectMetaAccessorUpdate(identity(obj), identity(old), p),
		validateLabels(obj.GetLabels(), p.Child("labels")),
		validateAnnotations(obj.GetAnnotations(), p.Child("annotations")),
		validation.ValidateOwnerReferences(obj.GetOwnerReferences(), p.Child("ownerReferences")),
		metavalidation.ValidateManagedFields(obj.GetManagedFields(), p.Child("managedFields")),
		validateFinalizerNames(obj.GetFinalizers(), p.Child("finalizers")))
}

// validateFinalizerNames: a finalizer is one of Kubernetes' own or has a domain
// (validateKubeFinalizerName of pkg/apis/core/validation).
func validateFinalizerNames(finalizers []string, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, name := range finalizers {
		switch {
		case strings.Contains(name, "/"):
		case name == string(corev1.FinalizerKubernetes), name == metav1.FinalizerOrphanDependents, name == metav1.FinalizerDeleteDependents:
		default:
			errs = append(errs, field.Invalid(p.Index(i), name, "name is neither a standard finalizer name nor is it fully qualified"))
		}
	}
	return errs
}

// identity is the metadata that an update may not change.
func identity(obj metav1.Object) *metav1.ObjectMeta {
	return &metav1.ObjectMeta{
		Name: obj.GetName(), Namespace: obj.GetNamespace(), UID: obj.GetUID(), Finalizers: obj.GetFinalizers(),
		ResourceVersion: obj.GetResourceVersion(), Generation: obj.GetGeneration(),
		CreationTimestamp: obj.GetCreationTimestamp(), DeletionTimestamp: obj.GetDeletionTimestamp(),
		DeletionGracePeriodSeconds: obj.GetDeletionGracePeriodSeconds(),
	}
}

func validateLabels(labels map[string]string, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		errs = append(errs, metavalidation.ValidateLabels(map[string]string{k: labels[k]}, p)...)
	}
	return errs
}

func validateAnnotations(annotations map[string]string, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for _, k := range slices.Sorted(maps.Keys(annotations)) {
		errs = append(errs, validation.ValidateAnnotations(map[string]string{k: ""}, p)...)
	}
	if err := validation.ValidateAnnotationsSize(annotations); err != nil {
		errs = append(errs, field.TooLong(p, "", validation.TotalAnnotationSizeLimitB))
	}
	return errs
}

// same compares as the server does: nil and empty are equal, quantities and
// times by value.
func same(a, b any) bool { return apiequality.Semantic.DeepEqual(a, b) }

// immutable is the error of a field that differs from what it was.
func immutable(now, was any, p *field.Path) field.ErrorList {
	if same(now, was) {
		return nil
	}
	return field.ErrorList{field.Invalid(p, asInternal(now), validation.FieldImmutableErrorMsg)}
}
