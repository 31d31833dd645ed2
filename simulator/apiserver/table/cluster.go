package table

import (
	"fmt"
	"sort"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var nodes = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, text("Status"), text("Roles"), ageColumn, text("Version"), wide(text("Internal-IP")),
		wide(text("External-IP")), wide(text("OS-Image")), wide(text("Kernel-Version")), wide(text("Container-Runtime")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		n := obj.(*corev1.Node)
		info := n.Status.NodeInfo
		return []any{
			n.Name, nodeStatus(n), roles(n), ageOf(n, now), info.KubeletVersion,
			nodeAddress(n, corev1.NodeInternalIP), nodeAddress(n, corev1.NodeExternalIP),
			orUnknown(info.OSImage), orUnknown(info.KernelVersion), orUnknown(info.ContainerRuntimeVersion),
		}
	},
}

func orUnknown(s string) string {
	if s == "" {
		return "<unknown>"
	}
	return s
}

func nodeStatus(n *corev1.Node) string {
	status := "Unknown"
	for _, c := range n.Status.Conditions {
		if c.Type != corev1.NodeReady {
			continue
		}
		if status = "NotReady"; c.Status == corev1.ConditionTrue {
			status = "Ready"
		}
	}
	if n.Spec.Unschedulable {
		status += ",SchedulingDisabled"
	}
	return status
}

// roles are a node's, by its labels node-role.kubernetes.io/ROLE.
func roles(n *corev1.Node) string {
	var all []string
	for k, v := range n.Labels {
		if role, ok := strings.CutPrefix(k, "node-role.kubernetes.io/"); ok && role != "" {
			all = append(all, role)
		} else if k == "kubernetes.io/role" && v != "" {
			all = append(all, v)
		}
	}
	sort.Strings(all)
	return orNone(strings.Join(all, ","))
}

func nodeAddress(n *corev1.Node, kind corev1.NodeAddressType) string {
	for _, a := range n.Status.Addresses {
		if a.Type == kind {
			return a.Address
		}
	}
	return "<none>"
}

var namespaces = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Status"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		n := obj.(*corev1.Namespace)
		return []any{n.Name, string(n.Status.Phase), ageOf(n, now)}
	},
}

var events = kind{
	columns: []metav1.TableColumnDefinition{
		text("Last Seen"), text("Type"), text("Reason"), text("Object"), wide(text("Subobject")), wide(text("Source")),
		text("Message"), wide(text("First Seen")), wide(number("Count")), wide(nameColumn),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		e := obj.(*corev1.Event)
		first := since(e.FirstTimestamp, e.EventTime, now)
		last := first
		if !e.LastTimestamp.IsZero() {
			last = age(e.LastTimestamp, now)
		}
		count := e.Count
		if e.Series != nil {
			last, count = since(metav1.Time{}, e.Series.LastObservedTime, now), e.Series.Count
		} else if count == 0 {
			count = 1
		}
		target := e.InvolvedObject.Name
		if e.InvolvedObject.Kind != "" {
			target = strings.ToLower(e.InvolvedObject.Kind) + "/" + target
		}
		return []any{
			last, e.Type, e.Reason, target, e.InvolvedObject.FieldPath, source(e), strings.TrimSpace(e.Message),
			first, int64(count), e.Name,
		}
	},
}

func since(t metav1.Time, precise metav1.MicroTime, now time.Time) string {
	if t.IsZero() {
		t = metav1.Time(precise)
	}
	return age(t, now)
}

func source(e *corev1.Event) string {
	component, host := e.Source.Component, e.Source.Host
	if component == "" {
		component = e.ReportingController
	}
	if host == "" {
		host = e.ReportingInstance
	}
	if host == "" {
		return component
	}
	return component + ", " + host
}

var configMaps = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, number("Data"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		c := obj.(*corev1.ConfigMap)
		return []any{c.Name, count(c.Data, c.BinaryData), ageOf(c, now)}
	},
}

var secrets = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Type"), number("Data"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		s := obj.(*corev1.Secret)
		return []any{s.Name, string(s.Type), count(s.Data), ageOf(s, now)}
	},
}

var serviceAccounts = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Secrets"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		s := obj.(*corev1.ServiceAccount)
		return []any{s.Name, count(s.Secrets), ageOf(s, now)}
	},
}

var resourceQuotas = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Request"), text("Limit"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		q := obj.(*corev1.ResourceQuota)
		var request, limit []string
		names := map[string]corev1.ResourceName{}
		for r := range q.Status.Hard {
			names[string(r)] = r
		}
		for _, name := range sortedKeys(names) {
			used, hard := q.Status.Used[names[name]], q.Status.Hard[names[name]]
			w := fmt.Sprintf("%s: %s/%s", name, used.String(), hard.String())
			if strings.HasPrefix(name, "limits") {
				limit = append(limit, w)
			} else {
				request = append(request, w)
			}
		}
		return []any{q.Name, strings.Join(request, ", "), strings.Join(limit, ", "), ageOf(q, now)}
	},
}

// lowerKind is an owner as kind.group/name.
func lowerKind(o *metav1.OwnerReference) string {
	gv, err := schema.ParseGroupVersion(o.APIVersion)
	kind := strings.ToLower(o.Kind)
	if err == nil && gv.Group != "" {
		kind += "." + gv.Group
	}
	return kind + "/" + o.Name
}
