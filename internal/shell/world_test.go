package shell_test

import (
	"os"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// load reads a world and makes by hand what the API server and the endpoint
// controller would add to it.
func load(t testing.TB, path string) *state.State {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := world.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, ns := range []string{"default", "kube-system", "kube-public", "kube-node-lease"} {
		w.Objects = append(w.Objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
	}
	w.Objects = append(w.Objects, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "kubernetes"},
		Spec:       corev1.ServiceSpec{ClusterIP: "10.96.0.1", Ports: []corev1.ServicePort{{Name: "https", Port: 443}}},
	})
	for _, o := range w.Objects {
		svc, ok := o.(*corev1.Service)
		if !ok || len(svc.Spec.Selector) == 0 {
			continue
		}
		for _, p := range w.Objects {
			if pod, ok := p.(*corev1.Pod); ok && selects(svc, pod) {
				w.Objects = append(w.Objects, sliceOf(svc, pod))
			}
		}
	}
	return state.New(&w.Spec, w.Objects)
}

func selects(svc *corev1.Service, pod *corev1.Pod) bool {
	return svc.Namespace == pod.Namespace && labels.SelectorFromSet(svc.Spec.Selector).Matches(labels.Set(pod.Labels)) &&
		pod.Status.PodIP != ""
}

func sliceOf(svc *corev1.Service, pod *corev1.Pod) runtime.Object {
	s := &discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{
		Namespace: svc.Namespace, Name: svc.Name + "-" + pod.Name,
		Labels: map[string]string{discoveryv1.LabelServiceName: svc.Name},
	}}
	ready := svc.Spec.PublishNotReadyAddresses || state.Ready(pod) && pod.DeletionTimestamp == nil
	e := discoveryv1.Endpoint{Addresses: []string{pod.Status.PodIP}, NodeName: &pod.Spec.NodeName, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}
	if pod.Spec.Hostname != "" && pod.Spec.Subdomain == svc.Name {
		e.Hostname = &pod.Spec.Hostname
	}
	s.Endpoints = []discoveryv1.Endpoint{e}
	for _, p := range svc.Spec.Ports {
		if number, ok := targetOf(p, pod); ok {
			proto := p.Protocol
			if proto == "" {
				proto = corev1.ProtocolTCP
			}
			s.Ports = append(s.Ports, discoveryv1.EndpointPort{Name: &p.Name, Port: &number, Protocol: &proto})
		}
	}
	return s
}

func targetOf(p corev1.ServicePort, pod *corev1.Pod) (int32, bool) {
	switch {
	case p.TargetPort.Type == intstr.Int && p.TargetPort.IntVal != 0:
		return p.TargetPort.IntVal, true
	case p.TargetPort.Type == intstr.Int:
		return p.Port, true
	}
	for _, c := range pod.Spec.Containers {
		for _, cp := range c.Ports {
			if cp.Name == p.TargetPort.StrVal {
				return cp.ContainerPort, true
			}
		}
	}
	return 0, false
}
