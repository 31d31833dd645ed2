package control

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// Index finds pods by selector and Services by a pod's labels without looking
// at all of them, and objects by their owner.
type Index struct {
	pods     map[pair]map[string]*corev1.Pod
	services map[pair]map[string]*corev1.Service
	bySource map[string]map[string]*corev1.Pod // pods by namespace
	onNode   map[string]map[store.Key]bool
	owned    map[types.UID]map[store.Key]bool
	spread   map[placement]int // pods by controller and node
}

// placement is a node and whose pods run there.
type placement struct {
	owner types.UID
	node  string
}

// pair is a label and its value in a namespace.
type pair struct{ namespace, key, value string }

func newIndex() *Index {
	x := &Index{}
	x.reset()
	return x
}

func (x *Index) reset() {
	x.pods = map[pair]map[string]*corev1.Pod{}
	x.services = map[pair]map[string]*corev1.Service{}
	x.bySource = map[string]map[string]*corev1.Pod{}
	x.onNode = map[string]map[store.Key]bool{}
	x.owned = map[types.UID]map[store.Key]bool{}
	x.spread = map[placement]int{}
}

// observe takes in one change.
func (x *Index) observe(e store.Event) {
	if e.Old != nil {
		x.remove(e.Key, e.Old.(metav1.Object))
	}
	if e.Type == store.Deleted {
		x.remove(e.Key, e.Object.(metav1.Object))
		return
	}
	x.add(e.Key, e.Object.(metav1.Object))
}

func (x *Index) add(k store.Key, obj metav1.Object) {
	for _, o := range obj.GetOwnerReferences() {
		put(x.owned, o.UID, k, true)
	}
	switch obj := obj.(type) {
	case *corev1.Pod:
		put(x.bySource, obj.Namespace, obj.Name, obj)
		if obj.Spec.NodeName != "" {
			put(x.onNode, obj.Spec.NodeName, k, true)
			x.spread[placement{controllerOf(obj), obj.Spec.NodeName}]++
		}
		for key, value := range obj.Labels {
			put(x.pods, pair{obj.Namespace, key, value}, obj.Name, obj)
		}
	case *corev1.Service:
		if key, ok := anchor(obj); ok {
			put(x.services, key, obj.Name, obj)
		}
	}
}

func (x *Index) remove(k store.Key, obj metav1.Object) {
	for _, o := range obj.GetOwnerReferences() {
		drop(x.owned, o.UID, k)
	}
	switch obj := obj.(type) {
	case *corev1.Pod:
		drop(x.bySource, obj.Namespace, obj.Name)
		if x.onNode[obj.Spec.NodeName][k] {
			drop(x.onNode, obj.Spec.NodeName, k)
			x.unplace(placement{controllerOf(obj), obj.Spec.NodeName})
		}
		for key, value := range obj.Labels {
			drop(x.pods, pair{obj.Namespace, key, value}, obj.Name)
		}
	case *corev1.Service:
		if key, ok := anchor(obj); ok {
			drop(x.services, key, obj.Name)
		}
	}
}

// anchor is the label of a Service's selector that it is found by: any one
// would do, since a pod that it selects has them all.
func anchor(svc *corev1.Service) (pair, bool) {
	if len(svc.Spec.Selector) == 0 {
		return pair{}, false
	}
	key := ""
	for k := range svc.Spec.Selector {
		if key == "" || k < key {
			key = k
		}
	}
	return pair{svc.Namespace, key, svc.Spec.Selector[key]}, true
}

// PodsMatching returns the pods of a namespace that have all these labels,
// sorted by name. An empty selector matches none.
func (x *Index) PodsMatching(namespace string, selector map[string]string) []*corev1.Pod {
	var smallest map[string]*corev1.Pod
	first := true
	for k, v := range selector {
		set := x.pods[pair{namespace, k, v}]
		if first || len(set) < len(smallest) {
			smallest, first = set, false
		}
	}
	var out []*corev1.Pod
	for _, p := range smallest {
		if matches(selector, p.Labels) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, byName)
	return out
}

func matches(selector, labels map[string]string) bool {
	for k, v := range selector {
		if have, ok := labels[k]; !ok || have != v {
			return false
		}
	}
	return true
}

// PodsIn returns the pods of a namespace, sorted by name.
func (x *Index) PodsIn(namespace string) []*corev1.Pod {
	return slices.SortedFunc(maps.Values(x.bySource[namespace]), byName)
}

func byName(a, b *corev1.Pod) int {
	switch {
	case a.Name < b.Name:
		return -1
	case a.Name > b.Name:
		return 1
	}
	return 0
}

// ServicesSelecting returns the names of the Services that select a pod with
// these labels, sorted.
func (x *Index) ServicesSelecting(namespace string, labels map[string]string) []string {
	var names []string
	for k, v := range labels {
		for name, svc := range x.services[pair{namespace, k, v}] {
			if matches(svc.Spec.Selector, labels) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// PodsOn returns where the pods bound to a node are stored, sorted.
func (x *Index) PodsOn(node string) []store.Key { return sortedKeys(x.onNode[node]) }

// CountOn is how many pods are bound to a node.
func (x *Index) CountOn(node string) int { return len(x.onNode[node]) }

// CountOf is how many pods of one controller ("" for pods without) are bound
// to a node.
func (x *Index) CountOf(owner types.UID, node string) int { return x.spread[placement{owner, node}] }

func (x *Index) unplace(p placement) {
	if x.spread[p]--; x.spread[p] <= 0 {
		delete(x.spread, p)
	}
}

func controllerOf(obj metav1.Object) types.UID {
	if o := metav1.GetControllerOfNoCopy(obj); o != nil {
		return o.UID
	}
	return ""
}

// OwnedBy returns where the objects with this owner are stored, sorted.
func (x *Index) OwnedBy(owner types.UID) []store.Key { return sortedKeys(x.owned[owner]) }

func sortedKeys(set map[store.Key]bool) []store.Key {
	return slices.SortedFunc(maps.Keys(set), func(a, b store.Key) int {
		switch as, bs := a.String(), b.String(); {
		case as < bs:
			return -1
		case as > bs:
			return 1
		}
		return 0
	})
}

func put[A, B comparable, V any](m map[A]map[B]V, a A, b B, v V) {
	inner := m[a]
	if inner == nil {
		inner = map[B]V{}
		m[a] = inner
	}
	inner[b] = v
}

func drop[A, B comparable, V any](m map[A]map[B]V, a A, b B) {
	delete(m[a], b)
	if len(m[a]) == 0 {
		delete(m, a)
	}
}
