package grader

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// Who makes slices from selectors, and from Endpoints that were written by
// hand, in their label endpointslice.kubernetes.io/managed-by.
const (
	sliceController  = "endpointslice-controller.k8s.io"
	mirrorController = "endpointslicemirroring-controller.k8s.io"
)

// handMade are the Service's slices that are not made from a selector: written
// by hand, or mirroring Endpoints that were.
func (m *miss) handMade() []*discoveryv1.EndpointSlice {
	return slices.DeleteFunc(slices.Clone(m.scene.st.EndpointSlices(m.svc.Namespace, m.svc.Name)), func(s *discoveryv1.EndpointSlice) bool {
		return s.Labels[discoveryv1.LabelManagedBy] == sliceController
	})
}

// byHand tells that a Service's endpoints are to be made by hand: it has no
// selector, and a host outside should answer or somebody has begun to.
func (m *miss) byHand() bool {
	if m.svc == nil || len(m.svc.Spec.Selector) > 0 {
		return false
	}
	outside := m.expect != nil && m.expect.Reach != nil && m.expect.Reach.Host != ""
	return outside || len(m.handMade()) > 0 || m.strayed() != nil
}

// sliceWithoutService is a hand-made slice that says of no Service, or of
// another, that it belongs to it.
func sliceWithoutService(m *miss) (Diagnosis, bool) {
	if !m.byHand() || len(m.scene.st.EndpointSlices(m.svc.Namespace, m.svc.Name)) > 0 {
		return none()
	}
	slice := m.strayed()
	if slice == nil {
		return m.at("slice-without-service", "spec.selector", "Write an EndpointSlice with the address, and with the label "+discoveryv1.LabelServiceName+": "+m.svc.Name+".",
			"the Service has no selector, so nobody makes its endpoints, and no EndpointSlice belongs to it")
	}
	const field = "metadata.labels"
	next := "Write the label " + discoveryv1.LabelServiceName + ": " + m.svc.Name + "."
	if other := slice.Labels[discoveryv1.LabelServiceName]; other != "" {
		return m.sliceAt(slice, "slice-without-service", field, next, "EndpointSlice %s says that it belongs to a Service %q, which is not there", slice.Name, other)
	}
	return m.sliceAt(slice, "slice-without-service", field, next,
		"EndpointSlice %s does not say which Service it belongs to; its own name tells nobody", slice.Name)
}

// strayed is a slice of the namespace that belongs to no Service there is. One
// that is not meant for a host outside lists a pod of the app.
func (m *miss) strayed() *discoveryv1.EndpointSlice {
	for _, s := range m.scene.st.Slices {
		if s.Namespace != m.svc.Namespace || m.scene.st.Service(s.Namespace, s.Labels[discoveryv1.LabelServiceName]) != nil {
			continue
		}
		if m.app() == "" || m.scene.lists(s, m.svc.Namespace, m.app()) {
			return s
		}
	}
	return nil
}

// slicePortName is a hand-made slice whose ports bear other names than the
// Service's.
func slicePortName(m *miss) (Diagnosis, bool) {
	if m.reach == nil || !m.byHand() {
		return none()
	}
	for _, slice := range m.handMade() {
		for i, p := range slice.Ports {
			for _, want := range m.svc.Spec.Ports {
				if want.Port != m.reach.Port || sliceHasPort(slice, want) {
					continue
				}
				if ptr.Deref(p.Name, "") == want.Name {
					return m.sliceAt(slice, "protocol-wrong", manifest.At("ports", i)+".protocol", fmt.Sprintf("Write protocol: %s.", want.Protocol),
						"the Service's port is there for %s, and the slice's for %s", want.Protocol, ptr.Deref(p.Protocol, corev1.ProtocolTCP))
				}
				return m.sliceAt(slice, "slice-port-name", manifest.At("ports", i)+".name", "Give both the same name.",
					"ports are joined by name: the Service's %s, and the slice's %s", isCalled(want.Name), isCalled(ptr.Deref(p.Name, "")))
			}
		}
	}
	return none()
}

func sliceHasPort(slice *discoveryv1.EndpointSlice, want corev1.ServicePort) bool {
	return slices.ContainsFunc(slice.Ports, func(p discoveryv1.EndpointPort) bool {
		return ptr.Deref(p.Name, "") == want.Name && ptr.Deref(p.Protocol, corev1.ProtocolTCP) == want.Protocol
	})
}

func isCalled(name string) string {
	if name == "" {
		return "has no name"
	}
	return fmt.Sprintf("is %q", name)
}

