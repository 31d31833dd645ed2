package workloads

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

var deploymentKind = appsv1.SchemeGroupVersion.WithKind("Deployment")

// The annotations of Kubernetes' pkg/controller/deployment/util.
const (
	revisionAnnotation = "deployment.kubernetes.io/revision"
	historyAnnotation  = "deployment.kubernetes.io/revision-history"
	desiredAnnotation  = "deployment.kubernetes.io/desired-replicas"
	maxAnnotation      = "deployment.kubernetes.io/max-replicas"
	deployer           = "deployment-controller"
)

// Deployments rolls each Deployment's template out through its ReplicaSets.
type Deployments struct{ ctx *control.Context }

// NewDeployments makes the Deployment controller of a cluster.
func NewDeployments(ctx *control.Context) *Deployments { return &Deployments{ctx: ctx} }

// Observe adds the Deployments that a change touches.
func (c *Deployments) Observe(e store.Event, add func(control.Key)) {
	switch obj := e.Object.(type) {
	case *appsv1.Deployment:
		add(control.Key{Namespace: obj.Namespace, Name: obj.Name})
	case *appsv1.ReplicaSet:
		if o := metav1.GetControllerOfNoCopy(obj); o != nil && o.Kind == "Deployment" {
			add(control.Key{Namespace: obj.Namespace, Name: o.Name})
		}
	case *corev1.Pod:
		if e.Type != store.Deleted {
			return
		}
		if o := metav1.GetControllerOfNoCopy(obj); o != nil && o.Kind == "ReplicaSet" {
			if rs, ok := control.Get[*appsv1.ReplicaSet](c.ctx, control.ReplicaSets, obj.Namespace, o.Name); ok {
				if d := metav1.GetControllerOfNoCopy(rs); d != nil { // Recreate waits for the last pod
					add(control.Key{Namespace: obj.Namespace, Name: d.Name})
				}
			}
		}
	}
}

// Reconcile takes one Deployment's rollout a step on.
func (c *Deployments) Reconcile(k control.Key) (time.Time, error) {
	d, ok := control.Get[*appsv1.Deployment](c.ctx, control.Deployments, k.Namespace, k.Name)
	if !ok || d.DeletionTimestamp != nil || d.Spec.Selector == nil {
		return time.Time{}, nil
	}
	r := &rollout{ctx: c.ctx, d: d}
	if err := r.read(); err != nil {
		return time.Time{}, err
	}
	if err := r.step(); err != nil {
		return time.Time{}, err
	}
	return r.status()
}

// rollout is one look at a Deployment.
type rollout struct {
	ctx *control.Context
	d   *appsv1.Deployment
	all []*appsv1.ReplicaSet // oldest first
	new *appsv1.ReplicaSet   // that of the current template, nil if there is none yet
}

// read finds the ReplicaSets that the Deployment controls.
func (r *rollout) read() error {
	r.all, r.new = nil, nil
	for _, k := range r.ctx.Index.OwnedBy(r.d.UID) {
		if rs, ok := control.Get[*appsv1.ReplicaSet](r.ctx, control.ReplicaSets, k.Namespace, k.Name); ok && rs.DeletionTimestamp == nil {
			r.all = append(r.all, rs)
		}
	}
	slices.SortStableFunc(r.all, func(a, b *appsv1.ReplicaSet) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(revisionOf(a), revisionOf(b)))
	})
	for _, rs := range r.all {
		if sameTemplate(&rs.Spec.Template, &r.d.Spec.Template) {
			r.new = rs
			return nil
		}
	}
	return nil
}

