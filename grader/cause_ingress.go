package grader

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/internal/spelling"
	"github.com/kubetutor/tutor/simulator/cloud"
)

// aboutFront tells whether the miss is about the balancer of an Ingress.
func (m *miss) aboutFront() bool {
	return m.expect != nil && (m.expect.Route != nil || m.expect.Balancer != nil && m.expect.Balancer.Service == "")
}

// ingresses are those that the miss is about.
func (m *miss) ingresses() []*networkingv1.Ingress {
	if m.expect.Route != nil {
		return m.scene.ingresses(m.expect.Route.Namespace)
	}
	return m.scene.ingresses(m.expect.Balancer.Namespace)
}

func (s *scene) ingresses(namespace string) []*networkingv1.Ingress {
	return slices.DeleteFunc(slices.Clone(s.st.Ingresses), func(i *networkingv1.Ingress) bool { return i.Namespace != namespace })
}

const (
	albScheme     = albPrefix + "scheme"
	albTargetType = albPrefix + "target-type"
)

// ingressInternal is an ALB that is not on the internet.
func (m *miss) ingressInternal() (Diagnosis, bool) {
	for _, i := range m.ingresses() {
		b := m.scene.balancerOf("Ingress", i.Namespace, i.Name)
		scheme, named := i.Annotations[albScheme]
		field, next := manifest.Join("metadata.annotations", albScheme), "Write the annotation "+albScheme+": internet-facing."
		switch {
		case !cloud.ServesIngress(m.scene.st.World, i, m.scene.st.IngressClasses):
			class, at := classOf(i)
			return m.in("Ingress", i, "lb-wrong-kind", at, "Write ingressClassName: alb, or name no class: alb is the default.", "nobody serves the class %s, so the Ingress has no balancer", class)
		case named && !isScheme(scheme):
			return m.in("Ingress", i, "lb-internal", field, next, "%s has no value %q, so the controller makes no balancer", albScheme, scheme)
		case b == nil && m.expect.Route != nil: // the controller refused something else: see backendUnreachable
		case scheme == "internal":
			return m.in("Ingress", i, "lb-internal", field, next, "the balancer is internal: its scheme is %q", scheme)
		case !named:
			return m.in("Ingress", i, "lb-internal", field, next, "the balancer is internal: its scheme is left out, and the controller then makes it internal")
		}
	}
	return none()
}

// classOf is an Ingress's class, and the field that says so.
func classOf(i *networkingv1.Ingress) (name, field string) {
	const annotation = "kubernetes.io/ingress.class"
	if old, ok := i.Annotations[annotation]; ok && i.Spec.IngressClassName == nil {
		return old, manifest.Join("metadata.annotations", annotation)
	}
	if i.Spec.IngressClassName == nil {
		return "none", "spec.ingressClassName"
	}
	return *i.Spec.IngressClassName, "spec.ingressClassName"
}

// place is a path of an Ingress.
type place struct {
	ingress *networkingv1.Ingress
	field   string
	path    networkingv1.HTTPIngressPath
}

// places are the paths for the route's host, in order.
func (m *miss) places() []place {
	var list []place
	for _, ing := range m.ingresses() {
		for i, rule := range ing.Spec.Rules {
			if rule.HTTP == nil || !servesHost(rule.Host, m.expect.Route.Host) {
				continue
			}
			for j, p := range rule.HTTP.Paths {
				list = append(list, place{ing, manifest.At(manifest.At("spec.rules", i)+".http.paths", j), p})
			}
		}
	}
	return list
}

// servesHost tells whether a rule is for a host: for all, for it, or for every
// name of its domain.
func servesHost(rule, host string) bool {
	_, domain, _ := strings.Cut(host, ".")
	return rule == "" || rule == host || rule == "*."+domain
}

// chosen is the place that the route's path leads to: the longest that fits.
func (m *miss) chosen() (best place, ok bool) {
	for _, p := range m.places() {
		if fits(p.path, m.path) && (!ok || len(p.path.Path) > len(best.path.Path)) {
			best, ok = p, true
		}
	}
	return best, ok
}

func fits(p networkingv1.HTTPIngressPath, path string) bool {
	if p.Path == path {
		return true
	}
	prefix := strings.TrimSuffix(p.Path, "/")
	return p.PathType != nil && *p.PathType == networkingv1.PathTypePrefix && (path == prefix || strings.HasPrefix(path, prefix+"/"))
}

