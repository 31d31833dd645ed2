package registry

import "k8s.io/apimachinery/pkg/runtime/schema"

// kinds makes the strategy of every resource.
func (r *Registry) kinds() map[schema.GroupResource]Strategy {
	m := make(map[schema.GroupResource]Strategy)
	add(m, r, r.services())
	return m
}

func add[T object](m map[schema.GroupResource]Strategy, r *Registry, k kind[T]) {
	m[schema.GroupResource{Group: k.group, Resource: k.resource}] = &strategy[T]{kind: k, r: r}
}
