package control

import "k8s.io/apimachinery/pkg/runtime/schema"

// The resources that controllers read and write.
var (
	Namespaces          = schema.GroupResource{Resource: "namespaces"}
	Nodes               = schema.GroupResource{Resource: "nodes"}
	Pods                = schema.GroupResource{Resource: "pods"}
	Services            = schema.GroupResource{Resource: "services"}
	Endpoints           = schema.GroupResource{Resource: "endpoints"}
	Events              = schema.GroupResource{Resource: "events"}
	ServiceAccounts     = schema.GroupResource{Resource: "serviceaccounts"}
	ConfigMaps          = schema.GroupResource{Resource: "configmaps"}
	Deployments         = schema.GroupResource{Group: "apps", Resource: "deployments"}
	ReplicaSets         = schema.GroupResource{Group: "apps", Resource: "replicasets"}
	StatefulSets        = schema.GroupResource{Group: "apps", Resource: "statefulsets"}
	DaemonSets          = schema.GroupResource{Group: "apps", Resource: "daemonsets"}
	ControllerRevisions = schema.GroupResource{Group: "apps", Resource: "controllerrevisions"}
	EndpointSlices      = schema.GroupResource{Group: "discovery.k8s.io", Resource: "endpointslices"}
	Ingresses           = schema.GroupResource{Group: "networking.k8s.io", Resource: "ingresses"}
	IngressClasses      = schema.GroupResource{Group: "networking.k8s.io", Resource: "ingressclasses"}
)
