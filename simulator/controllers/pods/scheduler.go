// Package pods stands for the scheduler and the nodes' kubelets: it binds pods
// to nodes and takes them through their lives on virtual time. Nothing runs in
// a pod; its containers start, become ready and end as their spec lets them.
//
// Pods that a world file holds bound and running stay as they stand.
package pods

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

const schedulerName = "default-scheduler"

// Scheduler binds pods to nodes: of those that a pod may run on, the one with
// the fewest pods of the same controller, then the fewest pods.
type Scheduler struct {
	ctx     *control.Context
	pending map[control.Key]bool
}

// NewScheduler makes the scheduler of a cluster.
func NewScheduler(ctx *control.Context) *Scheduler {
	return &Scheduler{ctx: ctx, pending: map[control.Key]bool{}}
}

// Observe adds pods without a node, and those that wait when a node changes.
func (c *Scheduler) Observe(e store.Event, add func(control.Key)) {
	switch obj := e.Object.(type) {
	case *corev1.Pod:
		k := control.Key{Namespace: obj.Namespace, Name: obj.Name}
		if e.Type != store.Deleted && obj.Spec.NodeName == "" {
			add(k)
		} else {
			delete(c.pending, k)
		}
	case *corev1.Node:
		for _, k := range slices.SortedFunc(maps.Keys(c.pending), control.CompareKeys) {
			add(k)
		}
	}
}

// Reconcile binds one pod, or says why it cannot be.
func (c *Scheduler) Reconcile(k control.Key) (time.Time, error) {
	pod, ok := control.Get[*corev1.Pod](c.ctx, control.Pods, k.Namespace, k.Name)
	if !ok || pod.Spec.NodeName != "" || pod.DeletionTimestamp != nil || len(pod.Spec.SchedulingGates) > 0 ||
		pod.Spec.SchedulerName != "" && pod.Spec.SchedulerName != schedulerName {
		return time.Time{}, nil
	}
	node, why := c.choose(pod)
	if node == nil {
		c.pending[k] = true
		return time.Time{}, c.unschedulable(pod, why)
	}
	delete(c.pending, k)
	bound := pod.DeepCopy()
	bound.Spec.NodeName = node.Name
	if _, err := c.ctx.API.Update(bound, "binding"); err != nil {
		return time.Time{}, err
	}
	c.ctx.Events.Normal(schedulerName, pod, "Scheduled", "Successfully assigned %s/%s to %s", pod.Namespace, pod.Name, node.Name)
	return time.Time{}, nil
}

// choose picks a node; without one it tells why in the scheduler's words.
func (c *Scheduler) choose(pod *corev1.Pod) (*corev1.Node, string) {
	nodes := control.List[*corev1.Node](c.ctx, control.Nodes, "")
	var owner types.UID
	if o := metav1.GetControllerOfNoCopy(pod); o != nil {
		owner = o.UID
	}
	var best *corev1.Node
	refusals := map[string]int{}
	for _, n := range nodes {
		if why := refuses(n, pod); why != "" {
			refusals[why]++
			continue
		}
		if best == nil || cmp.Or(
			cmp.Compare(c.ctx.Index.CountOf(owner, n.Name), c.ctx.Index.CountOf(owner, best.Name)),
			cmp.Compare(c.ctx.Index.CountOn(n.Name), c.ctx.Index.CountOn(best.Name))) < 0 {
			best = n
		}
	}
	if best != nil {
		return best, ""
	}
	if len(nodes) == 0 {
		return nil, "no nodes available to schedule pods"
	}
	var parts []string
	for _, why := range slices.Sorted(maps.Keys(refusals)) {
		parts = append(parts, fmt.Sprintf("%d %s", refusals[why], why))
	}
	return nil, fmt.Sprintf("0/%d nodes are available: %s. preemption: 0/%d nodes are available: %d Preemption is not helpful for scheduling.",
		len(nodes), strings.Join(parts, ", "), len(nodes), len(nodes))
}

// refuses is why a pod may not run on a node, "" if it may.
func refuses(n *corev1.Node, pod *corev1.Pod) string {
	if n.Spec.Unschedulable && !tolerates(pod, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule}) {
		return "node(s) were unschedulable"
	}
	for _, t := range n.Spec.Taints {
		if t.Effect != corev1.TaintEffectPreferNoSchedule && !tolerates(pod, t) {
			return "node(s) had untolerated taint(s)"
		}
	}
	for _, cond := range n.Status.Conditions {
		if cond.Type == corev1.NodeReady && cond.Status != corev1.ConditionTrue {
			return "node(s) had untolerated taint(s)"
		}
	}
	if ok, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(n); err != nil || !ok {
		return "node(s) didn't match Pod's node affinity/selector"
	}
	return ""
}

func tolerates(pod *corev1.Pod, taint corev1.Taint) bool {
	return slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool {
		return (t.Key == "" || t.Key == taint.Key) && (t.Effect == "" || t.Effect == taint.Effect) &&
			(t.Operator == corev1.TolerationOpExists || t.Value == taint.Value)
	})
}

func (c *Scheduler) unschedulable(pod *corev1.Pod, why string) error {
	if cond := condition(pod, corev1.PodScheduled); cond != nil && cond.Message == why {
		return nil
	}
	c.ctx.Events.Warning(schedulerName, pod, "FailedScheduling", "%s", why)
	changed := pod.DeepCopy()
	setCondition(changed, corev1.PodCondition{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: why,
		LastTransitionTime: c.ctx.Stamp(),
	})
	_, err := c.ctx.API.Update(changed, "status")
	return err
}

func condition(pod *corev1.Pod, t corev1.PodConditionType) *corev1.PodCondition {
	for i := range pod.Status.Conditions {
		if pod.Status.Conditions[i].Type == t {
			return &pod.Status.Conditions[i]
		}
	}
	return nil
}

// setCondition sets a condition, whose transition time stays if its status
// does.
func setCondition(pod *corev1.Pod, c corev1.PodCondition) {
	was := condition(pod, c.Type)
	if was == nil {
		pod.Status.Conditions = append(pod.Status.Conditions, c)
		return
	}
	if was.Status == c.Status {
		c.LastTransitionTime = was.LastTransitionTime
	}
	*was = c
}
