package pods

import (
	"fmt"
	"net/netip"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
)

// address gives a pod its address: its node's on the host network, else the
// next free one of the node's podCIDR, as the CNI plug-in host-local does.
func (c *Kubelet) address(pod *corev1.Pod) error {
	node, ok := control.Get[*corev1.Node](c.ctx, control.Nodes, "", pod.Spec.NodeName)
	if !ok {
		return fmt.Errorf("node %q not found", pod.Spec.NodeName)
	}
	var ip netip.Addr
	if pod.Spec.HostNetwork {
		ips := state.NodeAddrs(node, corev1.NodeInternalIP)
		if len(ips) == 0 {
			return fmt.Errorf("node %q has no InternalIP", node.Name)
		}
		ip = ips[0]
	} else {
		var err error
		if ip, err = c.free(node); err != nil {
			return err
		}
	}
	pod.Status.PodIP, pod.Status.PodIPs = ip.String(), []corev1.PodIP{{IP: ip.String()}}
	return nil
}

// free is the next address of a node's podCIDR that no pod has, after the one
// given last. The first address is the node's own, on the pods' side.
func (c *Kubelet) free(node *corev1.Node) (netip.Addr, error) {
	cidr, err := netip.ParsePrefix(node.Spec.PodCIDR)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("node %q: spec.podCIDR: %w", node.Name, err)
	}
	used := map[netip.Addr]bool{}
	for _, k := range c.ctx.Index.PodsOn(node.Name) {
		if p, ok := control.Get[*corev1.Pod](c.ctx, control.Pods, k.Namespace, k.Name); ok {
			for _, ip := range state.PodAddrs(p) {
				used[ip] = true
			}
		}
	}
	first := cidr.Masked().Addr().Next().Next()
	ip, ok := c.last[node.Name]
	if !ok {
		ip = first.Prev()
	}
	for range 1 << min(16, first.BitLen()-cidr.Bits()) {
		ip = ip.Next()
		if next := ip.Next(); !cidr.Contains(ip) || ip.Is4() && !cidr.Contains(next) {
			ip = first // around, past the broadcast address
		}
		if !used[ip] {
			c.last[node.Name] = ip
			return ip, nil
		}
	}
	return netip.Addr{}, fmt.Errorf("plugin type=\"host-local\" failed (add): no IP addresses available in range set: %s", cidr)
}
