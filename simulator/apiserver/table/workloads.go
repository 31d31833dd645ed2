package table

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

var deployments = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, text("Ready"), number("Up-to-date"), number("Available"), ageColumn,
		wide(text("Containers")), wide(text("Images")), wide(text("Selector")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		d := obj.(*appsv1.Deployment)
		names, images := containers(d.Spec.Template.Spec.Containers)
		return []any{
			d.Name, fmt.Sprintf("%d/%d", d.Status.ReadyReplicas, value(d.Spec.Replicas)),
			int64(d.Status.UpdatedReplicas), int64(d.Status.AvailableReplicas), ageOf(d, now),
			names, images, selected(d.Spec.Selector),
		}
	},
}

var replicaSets = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, number("Desired"), number("Current"), number("Ready"), ageColumn,
		wide(text("Containers")), wide(text("Images")), wide(text("Selector")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		r := obj.(*appsv1.ReplicaSet)
		names, images := containers(r.Spec.Template.Spec.Containers)
		return []any{
			r.Name, int64(value(r.Spec.Replicas)), int64(r.Status.Replicas), int64(r.Status.ReadyReplicas), ageOf(r, now),
			names, images, selected(r.Spec.Selector),
		}
	},
}

var statefulSets = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, text("Ready"), ageColumn, wide(text("Containers")), wide(text("Images")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		s := obj.(*appsv1.StatefulSet)
		names, images := containers(s.Spec.Template.Spec.Containers)
		return []any{s.Name, fmt.Sprintf("%d/%d", s.Status.ReadyReplicas, value(s.Spec.Replicas)), ageOf(s, now), names, images}
	},
}

var daemonSets = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, number("Desired"), number("Current"), number("Ready"), number("Up-to-date"), number("Available"),
		text("Node Selector"), ageColumn, wide(text("Containers")), wide(text("Images")), wide(text("Selector")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		d := obj.(*appsv1.DaemonSet)
		names, images := containers(d.Spec.Template.Spec.Containers)
		return []any{
			d.Name, int64(d.Status.DesiredNumberScheduled), int64(d.Status.CurrentNumberScheduled), int64(d.Status.NumberReady),
			int64(d.Status.UpdatedNumberScheduled), int64(d.Status.NumberAvailable), pairs(d.Spec.Template.Spec.NodeSelector),
			ageOf(d, now), names, images, selected(d.Spec.Selector),
		}
	},
}

var controllerRevisions = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Controller"), number("Revision"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		r := obj.(*appsv1.ControllerRevision)
		controller := "<none>"
		if o := metav1.GetControllerOf(r); o != nil {
			controller = lowerKind(o)
		}
		return []any{r.Name, controller, r.Revision, ageOf(r, now)}
	},
}
