package grader

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/world"
)

// headlessUnexpected is a Service without an address, where callers use a port
// that only an address can translate.
func headlessUnexpected(m *miss) (Diagnosis, bool) {
	if !m.forPorts() || m.svc.Spec.ClusterIP != corev1.ClusterIPNone {
		return none()
	}
	return m.at("headless-unexpected", "spec.clusterIP", "Take clusterIP: None out. It cannot be changed in place: the Service has to be deleted first.",
		"clusterIP None: the name answers the pods' own addresses, and nothing translates port %d", m.reach.Port)
}

// externalIPsExpose is a ClusterIP Service that external IPs open.
func externalIPsExpose(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Opens == nil || len(m.svc.Spec.ExternalIPs) == 0 || m.wide() {
		return none()
	}
	return m.at("external-ips-expose", "spec.externalIPs", "Take externalIPs out.",
		"externalIPs let everybody in who can send a packet to %s", strings.Join(m.svc.Spec.ExternalIPs, ", "))
}

// wide tells whether the Service's type opens more than the brief allows.
func (m *miss) wide() bool {
	return width[m.svc.Spec.Type] > width[corev1.ServiceType(m.expect.Opens.AtMost)]
}

func typeTooWide(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Opens == nil || !m.wide() {
		return none()
	}
	id, what := "type-too-wide", "this"
	if m.object.DataStore {
		id, what = "database-exposed", "a store of data"
	}
	next := "Write type: " + m.expect.Opens.AtMost + "."
	if m.expect.Opens.AtMost == "ClusterIP" {
		next = "Take spec.type out, or write ClusterIP."
	}
	if m.svc.Name != m.expect.Opens.Service {
		return m.at(id, "spec.type", "Take this Service out.",
			"Service %s leads to the same pods, and its type %s opens them: %s", m.svc.Name, m.svc.Spec.Type, strings.Join(waysIn(m.svc), "; "))
	}
	return m.at(id, "spec.type", next, "type %s opens %s: %s", m.svc.Spec.Type, what, strings.Join(waysIn(m.svc), "; "))
}

// pendingNoProvider is a LoadBalancer in a cluster where nobody provides one,
// and that is what was relied on.
func pendingNoProvider(m *miss) (Diagnosis, bool) {
	if !m.forPorts() || m.svc.Spec.Type != corev1.ServiceTypeLoadBalancer || m.scene.st.World.Platform != world.BareMetal || len(m.svc.Status.LoadBalancer.Ingress) > 0 {
		return none()
	}
	if m.reach.Way == lessons.ByName || m.reach.Way == "" || m.reach.Way == lessons.ByNode && m.choosesNodePort() {
		return none()
	}
	return m.at("pending-no-provider", "spec.type", "Write type: NodePort and choose the port.",
		"type LoadBalancer stays <pending>: nothing in this cluster provides load balancers")
}

func (m *miss) choosesNodePort() bool {
	if m.doc == nil {
		return false
	}
	return slices.ContainsFunc(m.doc.Fields(), func(f string) bool { return strings.HasSuffix(f, ".nodePort") })
}

// typeTooNarrow is a type that does not open what its callers use.
func typeTooNarrow(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.svc == nil {
		return none()
	}
	need := needs(m.expect)
	if need == "" || width[m.svc.Spec.Type] >= width[need] {
		return none()
	}
	return m.at("type-too-narrow", "spec.type", "Write type: "+string(need)+".",
		"type %s opens too little: those who must get in come from outside", m.svc.Spec.Type)
}

// needed is the narrowest type that a Service must have for what is asked of
// it from outside, "" where nothing is.
func (s *scene) needed(service string) corev1.ServiceType {
	var widest corev1.ServiceType
	for i := range s.scenario.Expect {
		e := &s.scenario.Expect[i]
		if t := needs(e); width[t] > width[widest] && slices.Contains(e.About(), service) {
			widest = t
		}
	}
	return widest
}

// needs is the narrowest type with which an expectation can hold, "" where
// any will do.
func needs(e *lessons.Expectation) corev1.ServiceType {
	way := lessons.Way("")
	switch {
	case e.Reach != nil:
		way = e.Reach.Way
	case e.Sees != nil:
		way = e.Sees.Way
	case e.Balancer != nil && e.Balancer.Service != "", e.Admits != nil:
		way = lessons.ByBalancer
	}
	return map[lessons.Way]corev1.ServiceType{lessons.ByNode: corev1.ServiceTypeNodePort, lessons.ByBalancer: corev1.ServiceTypeLoadBalancer}[way]
}