// sameTemplate compares templates but for the hash that tells them apart.
func sameTemplate(a, b *corev1.PodTemplateSpec) bool {
	x, y := a.DeepCopy(), b.DeepCopy()
	delete(x.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
	delete(y.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
	return equality.Semantic.DeepEqual(x, y)
}

func revisionOf(obj metav1.Object) int64 {
	n, _ := strconv.ParseInt(obj.GetAnnotations()[revisionAnnotation], 10, 64)
	return n
}

// step scales one ReplicaSet or more, as the strategy allows now.
func (r *rollout) step() error {
	if !r.d.Spec.Paused {
		if err := r.ensureNew(); err != nil {
			return err
		}
	}
	if r.resized() {
		return r.resize()
	}
	if r.d.Spec.Paused || r.new == nil {
		return nil
	}
	if r.d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return r.recreate()
	}
	want := r.newReplicas()
	if want != replicas(r.new.Spec.Replicas) {
		return r.scale(r.new, want)
	}
	return r.shrinkOld()
}

// ensureNew makes the ReplicaSet of the current template, or takes an old one
// up again, with the latest revision.
func (r *rollout) ensureNew() error {
	var latest int64
	for _, rs := range r.all {
		if rs != r.new {
			latest = max(latest, revisionOf(rs))
		}
	}
	if r.new != nil {
		revision := revisionOf(r.new)
		if revision <= latest && len(r.all) > 1 {
			revision = latest + 1
		}
		return r.annotate(max(revision, 1))
	}
	hash := templateHash(&r.d.Spec.Template, r.d.Status.CollisionCount)
	t := r.d.Spec.Template.DeepCopy()
	t.Labels = with(t.Labels, appsv1.DefaultDeploymentUniqueLabelKey, hash)
	selector := r.d.Spec.Selector.DeepCopy()
	selector.MatchLabels = with(selector.MatchLabels, appsv1.DefaultDeploymentUniqueLabelKey, hash)
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: r.d.Namespace, Name: r.d.Name + "-" + hash, Labels: t.Labels,
			Annotations:     r.annotations(nil, latest+1),
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(r.d, deploymentKind)},
		},
		Spec: appsv1.ReplicaSetSpec{Replicas: new(int32(0)), MinReadySeconds: r.d.Spec.MinReadySeconds, Selector: selector, Template: *t},
	}
	r.new = rs
	n := r.newReplicas()
	if r.d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType && len(r.all) > 0 {
		n = 0
	}
	rs.Spec.Replicas = &n
	made, err := r.ctx.API.Create(rs)
	if err != nil {
		return fmt.Errorf("create ReplicaSet %s: %w", rs.Name, err)
	}
	r.new = made.(*appsv1.ReplicaSet)
	r.all = append(r.all, r.new)
	if n > 0 {
		r.ctx.Events.Normal(deployer, r.d, "ScalingReplicaSet", "Scaled up replica set %s from 0 to %d", r.new.Name, n)
	}
	return r.annotate(latest + 1)
}

// annotate writes a revision to the new ReplicaSet and the Deployment.
func (r *rollout) annotate(revision int64) error {
	if want := r.annotations(r.new.Annotations, revision); !maps.Equal(want, r.new.Annotations) {
		changed := r.new.DeepCopy()
		changed.Annotations = want
		if err := r.update(changed); err != nil {
			return err
		}
	}
	if revisionOf(r.d) == revision {
		return nil
	}
	changed := r.d.DeepCopy()
	changed.Annotations = with(changed.Annotations, revisionAnnotation, fmt.Sprint(revision))
	stored, err := r.ctx.API.Update(changed, "status") // as the real one does: the generation stays
	if err != nil {
		return err
	}
	r.d = stored.(*appsv1.Deployment)
	return nil
}

// annotations are the Deployment's on its new ReplicaSet, with a revision; the
// sizes are kept for resized to compare.
func (r *rollout) annotations(have map[string]string, revision int64) map[string]string {
	out := maps.Clone(have)
	if out == nil {
		out = map[string]string{}
	}
	for k, v := range r.d.Annotations {
		switch k {
		case corev1.LastAppliedConfigAnnotation, revisionAnnotation, historyAnnotation, desiredAnnotation, maxAnnotation, "deprecated.deployment.rollback.to":
		default:
			out[k] = v
		}
	}
	if was := out[revisionAnnotation]; was != "" && was != fmt.Sprint(revision) {
		history := out[historyAnnotation]
		if history != "" {
			history += ","
		}
		out[historyAnnotation] = history + was
	}
	out[revisionAnnotation] = fmt.Sprint(revision)
	if _, ok := out[desiredAnnotation]; !ok {
		out[desiredAnnotation], out[maxAnnotation] = r.sizes()
	}
	return out
}

