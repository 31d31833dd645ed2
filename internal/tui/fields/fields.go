// Package fields knows the fields of Kubernetes' objects and their
// documentation, as kubectl explain tells it: from the types of k8s.io/api
// themselves. [Find] says which field stands at a place of a manifest, however
// unfinished that is.
//
//	at := fields.Find(lines, 6, 9)
//	f, ok := at.Field()
//	fmt.Println(f.Path, f.Type, f.Doc)
package fields

import (
	"reflect"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Field is one field of an object.
type Field struct {
	// Path is the field's, from the object: spec.ports.targetPort.
	Path string
	Name string
	// Type is what kubectl explain calls it: string, []Object, map[string]string.
	Type string
	Doc  string
	// Values are those that the API server takes, where they are few.
	Values   []string
	Required bool
}

// kinds are the types of objects, by apiVersion and kind.
var kinds = map[string]reflect.Type{
	"v1/Service":                         reflect.TypeFor[corev1.Service](),
	"v1/Pod":                             reflect.TypeFor[corev1.Pod](),
	"v1/Namespace":                       reflect.TypeFor[corev1.Namespace](),
	"v1/Endpoints":                       reflect.TypeFor[corev1.Endpoints](), //nolint:staticcheck // learners meet it
	"v1/ConfigMap":                       reflect.TypeFor[corev1.ConfigMap](),
	"apps/v1/Deployment":                 reflect.TypeFor[appsv1.Deployment](),
	"apps/v1/StatefulSet":                reflect.TypeFor[appsv1.StatefulSet](),
	"apps/v1/DaemonSet":                  reflect.TypeFor[appsv1.DaemonSet](),
	"discovery.k8s.io/v1/EndpointSlice":  reflect.TypeFor[discoveryv1.EndpointSlice](),
	"networking.k8s.io/v1/NetworkPolicy": reflect.TypeFor[networkingv1.NetworkPolicy](),
	"networking.k8s.io/v1/Ingress":       reflect.TypeFor[networkingv1.Ingress](),
	"networking.k8s.io/v1/IngressClass":  reflect.TypeFor[networkingv1.IngressClass](),
}

// values are what the types with few values take.
var values = map[reflect.Type][]string{
	reflect.TypeFor[corev1.ServiceType]():                  {"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"},
	reflect.TypeFor[corev1.ServiceAffinity]():              {"None", "ClientIP"},
	reflect.TypeFor[corev1.ServiceExternalTrafficPolicy](): {"Cluster", "Local"},
	reflect.TypeFor[corev1.ServiceInternalTrafficPolicy](): {"Cluster", "Local"},
	reflect.TypeFor[corev1.IPFamily]():                     {"IPv4", "IPv6"},
	reflect.TypeFor[corev1.IPFamilyPolicy]():               {"SingleStack", "PreferDualStack", "RequireDualStack"},
	reflect.TypeFor[corev1.Protocol]():                     {"TCP", "UDP", "SCTP"},
	reflect.TypeFor[networkingv1.PathType]():               {"Exact", "Prefix", "ImplementationSpecific"},
	reflect.TypeFor[networkingv1.PolicyType]():             {"Ingress", "Egress"},
	reflect.TypeFor[discoveryv1.AddressType]():             {"IPv4", "IPv6", "FQDN"},
	reflect.TypeFor[bool]():                                {"true", "false"},
}

// kindOf finds an object's type. Without an apiVersion the kind alone decides,
// and what is no kind yet is taken for a Service, since that is what is taught.
func kindOf(apiVersion, kind string) (reflect.Type, bool) {
	if t, ok := kinds[apiVersion+"/"+kind]; ok {
		return t, true
	}
	for name, t := range kinds {
		if kind != "" && strings.HasSuffix(name, "/"+kind) {
			return t, true
		}
	}
	return kinds["v1/Service"], kind == ""
}

// Kinds lists the kinds that are known.
func Kinds() []string {
	var list []string
	for name := range kinds {
		list = append(list, name[strings.LastIndex(name, "/")+1:])
	}
	slices.Sort(list)
	return list
}

// element is the type that fields are looked up in: lists and pointers lead to
// what they hold.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// children are the fields of a type, in their order.
func children(t reflect.Type, path string) []Field {
	t = element(t)
	if t.Kind() != reflect.Struct {
		return nil
	}
	docs := docsOf(t)
	var list []Field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if isInline(f, name, options) {
			list = append(list, children(f.Type, path)...)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		p := name
		if path != "" {
			p = path + "." + name
		}
		list = append(list, Field{
			Path: p, Name: name, Type: typeName(f.Type), Doc: docs[name], Values: values[element(f.Type)],
			Required: !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") && f.Type.Kind() != reflect.Pointer,
		})
	}
	return list
}

// isInline tells that a field's own fields stand in its place.
func isInline(f reflect.StructField, name, options string) bool {
	return strings.Contains(options, "inline") || f.Anonymous && name == ""
}

func docsOf(t reflect.Type) map[string]string {
	if d, ok := reflect.New(t).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		return d.SwaggerDoc()
	}
	return nil
}

// child is the type of a field, by its name.
func child(t reflect.Type, name string) (reflect.Type, bool) {
	t = element(t)
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if isInline(f, tag, options) {
				if c, ok := child(f.Type, name); ok {
					return c, true
				}
			}
			if tag == name && tag != "" {
				return f.Type, true
			}
		}
	}
	return nil, false
}

// typeName is a type as kubectl explain writes it.
func typeName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[intstr.IntOrString]():
		return "IntOrString"
	case reflect.TypeFor[metav1.Time]():
		return "Time"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		return "[]" + typeName(t.Elem())
	case reflect.Map:
		return "map[" + typeName(t.Key()) + "]" + typeName(t.Elem())
	case reflect.Struct:
		return t.Name()
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "integer"
	}
	return "string"
}
