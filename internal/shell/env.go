package shell

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/state"
)

// podEnv is what kubelet adds to the environment of a pod's first container:
// its own variables and, for Services with a cluster IP that existed when the
// pod started, the links of pkg/kubelet/envvars. Those of the Service
// kubernetes are always there; the rest are of the pod's own namespace.
func podEnv(st *state.State, p *corev1.Pod) []string {
	var env []string
	for _, svc := range linkedServices(st, p) {
		env = append(env, serviceEnv(svc)...)
	}
	if len(p.Spec.Containers) > 0 {
		for _, e := range p.Spec.Containers[0].Env {
			if e.ValueFrom == nil {
				env = append(env, e.Name+"="+e.Value)
			} else if v, ok := fieldValue(p, e.ValueFrom.FieldRef); ok {
				env = append(env, e.Name+"="+v)
			}
		}
	}
	return env
}

func linkedServices(st *state.State, p *corev1.Pod) []*corev1.Service {
	links := p.Spec.EnableServiceLinks == nil || *p.Spec.EnableServiceLinks
	var found []*corev1.Service
	for _, svc := range st.Services {
		master := svc.Namespace == "default" && svc.Name == "kubernetes"
		switch {
		case svc.Spec.ClusterIP == "" || svc.Spec.ClusterIP == corev1.ClusterIPNone:
		case !master && (!links || svc.Namespace != p.Namespace):
		case !master && startedBefore(p, svc):
		default:
			found = append(found, svc)
		}
	}
	slices.SortFunc(found, func(a, b *corev1.Service) int { return cmp.Compare(a.Name, b.Name) })
	return found
}

// startedBefore tells whether a pod's containers were running when a Service
// was made: environments do not change afterwards.
func startedBefore(p *corev1.Pod, svc *corev1.Service) bool {
	started := p.Status.StartTime
	return started != nil && !svc.CreationTimestamp.IsZero() && started.Time.Before(svc.CreationTimestamp.Time)
}

func serviceEnv(svc *corev1.Service) []string {
	name := envName(svc.Name)
	ip := svc.Spec.ClusterIP
	if len(svc.Spec.Ports) == 0 {
		return nil
	}
	env := []string{
		name + "_SERVICE_HOST=" + ip,
		fmt.Sprintf("%s_SERVICE_PORT=%d", name, svc.Spec.Ports[0].Port),
	}
	for _, p := range svc.Spec.Ports {
		if p.Name != "" {
			env = append(env, fmt.Sprintf("%s_SERVICE_PORT_%s=%d", name, envName(p.Name), p.Port))
		}
	}
	for i, p := range svc.Spec.Ports {
		proto := strings.ToLower(string(p.Protocol))
		if proto == "" {
			proto = "tcp"
		}
		url := fmt.Sprintf("%s://%s:%d", proto, ip, p.Port)
		if i == 0 {
			env = append(env, name+"_PORT="+url)
		}
		prefix := fmt.Sprintf("%s_PORT_%d_%s", name, p.Port, strings.ToUpper(proto))
		env = append(env, prefix+"="+url, prefix+"_PROTO="+proto, fmt.Sprintf("%s_PORT=%d", prefix, p.Port), prefix+"_ADDR="+ip)
	}
	return env
}

func envName(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "_")) }

func fieldValue(p *corev1.Pod, ref *corev1.ObjectFieldSelector) (string, bool) {
	if ref == nil {
		return "", false
	}
	switch ref.FieldPath {
	case "metadata.name":
		return p.Name, true
	case "metadata.namespace":
		return p.Namespace, true
	case "metadata.uid":
		return string(p.UID), true
	case "spec.nodeName":
		return p.Spec.NodeName, true
	case "spec.serviceAccountName":
		return p.Spec.ServiceAccountName, true
	case "status.podIP":
		return p.Status.PodIP, true
	case "status.hostIP":
		return p.Status.HostIP, true
	}
	return "", false
}
