package grader

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/lessons"
)

func (m *miss) forSource() bool { return m.expect != nil && m.expect.Sees != nil && m.svc != nil }

// policyOfOtherSide is internalTrafficPolicy Local where the external one is
// meant.
func policyOfOtherSide(m *miss) (Diagnosis, bool) {
	if !m.forSource() || m.reach.Way != lessons.ByNode || m.doc == nil {
		return none()
	}
	internal := m.svc.Spec.InternalTrafficPolicy
	if m.svc.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal ||
		internal == nil || *internal != corev1.ServiceInternalTrafficPolicyLocal {
		return none()
	}
	return m.at("traffic-policy-wrong-one", "spec.internalTrafficPolicy", "Write externalTrafficPolicy: Local instead.",
		"internalTrafficPolicy is about callers inside the cluster; whoever comes from outside meets externalTrafficPolicy, which is Cluster")
}

// clientAddressLost is a node that put its own address in the client's place.
func clientAddressLost(m *miss) (Diagnosis, bool) {
	if !m.forSource() || m.svc.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal {
		return none()
	}
	how := "is Cluster"
	if m.doc != nil && !m.doc.Gives("spec.externalTrafficPolicy") {
		how = "is left out, so it is Cluster"
	}
	return m.at("client-address-lost", "spec.externalTrafficPolicy", "Write externalTrafficPolicy: Local.",
		"externalTrafficPolicy %s: the node that takes the packet puts its own address in the client's place", how)
}
