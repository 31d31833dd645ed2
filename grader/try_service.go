package grader

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/state"
)

// width orders the types by how far they open a Service.
var width = map[corev1.ServiceType]int{
	corev1.ServiceTypeExternalName: 0, corev1.ServiceTypeClusterIP: 1,
	corev1.ServiceTypeNodePort: 2, corev1.ServiceTypeLoadBalancer: 3,
}

// tryOpens judges exposure by what the Service opens, not by a firewall that
// happens to stand in front of it.
func (s *scene) tryOpens(o *lessons.Opens) *miss {
	m := s.service(o.Namespace, o.Service)
	if m.svc == nil {
		return nil
	}
	ways := waysIn(m.svc)
	if !opensMore(m.svc, o) {
		return s.tryOtherDoors(o, m.object)
	}
	m.evidence = Evidence{Tried: "what the Service opens to the outside", Met: strings.Join(ways, "; ")}
	return m
}

func opensMore(svc *corev1.Service, than *lessons.Opens) bool {
	return width[svc.Spec.Type] > width[corev1.ServiceType(than.AtMost)] || len(svc.Spec.ExternalIPs) > 0
}

// tryOtherDoors looks for another Service, which nobody asked for, that opens
// the same pods.
func (s *scene) tryOtherDoors(o *lessons.Opens, object lessons.Object) *miss {
	for _, svc := range s.st.Services {
		_, asked := s.scenario.Object("Service", svc.Name)
		if asked || svc.Name == o.Service || !opensMore(svc, o) || !s.leadsTo(svc, object) {
			continue
		}
		m := s.service(svc.Namespace, svc.Name)
		m.object.App, m.object.DataStore = object.App, object.DataStore
		m.evidence = Evidence{Tried: "what else opens the pods of app=" + object.App, Met: "Service " + svc.Name + ": " + strings.Join(waysIn(svc), "; ")}
		return m
	}
	return nil
}

// leadsTo tells whether a Service has a pod of an object's app behind it.
func (s *scene) leadsTo(svc *corev1.Service, object lessons.Object) bool {
	return slices.ContainsFunc(s.st.EndpointSlices(svc.Namespace, svc.Name), func(slice *discoveryv1.EndpointSlice) bool {
		return s.lists(slice, object.Namespace, object.App)
	})
}

// waysIn lists what a Service opens to the outside.
func waysIn(svc *corev1.Service) []string {
	var ways []string
	for _, p := range svc.Spec.Ports {
		if p.NodePort != 0 && svc.Spec.Type != corev1.ServiceTypeExternalName {
			ways = append(ways, fmt.Sprintf("port %d of every node", p.NodePort))
		}
	}
	if svc.Spec.Type == corev1.ServiceTypeLoadBalancer {
		ways = append(ways, "a load balancer: "+ingressOf(svc))
	}
	for _, ip := range svc.Spec.ExternalIPs {
		ways = append(ways, "the external IP "+ip)
	}
	return ways
}

// ingressOf is what stands under EXTERNAL-IP.
func ingressOf(svc *corev1.Service) string {
	given := svc.Status.LoadBalancer.Ingress
	if len(given) == 0 {
		return "<pending>"
	}
	return cmp.Or(given[0].IP, given[0].Hostname)
}

// trySticky asks for affinity by client address with a certain time-out.
func (s *scene) trySticky(k *lessons.Sticky) *miss {
	m := s.service(k.Namespace, k.Service)
	if m.svc == nil {
		return nil
	}
	sticky := m.svc.Spec.SessionAffinity == corev1.ServiceAffinityClientIP
	if sticky && affinitySeconds(m.svc) == k.Seconds || !sticky && k.Seconds == 0 {
		return nil
	}
	m.evidence = Evidence{Tried: "connections of one client, one after another", Met: "each is drawn anew"}
	if m.svc.Spec.SessionAffinity == corev1.ServiceAffinityClientIP {
		m.evidence.Met = fmt.Sprintf("one pod, until %d seconds after the last", affinitySeconds(m.svc))
	}
	return m
}

func affinitySeconds(svc *corev1.Service) int32 {
	c := svc.Spec.SessionAffinityConfig
	if c == nil || c.ClientIP == nil || c.ClientIP.TimeoutSeconds == nil {
		return 0
	}
	return *c.ClientIP.TimeoutSeconds
}

// tryUnchanged asks that what ran still runs: as many ready pods of each app as
// the cluster was found with.
func (s *scene) tryUnchanged(u *lessons.Unchanged) *miss {
	ran, runs := readyByApp(s.start.Objects), map[string]int{}
	for _, p := range s.st.Pods {
		if state.Ready(p) {
			runs[appOf(p)]++
		}
	}
	for _, app := range slices.Sorted(maps.Keys(ran)) {
		if left := runs[app]; left < ran[app] {
			return &miss{fewer: app, ran: ran[app], evidence: Evidence{Tried: "looking for ready pods of app=" + path.Base(app), Met: fmt.Sprintf("%d of the %d that ran are left", left, ran[app])}}
		}
	}
	for _, name := range u.Services {
		if s.st.Service(u.Namespace, name) == nil {
			m := s.service(u.Namespace, name)
			m.evidence = Evidence{Tried: "looking for Service " + name, Met: "it is gone"}
			return m
		}
	}
	return nil
}

// readyByApp counts the ready pods of a world by their namespace and app.
func readyByApp(objects []runtime.Object) map[string]int {
	ready := map[string]int{}
	for _, o := range objects {
		if p, ok := o.(*corev1.Pod); ok && p.Labels["app"] != "" && state.Ready(p) {
			ready[appOf(p)]++
		}
	}
	return ready
}

func appOf(p *corev1.Pod) string { return p.Namespace + "/" + p.Labels["app"] }
