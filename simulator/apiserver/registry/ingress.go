package registry

import (
	"fmt"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
)

// ingressClassAnnotation is how a class was named before the field was there.
const ingressClassAnnotation = "kubernetes.io/ingress.class"

// ingresses is pkg/registry/networking/ingress.
func (r *Registry) ingresses() kind[*networkingv1.Ingress] {
	type ingress = networkingv1.Ingress
	return kind[*ingress]{
		group: networkingv1.GroupName, kind: "Ingress", resource: "ingresses",
		prepare: func(in, old *ingress) {
			if old == nil {
				in.Status = networkingv1.IngressStatus{}
			}
		},
		validate: func(in *ingress) field.ErrorList {
			return append(validateIngress(in), validateClassAnnotation(in)...)
		},
		validateUpdate: func(in, _ *ingress) field.ErrorList { return validateIngress(in) },
		validateStatus: validateIngressStatus,
		warnings:       warnIngress,
		spec:           func(to, from *ingress) { to.Spec = *from.Spec.DeepCopy() },
		status:         func(to, from *ingress) { to.Status = *from.Status.DeepCopy() },
		sameSpec:       func(a, b *ingress) bool { return same(a.Spec, b.Spec) },
	}
}

func warnIngress(in, old *networkingv1.Ingress) []string {
	_, annotated := in.Annotations[ingressClassAnnotation]
	if old != nil || !annotated || in.Spec.IngressClassName != nil {
		return nil
	}
	return []string{fmt.Sprintf("annotation %q is deprecated, please use 'spec.ingressClassName' instead", ingressClassAnnotation)}
}

func validateClassAnnotation(in *networkingv1.Ingress) field.ErrorList {
	val, ok := in.Annotations[ingressClassAnnotation]
	if !ok || in.Spec.IngressClassName == nil || val == *in.Spec.IngressClassName {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("annotations").Child(ingressClassAnnotation), val,
		"must match `ingressClassName` when both are specified")}
}

// validateIngress is validateIngress of pkg/apis/networking/validation.
func validateIngress(in *networkingv1.Ingress) field.ErrorList {
	p := field.NewPath("spec")
	s := &in.Spec
	errs := validateObjectMeta(in, true, validation.NameIsDNSSubdomain)
	if len(s.Rules) == 0 && s.DefaultBackend == nil {
		errs = append(errs, field.Invalid(p, asInternal(s.Rules), "either `defaultBackend` or `rules` must be specified"))
	}
	if s.DefaultBackend != nil {
		errs = append(errs, validateIngressBackend(s.DefaultBackend, p.Child("defaultBackend"))...)
	}
	for i := range s.Rules {
		errs = append(errs, validateIngressRule(&s.Rules[i], p.Child("rules").Index(i))...)
	}
	for i := range s.TLS {
		errs = append(errs, validateIngressTLS(&s.TLS[i], p.Child("tls").Index(i))...)
	}
	if c := s.IngressClassName; c != nil {
		errs = append(errs, invalidAll(p.Child("ingressClassName"), *c, validation.NameIsDNSSubdomain(*c, false))...)
	}
	return errs
}

// validateHost checks a host name that may begin with "*.".
func validateHost(host string, p *field.Path) field.ErrorList {
	if strings.Contains(host, "*") {
		return invalidAll(p, host, utilvalidation.IsWildcardDNS1123Subdomain(host))
	}
	return invalidAll(p, host, utilvalidation.IsDNS1123Subdomain(host))
}

func validateIngressTLS(tls *networkingv1.IngressTLS, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, host := range tls.Hosts {
		errs = append(errs, validateHost(host, p.Child("hosts").Index(i))...)
	}
	if tls.SecretName != "" {
		errs = append(errs, invalidAll(p.Child("secretName"), tls.SecretName, validation.NameIsDNSSubdomain(tls.SecretName, false))...)
	}
	return errs
}

func validateIngressRule(rule *networkingv1.IngressRule, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if rule.Host != "" {
		if netutils.ParseIPSloppy(rule.Host) != nil {
			errs = append(errs, field.Invalid(p.Child("host"), rule.Host, "must be a DNS name, not an IP address"))
		}
		errs = append(errs, validateHost(rule.Host, p.Child("host"))...)
	}
	if rule.HTTP == nil {
		return errs
	}
	paths := p.Child("http", "paths")
	if len(rule.HTTP.Paths) == 0 {
		errs = append(errs, field.Required(paths, ""))
	}
	for i := range rule.HTTP.Paths {
		errs = append(errs, validateIngressPath(&rule.HTTP.Paths[i], paths.Index(i))...)
	}
	return errs
}

