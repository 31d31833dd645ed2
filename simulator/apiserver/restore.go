package apiserver

import (
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver/registry"
)

// Restore stores an object as it stands, as etcd would have it: status,
// deletion time and finalizers stay. What the server makes up is added where
// it is missing: uid, creation time, defaults, addresses and ports, which are
// allocated. The callee keeps obj.
func (s *Server) Restore(obj runtime.Object) error {
	r := ResourceOf(obj)
	if r == nil {
		return unknownKind(obj)
	}
	was := obj.DeepCopyObject()
	obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	strategy := s.strategy(r)
	strategy.Default(obj)
	out, err := strategy.Create(registry.Request{Now: s.now()}, obj)
	if err == nil {
		restoreMeta(objectMeta(obj), objectMeta(was))
		restoreStatus(obj, was)
		m := objectMeta(obj)
		err = s.word(s.store.Create(r.key(m.GetNamespace(), m.GetName()), obj), r, m.GetName())
	}
	finish(out, err == nil)
	return err
}

func restoreMeta(m, was metav1.Object) {
	if uid := was.GetUID(); uid != "" {
		m.SetUID(uid)
	}
	if t := was.GetCreationTimestamp(); !t.IsZero() {
		m.SetCreationTimestamp(t)
	}
	m.SetDeletionTimestamp(was.GetDeletionTimestamp())
	m.SetDeletionGracePeriodSeconds(was.GetDeletionGracePeriodSeconds())
	m.SetFinalizers(was.GetFinalizers())
	m.SetManagedFields(was.GetManagedFields())
	if g := was.GetGeneration(); g != 0 {
		m.SetGeneration(g)
	}
}

// restoreStatus takes an object's status from was, where was says any.
func restoreStatus(obj, was runtime.Object) {
	to, from := reflect.ValueOf(obj).Elem().FieldByName("Status"), reflect.ValueOf(was).Elem().FieldByName("Status")
	if from.IsValid() && !from.IsZero() {
		to.Set(from)
	}
}
