package registry

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// builtinPlugins are those of the server's own admission plugins, on by
// default, whose work a learner sees.
func (r *Registry) builtinPlugins() []Plugin {
	return []Plugin{PluginFunc(r.admitPodTopology)}
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
