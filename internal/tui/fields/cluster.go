package fields

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Cluster is what there is that a manifest may name: the labels and ports of
// pods, Services, namespaces. A nil Cluster has nothing.
type Cluster struct {
	platform   string
	pods       []*corev1.Pod
	services   []*corev1.Service
	namespaces []*corev1.Namespace
	classes    []string
}

// NewCluster takes from a cluster's objects what manifests name.
func NewCluster(platform string, objects []runtime.Object) *Cluster {
	c := &Cluster{platform: platform}
	for _, o := range objects {
		switch o := o.(type) {
		case *corev1.Pod:
			c.pods = append(c.pods, o)
		case *corev1.Service:
			c.services = append(c.services, o)
		case *corev1.Namespace:
			c.namespaces = append(c.namespaces, o)
		case *networkingv1.IngressClass:
			c.classes = append(c.classes, o.Name)
		}
	}
	return c
}

// names are names with the objects that bear them.
type names map[string][]string

func (n names) add(name, by string) {
	if name != "" && !slices.Contains(n[name], by) {
		n[name] = append(n[name], by)
	}
}

// maxBearers is how many objects are named with a name.
const maxBearers = 6

// fields lists the names, what bears them as their documentation.
func (n names) fields(kind string) []Field {
	var list []Field
	for _, name := range slices.SortedFunc(maps.Keys(n), inOrder) {
		by := n[name]
		more := ""
		if len(by) > maxBearers {
			by, more = by[:maxBearers], " …"
		}
		list = append(list, Field{Name: name, Type: kind, Doc: strings.Join(by, ", ") + more})
	}
	return list
}

// inOrder puts words before numbers, and numbers by their size.
func inOrder(a, b string) int {
	m, errA := strconv.Atoi(a)
	n, errB := strconv.Atoi(b)
	switch {
	case errA == nil && errB == nil:
		return cmp.Compare(m, n)
	case errA == nil:
		return 1
	case errB == nil:
		return -1
	}
	return strings.Compare(a, b)
}

func isIn(o metav1.Object, namespace string) bool {
	return namespace == "" || o.GetNamespace() == namespace
}

func bearer(kind string, o metav1.Object) string { return kind + " " + o.GetName() }

// keysAt are the keys of a map that the cluster knows: labels where something
// is selected by them, annotations.
func (c *Cluster) keysAt(p Place, path []string) []Field {
	switch {
	case isPath(path, "metadata", "annotations"):
		platform := ""
		if c != nil {
			platform = c.platform
		}
		return annotationFields(platform, p.Kind)
	case c == nil:
	case p.selects(path):
		found := names{}
		c.labels(p, path, func(o metav1.Object, kind string) {
			for key := range o.GetLabels() {
				found.add(key, bearer(kind, o))
			}
		})
		return found.fields("string")
	}
	return nil
}

// valuesAt are the values of a field that the cluster knows.
func (c *Cluster) valuesAt(p Place) []Field {
	if c == nil || len(p.Path) == 0 {
		return nil
	}
	last, above := p.Path[len(p.Path)-1], p.Path[:len(p.Path)-1]
	found := names{}
	switch {
	case p.selects(above):
		c.labels(p, above, func(o metav1.Object, kind string) {
			found.add(quoted(o.GetLabels()[last]), bearer(kind, o))
		})
	case last == "targetPort":
		for _, pod := range c.pods {
			for _, container := range pod.Spec.Containers {
				for _, port := range container.Ports {
					if isIn(pod, p.Namespace) {
						found.add(port.Name, bearer("Pod", pod))
						found.add(strconv.Itoa(int(port.ContainerPort)), bearer("Pod", pod))
					}
				}
			}
		}
	case isPath(p.Path, "metadata", "namespace"):
		for _, n := range c.namespaces {
			found.add(n.Name, "Namespace")
		}
	case last == "ingressClassName":
		for _, name := range c.classes {
			found.add(name, "IngressClass")
		}
	case last == "loadBalancerClass" && c.platform == eks:
		found.add("service.k8s.aws/nlb", "AWS Load Balancer Controller")
	case p.Kind == "Ingress" && last == "name" && slices.Contains(above, "service"):
		for _, s := range c.services {
			if isIn(s, p.Namespace) {
				c.addBackend(found, s, above)
			}
		}
	}
	return found.fields("")
}

// addBackend adds a Service's name, or those of its ports.
func (c *Cluster) addBackend(found names, s *corev1.Service, above []string) {
	if above[len(above)-1] != "port" {
		found.add(s.Name, "Service")
		return
	}
	for _, port := range s.Spec.Ports {
		found.add(port.Name, bearer("Service", s))
	}
}

// labels visits the objects that a selector may mean.
func (c *Cluster) labels(p Place, path []string, visit func(o metav1.Object, kind string)) {
	if slices.Contains(path, "namespaceSelector") {
		for _, n := range c.namespaces {
			visit(n, "Namespace")
		}
		return
	}
	for _, pod := range c.pods {
		// A policy's peers may be of another namespace.
		if isIn(pod, p.Namespace) || slices.Contains(path, "from") || slices.Contains(path, "to") {
			visit(pod, "Pod")
		}
	}
}

// selects tells whether the keys at a path are labels to select by.
func (p Place) selects(path []string) bool {
	n := len(path)
	return n > 0 && path[n-1] == "matchLabels" || isPath(path, "spec", "selector") && (p.Kind == "Service" || p.Kind == "")
}

func isPath(path []string, want ...string) bool { return slices.Equal(path, want) }

// quoted puts quotes around what YAML would not take for a string.
func quoted(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err == nil || s == "true" || s == "false" || s == "null" {
		return strconv.Quote(s)
	}
	return s
}