func (r *rollout) sizes() (desired, most string) {
	n := replicas(r.d.Spec.Replicas)
	surge, _ := r.limits()
	return fmt.Sprint(n), fmt.Sprint(n + surge)
}

// update writes a ReplicaSet and takes it in the place of the one read.
func (r *rollout) update(changed *appsv1.ReplicaSet) error {
	stored, err := r.ctx.API.Update(changed, "")
	if err != nil {
		return err
	}
	rs := stored.(*appsv1.ReplicaSet)
	for i := range r.all {
		if r.all[i].Name == rs.Name {
			r.all[i] = rs
		}
	}
	if r.new != nil && r.new.Name == rs.Name {
		r.new = rs
	}
	return nil
}

// limits are maxSurge and maxUnavailable in pods: 25 % of each unless said
// otherwise, surge rounded up, unavailable down, not both zero.
func (r *rollout) limits() (surge, unavailable int32) {
	n := int(replicas(r.d.Spec.Replicas))
	if r.d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return 0, 0
	}
	quarter := intstr.FromString("25%")
	s, u := &quarter, &quarter
	if ru := r.d.Spec.Strategy.RollingUpdate; ru != nil {
		s, u = cmp.Or(ru.MaxSurge, s), cmp.Or(ru.MaxUnavailable, u)
	}
	a, _ := intstr.GetScaledValueFromIntOrPercent(s, n, true)
	b, _ := intstr.GetScaledValueFromIntOrPercent(u, n, false)
	if a == 0 && b == 0 {
		b = 1
	}
	return int32(a), int32(min(b, n))
}

func total(list []*appsv1.ReplicaSet) (wanted int32) {
	for _, rs := range list {
		wanted += replicas(rs.Spec.Replicas)
	}
	return wanted
}

// newReplicas is how many pods the new ReplicaSet may have now.
func (r *rollout) newReplicas() int32 {
	n, have := replicas(r.d.Spec.Replicas), replicas(r.new.Spec.Replicas)
	if r.d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return n
	}
	if have > n {
		return n
	}
	surge, _ := r.limits()
	room := n + surge - total(r.all)
	if room <= 0 {
		return have
	}
	return min(have+room, n)
}

// shrinkOld scales old ReplicaSets down as far as enough pods stay available,
// unhealthy ones first.
func (r *rollout) shrinkOld() error {
	old := slices.DeleteFunc(slices.Clone(r.all), func(rs *appsv1.ReplicaSet) bool { return rs == r.new })
	if total(old) == 0 {
		return r.cleanUp(old)
	}
	_, unavailable := r.limits()
	least := replicas(r.d.Spec.Replicas) - unavailable
	newMissing := replicas(r.new.Spec.Replicas) - r.new.Status.AvailableReplicas
	may := total(r.all) - least - newMissing
	for _, rs := range old { // unhealthy ones
		gone := min(may, replicas(rs.Spec.Replicas)-rs.Status.AvailableReplicas)
		if gone > 0 {
			may -= gone
			if err := r.scale(rs, replicas(rs.Spec.Replicas)-gone); err != nil {
				return err
			}
		}
	}
	var availableNow int32
	for _, rs := range r.all {
		availableNow += rs.Status.AvailableReplicas
	}
	spare := availableNow - least
	for _, rs := range slices.Clone(r.all) {
		if rs == r.new || spare <= 0 || replicas(rs.Spec.Replicas) == 0 {
			continue
		}
		gone := min(spare, replicas(rs.Spec.Replicas))
		spare -= gone
		if err := r.scale(rs, replicas(rs.Spec.Replicas)-gone); err != nil {
			return err
		}
	}
	return nil
}

