package apiserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
)

// patchAttempts is how often a patch is tried when other writes come between,
// as MaxRetryWhenPatchConflicts of k8s.io/apiserver.
const patchAttempts = 5

// maxJSONPatchOperations is the longest JSON patch that is carried out.
const maxJSONPatchOperations = 10000

// Patch changes an object by a patch of one of the four kinds.
func (s *Server) Patch(r *Resource, namespace, name, subresource string, kind types.PatchType, patch []byte, o metav1.PatchOptions) (Result, error) {
	if errs := validation.ValidatePatchOptions(&o, kind); len(errs) > 0 {
		return Result{}, badOptions("PatchOptions", errs)
	}
	patcher, err := s.newPatcher(r, subresource, kind, patch, o)
	if err != nil {
		return Result{}, err
	}
	version := versionIn(kind, patch)
	c := change{subresource: subresource, dryRun: isDryRun(o.DryRun), attempts: patchAttempts + 1, manager: o.FieldManager}
	if kind == types.ApplyPatchType { // which books its fields itself, and creates
		c.manager, c.createMissing = "", subresource == ""
	}
	return s.update(r, namespace, name, c.by(func(old runtime.Object) (runtime.Object, []string, error) {
		if old == nil {
			old = r.New()
		} else if version != "" && version != objectMeta(old).GetResourceVersion() {
			return nil, nil, apierrors.NewConflict(r.GroupResource(), name, errors.New(modified))
		}
		obj, warnings, err := patcher(withKind(old, r.GroupVersionKind()))
		if err != nil {
			return nil, nil, err
		}
		obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
		s.strategy(r).Default(obj)
		m := objectMeta(obj)
		if err := matchNamespace(r, m, namespace); err != nil {
			return nil, nil, err
		}
		return obj, warnings, matchName(m, name)
	}))
}

// versionIn is the resource version that a patch insists on. It is looked at
// first, so that of many writers those who come too late cost little.
func versionIn(kind types.PatchType, patch []byte) string {
	if kind != types.MergePatchType && kind != types.StrategicMergePatchType {
		return ""
	}
	var head struct {
		Metadata struct {
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(patch, &head); err != nil {
		return "" // the patch itself says what is wrong
	}
	return head.Metadata.ResourceVersion
}

// by is the change with what makes the new object of the old one.
func (c change) by(to func(old runtime.Object) (runtime.Object, []string, error)) change {
	c.to = to
	return c
}

// patcher makes the patched object of one that it does not change.
type patcher func(old runtime.Object) (runtime.Object, []string, error)

func (s *Server) newPatcher(r *Resource, subresource string, kind types.PatchType, patch []byte, o metav1.PatchOptions) (patcher, error) {
	fieldValidation := o.FieldValidation
	switch kind {
	case types.ApplyPatchType:
		return s.applyPatcher(r, subresource, patch, o)
	case types.JSONPatchType:
		return jsonPatcher(r, patch, fieldValidation)
	case types.MergePatchType:
		return mergePatcher(r, patch, fieldValidation)
	case types.StrategicMergePatchType:
		return strategicPatcher(r, patch, fieldValidation)
	}
	return nil, unsupportedMedia(patchTypes)
}

func jsonPatcher(r *Resource, patch []byte, fieldValidation string) (patcher, error) {
	operations, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	if len(operations) > maxJSONPatchOperations {
		return nil, apierrors.NewRequestEntityTooLargeError(fmt.Sprintf(
			"The allowed maximum operations in a JSON patch is %d, got %d", maxJSONPatchOperations, len(operations)))
	}
	return func(old runtime.Object) (runtime.Object, []string, error) {
		was, err := json.Marshal(old)
		if err != nil {
			return nil, nil, err
		}
		is, err := applyOperations(operations, was)
		if err != nil {
			return nil, nil, unprocessable(err)
		}
		return decodePatched(r, is, fieldValidation)
	}, nil
}

// applyOperations carries out a JSON patch. The library dereferences a value
// that an operation on the whole document leaves out.
func applyOperations(operations jsonpatch.Patch, doc []byte) (patched []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("carry out the JSON patch: %v", r)
		}
	}()
	return operations.Apply(doc)
}

