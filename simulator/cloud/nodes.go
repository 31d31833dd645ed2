package cloud

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Eligible are the nodes that balancers are given: all that are not about to
// go and not labelled out, ready or not (cloud-provider's service controller,
// KEP-3458).
func Eligible(nodes []*corev1.Node) []*corev1.Node {
	var out []*corev1.Node
	for _, n := range nodes {
		label, labelled := n.Labels[corev1.LabelNodeExcludeBalancers]
		leaving := slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == "ToBeDeletedByClusterAutoscaler" })
		if n.DeletionTimestamp == nil && !leaving && (!labelled || label == "false") {
			out = append(out, n)
		}
	}
	return out
}

// Announcer is the node from which MetalLB's layer 2 mode announces an address,
// of those that may. The real speakers pick by a hash of address and node.
func Announcer(nodes []*corev1.Node) *corev1.Node {
	return slices.MinFunc(nodes, func(a, b *corev1.Node) int { return cmp.Compare(a.Name, b.Name) })
}

// Zones are the zones of nodes, sorted. Nodes without the label count as one.
func Zones(nodes []*corev1.Node) []string {
	var zones []string
	for _, n := range nodes {
		zones = append(zones, n.Labels[corev1.LabelTopologyZone])
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}
