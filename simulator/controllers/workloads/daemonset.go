package workloads

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
)

var daemonSetKind = appsv1.SchemeGroupVersion.WithKind("DaemonSet")

// DaemonSets keeps a pod of each DaemonSet on every node that it may run on.
type DaemonSets struct{ ctx *control.Context }

// NewDaemonSets makes the DaemonSet controller of a cluster.
func NewDaemonSets(ctx *control.Context) *DaemonSets { return &DaemonSets{ctx: ctx} }

// Observe adds the DaemonSets that a change touches.
func (c *DaemonSets) Observe(e store.Event, add func(control.Key)) {
	switch e.Key.Resource {
	case control.DaemonSets:
		add(control.Key{Namespace: e.Key.Namespace, Name: e.Key.Name})
	case control.Nodes:
		for _, d := range control.List[*appsv1.DaemonSet](c.ctx, control.DaemonSets, "") {
			add(control.Key{Namespace: d.Namespace, Name: d.Name})
		}
	default:
		ownersOf(e, "DaemonSet", add)
	}
}

// Reconcile brings one DaemonSet's pods to its nodes and tells its status.
func (c *DaemonSets) Reconcile(k control.Key) (time.Time, error) {
	ds, ok := control.Get[*appsv1.DaemonSet](c.ctx, control.DaemonSets, k.Namespace, k.Name)
	if !ok || ds.DeletionTimestamp != nil || ds.Spec.Selector == nil {
		return time.Time{}, nil
	}
	rev, err := revision(c.ctx, ds, daemonSetKind, &ds.Spec.Template, ds.Spec.Selector, "")
	if err != nil {
		return time.Time{}, err
	}
	all, err := podsOf(c.ctx, ds, daemonSetKind, ds.Spec.Selector)
	if err != nil {
		return time.Time{}, err
	}
	hash := rev.Name[len(ds.Name)+1:]
	byNode := map[string]*corev1.Pod{}
	for _, p := range all {
		byNode[target(p)] = p
	}
	s := appsv1.DaemonSetStatus{ObservedGeneration: ds.Generation, CollisionCount: ds.Status.CollisionCount, Conditions: ds.Status.Conditions}
	var outdated []*corev1.Pod
	for _, node := range control.List[*corev1.Node](c.ctx, control.Nodes, "") {
		p := byNode[node.Name]
		if !runsOn(ds, node) {
			if p != nil && p.DeletionTimestamp == nil {
				s.NumberMisscheduled++
				if err := c.remove(ds, p); err != nil {
					return time.Time{}, err
				}
			}
			continue
		}
		s.DesiredNumberScheduled++
		if p == nil {
			if err := c.create(ds, node.Name, hash); err != nil {
				return time.Time{}, err
			}
			continue
		}
		count(&s, ds, p, hash, c.ctx.Now())
		if p.Labels[appsv1.ControllerRevisionHashLabelKey] != hash && p.DeletionTimestamp == nil {
			outdated = append(outdated, p)
		}
	}
	s.NumberUnavailable = s.DesiredNumberScheduled - s.NumberAvailable
	if err := c.replace(ds, outdated, s); err != nil {
		return time.Time{}, err
	}
	if equality.Semantic.DeepEqual(ds.Status, s) {
		return time.Time{}, nil
	}
	changed := ds.DeepCopy()
	changed.Status = s
	_, err = c.ctx.API.Update(changed, "status")
	return time.Time{}, err
}

// count adds a pod to the numbers of a status.
func count(s *appsv1.DaemonSetStatus, ds *appsv1.DaemonSet, p *corev1.Pod, hash string, now time.Time) {
	if p.DeletionTimestamp != nil {
		return
	}
	s.CurrentNumberScheduled++
	if state.Ready(p) {
		s.NumberReady++
	}
	if ok, _ := available(p, ds.Spec.MinReadySeconds, now); ok {
		s.NumberAvailable++
	}
	if p.Labels[appsv1.ControllerRevisionHashLabelKey] == hash {
		s.UpdatedNumberScheduled++
	}
}

