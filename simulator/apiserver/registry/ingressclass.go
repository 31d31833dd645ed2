package registry

import (
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

var ingressClassResource = schema.GroupResource{Group: networkingv1.GroupName, Resource: "ingressclasses"}

// maxControllerLength is how long a class's controller may be.
const maxControllerLength = 250

// The scopes of a class's parameters.
const (
	clusterScope   = networkingv1.IngressClassParametersReferenceScopeCluster
	namespaceScope = networkingv1.IngressClassParametersReferenceScopeNamespace
)

// ingressClasses is pkg/registry/networking/ingressclass.
func (r *Registry) ingressClasses() kind[*networkingv1.IngressClass] {
	type class = networkingv1.IngressClass
	return kind[*class]{
		group: networkingv1.GroupName, kind: "IngressClass", resource: "ingressclasses", clusterScoped: true,
		setDefaults: func(c *class) {
			if c.Spec.Parameters != nil && c.Spec.Parameters.Scope == nil {
				c.Spec.Parameters.Scope = ptr.To(clusterScope)
			}
		},
		validate: validateIngressClass,
		validateUpdate: func(c, old *class) field.ErrorList {
			errs := validateIngressClass(c)
			if c.Spec.Controller != old.Spec.Controller { // found by declarative validation, which names no value
				errs = append(errs, field.Invalid(field.NewPath("spec", "controller"), nil, validation.FieldImmutableErrorMsg))
			}
			return errs
		},
		sameSpec: func(a, b *class) bool { return same(a.Spec, b.Spec) },
	}
}

func validateIngressClass(c *networkingv1.IngressClass) field.ErrorList {
	errs := validateObjectMeta(c, false, validation.NameIsDNSSubdomain)
	p := field.NewPath("spec", "controller")
	switch n := len(c.Spec.Controller); {
	case n == 0:
		errs = append(errs, field.Required(p, ""))
	default:
		if n > maxControllerLength {
			errs = append(errs, field.TooLong(p, "", maxControllerLength))
		}
		errs = append(errs, utilvalidation.IsDomainPrefixedPath(p, c.Spec.Controller)...)
	}
	if c.Spec.Parameters == nil {
		return errs
	}
	return append(errs, validateClassParameters(c.Spec.Parameters, field.NewPath("spec", "parameters"))...)
}

func validateClassParameters(ref *networkingv1.IngressClassParametersReference, p *field.Path) field.ErrorList {
	errs := validateTypedReference(ref.APIGroup, ref.Kind, ref.Name, p)
	switch scope := ptr.Deref(ref.Scope, clusterScope); {
	case scope != clusterScope && scope != namespaceScope:
		errs = append(errs, field.NotSupported(p.Child("scope"), scope, []string{clusterScope, namespaceScope}))
	case scope == clusterScope && ref.Namespace != nil:
		errs = append(errs, field.Forbidden(p.Child("namespace"), "`parameters.scope` is set to 'Cluster'"))
	case scope == namespaceScope && ref.Namespace == nil:
		errs = append(errs, field.Required(p.Child("namespace"), "`parameters.scope` is set to 'Namespace'"))
	case scope == namespaceScope:
		errs = append(errs, invalidAll(p.Child("namespace"), *ref.Namespace, validation.ValidateNamespaceName(*ref.Namespace, false))...)
	}
	return errs
}
