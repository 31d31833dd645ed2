package registry

import (
	"maps"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxDataSize is how many bytes a ConfigMap or Secret may hold.
const maxDataSize = 1 << 20

// namespaces is pkg/registry/core/namespace.
func (r *Registry) namespaces() kind[*corev1.Namespace] {
	type namespace = corev1.Namespace
	label := func(n *namespace) {
		if n.Name == "" {
			return
		}
		n.Labels = maps.Clone(n.Labels)
		if n.Labels == nil {
			n.Labels = make(map[string]string)
		}
		n.Labels[corev1.LabelMetadataName] = n.Name
	}
	complete := func(n *namespace) {
		if len(n.Spec.Finalizers) == 0 {
			n.Spec.Finalizers = []corev1.FinalizerName{corev1.FinalizerKubernetes}
		}
		if n.Status.Phase == "" {
			n.Status.Phase = corev1.NamespaceActive
		}
	}
	return kind[*namespace]{
		kind: "Namespace", resource: "namespaces", clusterScoped: true,
		setDefaults: label,
		prepare: func(n, old *namespace) {
			if old != nil {
				n.Spec.Finalizers = old.Spec.Finalizers
				return
			}
			n.Status = corev1.NamespaceStatus{}
			label(n)
			complete(n)
		},
		validate: func(n *namespace) field.ErrorList {
			return validateObjectMeta(n, false, validation.ValidateNamespaceName)
		},
		spec:   func(to, from *namespace) { to.Spec = *from.Spec.DeepCopy() },
		status: func(to, from *namespace) { to.Status = *from.Status.DeepCopy() },
		restore: func(n *namespace) error {
			if n.DeletionTimestamp == nil {
				complete(n)
			}
			return nil
		},
	}
}

// nodes is pkg/registry/core/node.
func (r *Registry) nodes() kind[*corev1.Node] {
	type node = corev1.Node
	return kind[*node]{
		kind: "Node", resource: "nodes", clusterScoped: true,
		validate: func(n *node) field.ErrorList {
			return append(validateObjectMeta(n, false, validation.NameIsDNSSubdomain), validateTaints(n.Spec.Taints)...)
		},
		validateUpdate: func(n, old *node) field.ErrorList {
			errs := validateTaints(n.Spec.Taints)
			if old.Spec.PodCIDR != "" && n.Spec.PodCIDR != old.Spec.PodCIDR {
				errs = append(errs, field.Forbidden(field.NewPath("spec", "podCIDRs"), "node updates may not change podCIDR except from \"\" to valid"))
			}
			return errs
		},
		spec:   func(to, from *node) { to.Spec = *from.Spec.DeepCopy() },
		status: func(to, from *node) { to.Status = *from.Status.DeepCopy() },
	}
}

func validateTaints(taints []corev1.Taint) field.ErrorList {
	var errs field.ErrorList
	effects := []corev1.TaintEffect{corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute}
	for i, t := range taints {
		p := field.NewPath("spec", "taints").Index(i)
		errs = append(errs, invalidAll(p.Child("key"), t.Key, utilvalidation.IsQualifiedName(t.Key))...)
		errs = append(errs, invalidAll(p.Child("value"), t.Value, utilvalidation.IsValidLabelValue(t.Value))...)
		switch {
		case t.Effect == "":
			errs = append(errs, field.Required(p.Child("effect"), ""))
		case !slices.Contains(effects, t.Effect):
			errs = append(errs, field.NotSupported(p.Child("effect"), t.Effect, effects))
		}
	}
	return errs
}

// configMaps is pkg/registry/core/configmap.
func (r *Registry) configMaps() kind[*corev1.ConfigMap] {
	type configMap = corev1.ConfigMap
	check := func(c *configMap) field.ErrorList {
		errs := validateObjectMeta(c, true, validation.NameIsDNSSubdomain)
		size := 0
		for _, k := range slices.Sorted(maps.Keys(c.Data)) {
			errs = append(errs, invalidAll(field.NewPath("data").Key(k), k, utilvalidation.IsConfigMapKey(k))...)
			if _, twice := c.BinaryData[k]; twice {
				errs = append(errs, field.Invalid(field.NewPath("data").Key(k), k, "duplicate of key present in binaryData"))
			}
			size += len(c.Data[k])
		}
		for _, k := range slices.Sorted(maps.Keys(c.BinaryData)) {
			errs = append(errs, invalidAll(field.NewPath("binaryData").Key(k), k, utilvalidation.IsConfigMapKey(k))...)
			size += len(c.BinaryData[k])
		}
		if size > maxDataSize {
			errs = append(errs, field.TooLong(field.NewPath(""), "", maxDataSize))
		}
		return errs
	}
	return kind[*configMap]{
		kind: "ConfigMap", resource: "configmaps",
		validate: check,
		validateUpdate: func(c, old *configMap) field.ErrorList {
			const frozen = "field is immutable when `immutable` is set"
			var errs field.ErrorList
			if old.Immutable != nil && *old.Immutable {
				if c.Immutable == nil || !*c.Immutable {
					errs = append(errs, field.Forbidden(field.NewPath("immutable"), frozen))
				}
				if !same(c.Data, old.Data) {
					errs = append(errs, field.Forbidden(field.NewPath("data"), frozen))
				}
				if !same(c.BinaryData, old.BinaryData) {
					errs = append(errs, field.Forbidden(field.NewPath("binaryData"), frozen))
				}
			}
			return append(errs, check(c)...)
		},
	}
}

// secrets is pkg/registry/core/secret.
func (r *Registry) secrets() kind[*corev1.Secret] {
	type secret = corev1.Secret
	check := func(s *secret) field.ErrorList {
		errs := validateObjectMeta(s, true, validation.NameIsDNSSubdomain)
		size := 0
		for _, k := range slices.Sorted(maps.Keys(s.Data)) {
			errs = append(errs, invalidAll(field.NewPath("data").Key(k), k, utilvalidation.IsConfigMapKey(k))...)
			size += len(s.Data[k])
		}
		if size > maxDataSize {
			errs = append(errs, field.TooLong(field.NewPath("data"), "", maxDataSize))
		}
		if s.Type == corev1.SecretTypeTLS {
			for _, k := range []string{corev1.TLSCertKey, corev1.TLSPrivateKeyKey} {
				if _, ok := s.Data[k]; !ok {
					errs = append(errs, field.Required(field.NewPath("data").Key(k), ""))
				}
			}
		}
		return errs
	}
	return kind[*secret]{
		kind: "Secret", resource: "secrets",
		setDefaults: func(s *secret) {
			if s.Type == "" {
				s.Type = corev1.SecretTypeOpaque
			}
			for k, v := range s.StringData { // conversion does this: stringData is never read
				if s.Data == nil {
					s.Data = make(map[string][]byte)
				}
				s.Data[k] = []byte(v)
			}
			s.StringData = nil
		},
		validate: check,
		validateUpdate: func(s, old *secret) field.ErrorList {
			return append(immutable(s.Type, old.Type, field.NewPath("type")), check(s)...)
		},
	}
}

// serviceAccounts is pkg/registry/core/serviceaccount.
func (r *Registry) serviceAccounts() kind[*corev1.ServiceAccount] {
	return kind[*corev1.ServiceAccount]{
		kind: "ServiceAccount", resource: "serviceaccounts",
		validate: func(s *corev1.ServiceAccount) field.ErrorList {
			return validateObjectMeta(s, true, validation.NameIsDNSSubdomain)
		},
	}
}

// events is pkg/registry/core/event.
func (r *Registry) events() kind[*corev1.Event] {
	check := func(e *corev1.Event) field.ErrorList {
		errs := validateObjectMeta(e, true, validation.NameIsDNSSubdomain)
		want := e.InvolvedObject.Namespace
		if want == "" {
			want = metav1.NamespaceDefault
		}
		if e.Namespace != want {
			errs = append(errs, field.Invalid(field.NewPath("involvedObject", "namespace"), e.InvolvedObject.Namespace, "does not match event.namespace"))
		}
		return errs
	}
	return kind[*corev1.Event]{
		kind: "Event", resource: "events",
		validate:       check,
		validateUpdate: func(e, _ *corev1.Event) field.ErrorList { return check(e) },
	}
}

// ipAddresses is pkg/registry/networking/ipaddress.
func (r *Registry) ipAddresses() kind[*networkingv1.IPAddress] {
	type address = networkingv1.IPAddress
	return kind[*address]{
		group: networkingv1.GroupName, kind: "IPAddress", resource: "ipaddresses", clusterScoped: true,
		validate: func(a *address) field.ErrorList {
			errs := validateObjectMeta(a, false, canonicalIPName)
			if a.Spec.ParentRef == nil {
				return append(errs, field.Required(field.NewPath("spec", "parentRef"), ""))
			}
			return append(errs, validateParent(a.Spec.ParentRef, field.NewPath("spec", "parentRef"))...)
		},
		validateUpdate: func(a, old *address) field.ErrorList {
			if same(a.Spec.ParentRef, old.Spec.ParentRef) {
				return nil
			}
			return field.ErrorList{field.Invalid(field.NewPath("spec", "parentRef"), nil, validation.FieldImmutableErrorMsg)}
		},
	}
}

func canonicalIPName(name string, _ bool) []string {
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return []string{err.Error()}
	}
	if ip.String() != name {
		return []string{"must be a valid IP address in canonical form"}
	}
	return nil
}

