package grader

import (
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
)

// headlessExpected is a Service with an address of its own, where the name
// should answer the pods'.
func headlessExpected(m *miss) (Diagnosis, bool) {
	if !m.forPods() || m.expect.Addresses == nil || m.svc.Spec.ClusterIP == corev1.ClusterIPNone {
		return none()
	}
	return m.at("headless-expected", "spec.clusterIP", "Write clusterIP: None.",
		"the Service has the address %s, so its name answers that and not the pods' own", m.svc.Spec.ClusterIP)
}

func (m *miss) forAlias() bool { return m.expect != nil && m.expect.Alias != nil && m.svc != nil }

func aliasMissing(m *miss) (Diagnosis, bool) {
	if !m.forAlias() || m.svc.Spec.Type == corev1.ServiceTypeExternalName {
		return none()
	}
	next := "Write type: ExternalName and externalName: " + m.expect.Alias.Host + "."
	if m.svc.Spec.ExternalName != "" {
		return m.at("external-name-missing", "spec.type", next, "externalName counts only with type: ExternalName; the type is %s", m.svc.Spec.Type)
	}
	return m.at("external-name-missing", "spec.type", next, "the Service is of type %s, so its name is no alias", m.svc.Spec.Type)
}

func aliasOfAddress(m *miss) (Diagnosis, bool) {
	if !m.forAlias() {
		return none()
	}
	if _, err := netip.ParseAddr(strings.TrimSuffix(m.svc.Spec.ExternalName, ".")); err != nil {
		return none()
	}
	return m.addressAsAlias(m.svc.Spec.ExternalName)
}

func (m *miss) addressAsAlias(value string) (Diagnosis, bool) {
	return m.at("external-name-is-address", "spec.externalName", "Write a host name; for an address make a Service without selector and an EndpointSlice.",
		"%s is an address; an alias is for a name, and DNS makes none of an address", value)
}

func aliasOfOther(m *miss) (Diagnosis, bool) {
	if !m.forAlias() || m.svc.Spec.Type != corev1.ServiceTypeExternalName {
		return none()
	}
	return m.at("external-name-wrong-host", "spec.externalName", "Write externalName: "+m.expect.Alias.Host+".",
		"the alias is for %s, and %s is asked for", m.svc.Spec.ExternalName, m.expect.Alias.Host)
}

// unheard tells that nobody heard the client's question to DNS.
func (m *miss) unheard() bool {
	return m.trace != nil && m.trace.Outcome == dataplane.NoSuchName && m.trace.Packet.To.Port() == 53
}

// dnsSilent is a cluster's DNS that does not hear the client: its servers are
// gone, or a policy stands between them.
func dnsSilent(m *miss) (Diagnosis, bool) {
	if !m.unheard() {
		return none()
	}
	if m.trace.Last().Kind == dataplane.HopPolicy {
		return egressTooClosed(m)
	}
	next := "Bring it back: kubectl scale deployment coredns -n kube-system --replicas=2."
	if m.scene.wrote("Deployment", metav1.NamespaceSystem, "coredns") != nil {
		next = "Leave CoreDNS as it was: take this Deployment out."
	}
	d := &metav1.ObjectMeta{Namespace: metav1.NamespaceSystem, Name: "coredns"}
	return m.in("Deployment", d, "dns-silent", "spec.replicas", next, "the cluster's DNS does not answer, so nobody finds an address by a name")
}
