package control

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kind is a kind of object by its three names.
type Kind struct {
	APIVersion, Kind string
	Resource         schema.GroupResource
}

// kindOf tells the kind of a typed object.
func kindOf(obj runtime.Object) (Kind, bool) {
	switch obj.(type) {
	case *corev1.Namespace:
		return Kind{"v1", "Namespace", Namespaces}, true
	case *corev1.Node:
		return Kind{"v1", "Node", Nodes}, true
	case *corev1.Pod:
		return Kind{"v1", "Pod", Pods}, true
	case *corev1.Service:
		return Kind{"v1", "Service", Services}, true
	case *corev1.Endpoints: //nolint:staticcheck // the kind is deprecated and served
		return Kind{"v1", "Endpoints", Endpoints}, true
	case *corev1.Event:
		return Kind{"v1", "Event", Events}, true
	case *corev1.ServiceAccount:
		return Kind{"v1", "ServiceAccount", ServiceAccounts}, true
	case *corev1.ConfigMap:
		return Kind{"v1", "ConfigMap", ConfigMaps}, true
	case *corev1.Secret:
		return Kind{"v1", "Secret", schema.GroupResource{Resource: "secrets"}}, true
	case *appsv1.Deployment:
		return Kind{"apps/v1", "Deployment", Deployments}, true
	case *appsv1.ReplicaSet:
		return Kind{"apps/v1", "ReplicaSet", ReplicaSets}, true
	case *appsv1.StatefulSet:
		return Kind{"apps/v1", "StatefulSet", StatefulSets}, true
	case *appsv1.DaemonSet:
		return Kind{"apps/v1", "DaemonSet", DaemonSets}, true
	case *appsv1.ControllerRevision:
		return Kind{"apps/v1", "ControllerRevision", ControllerRevisions}, true
	case *discoveryv1.EndpointSlice:
		return Kind{"discovery.k8s.io/v1", "EndpointSlice", EndpointSlices}, true
	case *networkingv1.Ingress:
		return Kind{"networking.k8s.io/v1", "Ingress", Ingresses}, true
	case *networkingv1.IngressClass:
		return Kind{"networking.k8s.io/v1", "IngressClass", IngressClasses}, true
	case *networkingv1.NetworkPolicy:
		return Kind{"networking.k8s.io/v1", "NetworkPolicy", schema.GroupResource{Group: "networking.k8s.io", Resource: "networkpolicies"}}, true
	}
	return Kind{}, false
}

// ResourceOfKind is the resource of an owner reference's kind; false for kinds
// that no controller touches.
func ResourceOfKind(apiVersion, kind string) (schema.GroupResource, bool) {
	for _, obj := range owners {
		if k, _ := kindOf(obj); k.APIVersion == apiVersion && k.Kind == kind {
			return k.Resource, true
		}
	}
	return schema.GroupResource{}, false
}

// owners are an object of each kind that may own others.
var owners = []runtime.Object{
	(*corev1.Node)(nil), (*corev1.Namespace)(nil), (*corev1.Pod)(nil), (*corev1.Service)(nil),
	(*corev1.Endpoints)(nil), //nolint:staticcheck // the kind is deprecated and served
	(*corev1.ServiceAccount)(nil), (*corev1.ConfigMap)(nil), (*corev1.Secret)(nil),
	(*appsv1.Deployment)(nil), (*appsv1.ReplicaSet)(nil), (*appsv1.StatefulSet)(nil),
	(*appsv1.DaemonSet)(nil), (*appsv1.ControllerRevision)(nil), (*discoveryv1.EndpointSlice)(nil),
	(*networkingv1.Ingress)(nil), (*networkingv1.IngressClass)(nil), (*networkingv1.NetworkPolicy)(nil),
}