func validateIngressPath(in *networkingv1.HTTPIngressPath, p *field.Path) field.ErrorList {
	if in.PathType == nil {
		return field.ErrorList{field.Required(p.Child("pathType"), "pathType must be specified")}
	}
	var errs field.ErrorList
	wrong := func(detail string) { errs = append(errs, field.Invalid(p.Child("path"), in.Path, detail)) }
	switch *in.PathType {
	case networkingv1.PathTypeExact, networkingv1.PathTypePrefix:
		if !strings.HasPrefix(in.Path, "/") {
			wrong("must be an absolute path")
		}
		for _, part := range []string{"//", "/./", "/../", "%2f", "%2F"} {
			if strings.Contains(in.Path, part) {
				wrong(fmt.Sprintf("must not contain '%s'", part))
			}
		}
		for _, end := range []string{"/..", "/."} {
			if strings.HasSuffix(in.Path, end) {
				wrong(fmt.Sprintf("cannot end with '%s'", end))
			}
		}
	case networkingv1.PathTypeImplementationSpecific:
		if in.Path != "" && !strings.HasPrefix(in.Path, "/") {
			wrong("must be an absolute path")
		}
	default:
		errs = append(errs, field.NotSupported(p.Child("pathType"), *in.PathType,
			[]networkingv1.PathType{networkingv1.PathTypeExact, networkingv1.PathTypeImplementationSpecific, networkingv1.PathTypePrefix}))
	}
	return append(errs, validateIngressBackend(&in.Backend, p.Child("backend"))...)
}

func validateIngressBackend(b *networkingv1.IngressBackend, p *field.Path) field.ErrorList {
	switch {
	case b.Resource != nil && b.Service != nil:
		return field.ErrorList{field.Invalid(p, "", "cannot set both resource and service backends")}
	case b.Resource != nil:
		return validateTypedReference(b.Resource.APIGroup, b.Resource.Kind, b.Resource.Name, p.Child("resource"))
	case b.Service == nil:
		return field.ErrorList{field.Invalid(p, "", "resource or service backend is required")}
	}
	var errs field.ErrorList
	service := p.Child("service")
	if name := b.Service.Name; name == "" {
		errs = append(errs, field.Required(service.Child("name"), ""))
	} else {
		errs = append(errs, invalidAll(service.Child("name"), name, validation.NameIsDNSLabel(name, false))...)
	}
	switch port := b.Service.Port; {
	case port.Name != "" && port.Number != 0:
		errs = append(errs, field.Invalid(p, "", "cannot set both port name & port number"))
	case port.Name != "":
		errs = append(errs, invalidAll(service.Child("port", "name"), port.Name, utilvalidation.IsValidPortName(port.Name))...)
	case port.Number != 0:
		errs = append(errs, invalidAll(service.Child("port", "number"), port.Number, utilvalidation.IsValidPortNum(int(port.Number)))...)
	default:
		errs = append(errs, field.Required(p, "port name or number is required"))
	}
	return errs
}

// validateTypedReference checks a reference to an object of some kind.
func validateTypedReference(group *string, kind, name string, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if group != nil {
		errs = append(errs, invalidAll(p.Child("apiGroup"), *group, utilvalidation.IsDNS1123Subdomain(*group))...)
	}
	for _, part := range []struct{ field, value string }{{"kind", kind}, {"name", name}} {
		if part.value == "" {
			errs = append(errs, field.Required(p.Child(part.field), ""))
		} else {
			errs = append(errs, invalidAll(p.Child(part.field), part.value, path.IsValidPathSegmentName(part.value))...)
		}
	}
	return errs
}

func validateIngressStatus(in, old *networkingv1.Ingress) field.ErrorList {
	var had []string
	for _, point := range old.Status.LoadBalancer.Ingress {
		had = append(had, point.IP)
	}
	var errs field.ErrorList
	for i, point := range in.Status.LoadBalancer.Ingress {
		p := field.NewPath("status", "loadBalancer", "ingress").Index(i)
		if point.IP != "" {
			errs = append(errs, validateIP(p.Child("ip"), point.IP, had)...)
		}
		if point.Hostname != "" {
			errs = append(errs, validateIngressHostname(point.Hostname, p.Child("hostname"))...)
		}
	}
	return errs
}

// defaultIngressClass is plugin/pkg/admission/network/defaultingressclass: an
// Ingress that names no class gets the default one, the newest if there are
// several.
func (r *Registry) defaultIngressClass(in *networkingv1.Ingress) {
	if _, annotated := in.Annotations[ingressClassAnnotation]; annotated || in.Spec.IngressClassName != nil || r.opts.Objects == nil {
		return
	}
	var defaults []*networkingv1.IngressClass
	classes, _ := r.opts.Objects.List(ingressClassResource, "")
	for _, o := range classes {
		if c, ok := o.(*networkingv1.IngressClass); ok && c.Annotations[networkingv1.AnnotationIsDefaultIngressClass] == "true" {
			defaults = append(defaults, c)
		}
	}
	if len(defaults) == 0 {
		return
	}
	newest := slices.MaxFunc(defaults, func(a, b *networkingv1.IngressClass) int {
		if c := a.CreationTimestamp.Compare(b.CreationTimestamp.Time); c != 0 {
			return c
		}
		return strings.Compare(b.Name, a.Name)
	})
	in.Spec.IngressClassName = &newest.Name
}
