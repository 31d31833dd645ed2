package workloads

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
)

var statefulSetKind = appsv1.SchemeGroupVersion.WithKind("StatefulSet")

// StatefulSets keeps the numbered pods of each StatefulSet.
type StatefulSets struct{ ctx *control.Context }

// NewStatefulSets makes the StatefulSet controller of a cluster.
func NewStatefulSets(ctx *control.Context) *StatefulSets { return &StatefulSets{ctx: ctx} }

// Observe adds the StatefulSets that a change touches.
func (c *StatefulSets) Observe(e store.Event, add func(control.Key)) {
	if e.Key.Resource == control.StatefulSets {
		add(control.Key{Namespace: e.Key.Namespace, Name: e.Key.Name})
		return
	}
	ownersOf(e, "StatefulSet", add)
}

// Reconcile takes one StatefulSet a step on and tells its status.
func (c *StatefulSets) Reconcile(k control.Key) (time.Time, error) {
	set, ok := control.Get[*appsv1.StatefulSet](c.ctx, control.StatefulSets, k.Namespace, k.Name)
	if !ok || set.DeletionTimestamp != nil || set.Spec.Selector == nil {
		return time.Time{}, nil
	}
	update, err := revision(c.ctx, set, statefulSetKind, &set.Spec.Template, set.Spec.Selector, set.Status.UpdateRevision)
	if err != nil {
		return time.Time{}, err
	}
	o := &ordered{ctx: c.ctx, set: set, update: update.Name, pods: map[int]*corev1.Pod{}}
	for _, key := range c.ctx.Index.OwnedBy(set.UID) {
		p, ok := control.Get[*corev1.Pod](c.ctx, control.Pods, key.Namespace, key.Name)
		if n, isOrdinal := ordinal(set, p, ok); isOrdinal {
			o.pods[n] = p
		}
	}
	if err := o.step(); err != nil {
		return time.Time{}, err
	}
	return o.status()
}

// ordinal is a pod's number in its set.
func ordinal(set *appsv1.StatefulSet, p *corev1.Pod, ok bool) (int, bool) {
	if !ok {
		return 0, false
	}
	text, found := strings.CutPrefix(p.Name, set.Name+"-")
	n, err := strconv.Atoi(text)
	return n, found && err == nil
}

// ordered is one look at a StatefulSet.
type ordered struct {
	ctx    *control.Context
	set    *appsv1.StatefulSet
	update string // the revision of the current template
	pods   map[int]*corev1.Pod
}

func (o *ordered) first() int {
	if s := o.set.Spec.Ordinals; s != nil {
		return int(s.Start)
	}
	return 0
}

func (o *ordered) end() int { return o.first() + int(replicas(o.set.Spec.Replicas)) }

func (o *ordered) parallel() bool {
	return o.set.Spec.PodManagementPolicy == appsv1.ParallelPodManagement
}

// healthy: running, available and not about to end.
func (o *ordered) healthy(p *corev1.Pod) bool {
	ok, _ := available(p, o.set.Spec.MinReadySeconds, o.ctx.Now())
	return ok && p.Status.Phase == corev1.PodRunning && p.DeletionTimestamp == nil
}

// step makes the next missing pod, then removes the last superfluous one, then
// replaces the last outdated one; in order, one waits for the other.
func (o *ordered) step() error {
	for n := o.first(); n < o.end(); n++ {
		p := o.pods[n]
		if p != nil && (p.Status.Phase == corev1.PodFailed || p.Status.Phase == corev1.PodSucceeded) && p.DeletionTimestamp == nil {
			return deletePod(o.ctx, p)
		}
		if p == nil {
			if err := o.create(n); err != nil {
				return err
			}
			if !o.parallel() {
				return nil
			}
			continue
		}
		if !o.parallel() && !o.healthy(p) {
			return nil
		}
	}
	for _, n := range o.beyond() {
		if err := o.remove(o.pods[n]); err != nil || !o.parallel() {
			return err
		}
	}
	if o.set.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType {
		return nil
	}
	for n := o.end() - 1; n >= o.first()+o.partition(); n-- {
		p := o.pods[n]
		if p == nil {
			return nil
		}
		if p.Labels[appsv1.ControllerRevisionHashLabelKey] != o.update && p.DeletionTimestamp == nil {
			return o.remove(p)
		}
		if !o.healthy(p) {
			return nil
		}
	}
	return nil
}

