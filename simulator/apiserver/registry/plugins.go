package registry

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
)

// builtinPlugins are those of the server's own admission plugins, on by
// default, whose work a learner sees.
func (r *Registry) builtinPlugins() []Plugin {
	return []Plugin{PluginFunc(r.admitPodTopology), PluginFunc(admitTolerations), PluginFunc(admitPriority), PluginFunc(r.admitIngressClass)}
}

// admitPodTopology is plugin/pkg/admission/podtopologylabels: a pod that is
// created on or bound to a node gets the node's zone and region as labels.
func (r *Registry) admitPodTopology(_ Request, _ schema.GroupResource, obj, old runtime.Object) error {
	pod, ok := obj.(*corev1.Pod)
	if !ok {
		return nil
	}
	if was, ok := old.(*corev1.Pod); ok && was.Spec.NodeName != "" {
		return nil
	}
	r.labelTopology(pod)
	return nil
}

// admitTolerations is plugin/pkg/admission/defaulttolerationseconds: a pod
// stays five minutes on a node that fails.
func admitTolerations(_ Request, _ schema.GroupResource, obj, old runtime.Object) error {
	pod, ok := obj.(*corev1.Pod)
	if !ok || old != nil {
		return nil
	}
	for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
		if slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool { return toleratesNoExecute(t, key) }) {
			continue
		}
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, corev1.Toleration{
			Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute,
			TolerationSeconds: ptr.To[int64](defaultUnreachableWait),
		})
	}
	return nil
}

func toleratesNoExecute(t corev1.Toleration, key string) bool {
	return (t.Key == key || t.Key == "") && (t.Effect == corev1.TaintEffectNoExecute || t.Effect == "")
}

// admitPriority is plugin/pkg/admission/priority, for a cluster without
// priority classes.
func admitPriority(_ Request, _ schema.GroupResource, obj, old runtime.Object) error {
	pod, ok := obj.(*corev1.Pod)
	if !ok || old != nil || pod.Spec.PriorityClassName != "" {
		return nil
	}
	if pod.Spec.Priority == nil {
		pod.Spec.Priority = ptr.To[int32](0)
	}
	if pod.Spec.PreemptionPolicy == nil {
		pod.Spec.PreemptionPolicy = ptr.To(corev1.PreemptLowerPriority)
	}
	return nil
}

// admitIngressClass gives a new Ingress the default class.
func (r *Registry) admitIngressClass(_ Request, _ schema.GroupResource, obj, old runtime.Object) error {
	if in, ok := obj.(*networkingv1.Ingress); ok && old == nil {
		r.defaultIngressClass(in)
	}
	return nil
}

func (r *Registry) labelTopology(pod *corev1.Pod) {
	node := r.node(pod.Spec.NodeName)
	if node == nil {
		return
	}
	labels := maps.Clone(pod.Labels)
	for _, key := range []string{corev1.LabelTopologyZone, corev1.LabelTopologyRegion} {
		value, ok := node.Labels[key]
		if !ok {
			continue
		}
		if labels == nil {
			labels = make(map[string]string)
		}
		labels[key] = value
	}
	pod.Labels = labels
}

// node is the cluster's node of that name, or nil.
func (r *Registry) node(name string) *corev1.Node {
	if name == "" || r.opts.Objects == nil {
		return nil
	}
	nodes, _ := r.opts.Objects.List(schema.GroupResource{Resource: "nodes"}, "")
	for _, o := range nodes {
		if n, ok := o.(*corev1.Node); ok && n.Name == name {
			return n
		}
	}
	return nil
}
