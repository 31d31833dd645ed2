package workloads

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// templateOf is a template as ControllerRevisions hold it: the patch that
// brings it back.
func templateOf(t *corev1.PodTemplateSpec) ([]byte, error) {
	raw, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	template := map[string]any{}
	if err := json.Unmarshal(raw, &template); err != nil {
		return nil, err
	}
	template["$patch"] = "replace"
	return json.Marshal(map[string]any{"spec": map[string]any{"template": template}})
}

// revision finds or makes the ControllerRevision of a template. The first one
// takes the name that the owner's status already has, if it was stored running.
func revision(ctx *control.Context, owner control.Object, kind schema.GroupVersionKind, t *corev1.PodTemplateSpec, selector *metav1.LabelSelector, running string) (*appsv1.ControllerRevision, error) {
	data, err := templateOf(t)
	if err != nil {
		return nil, err
	}
	all := revisions(ctx, owner)
	var latest int64
	for _, r := range all {
		latest = max(latest, r.Revision)
	}
	for _, r := range all {
		if string(r.Data.Raw) != string(data) {
			continue
		}
		if r.Revision == latest {
			return r, nil
		}
		again := r.DeepCopy() // rolled back to
		again.Revision = latest + 1
		stored, err := ctx.API.Update(again, "")
		if err != nil {
			return nil, err
		}
		return stored.(*appsv1.ControllerRevision), nil
	}
	h := fnv.New32a()
	h.Write(data)
	hash := rand.SafeEncodeString(fmt.Sprint(h.Sum32()))
	name := owner.GetName() + "-" + hash
	if len(all) == 0 && running != "" {
		name = running
	}
	labels := map[string]string{appsv1.ControllerRevisionHashLabelKey: name}
	if selector != nil {
		for k, v := range selector.MatchLabels {
			labels[k] = v
		}
	}
	made, err := ctx.API.Create(&appsv1.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: owner.GetNamespace(), Name: name, Labels: labels,
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(owner, kind)},
		},
		Data: runtime.RawExtension{Raw: data}, Revision: latest + 1,
	})
	if err != nil {
		return nil, err
	}
	return made.(*appsv1.ControllerRevision), nil
}

// revisions are an owner's, oldest first.
func revisions(ctx *control.Context, owner control.Object) []*appsv1.ControllerRevision {
	var out []*appsv1.ControllerRevision
	for _, k := range ctx.Index.OwnedBy(owner.GetUID()) {
		if r, ok := control.Get[*appsv1.ControllerRevision](ctx, control.ControllerRevisions, k.Namespace, k.Name); ok {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *appsv1.ControllerRevision) int { return cmp.Compare(a.Revision, b.Revision) })
	return out
}

// templateFrom is the template that a revision's patch holds.
func templateFrom(raw []byte) (*corev1.PodTemplateSpec, bool) {
	var patch struct {
		Spec struct {
			Template corev1.PodTemplateSpec `json:"template"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(raw, &patch); err != nil {
		return nil, false
	}
	return &patch.Spec.Template, true
}