// recreate removes all old pods before it makes new ones.
func (r *rollout) recreate() error {
	for _, rs := range slices.Clone(r.all) {
		if rs != r.new && replicas(rs.Spec.Replicas) > 0 {
			if err := r.scale(rs, 0); err != nil {
				return err
			}
		}
	}
	for _, rs := range r.all {
		if rs.Name == r.new.Name {
			continue
		}
		for _, k := range r.ctx.Index.OwnedBy(rs.UID) {
			if k.Resource == control.Pods {
				return nil // its end brings us back
			}
		}
	}
	return r.scale(r.new, replicas(r.d.Spec.Replicas))
}

// resized tells whether the wanted number has changed since the ReplicaSets
// were last scaled.
func (r *rollout) resized() bool {
	desired, _ := r.sizes()
	return slices.ContainsFunc(r.all, func(rs *appsv1.ReplicaSet) bool {
		was, ok := rs.Annotations[desiredAnnotation]
		return replicas(rs.Spec.Replicas) > 0 && ok && was != desired
	})
}

// resize gives a changed number to the ReplicaSets that have pods, in
// proportion to their size.
func (r *rollout) resize() error {
	n := replicas(r.d.Spec.Replicas)
	var running []*appsv1.ReplicaSet
	for _, rs := range r.all {
		if replicas(rs.Spec.Replicas) > 0 {
			running = append(running, rs)
		}
	}
	if len(running) == 1 {
		return r.scale(running[0], n)
	}
	surge, _ := r.limits()
	was, allowed := total(running), n+surge
	if n == 0 {
		allowed = 0
	}
	left := allowed - was
	for i, rs := range running {
		have := replicas(rs.Spec.Replicas)
		share := (allowed*have+was/2)/max(was, 1) - have
		if i == len(running)-1 || left > 0 && share > left || left < 0 && share < left {
			share = left
		}
		left -= share
		if err := r.scale(rs, max(have+share, 0)); err != nil {
			return err
		}
	}
	return nil
}

// scale sets a ReplicaSet's size and records it.
func (r *rollout) scale(rs *appsv1.ReplicaSet, to int32) error {
	desired, most := r.sizes()
	from := replicas(rs.Spec.Replicas)
	if from == to && rs.Annotations[desiredAnnotation] == desired && rs.Annotations[maxAnnotation] == most {
		return nil
	}
	changed := rs.DeepCopy()
	changed.Spec.Replicas = &to
	changed.Annotations = with(with(changed.Annotations, desiredAnnotation, desired), maxAnnotation, most)
	if err := r.update(changed); err != nil {
		return err
	}
	if from != to {
		way := "up"
		if to < from {
			way = "down"
		}
		r.ctx.Events.Normal(deployer, r.d, "ScalingReplicaSet", "Scaled %s replica set %s from %d to %d", way, rs.Name, from, to)
	}
	return nil
}

// cleanUp deletes the oldest ReplicaSets beyond the history to keep.
func (r *rollout) cleanUp(old []*appsv1.ReplicaSet) error {
	keep := int32(10)
	if r.d.Spec.RevisionHistoryLimit != nil {
		keep = *r.d.Spec.RevisionHistoryLimit
	}
	if int(keep) >= len(old) || r.new.Status.AvailableReplicas < replicas(r.d.Spec.Replicas) {
		return nil
	}
	slices.SortStableFunc(old, func(a, b *appsv1.ReplicaSet) int { return cmp.Compare(revisionOf(a), revisionOf(b)) })
	for _, rs := range old[:len(old)-int(keep)] {
		if rs.Status.Replicas == 0 {
			if err := r.ctx.API.Delete(control.ReplicaSets, rs.Namespace, rs.Name, metav1.DeleteOptions{}); err != nil {
				return err
			}
		}
	}
	return nil
}