// routeMissing is a host or path without a rule, or with one that leads to
// another Service.
func routeMissing(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Route == nil {
		return none()
	}
	r := m.expect.Route
	all := m.ingresses()
	if len(all) == 0 {
		return none()
	}
	p, ok := m.chosen()
	narrow, isNarrow := m.tooNarrow()
	switch {
	case isNarrow:
		return m.in("Ingress", narrow.ingress, "ingress-missing-route", narrow.field+".pathType", "Write pathType: Prefix.",
			"the path %s is of type %s, which leaves out what is below it, such as %s", r.Path, *narrow.path.PathType, m.path)
	case !ok && len(m.places()) == 0:
		return m.in("Ingress", all[0], "ingress-missing-route", "spec.rules[0].host", "Write host: "+r.Host+".", "no rule is for the host %s", r.Host)
	case !ok:
		return m.in("Ingress", all[0], "ingress-missing-route", "spec.rules[0].http.paths", "Add the path "+r.Path+" with its backend.", "no rule of host %s is for the path %s", r.Host, r.Path)
	case p.path.Backend.Service == nil || p.path.Backend.Service.Name != r.Service && m.scene.st.Service(r.Namespace, p.path.Backend.Service.Name) != nil:
		if b := p.path.Backend.Service; b != nil && p.path.Path == r.Path {
			return m.in("Ingress", p.ingress, "ingress-missing-route", p.field+".backend.service.name", "Write name: "+r.Service+" there.", "the path %s leads to %s, and %s is asked for", r.Path, b.Name, r.Service)
		}
		return m.in("Ingress", p.ingress, "ingress-missing-route", p.field, "Add a path "+r.Path+" that leads to "+r.Service+".", "%s falls to the path %s, which does not lead to %s", r.Path, p.path.Path, r.Service)
	}
	return none()
}

// tooNarrow is the place for the very path that was asked for, which does not
// lead where what is below it should go.
func (m *miss) tooNarrow() (place, bool) {
	r := m.expect.Route
	for _, p := range m.places() {
		b := p.path.Backend.Service
		if m.path != r.Path && p.path.Path == r.Path && !fits(p.path, m.path) && p.path.PathType != nil && b != nil && b.Name == r.Service {
			return p, true
		}
	}
	return place{}, false
}

// backendUnreachable is a path that leads to a Service that is not there, to a
// port it has not, or to one that the balancer's targets cannot be.
func backendUnreachable(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Route == nil {
		return none()
	}
	if p, ok := m.chosen(); ok {
		if d, bad := m.badBackend(p); bad {
			return d, true
		}
	}
	// One bad backend keeps the controller from building the balancer at all.
	for _, p := range m.places() {
		if m.scene.balancerOf("Ingress", p.ingress.Namespace, p.ingress.Name) != nil {
			continue
		}
		if d, bad := m.badBackend(p); bad {
			return d, true
		}
	}
	return none()
}

// badBackend says why a path's backend cannot be reached, if it cannot.
func (m *miss) badBackend(p place) (Diagnosis, bool) {
	b := p.path.Backend.Service
	if b == nil {
		return none()
	}
	svc := m.scene.st.Service(p.ingress.Namespace, b.Name)
	if svc == nil {
		next := "Name the Service that is there."
		if near := spelling.Nearest(b.Name, m.services(p.ingress.Namespace)); near != "" {
			next = "Name the Service: " + near + "."
		}
		return m.in("Ingress", p.ingress, "ingress-backend-unreachable", p.field+".backend.service.name", next, "there is no Service %s in namespace %s", b.Name, p.ingress.Namespace)
	}
	if !hasBackendPort(svc, b.Port) {
		return m.in("Ingress", p.ingress, "ingress-backend-unreachable", p.field+".backend.service.port", "Name a port of the Service, not one of its pods.", "Service %s has no port %s", b.Name, backendPort(b.Port))
	}
	if svc.Spec.Type == corev1.ServiceTypeClusterIP && p.ingress.Annotations[albTargetType] != "ip" && svc.Annotations[albTargetType] != "ip" {
		return m.in("Ingress", p.ingress, "ingress-backend-unreachable", "metadata.annotations["+albTargetType+"]",
			"Write the annotation "+albTargetType+": ip, or make the Services NodePort.",
			"the balancer's targets are nodes, and Service %s of type ClusterIP has no port on them", b.Name)
	}
	return none()
}