// replace deletes as many outdated pods as may be unavailable.
func (c *DaemonSets) replace(ds *appsv1.DaemonSet, outdated []*corev1.Pod, s appsv1.DaemonSetStatus) error {
	if ds.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		return nil
	}
	most := 1
	if ru := ds.Spec.UpdateStrategy.RollingUpdate; ru != nil && ru.MaxUnavailable != nil {
		if n, err := intstr.GetScaledValueFromIntOrPercent(ru.MaxUnavailable, int(s.DesiredNumberScheduled), true); err == nil {
			most = max(n, 1)
		}
	}
	room := most - int(s.NumberUnavailable)
	for _, p := range outdated {
		if state.Ready(p) {
			if room--; room < 0 {
				return nil
			}
		}
		if err := c.remove(ds, p); err != nil {
			return err
		}
	}
	return nil
}

// runsOn tells whether a DaemonSet has a pod on a node: its selector and taints
// decide, a cordon does not.
func runsOn(ds *appsv1.DaemonSet, node *corev1.Node) bool {
	p := &corev1.Pod{Spec: ds.Spec.Template.Spec}
	if ok, err := nodeaffinity.GetRequiredNodeAffinity(p).Match(node); err != nil || !ok {
		return false
	}
	for _, t := range node.Spec.Taints {
		if t.Effect == corev1.TaintEffectPreferNoSchedule || t.Key == corev1.TaintNodeUnschedulable || t.Key == corev1.TaintNodeNotReady {
			continue
		}
		tolerated := false
		for _, have := range ds.Spec.Template.Spec.Tolerations {
			tolerated = tolerated || (have.Key == "" || have.Key == t.Key) && (have.Effect == "" || have.Effect == t.Effect) &&
				(have.Operator == corev1.TolerationOpExists || have.Value == t.Value)
		}
		if !tolerated {
			return false
		}
	}
	return true
}

// target is the node that a pod is on or made for.
func target(p *corev1.Pod) string {
	if p.Spec.NodeName != "" || p.Spec.Affinity == nil || p.Spec.Affinity.NodeAffinity == nil || p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return p.Spec.NodeName
	}
	for _, term := range p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, f := range term.MatchFields {
			if f.Key == metav1.ObjectNameField && len(f.Values) == 1 {
				return f.Values[0]
			}
		}
	}
	return ""
}

// daemonTolerations let a DaemonSet's pods stay on a node in trouble:
// AddOrUpdateDaemonPodTolerations of pkg/controller/daemon/util.
var daemonTolerations = []corev1.Toleration{
	{Key: corev1.TaintNodeNotReady, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute},
	{Key: corev1.TaintNodeUnreachable, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute},
	{Key: corev1.TaintNodeDiskPressure, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule},
	{Key: corev1.TaintNodeMemoryPressure, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule},
	{Key: corev1.TaintNodePIDPressure, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule},
	{Key: corev1.TaintNodeUnschedulable, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule},
}

func (c *DaemonSets) create(ds *appsv1.DaemonSet, node, hash string) error {
	p := pod(ds.Namespace, &ds.Spec.Template, ds, daemonSetKind)
	p.Labels = with(p.Labels, appsv1.ControllerRevisionHashLabelKey, hash)
	if generation := ds.Annotations[appsv1.DeprecatedTemplateGeneration]; generation != "" {
		p.Labels["pod-template-generation"] = generation
	}
	p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchFields: []corev1.NodeSelectorRequirement{
			{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{node}},
		}}},
	}}}
	p.Spec.Tolerations = append(p.Spec.Tolerations, daemonTolerations...)
	made, err := c.ctx.API.Create(p)
	if err != nil {
		return err
	}
	c.ctx.Events.Normal("daemonset-controller", ds, "SuccessfulCreate", "Created pod: %s", made.(metav1.Object).GetName())
	return nil
}

func (c *DaemonSets) remove(ds *appsv1.DaemonSet, p *corev1.Pod) error {
	if err := deletePod(c.ctx, p); err != nil {
		return err
	}
	c.ctx.Events.Normal("daemonset-controller", ds, "SuccessfulDelete", "Deleted pod: %s", p.Name)
	return nil
}
