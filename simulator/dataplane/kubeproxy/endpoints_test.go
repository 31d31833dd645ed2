package kubeproxy

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// An address that several slices list counts once on each node, and there the
// listing that names this node wins: addEndpoints of
// pkg/proxy/endpointslicecache.go favours what is local.
func TestAddressListedTwice(t *testing.T) {
	slice := func(node string, ready bool) *discoveryv1.EndpointSlice {
		e := discoveryv1.Endpoint{Addresses: []string{"10.244.1.5"}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}
		if node != "" {
			e.NodeName = &node
		}
		name, number := "http", int32(8080)
		return &discoveryv1.EndpointSlice{
			Ports:     []discoveryv1.EndpointPort{{Name: &name, Port: &number}},
			Endpoints: []discoveryv1.Endpoint{e, {Addresses: []string{"10.244.1.6"}, NodeName: e.NodeName}},
		}
	}
	all := []*discoveryv1.EndpointSlice{slice("", true), slice("b", false), slice("c", true)}
	for node, want := range map[string]Endpoint{
		"a": {Node: "", Ready: true, Serving: true},
		"b": {Node: "b", Ready: false, Serving: true},
		"c": {Node: "c", Ready: true, Serving: true},
		"":  {Node: "", Ready: true, Serving: true},
	} {
		port := &corev1.ServicePort{Name: "http", Port: 80}
		endpoints := endpointsOf(port, all)
		for range 2 { // asking changes nothing
			for _, other := range []string{"b", "c", node} {
				got := endpoints.v4.on(other)
				if addresses := slices.Compact(addressesOf(got)); len(got) != 2 || len(addresses) != 2 {
					t.Fatalf("on %q: %v, want each address once", other, got)
				}
			}
		}
		got := endpoints.v4.on(node)[0]
		want.Address = got.Address
		if got != want {
			t.Errorf("on %q: %+v, want %+v", node, got, want)
		}
	}
}

func addressesOf(all []Endpoint) []string {
	var list []string
	for _, e := range all {
		list = append(list, e.Address.String())
	}
	return list
}
