package apiserver

import (
	"fmt"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
)

// selectable are the fields that a kind's field selectors may name beside
// metadata.name and metadata.namespace, as in the conversion functions and
// strategies of Kubernetes.
var selectable = map[string]func(runtime.Object) fields.Set{
	"Pod": func(o runtime.Object) fields.Set {
		p := o.(*corev1.Pod)
		return fields.Set{
			"spec.nodeName":            p.Spec.NodeName,
			"spec.restartPolicy":       string(p.Spec.RestartPolicy),
			"spec.schedulerName":       p.Spec.SchedulerName,
			"spec.serviceAccountName":  p.Spec.ServiceAccountName,
			"spec.hostNetwork":         strconv.FormatBool(p.Spec.HostNetwork),
			"status.phase":             string(p.Status.Phase),
			"status.podIP":             p.Status.PodIP,
			"status.podIPs":            p.Status.PodIP,
			"status.nominatedNodeName": p.Status.NominatedNodeName,
		}
	},
	"Service": func(o runtime.Object) fields.Set {
		s := o.(*corev1.Service)
		return fields.Set{"spec.clusterIP": s.Spec.ClusterIP, "spec.type": string(s.Spec.Type)}
	},
	"Node": func(o runtime.Object) fields.Set {
		return fields.Set{"spec.unschedulable": strconv.FormatBool(o.(*corev1.Node).Spec.Unschedulable)}
	},
	"Namespace": func(o runtime.Object) fields.Set {
		return fields.Set{"status.phase": string(o.(*corev1.Namespace).Status.Phase)}
	},
	"Secret": func(o runtime.Object) fields.Set { return fields.Set{"type": string(o.(*corev1.Secret).Type)} },
	"Event":  func(o runtime.Object) fields.Set { return eventFields(o.(*corev1.Event)) },
	"ReplicaSet": func(o runtime.Object) fields.Set {
		return fields.Set{"status.replicas": strconv.Itoa(int(o.(*appsv1.ReplicaSet).Status.Replicas))}
	},
	"IPAddress": func(o runtime.Object) fields.Set {
		ip := o.(*networkingv1.IPAddress)
		if ip.Spec.ParentRef == nil {
			return fields.Set{}
		}
		return fields.Set{"spec.parentRef.name": ip.Spec.ParentRef.Name}
	},
}

func eventFields(e *corev1.Event) fields.Set {
	source := e.Source.Component
	if source == "" {
		source = e.ReportingController
	}
	about := e.InvolvedObject
	return fields.Set{
		"involvedObject.kind":            about.Kind,
		"involvedObject.namespace":       about.Namespace,
		"involvedObject.name":            about.Name,
		"involvedObject.uid":             string(about.UID),
		"involvedObject.apiVersion":      about.APIVersion,
		"involvedObject.resourceVersion": about.ResourceVersion,
		"involvedObject.fieldPath":       about.FieldPath,
		"reason":                         e.Reason,
		"reportingComponent":             e.ReportingController,
		"source":                         source,
		"type":                           e.Type,
	}
}

// fieldsOf gives the selectable fields of a resource's objects.
func fieldsOf(r *Resource) func(runtime.Object) fields.Set {
	more := selectable[r.Kind]
	return func(obj runtime.Object) fields.Set {
		set := fields.Set{}
		if more != nil {
			set = more(obj)
		}
		m := objectMeta(obj)
		set["metadata.name"] = m.GetName()
		if r.Namespaced {
			set["metadata.namespace"] = m.GetNamespace()
		}
		return set
	}
}

// knownField says why a selector cannot name a field.
func knownField(r *Resource, name string) error {
	if name == "metadata.name" || name == "metadata.namespace" {
		return nil
	}
	more := selectable[r.Kind]
	if more == nil {
		return fmt.Errorf("%q is not a known field selector: only %q, %q", name, "metadata.name", "metadata.namespace")
	}
	if _, ok := more(r.New())[name]; ok {
		return nil
	}
	return fmt.Errorf("field label not supported: %s", name)
}
