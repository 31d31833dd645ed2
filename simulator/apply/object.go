package apply

import (
	"bytes"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"github.com/kubetutor/tutor/simulator/apiserver"
)

// manager is the field manager that kubectl apply goes by.
const manager = "kubectl-client-side-apply"

// lastApplied is the annotation that remembers what was applied.
const lastApplied = corev1.LastAppliedConfigAnnotation

// apply creates or changes one object.
func (i *info) apply(server *apiserver.Server, o Options) Result {
	var warnings []string
	action, err := i.applyTo(server, o, &warnings)
	r := i.result(err)
	r.Action, r.Warnings = action, warnings
	if err != nil {
		r.Action = ""
	}
	return r
}

func (i *info) applyTo(server *apiserver.Server, o Options, warnings *[]string) (Action, error) {
	name, namespace := i.object.GetName(), i.namespace
	if name == "" && i.object.GetGenerateName() != "" {
		return "", fmt.Errorf("from %s: cannot use generate name with apply", i.object.GetGenerateName())
	}
	if i.resource.Deprecated != "" {
		*warnings = append(*warnings, i.resource.Deprecated)
	}
	modified, err := i.annotate()
	if err != nil {
		return "", addSource("retrieving modified configuration from:\n"+i.String()+"\nfor:", i.source, err)
	}
	current, err := i.get(server)
	if apierrors.IsNotFound(err) {
		return i.create(server, o, warnings)
	}
	if err != nil {
		return "", addSource("retrieving current configuration of:\n"+i.String()+"\nfrom server for:", i.source, err)
	}
	if _, ok := current.(metav1.Object).GetAnnotations()[lastApplied]; !ok {
		*warnings = append(*warnings, fmt.Sprintf("resource %s/%s is missing the %s annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.",
			i.resource.Resource, name, lastApplied))
	}
	return i.change(server, o, namespace, name, modified, warnings)
}

func (i *info) get(server *apiserver.Server) (runtime.Object, error) {
	if i.versionless {
		return nil, errNoPath
	}
	if i.object.GetName() == "" {
		return nil, errNoName
	}
	return server.Get(i.resource, i.namespace, i.object.GetName())
}

// annotate is the object as JSON with the annotation that holds the object
// without it.
func (i *info) annotate() ([]byte, error) {
	annotations := i.object.GetAnnotations()
	if annotations == nil { // also where metadata is null and takes none
		annotations = map[string]string{}
	}
	delete(annotations, lastApplied)
	i.object.SetAnnotations(annotations)
	plain, err := runtime.Encode(unstructured.UnstructuredJSONScheme, i.object)
	if err != nil {
		return nil, err
	}
	annotations[lastApplied] = string(plain)
	i.object.SetAnnotations(annotations)
	return runtime.Encode(unstructured.UnstructuredJSONScheme, i.object)
}

func (i *info) create(server *apiserver.Server, o Options, warnings *[]string) (Action, error) {
	if i.versionless {
		return "", addSource("creating", i.source, errNoPath)
	}
	pruneNulls(i.object.Object)
	body, err := runtime.Encode(unstructured.UnstructuredJSONScheme, i.object)
	if err != nil {
		return "", addSource("creating", i.source, err)
	}
	result, err := server.CreateFrom(i.resource, i.namespace, body, "application/json", metav1.CreateOptions{
		FieldManager: manager, FieldValidation: metav1.FieldValidationStrict, DryRun: o.dryRun(),
	})
	*warnings = append(*warnings, result.Warnings...)
	if err != nil {
		return "", addSource("creating", i.source, err)
	}
	return Created, nil
}

func pruneNulls(m map[string]any) {
	for k, v := range m {
		switch v := v.(type) {
		case nil:
			delete(m, k)
		case map[string]any:
			pruneNulls(v)
		case []any:
			for _, item := range v {
				if m, ok := item.(map[string]any); ok {
					pruneNulls(m)
				}
			}
		}
	}
}

// patchTries is how often a patch is made anew when another write came
// between, as kubectl's maxPatchRetry.
const patchTries = 5

// change patches an existing object by a three-way strategic merge.
func (i *info) change(server *apiserver.Server, o Options, namespace, name string, modified []byte, warnings *[]string) (Action, error) {
	for try := 0; ; try++ {
		current, err := server.Get(i.resource, namespace, name)
		if err != nil {
			return "", addSource("patching", i.source, err)
		}
		patch, err := i.patch(current, modified)
		if err != nil {
			return "", addSource(fmt.Sprintf("applying patch:\n%s\nto:\n%v\nfor:", patch, i), i.source, addSource("patching", i.source, err))
		}
		if bytes.Equal(patch, []byte("{}")) {
			i.warnIfDeleting(current, warnings)
			return Unchanged, nil
		}
		result, err := server.Patch(i.resource, namespace, name, "", types.StrategicMergePatchType, patch, metav1.PatchOptions{
			FieldManager: manager, FieldValidation: metav1.FieldValidationStrict, DryRun: o.dryRun(),
		})
		if apierrors.IsConflict(err) && try < patchTries {
			continue
		}
		*warnings = append(*warnings, result.Warnings...)
		if err != nil {
			return "", addSource(fmt.Sprintf("applying patch:\n%s\nto:\n%v\nfor:", patch, i), i.source, addSource("patching", i.source, err))
		}
		i.warnIfDeleting(result.Object, warnings)
		return Configured, nil
	}
}

func (i *info) warnIfDeleting(obj runtime.Object, warnings *[]string) {
	if obj.(metav1.Object).GetDeletionTimestamp() != nil {
		*warnings = append(*warnings, fmt.Sprintf("Detected changes to resource %s which is currently being deleted.", i.object.GetName()))
	}
}

// patch is the strategic merge patch that makes the current object what the
// file says, and takes out what the file said last time and no longer does.
func (i *info) patch(current runtime.Object, modified []byte) ([]byte, error) {
	original := []byte(current.(metav1.Object).GetAnnotations()[lastApplied])
	was, err := i.encode(current)
	if err != nil {
		return nil, err
	}
	lookup, err := strategicpatch.NewPatchMetaFromStruct(i.resource.New())
	if err != nil {
		return nil, err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(original, modified, was, lookup, true)
	if err != nil {
		return nil, fmt.Errorf("creating patch with:\noriginal:\n%s\nmodified:\n%s\ncurrent:\n%s\nfor: %w", original, modified, was, err)
	}
	return patch, nil
}

// encode is a stored object as the server sends it.
func (i *info) encode(obj runtime.Object) ([]byte, error) {
	b, err := json.Marshal(obj)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, err
	}
	fields["apiVersion"], _ = json.Marshal(i.gvk.GroupVersion().String())
	fields["kind"], _ = json.Marshal(i.gvk.Kind)
	return json.Marshal(fields)
}

func (o Options) dryRun() []string {
	if o.DryRun {
		return []string{metav1.DryRunAll}
	}
	return nil
}

// String describes the object as kubectl's errors do.
func (i *info) String() string {
	gvr := schema.GroupVersionResource{Group: i.gvk.Group, Version: i.gvk.Version, Resource: i.resource.Resource}
	return fmt.Sprintf("Resource: %q, GroupVersionKind: %q\nName: %q, Namespace: %q",
		gvr.String(), i.gvk.String(), i.object.GetName(), i.namespace)
}
