package workloads

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
)

var replicaSetKind = appsv1.SchemeGroupVersion.WithKind("ReplicaSet")

// ReplicaSets keeps as many pods as each ReplicaSet wants.
type ReplicaSets struct{ ctx *control.Context }

// NewReplicaSets makes the ReplicaSet controller of a cluster.
func NewReplicaSets(ctx *control.Context) *ReplicaSets { return &ReplicaSets{ctx: ctx} }

// Observe adds the ReplicaSets that a change touches.
func (c *ReplicaSets) Observe(e store.Event, add func(control.Key)) {
	if e.Key.Resource == control.ReplicaSets {
		add(control.Key{Namespace: e.Key.Namespace, Name: e.Key.Name})
		return
	}
	ownersOf(e, "ReplicaSet", add)
	adopters(c.ctx, e, control.ReplicaSets, func(rs *appsv1.ReplicaSet) *metav1.LabelSelector { return rs.Spec.Selector }, add)
}

// Reconcile makes or removes pods of one ReplicaSet and tells its status.
func (c *ReplicaSets) Reconcile(k control.Key) (time.Time, error) {
	rs, ok := control.Get[*appsv1.ReplicaSet](c.ctx, control.ReplicaSets, k.Namespace, k.Name)
	if !ok {
		return time.Time{}, nil
	}
	all, err := podsOf(c.ctx, rs, replicaSetKind, rs.Spec.Selector)
	if err != nil {
		return time.Time{}, err
	}
	pods := active(all)
	if rs.DeletionTimestamp == nil {
		switch missing := int(replicas(rs.Spec.Replicas)) - len(pods); {
		case missing > 0:
			for range missing {
				made, err := c.ctx.API.Create(pod(rs.Namespace, &rs.Spec.Template, rs, replicaSetKind))
				if err != nil {
					c.ctx.Events.Warning("replicaset-controller", rs, "FailedCreate", "Error creating: %v", err)
					return time.Time{}, err
				}
				c.ctx.Events.Normal("replicaset-controller", rs, "SuccessfulCreate", "Created pod: %s", made.(metav1.Object).GetName())
			}
			return time.Time{}, c.status(rs) // the new pods bring us back
		case missing < 0:
			byUsefulness(pods)
			for _, p := range pods[:-missing] {
				if err := deletePod(c.ctx, p); err != nil {
					return time.Time{}, err
				}
				c.ctx.Events.Normal("replicaset-controller", rs, "SuccessfulDelete", "Deleted pod: %s", p.Name)
			}
		}
	}
	return c.nextAvailable(rs), c.status(rs)
}

// status tells what a ReplicaSet has.
func (c *ReplicaSets) status(rs *appsv1.ReplicaSet) error {
	all, err := podsOf(c.ctx, rs, replicaSetKind, rs.Spec.Selector)
	if err != nil {
		return err
	}
	s := appsv1.ReplicaSetStatus{ObservedGeneration: rs.Generation, Conditions: rs.Status.Conditions}
	for _, p := range active(all) {
		if !c.ctx.Exists(store.Key{Resource: control.Pods, Namespace: p.Namespace, Name: p.Name}, string(p.UID)) {
			continue
		}
		s.Replicas++
		s.FullyLabeledReplicas++
		if state.Ready(p) {
			s.ReadyReplicas++
		}
		if ok, _ := available(p, rs.Spec.MinReadySeconds, c.ctx.Now()); ok {
			s.AvailableReplicas++
		}
	}
	s.TerminatingReplicas = rs.Status.TerminatingReplicas
	if equality.Semantic.DeepEqual(rs.Status, s) {
		return nil
	}
	changed := rs.DeepCopy()
	changed.Status = s
	_, err = c.ctx.API.Update(changed, "status")
	return err
}

// nextAvailable is when the next pod will have been ready for long enough.
func (c *ReplicaSets) nextAvailable(rs *appsv1.ReplicaSet) time.Time {
	if rs.Spec.MinReadySeconds == 0 {
		return time.Time{}
	}
	all, _ := podsOf(c.ctx, rs, replicaSetKind, rs.Spec.Selector)
	var next time.Time
	for _, p := range active(all) {
		if ok, at := available(p, rs.Spec.MinReadySeconds, c.ctx.Now()); !ok && !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}
