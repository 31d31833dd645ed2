package grader

import (
	"slices"

	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/kubetutor/tutor/grader/manifest"
)

// byHand tells that a Service's endpoints are made by hand: it has no
// selector, and a host outside should answer.
func (m *miss) byHand() bool {
	return m.expect != nil && m.expect.Reach != nil && m.expect.Reach.Host != "" && m.svc != nil && len(m.svc.Spec.Selector) == 0
}

// sliceWithoutService is a hand-made slice that says of no Service, or of
// another, that it belongs to it.
func sliceWithoutService(m *miss) (Diagnosis, bool) {
	if !m.byHand() || len(m.scene.st.EndpointSlices(m.svc.Namespace, m.svc.Name)) > 0 {
		return none()
	}
	slice := m.strayed()
	if slice == nil {
		return none()
	}
	const field = "metadata.labels"
	next := "Write the label " + discoveryv1.LabelServiceName + ": " + m.svc.Name + "."
	if other := slice.Labels[discoveryv1.LabelServiceName]; other != "" {
		return m.sliceAt(slice, "slice-without-service", field, next, "EndpointSlice %s says that it belongs to a Service %q, which is not there", slice.Name, other)
	}
	return m.sliceAt(slice, "slice-without-service", field, next,
		"EndpointSlice %s does not say which Service it belongs to; its own name tells nobody", slice.Name)
}

// strayed is a slice of the namespace that belongs to no Service there is.
func (m *miss) strayed() *discoveryv1.EndpointSlice {
	for _, s := range m.scene.st.Slices {
		if s.Namespace == m.svc.Namespace && m.scene.st.Service(s.Namespace, s.Labels[discoveryv1.LabelServiceName]) == nil {
			return s
		}
	}
	return nil
}

// slicePortName is a hand-made slice whose ports bear other names than the
// Service's.
func slicePortName(m *miss) (Diagnosis, bool) {
	if !m.byHand() {
		return none()
	}
	for _, slice := range m.scene.st.EndpointSlices(m.svc.Namespace, m.svc.Name) {
		for i, p := range slice.Ports {
			for _, want := range m.svc.Spec.Ports {
				if want.Port != m.reach.Port || sliceHasPort(slice, want.Name) {
					continue
				}
				name := ""
				if p.Name != nil {
					name = *p.Name
				}
				return m.sliceAt(slice, "slice-port-name", manifest.At("ports", i)+".name", "Give both the same name.",
					"ports are joined by name: the Service's is %q, and the slice's is %q", want.Name, name)
			}
		}
	}
	return none()
}

func sliceHasPort(slice *discoveryv1.EndpointSlice, name string) bool {
	return slices.ContainsFunc(slice.Ports, func(p discoveryv1.EndpointPort) bool {
		return p.Name == nil && name == "" || p.Name != nil && *p.Name == name
	})
}

// sliceAt is a diagnosis in a slice of the learner's.
func (m *miss) sliceAt(slice *discoveryv1.EndpointSlice, id, field, next, message string, args ...any) (Diagnosis, bool) {
	m.doc = nil
	if m.scene.file != nil {
		for _, d := range m.scene.file.Documents {
			if d.Kind() == "EndpointSlice" && d.Name() == slice.Name {
				m.doc = d
			}
		}
	}
	return m.at(id, field, next, message, args...)
}

// notReadyPublished is a Service that sends clients to pods that are not
// ready, where they are to be kept from them.
func notReadyPublished(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Shut == nil || m.svc == nil || !m.svc.Spec.PublishNotReadyAddresses {
		return none()
	}
	return m.at("not-ready-published", "spec.publishNotReadyAddresses", "Take publishNotReadyAddresses out of this Service.",
		"publishNotReadyAddresses sends clients of %s to pods that are not ready", m.svc.Name)
}
