package dataplane

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/state"
)

// withSlices adds the EndpointSlices that the endpoint controller would make.
func withSlices(objects []runtime.Object) []runtime.Object {
	st := state.New(nil, objects)
	out := slices.Clone(objects)
	zone := func(node string) *string {
		for _, n := range st.Nodes {
			if z := n.Labels[corev1.LabelTopologyZone]; n.Name == node && z != "" {
				return &z
			}
		}
		return nil
	}
	for _, svc := range st.Services {
		if len(svc.Spec.Selector) == 0 || svc.Spec.Type == corev1.ServiceTypeExternalName {
			continue
		}
		for i, pod := range st.Pods {
			if pod.Namespace != svc.Namespace || !labels.SelectorFromSet(svc.Spec.Selector).Matches(labels.Set(pod.Labels)) || pod.Status.PodIP == "" {
				continue
			}
			serving, terminating := state.Ready(pod), pod.DeletionTimestamp != nil
			ready := serving && !terminating || svc.Spec.PublishNotReadyAddresses
			ep := discoveryv1.Endpoint{
				Addresses:  []string{pod.Status.PodIP},
				NodeName:   &pod.Spec.NodeName,
				Zone:       zone(pod.Spec.NodeName),
				Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &serving, Terminating: &terminating},
			}
			if td := svc.Spec.TrafficDistribution; td != nil && ready {
				ep.Hints = &discoveryv1.EndpointHints{ForZones: []discoveryv1.ForZone{{Name: *ep.Zone}}}
				if *td == corev1.ServiceTrafficDistributionPreferSameNode {
					ep.Hints.ForNodes = []discoveryv1.ForNode{{Name: pod.Spec.NodeName}}
				}
			}
			var ports []discoveryv1.EndpointPort
			for j := range svc.Spec.Ports {
				p := &svc.Spec.Ports[j]
				number, ok := targetPort(pod, p)
				if !ok {
					continue
				}
				proto := p.Protocol
				if proto == "" {
					proto = corev1.ProtocolTCP
				}
				ports = append(ports, discoveryv1.EndpointPort{Name: &p.Name, Protocol: &proto, Port: &number})
			}
			out = append(out, &discoveryv1.EndpointSlice{
				ObjectMeta: metav1.ObjectMeta{
					Namespace: svc.Namespace, Name: fmt.Sprintf("%s-%d", svc.Name, i),
					Labels: map[string]string{discoveryv1.LabelServiceName: svc.Name},
				},
				AddressType: discoveryv1.AddressTypeIPv4, Endpoints: []discoveryv1.Endpoint{ep}, Ports: ports,
			})
		}
	}
	return out
}

func targetPort(pod *corev1.Pod, p *corev1.ServicePort) (int32, bool) {
	if p.TargetPort.Type == intstr.Int {
		if p.TargetPort.IntVal == 0 {
			return p.Port, true
		}
		return p.TargetPort.IntVal, true
	}
	for _, c := range pod.Spec.Containers {
		for _, cp := range c.Ports {
			same := cp.Protocol == p.Protocol || cp.Protocol == "TCP" && p.Protocol == "" || cp.Protocol == "" && p.Protocol == "TCP"
			if cp.Name == p.TargetPort.StrVal && same {
				return cp.ContainerPort, true
			}
		}
	}
	return 0, false
}
