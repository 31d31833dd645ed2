package grader

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// localWithoutEndpoint is a packet that a Local policy dropped at a node
// without a pod.
func localWithoutEndpoint(m *miss) (Diagnosis, bool) {
	if !m.forPorts() || m.trace.Outcome != dataplane.Timeout {
		return none()
	}
	field := "spec.externalTrafficPolicy"
	local := m.svc.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal
	if m.reach.Way == lessons.ByName || m.reach.Way == "" {
		field = "spec.internalTrafficPolicy"
		local = m.svc.Spec.InternalTrafficPolicy != nil && *m.svc.Spec.InternalTrafficPolicy == corev1.ServiceInternalTrafficPolicyLocal
	}
	last := m.trace.Last()
	if !local || last.Kind != dataplane.HopService && last.Kind != dataplane.HopEndpoints {
		return none()
	}
	return m.at("local-without-endpoint", field, "Run a pod on every node that is asked, or set the policy to Cluster.",
		"the policy is Local and no pod runs on %s, so the packet is dropped there", last.Node)
}

func affinityMissing(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Sticky == nil || m.svc.Spec.SessionAffinity == corev1.ServiceAffinityClientIP {
		return none()
	}
	message := "there is no session affinity, so each connection is drawn anew"
	if m.doc != nil && m.doc.Has("spec.sessionAffinityConfig") {
		message = "sessionAffinityConfig alone does nothing: sessionAffinity is not ClientIP"
	}
	return m.at("affinity-missing", "spec.sessionAffinity", "Write sessionAffinity: ClientIP.", "%s", message)
}

func affinityTimeout(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Sticky == nil || m.svc.Spec.SessionAffinity != corev1.ServiceAffinityClientIP {
		return none()
	}
	want := m.expect.Sticky.Seconds
	if want == 0 {
		return m.at("affinity-unwanted", "spec.sessionAffinity", "Take sessionAffinity out, or write None.",
			"sessionAffinity ClientIP keeps all who share an address on one pod for %d seconds", affinitySeconds(m.svc))
	}
	return m.at("affinity-timeout", "spec.sessionAffinityConfig.clientIP.timeoutSeconds", fmt.Sprintf("Write timeoutSeconds: %d.", want),
		"a client stays for %d seconds, and %d are asked for", affinitySeconds(m.svc), want)
}
