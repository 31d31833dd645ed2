package registry

import (
	"maps"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// daemonSets is pkg/registry/apps/daemonset.
func (r *Registry) daemonSets() kind[*appsv1.DaemonSet] {
	type set = appsv1.DaemonSet
	return kind[*set]{
		group: appsv1.GroupName, kind: "DaemonSet", resource: "daemonsets",
		setDefaults: defaultDaemonSet,
		prepare: func(s, old *set) {
			if old == nil {
				s.Status = appsv1.DaemonSetStatus{}
			}
			countTemplates(s, old)
		},
		validate: func(s *set) field.ErrorList {
			return append(validateObjectMeta(s, true, validation.NameIsDNSSubdomain), validateDaemonSet(&s.Spec)...)
		},
		validateUpdate: func(s, old *set) field.ErrorList {
			return append(validateDaemonSet(&s.Spec), immutable(s.Spec.Selector, old.Spec.Selector, field.NewPath("spec", "selector"))...)
		},
		warnings: func(s, _ *set) []string { return warnTemplate(&s.Spec.Template) },
		spec:     func(to, from *set) { to.Spec = *from.Spec.DeepCopy() },
		restore: func(s *set) error {
			if _, ok := s.Annotations[appsv1.DeprecatedTemplateGeneration]; !ok {
				countTemplates(s, nil)
			}
			return nil
		},
		status:   func(to, from *set) { to.Status = *from.Status.DeepCopy() },
		sameSpec: func(a, b *set) bool { return same(a.Spec, b.Spec) },
	}
}

// countTemplates keeps the number of the template in an annotation, which is
// where the internal field templateGeneration goes in apps/v1.
func countTemplates(s, old *appsv1.DaemonSet) {
	n := int64(1)
	if old != nil {
		n, _ = strconv.ParseInt(old.Annotations[appsv1.DeprecatedTemplateGeneration], 10, 64)
		if !same(s.Spec.Template, old.Spec.Template) {
			n++
		}
	}
	s.Annotations = maps.Clone(s.Annotations)
	if s.Annotations == nil {
		s.Annotations = make(map[string]string)
	}
	s.Annotations[appsv1.DeprecatedTemplateGeneration] = strconv.FormatInt(n, 10)
}

// defaultDaemonSet is SetDefaults_DaemonSet of pkg/apis/apps/v1.
func defaultDaemonSet(set *appsv1.DaemonSet) {
	s := &set.Spec
	defaultPodSpec(&s.Template.Spec)
	if s.UpdateStrategy.Type == "" {
		s.UpdateStrategy.Type = appsv1.RollingUpdateDaemonSetStrategyType
	}
	if s.UpdateStrategy.Type == appsv1.RollingUpdateDaemonSetStrategyType {
		if s.UpdateStrategy.RollingUpdate == nil {
			s.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateDaemonSet{}
		}
		u := s.UpdateStrategy.RollingUpdate
		if u.MaxUnavailable == nil {
			u.MaxUnavailable = ptr.To(intstr.FromInt32(1))
		}
		if u.MaxSurge == nil {
			u.MaxSurge = ptr.To(intstr.FromInt32(0))
		}
	}
	if s.RevisionHistoryLimit == nil {
		s.RevisionHistoryLimit = ptr.To[int32](defaultHistory)
	}
}

// validateDaemonSet is ValidateDaemonSetSpec of pkg/apis/apps/validation.
func validateDaemonSet(s *appsv1.DaemonSetSpec) field.ErrorList {
	p := field.NewPath("spec")
	errs := validateLabelSelector(s.Selector, p.Child("selector"))
	errs = append(errs, matchTemplate(s.Selector, &s.Template, "", p)...)
	if s.Selector != nil && len(s.Selector.MatchLabels)+len(s.Selector.MatchExpressions) == 0 {
		errs = append(errs, field.Invalid(p.Child("selector"), s.Selector, "empty selector is invalid for daemonset"))
	}
	errs = append(errs, validateTemplate(&s.Template, "DaemonSet", p.Child("template"))...)
	errs = append(errs, validateNonnegative(s.MinReadySeconds, p.Child("minReadySeconds"))...)
	errs = append(errs, validateDaemonSetStrategy(&s.UpdateStrategy, p.Child("updateStrategy"))...)
	return append(errs, validateNonnegative(ptr.Deref(s.RevisionHistoryLimit, 0), p.Child("revisionHistoryLimit"))...)
}

func validateDaemonSetStrategy(u *appsv1.DaemonSetUpdateStrategy, p *field.Path) field.ErrorList {
	switch u.Type {
	case appsv1.OnDeleteDaemonSetStrategyType:
		return nil
	case appsv1.RollingUpdateDaemonSetStrategyType:
	default:
		return field.ErrorList{field.NotSupported(p, asInternal(*u),
			[]appsv1.DaemonSetUpdateStrategyType{appsv1.RollingUpdateDaemonSetStrategyType, appsv1.OnDeleteDaemonSetStrategyType})}
	}
	at, r := p.Child("rollingUpdate"), u.RollingUpdate
	errs := validateIntOrPercent(r.MaxUnavailable, at.Child("maxUnavailable"))
	errs = append(errs, validateIntOrPercent(r.MaxSurge, at.Child("maxSurge"))...)
	unavailable, surge := intOrPercent(r.MaxUnavailable) != 0, intOrPercent(r.MaxSurge) != 0
	switch {
	case unavailable && surge:
		errs = append(errs, field.Invalid(at.Child("maxSurge"), *r.MaxSurge, "may not be set when maxUnavailable is non-zero"))
	case !unavailable && !surge:
		errs = append(errs, field.Required(at.Child("maxUnavailable"), "cannot be 0 when maxSurge is 0"))
	}
	errs = append(errs, validateAtMostAll(r.MaxUnavailable, at.Child("maxUnavailable"))...)
	return append(errs, validateAtMostAll(r.MaxSurge, at.Child("maxSurge"))...)
}
