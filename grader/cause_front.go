package grader

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Annotations of an Ingress that decide how its balancer takes requests.
const (
	albListenPorts = albPrefix + "listen-ports"
	albCertificate = albPrefix + "certificate-arn"
	albInbound     = albPrefix + "inbound-cidrs"
)

// frontListens is an Ingress's balancer that does not listen on port 80, where
// the requests arrive, or one that the controller does not make since it
// cannot listen as it is told to.
func frontListens(m *miss) (Diagnosis, bool) {
	return m.front(func(i *networkingv1.Ingress) (Diagnosis, bool) {
		ports, err := cloud.ListenPorts(i)
		_, listens := ports[80]
		field := manifest.Join("metadata.annotations", albListenPorts)
		const next = "Take the annotation out: the balancer then listens on port 80."
		switch _, there := i.Annotations[albListenPorts]; {
		case err != nil:
			return m.in("Ingress", i, "port-wrong", field, next, "the controller makes no balancer: %v", err)
		case listens:
			return none()
		case !there:
			field = manifest.Join("metadata.annotations", albCertificate)
			return m.in("Ingress", i, "port-wrong", field, "Write the annotation "+albListenPorts+`: '[{"HTTP": 80}, {"HTTPS": 443}]'.`,
				"with a certificate and no listen-ports the balancer listens on 443 alone, and requests come to port 80")
		}
		return m.in("Ingress", i, "port-wrong", field, next, "the balancer does not listen on port 80, and requests come there")
	})
}

// frontAdmits is an Ingress's balancer that lets only some networks in.
func frontAdmits(m *miss) (Diagnosis, bool) {
	if m.client.Kind != dataplane.External {
		return none()
	}
	return m.front(func(i *networkingv1.Ingress) (Diagnosis, bool) {
		b := m.scene.balancerOf("Ingress", i.Namespace, i.Name)
		if b != nil && !slices.ContainsFunc(m.scene.ownAddresses(m.client), b.of.Admits) {
			return m.in("Ingress", i, "source-ranges-too-narrow", manifest.Join("metadata.annotations", albInbound), "Take the annotation out: everybody should come in.",
				"only %s may come in, which leaves out some who should", i.Annotations[albInbound])
		}
		return none()
	})
}

// front looks for a cause in the Ingresses that somebody serves.
func (m *miss) front(find func(*networkingv1.Ingress) (Diagnosis, bool)) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Route == nil {
		return none()
	}
	for _, i := range m.ingresses() {
		if !cloud.ServesIngress(m.scene.st.World, i, m.scene.st.IngressClasses) {
			continue
		}
		if d, ok := find(i); ok {
			return d, true
		}
	}
	return none()
}
