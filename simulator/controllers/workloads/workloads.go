// Package workloads keeps Deployments, ReplicaSets, StatefulSets and
// DaemonSets: it makes, replaces and removes their pods as Kubernetes'
// pkg/controller does.
package workloads

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/dump"
	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
)

// templateHash is the value of the label pod-template-hash: ComputeHash of
// Kubernetes' pkg/controller.
func templateHash(t *corev1.PodTemplateSpec, collisions *int32) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%v", dump.ForHash(*t))
	if collisions != nil {
		var b [8]byte
		binary.LittleEndian.PutUint32(b[:], uint32(*collisions))
		h.Write(b[:])
	}
	return rand.SafeEncodeString(fmt.Sprint(h.Sum32()))
}

// pod is a new one of a template and an owner.
func pod(namespace string, t *corev1.PodTemplateSpec, owner control.Object, kind schema.GroupVersionKind) *corev1.Pod {
	t = t.DeepCopy()
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, GenerateName: owner.GetName() + "-",
			Labels: t.Labels, Annotations: t.Annotations, Finalizers: t.Finalizers,
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(owner, kind)},
		},
		Spec: t.Spec,
	}
}

// podsOf are the pods that an owner controls, by name; those without a
// controller that its selector matches are adopted.
func podsOf(ctx *control.Context, owner control.Object, kind schema.GroupVersionKind, selector *metav1.LabelSelector) ([]*corev1.Pod, error) {
	sel, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil || sel.Empty() {
		return nil, nil //nolint:nilerr // refused on creation; selects nothing
	}
	var out []*corev1.Pod
	for _, p := range candidates(ctx, owner.GetNamespace(), selector) {
		if !sel.Matches(labels.Set(p.Labels)) {
			continue
		}
		switch o := metav1.GetControllerOfNoCopy(p); {
		case o != nil && o.UID == owner.GetUID():
			out = append(out, p)
		case o == nil && p.DeletionTimestamp == nil && owner.GetDeletionTimestamp() == nil:
			adopted := p.DeepCopy()
			adopted.OwnerReferences = append(adopted.OwnerReferences, *metav1.NewControllerRef(owner, kind))
			if _, err := ctx.API.Update(adopted, ""); err != nil {
				return nil, err
			}
			out = append(out, adopted)
		}
	}
	return out, nil
}

// candidates are pods that a selector may match.
func candidates(ctx *control.Context, namespace string, selector *metav1.LabelSelector) []*corev1.Pod {
	if len(selector.MatchLabels) > 0 {
		return ctx.Index.PodsMatching(namespace, selector.MatchLabels)
	}
	return ctx.Index.PodsIn(namespace)
}

// active are the pods that count: not finished and not being deleted.
func active(pods []*corev1.Pod) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool {
		return p.DeletionTimestamp != nil || p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
	})
}

// available tells whether a pod has been ready for long enough, and if it is
// ready but not for long enough, when it will have been.
func available(p *corev1.Pod, minReady int32, now time.Time) (bool, time.Time) {
	if !state.Ready(p) {
		return false, time.Time{}
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			at := c.LastTransitionTime.Add(time.Duration(minReady) * time.Second)
			return minReady == 0 || !at.After(now), at
		}
	}
	return true, time.Time{}
}

// ownersOf adds the controllers of a changed pod, those it had and those that
// might adopt it, of one kind.
func ownersOf(e store.Event, kind string, add func(control.Key)) {
	for _, obj := range []any{e.Object, e.Old} {
		p, ok := obj.(*corev1.Pod)
		if !ok {
			continue
		}
		if o := metav1.GetControllerOfNoCopy(p); o != nil && o.Kind == kind {
			add(control.Key{Namespace: p.Namespace, Name: o.Name})
		}
	}
}

// adopters adds the owners of one resource whose selector matches a pod
// without a controller.
func adopters[T control.Object](ctx *control.Context, e store.Event, r schema.GroupResource, selector func(T) *metav1.LabelSelector, add func(control.Key)) {
	p, ok := e.Object.(*corev1.Pod)
	if !ok || e.Type == store.Deleted || metav1.GetControllerOfNoCopy(p) != nil {
		return
	}
	for _, owner := range control.List[T](ctx, r, p.Namespace) {
		if s, err := metav1.LabelSelectorAsSelector(selector(owner)); err == nil && !s.Empty() && s.Matches(labels.Set(p.Labels)) {
			add(control.Key{Namespace: p.Namespace, Name: owner.GetName()})
		}
	}
}

// byUsefulness orders pods so that those to delete first come first: not
// bound, pending, unready, on a node with more of them, then the youngest
// (ActivePodsWithRanks of Kubernetes' pkg/controller).
func byUsefulness(pods []*corev1.Pod) {
	onNode := map[string]int{}
	for _, p := range pods {
		onNode[p.Spec.NodeName]++
	}
	rank := func(ok bool) int {
		if ok {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(pods, func(a, b *corev1.Pod) int {
		return cmp.Or(
			cmp.Compare(rank(a.Spec.NodeName != ""), rank(b.Spec.NodeName != "")),
			cmp.Compare(rank(a.Status.Phase == corev1.PodRunning), rank(b.Status.Phase == corev1.PodRunning)),
			cmp.Compare(rank(state.Ready(a)), rank(state.Ready(b))),
			cmp.Compare(onNode[b.Spec.NodeName], onNode[a.Spec.NodeName]),
			b.CreationTimestamp.Compare(a.CreationTimestamp.Time),
			cmp.Compare(a.Name, b.Name),
		)
	})
}

// deletePod deletes a pod, gracefully.
func deletePod(ctx *control.Context, p *corev1.Pod) error {
	err := ctx.API.Delete(control.Pods, p.Namespace, p.Name, metav1.DeleteOptions{})
	if errors.IsNotFound(err) {
		return nil
	}
	return err
}

// replicas is how many are wanted: one unless said otherwise.
func replicas(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

// with is a map with one more entry.
func with(m map[string]string, k, v string) map[string]string {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]string{}
	}
	out[k] = v
	return out
}