// beyond are the numbers of pods that are too many, the highest first.
func (o *ordered) beyond() []int {
	var out []int
	for n := range o.pods {
		if n < o.first() || n >= o.end() {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

func (o *ordered) partition() int {
	if ru := o.set.Spec.UpdateStrategy.RollingUpdate; ru != nil && ru.Partition != nil {
		return int(*ru.Partition)
	}
	return 0
}

// create makes a pod: of the template, or below the partition of the revision
// before it.
func (o *ordered) create(n int) error {
	template, rev := &o.set.Spec.Template, o.update
	if current := o.set.Status.CurrentRevision; n < o.first()+o.partition() && current != "" && current != o.update {
		if old, ok := o.template(current); ok {
			template, rev = old, current
		}
	}
	p := pod(o.set.Namespace, template, o.set, statefulSetKind)
	p.GenerateName, p.Name = "", fmt.Sprintf("%s-%d", o.set.Name, n)
	p.Labels = with(p.Labels, appsv1.StatefulSetPodNameLabel, p.Name)
	p.Labels[appsv1.PodIndexLabel] = strconv.Itoa(n)
	p.Labels[appsv1.ControllerRevisionHashLabelKey] = rev
	p.Spec.Hostname, p.Spec.Subdomain = p.Name, o.set.Spec.ServiceName
	claimVolumes(p, o.set)
	if _, err := o.ctx.API.Create(p); err != nil {
		if errors.IsAlreadyExists(err) {
			return nil // somebody else's; its end brings us back
		}
		o.ctx.Events.Warning("statefulset-controller", o.set, "FailedCreate", "create Pod %s in StatefulSet %s failed error: %v", p.Name, o.set.Name, err)
		return err
	}
	o.ctx.Events.Normal("statefulset-controller", o.set, "SuccessfulCreate", "Create Pod %s in StatefulSet %s successful", p.Name, o.set.Name)
	return nil
}

// template is that of a revision.
func (o *ordered) template(name string) (*corev1.PodTemplateSpec, bool) {
	r, ok := control.Get[*appsv1.ControllerRevision](o.ctx, control.ControllerRevisions, o.set.Namespace, name)
	if !ok {
		return nil, false
	}
	return templateFrom(r.Data.Raw)
}

func (o *ordered) remove(p *corev1.Pod) error {
	if p.DeletionTimestamp != nil {
		return nil
	}
	if err := deletePod(o.ctx, p); err != nil {
		return err
	}
	o.ctx.Events.Normal("statefulset-controller", o.set, "SuccessfulDelete", "Delete Pod %s in StatefulSet %s successful", p.Name, o.set.Name)
	return nil
}

// status tells what the set has, and when a pod will have been ready for long
// enough.
func (o *ordered) status() (time.Time, error) {
	var again time.Time
	s := appsv1.StatefulSetStatus{
		ObservedGeneration: o.set.Generation, CollisionCount: o.set.Status.CollisionCount, Conditions: o.set.Status.Conditions,
		CurrentRevision: o.set.Status.CurrentRevision, UpdateRevision: o.update,
	}
	if s.CurrentRevision == "" {
		s.CurrentRevision = o.update
	}
	for _, key := range o.ctx.Index.OwnedBy(o.set.UID) {
		p, ok := control.Get[*corev1.Pod](o.ctx, control.Pods, key.Namespace, key.Name)
		if _, isOrdinal := ordinal(o.set, p, ok); !isOrdinal {
			continue
		}
		s.Replicas++
		if p.DeletionTimestamp != nil {
			continue
		}
		if state.Ready(p) {
			s.ReadyReplicas++
		}
		if ok, at := available(p, o.set.Spec.MinReadySeconds, o.ctx.Now()); ok {
			s.AvailableReplicas++
		} else if !at.IsZero() {
			again = at
		}
		switch p.Labels[appsv1.ControllerRevisionHashLabelKey] {
		case s.UpdateRevision:
			s.UpdatedReplicas++
		case s.CurrentRevision:
			s.CurrentReplicas++
		}
	}
	if s.CurrentRevision == s.UpdateRevision {
		s.CurrentReplicas = s.UpdatedReplicas
	} else if n := replicas(o.set.Spec.Replicas); o.partition() == 0 && s.UpdatedReplicas == n && s.ReadyReplicas == n && s.Replicas == n {
		s.CurrentRevision, s.CurrentReplicas = s.UpdateRevision, s.UpdatedReplicas
	}
	if equality.Semantic.DeepEqual(o.set.Status, s) {
		return again, nil
	}
	changed := o.set.DeepCopy()
	changed.Status = s
	_, err := o.ctx.API.Update(changed, "status")
	return again, err
}

// claimVolumes gives a pod the volume of each claim template, named as
// updateStorage in pkg/controller/statefulset/stateful_set_utils.go does; a
// template takes the place of a volume of its name.
func claimVolumes(p *corev1.Pod, set *appsv1.StatefulSet) {
	for _, c := range set.Spec.VolumeClaimTemplates {
		p.Spec.Volumes = slices.DeleteFunc(slices.Clone(p.Spec.Volumes), func(v corev1.Volume) bool { return v.Name == c.Name })
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: c.Name, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c.Name + "-" + p.Name},
		}})
	}
}
