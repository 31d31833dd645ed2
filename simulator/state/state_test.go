package state_test

import (
	"net/netip"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

func TestLookUps(t *testing.T) {
	pod := func(name, ip string) *corev1.Pod {
		return &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "production", Name: name},
			Spec:       corev1.PodSpec{NodeName: "a"},
			Status:     corev1.PodStatus{PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}}},
		}
	}
	slice := &discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{
		Namespace: "production", Name: "cart-x", Labels: map[string]string{discoveryv1.LabelServiceName: "cart"},
	}}
	st := state.New(&world.Spec{}, []runtime.Object{pod("b", "10.244.1.2"), pod("a", "10.244.1.1"), slice})
	if st.Pods[0].Name != "a" {
		t.Error("pods are not sorted")
	}
	if got := st.PodsAt(netip.MustParseAddr("10.244.1.2")); len(got) != 1 || got[0].Name != "b" {
		t.Errorf("PodsAt = %v", got)
	}
	if len(st.PodsOn("a")) != 2 || len(st.EndpointSlices("production", "cart")) != 1 {
		t.Error("pods of a node or slices of a Service are missing")
	}
	if st.Service("production", "cart") != nil || st.Pod("default", "a") != nil {
		t.Error("found what is not there")
	}
}
