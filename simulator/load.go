package simulator

import (
	"cmp"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// load stores a world's objects as they stand, completed by what the server
// makes up, and the objects that every cluster has.
func load(api *apiserver.Server, w *world.World) error {
	objects := append(systemObjects(w), w.Objects...)
	zones := topology(w.Objects)
	seen := map[string]int{}
	for i, obj := range objects {
		r := apiserver.ResourceOf(obj)
		if r == nil {
			return fmt.Errorf("the cluster does not store objects of type %T", obj)
		}
		m := obj.(metav1.Object)
		seen[r.GroupResource().String()+"/"+m.GetNamespace()+"/"+m.GetName()] = i
	}
	var order []int
	for _, i := range seen { // a world's own object of that name counts
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(objects[a]), rank(objects[b])), cmp.Compare(a, b))
	})
	for _, i := range order {
		obj := objects[i].DeepCopyObject()
		if pod, ok := obj.(*corev1.Pod); ok {
			addLabels(pod, zones[pod.Spec.NodeName])
		}
		if err := api.Restore(obj); err != nil {
			m := obj.(metav1.Object)
			return fmt.Errorf("%s %s: %w", reflect.TypeOf(obj).Elem().Name(), m.GetName(), err)
		}
	}
	return nil
}

// rank orders objects so that nothing is given away that a later one asks for.
func rank(obj runtime.Object) int {
	switch obj := obj.(type) {
	case *corev1.Namespace:
		return 0
	case *corev1.Service:
		if obj.Spec.ClusterIP == "" || slices.ContainsFunc(obj.Spec.Ports, func(p corev1.ServicePort) bool { return p.NodePort == 0 }) {
			return 2
		}
		return 1
	}
	return 3
}

// topology is, by node, the labels that a pod bound to it is given, as the
// admission plug-in PodTopologyLabels does.
func topology(objects []runtime.Object) map[string]map[string]string {
	byNode := map[string]map[string]string{}
	for _, obj := range objects {
		n, ok := obj.(*corev1.Node)
		if !ok {
			continue
		}
		labels := map[string]string{}
		for _, k := range []string{corev1.LabelTopologyZone, corev1.LabelTopologyRegion} {
			if v, ok := n.Labels[k]; ok {
				labels[k] = v
			}
		}
		byNode[n.Name] = labels
	}
	return byNode
}

func addLabels(pod *corev1.Pod, labels map[string]string) {
	for k, v := range labels {
		if pod.Labels == nil {
			pod.Labels = map[string]string{}
		}
		pod.Labels[k] = v
	}
}

// systemObjects are those that every cluster has, as old as its oldest node.
func systemObjects(w *world.World) []runtime.Object {
	var out []runtime.Object
	for _, name := range []string{"default", "kube-system", "kube-public", "kube-node-lease"} {
		out = append(out, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	out = append(out, kubernetesService(w)...)
	at := w.Born()
	for _, obj := range out {
		obj.(metav1.Object).SetCreationTimestamp(at)
	}
	return out
}

// age makes what controllers added to a world as it was loaded as old as what
// it belongs to, as if they had run since then: endpoints of Services, and the
// service accounts of namespaces.
func age(s *store.Store, start time.Time) error {
	objects, _ := s.All()
	made := map[state.Name]metav1.Time{} // of Services; of namespaces, by their name alone
	for _, obj := range objects {
		switch obj := obj.(type) {
		case *corev1.Service:
			made[state.Of(obj)] = obj.CreationTimestamp
		case *corev1.Namespace:
			made[state.Of(obj)] = obj.CreationTimestamp
		}
	}
	for _, obj := range objects {
		var owner state.Name
		switch obj := obj.(type) {
		case *discoveryv1.EndpointSlice:
			owner = state.Name{Namespace: obj.Namespace, Name: obj.Labels[discoveryv1.LabelServiceName]}
		case *corev1.Endpoints: //nolint:staticcheck // what the real server keeps
			owner = state.Of(obj)
		case *corev1.ServiceAccount:
			owner = state.Name{Name: obj.Namespace}
		default:
			continue
		}
		m := obj.(metav1.Object)
		at, ok := made[owner]
		if !ok || m.GetCreationTimestamp().Unix() != start.Unix() || !at.Time.Before(start) {
			continue
		}
		older := obj.DeepCopyObject()
		older.(metav1.Object).SetCreationTimestamp(at)
		key := store.Key{Resource: apiserver.ResourceOf(obj).GroupResource(), Namespace: m.GetNamespace(), Name: m.GetName()}
		if err := s.Update(key, older, ""); err != nil {
			return fmt.Errorf("age %s: %w", key, err)
		}
	}
	return nil
}

// apiServerPort is the port that API servers listen on.
const apiServerPort = 6443

// kubernetesService is the Service of the API server, with the endpoints that
// the server itself keeps: the first node's address.
func kubernetesService(w *world.World) []runtime.Object {
	meta := metav1.ObjectMeta{Namespace: "default", Name: "kubernetes"}
	labelled := meta
	labelled.Labels = map[string]string{"component": "apiserver", "provider": "kubernetes"}
	svc := &corev1.Service{ObjectMeta: labelled, Spec: corev1.ServiceSpec{
		ClusterIP: w.Spec.ServicePrefix().Addr().Next().String(),
		Ports:     []corev1.ServicePort{{Name: "https", Port: 443, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(apiServerPort)}},
	}}
	out := []runtime.Object{svc}
	address := firstNodeAddress(w.Objects)
	if address == "" {
		return out
	}
	endpoints := &corev1.Endpoints{ObjectMeta: meta, Subsets: []corev1.EndpointSubset{{ //nolint:staticcheck // what the real server keeps
		Addresses: []corev1.EndpointAddress{{IP: address}},
		Ports:     []corev1.EndpointPort{{Name: "https", Port: apiServerPort, Protocol: corev1.ProtocolTCP}},
	}}}
	endpoints.Labels = map[string]string{discoveryv1.LabelSkipMirror: "true"}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: meta, AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{Addresses: []string{address}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}},
		Ports:     []discoveryv1.EndpointPort{{Name: new("https"), Port: new(int32(apiServerPort)), Protocol: new(corev1.ProtocolTCP)}},
	}
	slice.Labels = map[string]string{discoveryv1.LabelServiceName: "kubernetes"}
	return append(out, endpoints, slice)
}

func firstNodeAddress(objects []runtime.Object) string {
	for _, obj := range objects {
		n, ok := obj.(*corev1.Node)
		if !ok {
			continue
		}
		for _, a := range n.Status.Addresses {
			if ip, err := netip.ParseAddr(a.Address); err == nil && a.Type == corev1.NodeInternalIP && ip.Is4() {
				return a.Address
			}
		}
	}
	return ""
}

// latestVersion is the highest resource version in a world: that of a
// snapshot goes on from there.
func latestVersion(w *world.World) int64 {
	var latest int64
	for _, obj := range w.Objects {
		m, ok := obj.(metav1.Object)
		if !ok {
			continue
		}
		if v, err := strconv.ParseInt(m.GetResourceVersion(), 10, 64); err == nil {
			latest = max(latest, v)
		}
	}
	return latest
}
