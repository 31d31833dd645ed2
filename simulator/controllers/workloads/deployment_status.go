package workloads

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// status tells how far a rollout has come. It returns when the rollout is to
// count as stuck.
func (r *rollout) status() (time.Time, error) {
	d := r.d
	s := appsv1.DeploymentStatus{ObservedGeneration: d.Generation, CollisionCount: d.Status.CollisionCount, TerminatingReplicas: d.Status.TerminatingReplicas}
	s.Conditions = append(s.Conditions, d.Status.Conditions...)
	for _, rs := range r.all {
		s.Replicas += rs.Status.Replicas
		s.ReadyReplicas += rs.Status.ReadyReplicas
		s.AvailableReplicas += rs.Status.AvailableReplicas
	}
	if r.new != nil {
		s.UpdatedReplicas = r.new.Status.Replicas
	}
	s.UnavailableReplicas = max(total(r.all)-s.AvailableReplicas, 0)
	r.available(&s)
	again := r.progressing(&s)
	if equality.Semantic.DeepEqual(d.Status, s) {
		return again, nil
	}
	changed := d.DeepCopy()
	changed.Status = s
	_, err := r.ctx.API.Update(changed, "status")
	return again, err
}

func (r *rollout) available(s *appsv1.DeploymentStatus) {
	_, unavailable := r.limits()
	if s.AvailableReplicas >= replicas(r.d.Spec.Replicas)-unavailable {
		r.set(s, appsv1.DeploymentAvailable, corev1.ConditionTrue, "MinimumReplicasAvailable", "Deployment has minimum availability.")
		return
	}
	r.set(s, appsv1.DeploymentAvailable, corev1.ConditionFalse, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
}

// progressing tells whether the rollout goes on, is complete or stuck, and
// when it will be stuck.
func (r *rollout) progressing(s *appsv1.DeploymentStatus) time.Time {
	if r.new == nil || r.d.Spec.Paused && s.UpdatedReplicas == replicas(r.d.Spec.Replicas) {
		return time.Time{}
	}
	n, was := replicas(r.d.Spec.Replicas), &r.d.Status
	name := fmt.Sprintf("ReplicaSet %q", r.new.Name)
	complete := s.UpdatedReplicas == n && s.Replicas == n && s.AvailableReplicas == n && s.ObservedGeneration >= r.d.Generation
	if complete {
		r.set(s, appsv1.DeploymentProgressing, corev1.ConditionTrue, "NewReplicaSetAvailable", name+" has successfully progressed.")
		return time.Time{}
	}
	moved := s.UpdatedReplicas > was.UpdatedReplicas || s.Replicas-s.UpdatedReplicas < was.Replicas-was.UpdatedReplicas ||
		s.AvailableReplicas > was.AvailableReplicas || s.ReadyReplicas > was.ReadyReplicas
	c := find(s, appsv1.DeploymentProgressing)
	if moved || c == nil || c.Reason == "NewReplicaSetAvailable" && s.UpdatedReplicas < n {
		r.set(s, appsv1.DeploymentProgressing, corev1.ConditionTrue, "ReplicaSetUpdated", name+" is progressing.")
		find(s, appsv1.DeploymentProgressing).LastUpdateTime = r.ctx.Stamp()
		c = find(s, appsv1.DeploymentProgressing)
	}
	deadline := int32(600)
	if p := r.d.Spec.ProgressDeadlineSeconds; p != nil {
		deadline = *p
	}
	if c.Reason != "ReplicaSetUpdated" {
		return time.Time{}
	}
	at := c.LastUpdateTime.Add(time.Duration(deadline) * time.Second)
	if at.After(r.ctx.Now()) {
		return at
	}
	r.set(s, appsv1.DeploymentProgressing, corev1.ConditionFalse, "ProgressDeadlineExceeded", name+" has timed out progressing.")
	return time.Time{}
}

func find(s *appsv1.DeploymentStatus, t appsv1.DeploymentConditionType) *appsv1.DeploymentCondition {
	for i := range s.Conditions {
		if s.Conditions[i].Type == t {
			return &s.Conditions[i]
		}
	}
	return nil
}

func (r *rollout) set(s *appsv1.DeploymentStatus, t appsv1.DeploymentConditionType, is corev1.ConditionStatus, reason, message string) {
	now := r.ctx.Stamp()
	c := find(s, t)
	switch {
	case c == nil:
		s.Conditions = append(s.Conditions, appsv1.DeploymentCondition{
			Type: t, Status: is, Reason: reason, Message: message, LastUpdateTime: now, LastTransitionTime: now,
		})
		return
	case c.Status == is && c.Reason == reason && c.Message == message:
		return
	case c.Status != is:
		c.LastTransitionTime = now
	}
	c.Status, c.Reason, c.Message, c.LastUpdateTime = is, reason, message, now
}