func validateParent(ref *networkingv1.ParentReference, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if ref.Resource == "" {
		errs = append(errs, field.Required(p.Child("resource"), ""))
	}
	if ref.Name == "" {
		errs = append(errs, field.Required(p.Child("name"), ""))
	}
	return errs
}

// serviceCIDRs is pkg/registry/networking/servicecidr.
func (r *Registry) serviceCIDRs() kind[*networkingv1.ServiceCIDR] {
	type cidr = networkingv1.ServiceCIDR
	return kind[*cidr]{
		group: networkingv1.GroupName, kind: "ServiceCIDR", resource: "servicecidrs", clusterScoped: true,
		validate: func(c *cidr) field.ErrorList {
			errs := validateObjectMeta(c, false, validation.NameIsDNSSubdomain)
			p := field.NewPath("spec", "cidrs")
			switch n := len(c.Spec.CIDRs); {
			case n == 0:
				return append(errs, field.Required(p, "at least one CIDR required"))
			case n > 2:
				return append(errs, field.Invalid(p, c.Spec, "may only hold up to 2 values"))
			}
			for i, v := range c.Spec.CIDRs {
				errs = append(errs, utilvalidation.IsValidCIDR(p.Index(i), v)...)
			}
			return errs
		},
		validateUpdate: func(c, old *cidr) field.ErrorList {
			return immutable(c.Spec.CIDRs, old.Spec.CIDRs, field.NewPath("spec", "cidrs"))
		},
		spec:   func(to, from *cidr) { to.Spec = *from.Spec.DeepCopy() },
		status: func(to, from *cidr) { to.Status = *from.Status.DeepCopy() },
	}
}