// sliceEndpointWrong is a hand-made slice that lists an endpoint which does not
// answer, or not all the pods.
func sliceEndpointWrong(m *miss) (Diagnosis, bool) {
	if m.svc == nil || m.trace == nil || m.expect == nil || m.expect.Reach == nil {
		return none()
	}
	const id, field = "slice-endpoint-wrong", "endpoints"
	made := m.handMade()
	for _, b := range m.trace.Failing {
		for _, slice := range made {
			if b.Object.Kind != "NetworkPolicy" && listsAddress(slice, b.Address.Addr().String()) {
				next := "Correct the address or the port there."
				if len(m.svc.Spec.Selector) > 0 {
					next = "Take this slice out: the selector finds the pods by itself."
				}
				return m.sliceAt(slice, id, field, next, "%s lists %s, and that gives no answer. %s", written(slice), b.Address, strings.TrimSuffix(b.Why, "."))
			}
		}
	}
	for _, slice := range made {
		for i, e := range slice.Endpoints {
			if !ready(e) {
				return m.sliceAt(slice, id, manifest.At(field, i)+".conditions.ready", "Take that condition out, or write true.",
					"%s says of %s that it is not ready, so nobody is sent there", written(slice), words(e.Addresses))
			}
		}
	}
	if left := m.scene.leftOut(m.reach, nil); len(made) > 0 && len(m.svc.Spec.Selector) == 0 && len(left) > 0 {
		return m.sliceAt(made[0], id, field, "Add a selector, app: "+m.app()+", and take it out; the endpoints then follow the pods.",
			"the endpoints are written by hand, and %s leaves out %s", written(made[0]), words(left))
	}
	return none()
}

// lists tells whether a slice has a pod of an app among its endpoints.
func (s *scene) lists(slice *discoveryv1.EndpointSlice, namespace, app string) bool {
	return slices.ContainsFunc(podsOf(s.st, namespace, app), func(n state.Name) bool {
		address := s.st.Pod(n.Namespace, n.Name).Status.PodIP
		return address != "" && listsAddress(slice, address)
	})
}

func listsAddress(slice *discoveryv1.EndpointSlice, address string) bool {
	return slices.ContainsFunc(slice.Endpoints, func(e discoveryv1.Endpoint) bool { return slices.Contains(e.Addresses, address) })
}

// written is what somebody wrote for a slice to be there: Endpoints, where it
// mirrors them, or the slice itself.
func written(slice *discoveryv1.EndpointSlice) string {
	kind, name := writtenAs(slice)
	return kind + " " + name
}

func writtenAs(slice *discoveryv1.EndpointSlice) (kind, name string) {
	if slice.Labels[discoveryv1.LabelManagedBy] == mirrorController {
		return "Endpoints", slice.Labels[discoveryv1.LabelServiceName]
	}
	return "EndpointSlice", slice.Name
}

// sliceAt is a diagnosis in a slice of the learner's.
func (m *miss) sliceAt(slice *discoveryv1.EndpointSlice, id, field, next, message string, args ...any) (Diagnosis, bool) {
	kind, name := writtenAs(slice)
	if kind == "Endpoints" {
		field = "subsets" + strings.TrimPrefix(field, "endpoints")
	}
	return m.in(kind, &metav1.ObjectMeta{Namespace: slice.Namespace, Name: name}, id, field, next, message, args...)
}

// notReadyPublished is a Service that sends clients to pods that are not
// ready.
func notReadyPublished(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.svc == nil || !m.svc.Spec.PublishNotReadyAddresses || m.expect.Shut == nil && !m.meetsUnready() {
		return none()
	}
	return m.at("not-ready-published", "spec.publishNotReadyAddresses", "Take publishNotReadyAddresses out of this Service.",
		"publishNotReadyAddresses sends clients of %s to pods that are not ready", m.svc.Name)
}

// readyUnproved is clients who are to be kept from pods that are not ready, and
// meet them since they count as ready without having become so.
func readyUnproved(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Shut == nil || m.trace == nil || m.expect.Shut.App == "" {
		return none()
	}
	found := m.scene.found(namespace(m.reach), m.expect.Shut.App)
	if len(found) == 0 || slices.ContainsFunc(found, state.Ready) {
		return none()
	}
	return Diagnosis{
		ID:      "not-ready-published",
		Message: fmt.Sprintf("the pods of app=%s count as ready since their readiness probe was changed, so clients are sent to them", m.expect.Shut.App),
		Next:    "Leave the readiness probe as it was.",
	}, true
}

// meetsUnready tells whether a pod that is not ready answered.
func (m *miss) meetsUnready() bool {
	return m.trace != nil && slices.ContainsFunc(m.trace.Backends, func(b dataplane.Backend) bool {
		pod := m.scene.st.Pod(b.Pod.Namespace, b.Pod.Name)
		return pod != nil && !state.Ready(pod)
	})
}