func mergePatcher(r *Resource, patch []byte, fieldValidation string) (patcher, error) {
	var check map[string]any
	duplicates, err := kjson.UnmarshalStrict(patch, &check)
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
	}
	return func(old runtime.Object) (runtime.Object, []string, error) {
		was, err := json.Marshal(old)
		if err != nil {
			return nil, nil, err
		}
		is, err := jsonpatch.MergePatch(was, patch)
		if err != nil {
			return nil, nil, apierrors.NewBadRequest(err.Error())
		}
		warnings, err := strictErrors(duplicates, string(patch), fieldValidation)
		if err != nil {
			return nil, nil, err
		}
		obj, more, err := decodePatched(r, is, fieldValidation)
		return obj, append(warnings, more...), err
	}, nil
}

// decodePatched reads what a patch made of an object.
func decodePatched(r *Resource, patched []byte, fieldValidation string) (runtime.Object, []string, error) {
	codec, err := bodyCodec("application/json", fieldValidation)
	if err != nil {
		return nil, nil, err
	}
	gvk := r.GroupVersionKind()
	obj, _, err := codec.Decode(patched, &gvk, r.New())
	warnings, err := tolerate(obj, err, fieldValidation)
	if err == nil && ResourceOf(obj) != r {
		err = fmt.Errorf("unable to decode into %s", r.Kind)
	}
	if err != nil {
		return nil, nil, invalidPatch(string(patched), err)
	}
	return obj, warnings, nil
}

func strategicPatcher(r *Resource, patch []byte, fieldValidation string) (patcher, error) {
	var changes map[string]any
	duplicates, err := kjson.UnmarshalStrict(patch, &changes)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	lookup, err := strategicpatch.NewPatchMetaFromStruct(r.New())
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	return func(old runtime.Object) (runtime.Object, []string, error) {
		was, err := runtime.DefaultUnstructuredConverter.ToUnstructured(old)
		if err != nil {
			return nil, nil, apierrors.NewInternalError(err)
		}
		is, err := strategicpatch.StrategicMergeMapPatchUsingLookupPatchMeta(was, runtime.DeepCopyJSON(changes), lookup)
		if err != nil {
			return nil, nil, strategicError(err)
		}
		obj := r.New()
		err = runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(is, obj, fieldValidation != metav1.FieldValidationIgnore)
		strict, isStrict := runtime.AsStrictDecodingError(err)
		if err != nil && !isStrict {
			return nil, nil, invalidPatch(fmt.Sprintf("%+v", changes), err)
		}
		found := duplicates
		if isStrict {
			found = append(found[:len(found):len(found)], strict.Errors()...)
		}
		warnings, err := strictErrors(found, fmt.Sprintf("%+v", changes), fieldValidation)
		return obj, warnings, err
	}, nil
}

// strictErrors are what strict decoding found in a patch: an error or
// warnings, as the request wants.
func strictErrors(found []error, patch, fieldValidation string) ([]string, error) {
	if len(found) == 0 || fieldValidation == metav1.FieldValidationIgnore {
		return nil, nil
	}
	if fieldValidation == metav1.FieldValidationStrict {
		return nil, invalidPatch(patch, runtime.NewStrictDecodingError(found))
	}
	var warnings []string
	for _, e := range found {
		warnings = append(warnings, e.Error())
	}
	return warnings, nil
}

func invalidPatch(patch string, err error) error {
	return apierrors.NewInvalid(schema.GroupKind{}, "", field.ErrorList{field.Invalid(field.NewPath("patch"), patch, err.Error())})
}

func unprocessable(err error) error {
	return apierrors.NewGenericServerResponse(http.StatusUnprocessableEntity, "", schema.GroupResource{}, "", err.Error(), 0, false)
}

// strategicError words what a strategic merge cannot do, as
// interpretStrategicMergePatchError of k8s.io/apiserver.
func strategicError(err error) error {
	switch {
	case errors.Is(err, mergepatch.ErrBadJSONDoc), errors.Is(err, mergepatch.ErrBadPatchFormatForPrimitiveList),
		errors.Is(err, mergepatch.ErrBadPatchFormatForRetainKeys), errors.Is(err, mergepatch.ErrBadPatchFormatForSetElementOrderList),
		errors.Is(err, mergepatch.ErrUnsupportedStrategicMergePatchFormat):
		return apierrors.NewBadRequest(err.Error())
	case errors.Is(err, mergepatch.ErrNoListOfLists):
		return unprocessable(err)
	}
	return err
}