// backendTarget is a path that leads to the right Service and port, of which
// the targetPort is one that its pods do not have.
func backendTarget(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Route == nil || m.svc == nil {
		return none()
	}
	p, ok := m.chosen()
	if !ok || p.path.Backend.Service == nil || p.path.Backend.Service.Name != m.svc.Name {
		return none()
	}
	i := slices.IndexFunc(m.svc.Spec.Ports, func(port corev1.ServicePort) bool { return isBackendPort(port, p.path.Backend.Service.Port) })
	pods := m.selected()
	if i < 0 || len(pods) == 0 {
		return none()
	}
	target, field := m.svc.Spec.Ports[i].TargetPort, m.field(i, "targetPort")
	var have []string
	for _, c := range pods[0].Spec.Containers {
		for _, port := range c.Ports {
			if port.Name == target.StrVal && target.Type == intstr.String || port.ContainerPort == target.IntVal && target.Type == intstr.Int {
				return none()
			}
			have = append(have, fmt.Sprint(port.ContainerPort))
		}
	}
	next := "Write targetPort: " + strings.Join(have, " or ") + "."
	switch {
	case target.Type == intstr.String:
		return m.at("target-port-name-unknown", field, next, "no pod has a port named %q", target.StrVal)
	case m.doc != nil && !m.doc.Gives(field):
		return m.at("target-port-missing", field, next, "targetPort is left out, so it is %d like port, and the pods listen on %s", target.IntVal, words(have))
	}
	return m.at("target-port-wrong", field, next, "port %d leads to %d of the pods, which listen on %s", m.svc.Spec.Ports[i].Port, target.IntVal, words(have))
}

// backendShut is a NetworkPolicy that keeps the balancer from a backend's pods.
func backendShut(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Route == nil || m.trace == nil {
		return none()
	}
	for _, b := range m.trace.Failing {
		if by := b.Object; by.Kind == "NetworkPolicy" {
			p := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: by.Namespace, Name: by.Name}}
			return m.in("NetworkPolicy", p, "policy-too-closed", "spec.ingress", "Let the balancer in on the pods' port: it calls from the nodes' network.",
				"NetworkPolicy %s keeps the balancer from the pods of app=%s", by.Name, m.expect.Route.App)
		}
	}
	return none()
}

// services are the names of a namespace's Services.
func (m *miss) services(namespace string) []string {
	var names []string
	for _, s := range m.scene.st.Services {
		if s.Namespace == namespace {
			names = append(names, s.Name)
		}
	}
	return names
}

func hasBackendPort(svc *corev1.Service, port networkingv1.ServiceBackendPort) bool {
	return slices.ContainsFunc(svc.Spec.Ports, func(p corev1.ServicePort) bool { return isBackendPort(p, port) })
}

func isBackendPort(p corev1.ServicePort, port networkingv1.ServiceBackendPort) bool {
	return port.Name != "" && p.Name == port.Name || port.Name == "" && p.Port == port.Number
}

func backendPort(p networkingv1.ServiceBackendPort) string {
	if p.Name != "" {
		return p.Name
	}
	return fmt.Sprint(p.Number)
}

// lastIngress is where the learner wrote the last Ingress, nil if nowhere.
func (s *scene) lastIngress() *manifest.Document {
	var found *manifest.Document
	if s.file != nil {
		for _, d := range s.file.Documents {
			if d.Kind() == "Ingress" {
				found = d
			}
		}
	}
	return found
}

// stillPaid are the Services that have a balancer of their own, but for those
// of which the learner's own version was not stored.
func (s *scene) stillPaid() []string {
	var names []string
	for _, b := range s.balancers() {
		if b.owner == "Service" && !s.missing[b.name.Name] {
			names = append(names, b.name.Name)
		}
	}
	return names
}

// tooManyBalancers is a meter that shows more than it should.
func tooManyBalancers(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Meter == nil {
		return none()
	}
	still := m.scene.stillPaid()
	if len(still) == 0 {
		m.doc = m.scene.lastIngress()
		return m.at("too-many-balancers", "", "Put all paths into one Ingress.", "each Ingress has a balancer of its own, and there are %d Ingresses", len(m.scene.st.Ingresses))
	}
	for _, name := range still {
		if m.doc = m.scene.service("production", name).doc; m.doc != nil {
			break
		}
	}
	return m.at("too-many-balancers", "spec.type", "Write type: ClusterIP for each, and let the Ingress reach them.",
		"Services of type LoadBalancer each keep a balancer of their own: %s", words(still))
}
