// Package table shows objects as rows: what `kubectl get` prints is made by
// the server. Columns and cells are those of pkg/printers/internalversion of
// Kubernetes 1.37.
//
//	t := table.Of("Service", objects, now)
package table

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/duration"
)

// kind is how objects of one kind are shown.
type kind struct {
	columns []metav1.TableColumnDefinition
	// cells are an object's, one a column.
	cells func(obj runtime.Object, now time.Time) []any
	// conditions are a row's; nil has none.
	conditions func(obj runtime.Object) []metav1.TableRowCondition
}

var kinds = map[string]kind{
	"ConfigMap":             configMaps,
	"ControllerRevision":    controllerRevisions,
	"DaemonSet":             daemonSets,
	"Deployment":            deployments,
	"EndpointSlice":         endpointSlices,
	"Endpoints":             endpoints,
	"Event":                 events,
	"IPAddress":             ipAddresses,
	"Ingress":               ingresses,
	"IngressClass":          ingressClasses,
	"Namespace":             namespaces,
	"NetworkPolicy":         networkPolicies,
	"Node":                  nodes,
	"PersistentVolume":      persistentVolumes,
	"PersistentVolumeClaim": persistentVolumeClaims,
	"Pod":                   pods,
	"ReplicaSet":            replicaSets,
	"ResourceQuota":         resourceQuotas,
	"Secret":                secrets,
	"Service":               services,
	"ServiceAccount":        serviceAccounts,
	"ServiceCIDR":           serviceCIDRs,
	"StatefulSet":           statefulSets,
}

// others is how kinds without columns of their own are shown.
var others = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, {Name: "Created At", Type: "date", Description: created}},
	cells: func(obj runtime.Object, _ time.Time) []any {
		m := obj.(metav1.Object)
		return []any{m.GetName(), m.GetCreationTimestamp().UTC().Format(time.RFC3339)}
	},
}

const created = "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"

var (
	nameColumn = metav1.TableColumnDefinition{Name: "Name", Type: "string", Format: "name", Description: "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"}
	ageColumn  = metav1.TableColumnDefinition{Name: "Age", Type: "string", Description: created}
)

// text is a column of strings.
func text(name string) metav1.TableColumnDefinition {
	return metav1.TableColumnDefinition{Name: name, Type: "string"}
}

// number is a column of integers.
func number(name string) metav1.TableColumnDefinition {
	return metav1.TableColumnDefinition{Name: name, Type: "integer"}
}

// wide is a column that only -o wide shows.
func wide(c metav1.TableColumnDefinition) metav1.TableColumnDefinition {
	c.Priority = 1
	return c
}

// Of shows objects of a kind at a moment. The rows' Object is left empty.
func Of(kindName string, objects []runtime.Object, now time.Time) *metav1.Table {
	k, ok := kinds[kindName]
	if !ok {
		k = others
	}
	t := &metav1.Table{
		TypeMeta:          metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "Table"},
		ColumnDefinitions: k.columns,
		Rows:              make([]metav1.TableRow, 0, len(objects)),
	}
	for _, obj := range objects {
		row := metav1.TableRow{Cells: k.cells(obj, now)}
		if k.conditions != nil {
			row.Conditions = k.conditions(obj)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// age is how long ago a time is, as kubectl shows it.
func age(t metav1.Time, now time.Time) string {
	if t.IsZero() {
		return "<unknown>"
	}
	return duration.HumanDuration(now.Sub(t.Time))
}

// ageOf is an object's age.
func ageOf(obj runtime.Object, now time.Time) string {
	return age(obj.(metav1.Object).GetCreationTimestamp(), now)
}

// orNone is s, or <none> where it is empty.
func orNone(s string) string {
	if s == "" {
		return "<none>"
	}
	return s
}

// selected is a selector in words; every object or none is <none>.
func selected(s *metav1.LabelSelector) string {
	if s == nil {
		return "<none>"
	}
	return orNone(metav1.FormatLabelSelector(s))
}

// pairs are labels in words.
func pairs(m map[string]string) string {
	if len(m) == 0 {
		return "<none>"
	}
	return labels.FormatLabels(m)
}

// containers are the names and images of a pod template's.
func containers(all []corev1.Container) (names, images string) {
	var n, i []string
	for _, c := range all {
		n, i = append(n, c.Name), append(i, c.Image)
	}
	return strings.Join(n, ","), strings.Join(i, ",")
}

// value is what a pointer points to, or zero.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// some are the first n of a list, and how many more there are.
func some(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ",")
	}
	return fmt.Sprintf("%s + %d more...", strings.Join(list[:n], ","), len(list)-n)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// count is how many entries maps have together.
func count(maps ...any) int64 {
	n := 0
	for _, m := range maps {
		n += reflect.ValueOf(m).Len()
	}
	return int64(n)
}
