package registry

import "k8s.io/apimachinery/pkg/runtime/schema"

// kinds makes the strategy of every resource.
func (r *Registry) kinds() map[schema.GroupResource]Strategy {
	m := make(map[schema.GroupResource]Strategy)
	add(m, r, r.services())
	add(m, r, r.endpoints())
	add(m, r, r.endpointSlices())
	add(m, r, r.ingresses())
	add(m, r, r.ingressClasses())
	add(m, r, r.networkPolicies())
	add(m, r, r.ipAddresses())
	add(m, r, r.serviceCIDRs())
	add(m, r, r.pods())
	add(m, r, r.deployments())
	add(m, r, r.replicaSets())
	add(m, r, r.statefulSets())
	add(m, r, r.daemonSets())
	add(m, r, r.namespaces())
	add(m, r, r.nodes())
	add(m, r, r.events())
	add(m, r, r.configMaps())
	add(m, r, r.secrets())
	add(m, r, r.serviceAccounts())
	return m
}

func add[T object](m map[schema.GroupResource]Strategy, r *Registry, k kind[T]) {
	m[schema.GroupResource{Group: k.group, Resource: k.resource}] = &strategy[T]{kind: k, r: r}
}
