package apiserver

import (
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
	obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	strategy := s.strategy(r)
	if err := strategy.Restore(registry.Request{Now: s.now()}, obj); err != nil {
		return err
	}
	m := objectMeta(obj)
	if err := s.store.Create(r.key(m.GetNamespace(), m.GetName()), obj); err != nil {
		strategy.Release(obj)
		return s.word(err, r, m.GetName())
	}
	return nil
}
