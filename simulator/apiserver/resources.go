package apiserver

import (
	"reflect"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Resource is one kind of object that the server stores, as discovery tells
// of it.
type Resource struct {
	schema.GroupVersionResource
	Kind       string
	Singular   string
	ShortNames []string
	Categories []string
	Namespaced bool
	// Status and Scale tell which of these subresources there are.
	Status, Scale bool
	// CreateOnUpdate: a PUT to a name that does not exist creates it.
	CreateOnUpdate bool
	// ReturnsDeleted: DELETE answers with the object and not with a Status.
	ReturnsDeleted bool
	// Deprecated is the warning that every request for the kind is given.
	Deprecated string

	goType reflect.Type
}

// GroupVersionKind is the kind that the resource is read and written as.
func (r *Resource) GroupVersionKind() schema.GroupVersionKind {
	return r.GroupVersion().WithKind(r.Kind)
}

// New makes an empty object of the kind.
func (r *Resource) New() runtime.Object {
	return reflect.New(r.goType).Interface().(runtime.Object)
}

var (
	core       = corev1.SchemeGroupVersion
	apps       = appsv1.SchemeGroupVersion
	networking = networkingv1.SchemeGroupVersion
	discovery  = discoveryv1.SchemeGroupVersion
)

// Resources are all the kinds that the server stores, in the order in which
// discovery lists them: the core group first, then by group, by name within.
var Resources = sync.OnceValue(func() []*Resource {
	all := []*Resource{
		{GroupVersionResource: core.WithResource("configmaps"), Kind: "ConfigMap", ShortNames: []string{"cm"}, Namespaced: true, goType: typeOf[corev1.ConfigMap]()},
		{GroupVersionResource: core.WithResource("endpoints"), Kind: "Endpoints", Singular: "endpoints", ShortNames: []string{"ep"}, Namespaced: true, CreateOnUpdate: true, Deprecated: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice", goType: typeOf[corev1.Endpoints]()},
		{GroupVersionResource: core.WithResource("events"), Kind: "Event", ShortNames: []string{"ev"}, Namespaced: true, CreateOnUpdate: true, goType: typeOf[corev1.Event]()},
		{GroupVersionResource: core.WithResource("limitranges"), Kind: "LimitRange", ShortNames: []string{"limits"}, Namespaced: true, CreateOnUpdate: true, goType: typeOf[corev1.LimitRange]()},
		{GroupVersionResource: core.WithResource("namespaces"), Kind: "Namespace", ShortNames: []string{"ns"}, Status: true, goType: typeOf[corev1.Namespace]()},
		{GroupVersionResource: core.WithResource("nodes"), Kind: "Node", ShortNames: []string{"no"}, Status: true, goType: typeOf[corev1.Node]()},
		{GroupVersionResource: core.WithResource("persistentvolumeclaims"), Kind: "PersistentVolumeClaim", ShortNames: []string{"pvc"}, Namespaced: true, Status: true, ReturnsDeleted: true, goType: typeOf[corev1.PersistentVolumeClaim]()},
		{GroupVersionResource: core.WithResource("persistentvolumes"), Kind: "PersistentVolume", ShortNames: []string{"pv"}, Status: true, ReturnsDeleted: true, goType: typeOf[corev1.PersistentVolume]()},
		{GroupVersionResource: core.WithResource("pods"), Kind: "Pod", ShortNames: []string{"po"}, Categories: []string{"all"}, Namespaced: true, Status: true, ReturnsDeleted: true, goType: typeOf[corev1.Pod]()},
		{GroupVersionResource: core.WithResource("resourcequotas"), Kind: "ResourceQuota", ShortNames: []string{"quota"}, Namespaced: true, Status: true, ReturnsDeleted: true, goType: typeOf[corev1.ResourceQuota]()},
		{GroupVersionResource: core.WithResource("secrets"), Kind: "Secret", Namespaced: true, goType: typeOf[corev1.Secret]()},
		{GroupVersionResource: core.WithResource("serviceaccounts"), Kind: "ServiceAccount", ShortNames: []string{"sa"}, Namespaced: true, ReturnsDeleted: true, goType: typeOf[corev1.ServiceAccount]()},
		{GroupVersionResource: core.WithResource("services"), Kind: "Service", ShortNames: []string{"svc"}, Categories: []string{"all"}, Namespaced: true, Status: true, CreateOnUpdate: true, ReturnsDeleted: true, goType: typeOf[corev1.Service]()},

		{GroupVersionResource: apps.WithResource("controllerrevisions"), Kind: "ControllerRevision", Namespaced: true, goType: typeOf[appsv1.ControllerRevision]()},
		{GroupVersionResource: apps.WithResource("daemonsets"), Kind: "DaemonSet", ShortNames: []string{"ds"}, Categories: []string{"all"}, Namespaced: true, Status: true, goType: typeOf[appsv1.DaemonSet]()},
		{GroupVersionResource: apps.WithResource("deployments"), Kind: "Deployment", ShortNames: []string{"deploy"}, Categories: []string{"all"}, Namespaced: true, Status: true, Scale: true, goType: typeOf[appsv1.Deployment]()},
		{GroupVersionResource: apps.WithResource("replicasets"), Kind: "ReplicaSet", ShortNames: []string{"rs"}, Categories: []string{"all"}, Namespaced: true, Status: true, Scale: true, goType: typeOf[appsv1.ReplicaSet]()},
		{GroupVersionResource: apps.WithResource("statefulsets"), Kind: "StatefulSet", ShortNames: []string{"sts"}, Categories: []string{"all"}, Namespaced: true, Status: true, Scale: true, goType: typeOf[appsv1.StatefulSet]()},

		{GroupVersionResource: discovery.WithResource("endpointslices"), Kind: "EndpointSlice", Namespaced: true, goType: typeOf[discoveryv1.EndpointSlice]()},

		{GroupVersionResource: networking.WithResource("ingressclasses"), Kind: "IngressClass", goType: typeOf[networkingv1.IngressClass]()},
		{GroupVersionResource: networking.WithResource("ingresses"), Kind: "Ingress", ShortNames: []string{"ing"}, Namespaced: true, Status: true, goType: typeOf[networkingv1.Ingress]()},
		{GroupVersionResource: networking.WithResource("ipaddresses"), Kind: "IPAddress", ShortNames: []string{"ip"}, goType: typeOf[networkingv1.IPAddress]()},
		{GroupVersionResource: networking.WithResource("networkpolicies"), Kind: "NetworkPolicy", ShortNames: []string{"netpol"}, Namespaced: true, goType: typeOf[networkingv1.NetworkPolicy]()},
		{GroupVersionResource: networking.WithResource("servicecidrs"), Kind: "ServiceCIDR", Status: true, goType: typeOf[networkingv1.ServiceCIDR]()},
	}
	for _, r := range all {
		if r.Singular == "" {
			r.Singular = lower(r.Kind)
		}
	}
	return all
})

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

var byResource = sync.OnceValue(func() map[schema.GroupResource]*Resource {
	m := make(map[schema.GroupResource]*Resource)
	for _, r := range Resources() {
		m[r.GroupResource()] = r
	}
	return m
})

var byType = sync.OnceValue(func() map[reflect.Type]*Resource {
	m := make(map[reflect.Type]*Resource)
	for _, r := range Resources() {
		m[r.goType] = r
	}
	return m
})

// ResourceOf is the resource that a typed object is stored under, nil if the
// server does not store its kind.
func ResourceOf(obj runtime.Object) *Resource {
	t := reflect.TypeOf(obj)
	if t == nil || t.Kind() != reflect.Pointer {
		return nil
	}
	return byType()[t.Elem()]
}

// Find is the resource of that group and name, nil if there is none.
func Find(r schema.GroupResource) *Resource { return byResource()[r] }

// FindKind is the resource that a kind is read and written through, nil if
// the server does not know the kind in that version.
func FindKind(k schema.GroupVersionKind) *Resource {
	for _, r := range Resources() {
		if r.GroupVersionKind() == k {
			return r
		}
	}
	return nil
}

// withKind is a shallow copy of obj that says its apiVersion and kind: stored
// objects do not.
func withKind(obj runtime.Object, gvk schema.GroupVersionKind) runtime.Object {
	v := reflect.ValueOf(obj).Elem()
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	out := c.Interface().(runtime.Object)
	out.GetObjectKind().SetGroupVersionKind(gvk)
	return out
}

// objectMeta is the metadata of a typed object of ours, which always has some.
func objectMeta(obj runtime.Object) metav1.Object { return obj.(metav1.Object) }
