package registry

import (
	"fmt"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// defaultHistory is how many revisions a workload keeps.
const defaultHistory = 10

// validateSelector checks a workload's selector, which must say something.
func validateSelector(s *metav1.LabelSelector, what string, p *field.Path) field.ErrorList {
	if s == nil {
		return field.ErrorList{field.Required(p, "")}
	}
	errs := validateLabelSelector(s, p)
	if len(s.MatchLabels)+len(s.MatchExpressions) == 0 {
		errs = append(errs, field.Invalid(p, s, "empty selector is invalid for "+what))
	}
	return errs
}

// matchTemplate: a workload must select the pods that it makes.
func matchTemplate(s *metav1.LabelSelector, t *corev1.PodTemplateSpec, unreadable string, spec *field.Path) field.ErrorList {
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return field.ErrorList{field.Invalid(spec.Child("selector"), s, unreadable)}
	}
	if selector.Empty() || selector.Matches(labels.Set(t.Labels)) {
		return nil
	}
	return field.ErrorList{field.Invalid(spec.Child("template", "metadata", "labels"), t.Labels, "`selector` does not match template `labels`")}
}

// validateTemplate is ValidatePodTemplateSpec and what workloads demand of it.
func validateTemplate(t *corev1.PodTemplateSpec, what string, p *field.Path) field.ErrorList {
	errs := validateLabels(t.Labels, p.Child("labels"))
	errs = append(errs, validateAnnotations(t.Annotations, p.Child("annotations"))...)
	errs = append(errs, validatePodSpec(&t.Spec, p.Child("spec"))...)
	return append(errs, validateAlwaysRestarts(t, what, p)...)
}

func validateAlwaysRestarts(t *corev1.PodTemplateSpec, what string, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if t.Spec.RestartPolicy != corev1.RestartPolicyAlways {
		errs = append(errs, field.NotSupported(p.Child("spec", "restartPolicy"), t.Spec.RestartPolicy, []corev1.RestartPolicy{corev1.RestartPolicyAlways}))
	}
	if t.Spec.ActiveDeadlineSeconds != nil {
		errs = append(errs, field.Forbidden(p.Child("spec", "activeDeadlineSeconds"), fmt.Sprintf("activeDeadlineSeconds in %s is not Supported", what)))
	}
	return errs
}

// intOrPercent is a number of pods: a count or a percentage.
func intOrPercent(v *intstr.IntOrString) int {
	if v == nil {
		return 0
	}
	if v.Type == intstr.Int {
		return v.IntValue()
	}
	n, err := strconv.Atoi(strings.TrimSuffix(v.StrVal, "%"))
	if err != nil || !strings.HasSuffix(v.StrVal, "%") {
		return 0
	}
	return n
}

func validateIntOrPercent(v *intstr.IntOrString, p *field.Path) field.ErrorList {
	switch {
	case v == nil:
		return nil
	case v.Type == intstr.String:
		return invalidAll(p, *v, utilvalidation.IsValidPercent(v.StrVal))
	}
	return validateNonnegative(int64(v.IntValue()), p)
}

func validateAtMostAll(v *intstr.IntOrString, p *field.Path) field.ErrorList {
	if v == nil || v.Type != intstr.String || intOrPercent(v) <= 100 {
		return nil
	}
	return field.ErrorList{field.Invalid(p, *v, "must not be greater than 100%")}
}

// replicaSets is pkg/registry/apps/replicaset.
func (r *Registry) replicaSets() kind[*appsv1.ReplicaSet] {
	type set = appsv1.ReplicaSet
	check := func(s *set) field.ErrorList {
		p := field.NewPath("spec")
		errs := validateNonnegative(ptr.Deref(s.Spec.Replicas, 0), p.Child("replicas"))
		errs = append(errs, validateNonnegative(s.Spec.MinReadySeconds, p.Child("minReadySeconds"))...)
		errs = append(errs, validateSelector(s.Spec.Selector, "deployment", p.Child("selector"))...) // as the real one says
		errs = append(errs, matchTemplate(s.Spec.Selector, &s.Spec.Template, "invalid label selector", p)...)
		return append(errs, validateTemplate(&s.Spec.Template, "ReplicaSet", p.Child("template"))...)
	}
	return kind[*set]{
		group: appsv1.GroupName, kind: "ReplicaSet", resource: "replicasets",
		setDefaults: func(s *set) {
			defaultPodSpec(&s.Spec.Template.Spec)
			if s.Spec.Replicas == nil {
				s.Spec.Replicas = ptr.To[int32](1)
			}
		},
		prepare: func(s, old *set) {
			if old == nil {
				s.Status = appsv1.ReplicaSetStatus{}
			}
		},
		validate: func(s *set) field.ErrorList {
			return append(validateObjectMeta(s, true, validation.NameIsDNSSubdomain), check(s)...)
		},
		validateUpdate: func(s, old *set) field.ErrorList {
			return append(check(s), immutable(s.Spec.Selector, old.Spec.Selector, field.NewPath("spec", "selector"))...)
		},
		warnings: func(s, _ *set) []string { return warnTemplate(&s.Spec.Template) },
		spec:     func(to, from *set) { to.Spec = *from.Spec.DeepCopy() },
		status:   func(to, from *set) { to.Status = *from.Status.DeepCopy() },
		sameSpec: func(a, b *set) bool { return same(a.Spec, b.Spec) },
	}
}
