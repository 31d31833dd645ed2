package endpoints

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/state"
)

// listed tells whether a pod is an endpoint at all, ready or not.
func listed(pod *corev1.Pod, terminatingToo bool) bool {
	return !terminal(pod) && len(state.PodAddrs(pod)) > 0 && (terminatingToo || pod.DeletionTimestamp == nil)
}

func terminal(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded
}

func ready(pod *corev1.Pod) bool { return state.Ready(pod) }

// named tells whether a pod has a name of its own under a Service.
func named(svc *corev1.Service, pod *corev1.Pod) bool {
	return pod.Spec.Hostname != "" && pod.Spec.Subdomain == svc.Name && pod.Namespace == svc.Namespace
}

// addresses are a pod's in one family.
func addresses(pod *corev1.Pod, family discoveryv1.AddressType) []string {
	var out []string
	for _, ip := range state.PodAddrs(pod) {
		if family == addressType(ip) {
			out = append(out, ip.String())
		}
	}
	return out
}

func addressType(ip netip.Addr) discoveryv1.AddressType {
	if ip.Is6() {
		return discoveryv1.AddressTypeIPv6
	}
	return discoveryv1.AddressTypeIPv4
}

// ports are a Service's on one pod; one whose name the pod does not have is
// left out.
func ports(svc *corev1.Service, pod *corev1.Pod) []discoveryv1.EndpointPort {
	out := []discoveryv1.EndpointPort{}
	for _, p := range svc.Spec.Ports {
		number, ok := targetPort(pod, p)
		if !ok {
			continue
		}
		out = append(out, discoveryv1.EndpointPort{
			Name: new(p.Name), Port: new(number), Protocol: new(p.Protocol), AppProtocol: p.AppProtocol,
		})
	}
	return out
}

// targetPort is where a Service's port leads on a pod: a number as it is, a
// name looked up by name and protocol in the containers, then in the sidecars.
func targetPort(pod *corev1.Pod, p corev1.ServicePort) (int32, bool) {
	if p.TargetPort.Type == intstr.Int {
		if p.TargetPort.IntVal == 0 {
			return p.Port, true // not defaulted
		}
		return p.TargetPort.IntVal, true
	}
	for _, c := range pod.Spec.Containers {
		if number, ok := containerPort(c, p); ok {
			return number, true
		}
	}
	for _, c := range pod.Spec.InitContainers {
		if c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways {
			continue
		}
		if number, ok := containerPort(c, p); ok {
			return number, true
		}
	}
	return 0, false
}

func containerPort(c corev1.Container, p corev1.ServicePort) (int32, bool) {
	for _, have := range c.Ports {
		protocol := have.Protocol
		if protocol == "" {
			protocol = corev1.ProtocolTCP
		}
		if have.Name == p.TargetPort.StrVal && protocol == p.Protocol {
			return have.ContainerPort, true
		}
	}
	return 0, false
}
