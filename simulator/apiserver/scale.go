package apiserver

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var scaleKind = autoscalingv1.SchemeGroupVersion.WithKind("Scale")

// scaled are the parts of a workload that its Scale speaks of.
func scaled(obj runtime.Object) (replicas *int32, current int32, selector *metav1.LabelSelector) {
	switch o := obj.(type) {
	case *appsv1.Deployment:
		return o.Spec.Replicas, o.Status.Replicas, o.Spec.Selector
	case *appsv1.ReplicaSet:
		return o.Spec.Replicas, o.Status.Replicas, o.Spec.Selector
	case *appsv1.StatefulSet:
		return o.Spec.Replicas, o.Status.Replicas, o.Spec.Selector
	}
	return nil, 0, nil
}

func setReplicas(obj runtime.Object, n int32) {
	switch o := obj.(type) {
	case *appsv1.Deployment:
		o.Spec.Replicas = &n
	case *appsv1.ReplicaSet:
		o.Spec.Replicas = &n
	case *appsv1.StatefulSet:
		o.Spec.Replicas = &n
	}
}

// scaleOf is a workload's Scale.
func scaleOf(obj runtime.Object) *autoscalingv1.Scale {
	m := objectMeta(obj)
	replicas, current, selector := scaled(obj)
	s := &autoscalingv1.Scale{
		TypeMeta: metav1.TypeMeta{APIVersion: scaleKind.GroupVersion().String(), Kind: scaleKind.Kind},
		ObjectMeta: metav1.ObjectMeta{
			Name: m.GetName(), Namespace: m.GetNamespace(), UID: m.GetUID(),
			ResourceVersion: m.GetResourceVersion(), CreationTimestamp: m.GetCreationTimestamp(),
		},
		Status: autoscalingv1.ScaleStatus{Replicas: current},
	}
	if replicas != nil {
		s.Spec.Replicas = *replicas
	}
	if sel, err := metav1.LabelSelectorAsSelector(selector); err == nil {
		s.Status.Selector = sel.String()
	}
	return s
}

func (s *Server) serveScale(w http.ResponseWriter, r *http.Request, t target, verb string) error {
	if verb == "get" {
		obj, err := s.Get(t.resource, t.namespace, t.name)
		if err != nil {
			return err
		}
		writeJSON(w, r, http.StatusOK, scaleOf(obj))
		return nil
	}
	if verb != "update" && verb != "patch" {
		return methodNotSupported(t.resource, r.Method)
	}
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var o metav1.UpdateOptions
	if err := queryOptions(r.URL.Query(), &o); err != nil {
		return err
	}
	result, err := s.setScale(t, verb, r.Header.Get("Content-Type"), body, o)
	if err != nil {
		return err
	}
	warn(w, result.Warnings...)
	writeJSON(w, r, http.StatusOK, scaleOf(result.Object))
	return nil
}

// setScale changes a workload through its Scale.
func (s *Server) setScale(t target, verb, contentType string, body []byte, o metav1.UpdateOptions) (Result, error) {
	return s.update(t.resource, t.namespace, t.name, change{
		dryRun: isDryRun(o.DryRun), attempts: forever, manager: o.FieldManager,
		to: func(old runtime.Object) (runtime.Object, []string, error) {
			scale, err := newScale(scaleOf(old), verb, contentType, body)
			if err != nil {
				return nil, nil, err
			}
			if v := scale.ResourceVersion; v != "" && v != objectMeta(old).GetResourceVersion() {
				return nil, nil, apierrors.NewConflict(t.resource.GroupResource(), t.name, errors.New(modified))
			}
			if scale.Spec.Replicas < 0 {
				return nil, nil, apierrors.NewInvalid(scaleKind.GroupKind(), t.name, field.ErrorList{
					field.Invalid(field.NewPath("spec", "replicas"), scale.Spec.Replicas, "must be greater than or equal to 0"),
				})
			}
			obj := old.DeepCopyObject()
			setReplicas(obj, scale.Spec.Replicas)
			return obj, nil, nil
		},
	})
}

// newScale is what a request makes of a Scale.
func newScale(old *autoscalingv1.Scale, verb, contentType string, body []byte) (*autoscalingv1.Scale, error) {
	media, _, _ := strings.Cut(contentType, ";")
	scale := new(autoscalingv1.Scale)
	if verb == "update" {
		if err := decodeInto(contentType, body, scaleKind, scale); err != nil {
			return nil, err
		}
		return scale, nil
	}
	was, err := json.Marshal(old)
	if err != nil {
		return nil, err
	}
	var is []byte
	switch types.PatchType(media) {
	case types.JSONPatchType:
		p, err := jsonpatch.DecodePatch(body)
		if err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
		if is, err = applyOperations(p, was); err != nil {
			return nil, unprocessable(err)
		}
	case types.MergePatchType, types.StrategicMergePatchType: // a Scale has no list to merge
		if is, err = jsonpatch.MergePatch(was, body); err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
	default:
		return nil, unsupportedMedia(patchTypes)
	}
	if err := json.Unmarshal(is, scale); err != nil {
		return nil, invalidPatch(string(is), err)
	}
	return scale, nil
}
