package registry

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func warnPod(p, _ *corev1.Pod) []string { return warnPodSpec(&p.Spec, field.NewPath("spec")) }

func warnTemplate(t *corev1.PodTemplateSpec) []string {
	return warnPodSpec(&t.Spec, field.NewPath("spec", "template", "spec"))
}

// placed is a container or a port and where it stands.
type placed[T any] struct {
	at    *field.Path
	value T
}

func placedContainers(s *corev1.PodSpec, p *field.Path) []placed[*corev1.Container] {
	var out []placed[*corev1.Container]
	for i := range s.InitContainers {
		out = append(out, placed[*corev1.Container]{p.Child("initContainers").Index(i), &s.InitContainers[i]})
	}
	for i := range s.Containers {
		out = append(out, placed[*corev1.Container]{p.Child("containers").Index(i), &s.Containers[i]})
	}
	return out
}

// warnPodSpec is what pkg/api/pod warns of and a learner meets: variables and
// ports that are written twice.
func warnPodSpec(s *corev1.PodSpec, p *field.Path) []string {
	var out []string
	containers := placedContainers(s, p)
	for _, c := range containers {
		seen := make(map[string]bool)
		for i, e := range c.value.Env {
			if seen[e.Name] {
				out = append(out, fmt.Sprintf("%s: hides previous definition of %q, which may be dropped when using apply",
					c.at.Child("env").Index(i), e.Name))
			}
			seen[e.Name] = true
		}
	}
	return append(out, warnPorts(containers)...)
}

// warnPorts compares the ports of all containers, which share an address.
func warnPorts(containers []placed[*corev1.Container]) []string {
	type number struct {
		port     int32
		protocol corev1.Protocol
	}
	var out []string
	before := make(map[number][]placed[corev1.ContainerPort])
	for _, c := range containers {
		for i, port := range c.value.Ports {
			at := c.at.Child("ports").Index(i)
			key := number{port.ContainerPort, port.Protocol}
			for _, other := range before[key] {
				if how := portConflict(port, other.value); how != "" {
					out = append(out, fmt.Sprintf("%s: %s port definition with %s", at, how, other.at))
				}
			}
			before[key] = append(before[key], placed[corev1.ContainerPort]{at, port})
		}
	}
	return out
}

func portConflict(a, b corev1.ContainerPort) string {
	switch {
	case a.HostIP == b.HostIP && a.HostPort == b.HostPort:
		return "duplicate"
	case a.HostPort == 0 || b.HostPort == 0:
		return "overlapping"
	case a.HostPort == b.HostPort && (a.HostIP == "") != (b.HostIP == ""):
		return "dangerously ambiguous"
	}
	return ""
}
