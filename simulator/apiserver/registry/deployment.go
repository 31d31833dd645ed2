package registry

import (
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// defaultProgressSeconds is how long a rollout may make no progress.
const defaultProgressSeconds = 600

// deployments is pkg/registry/apps/deployment.
func (r *Registry) deployments() kind[*appsv1.Deployment] {
	type deployment = appsv1.Deployment
	return kind[*deployment]{
		group: appsv1.GroupName, kind: "Deployment", resource: "deployments",
		setDefaults: defaultDeployment,
		prepare: func(d, old *deployment) {
			if old == nil {
				d.Status = appsv1.DeploymentStatus{}
			}
		},
		validate: func(d *deployment) field.ErrorList {
			return append(validateObjectMeta(d, true, validation.NameIsDNSSubdomain), validateDeployment(&d.Spec)...)
		},
		validateUpdate: func(d, old *deployment) field.ErrorList {
			return append(validateDeployment(&d.Spec), immutable(d.Spec.Selector, old.Spec.Selector, field.NewPath("spec", "selector"))...)
		},
		warnings: func(d, _ *deployment) []string { return warnTemplate(&d.Spec.Template) },
		spec:     func(to, from *deployment) { to.Spec = *from.Spec.DeepCopy() },
		status:   func(to, from *deployment) { to.Status = *from.Status.DeepCopy() },
		sameSpec: func(a, b *deployment) bool { return same(a.Spec, b.Spec) && same(a.Annotations, b.Annotations) },
	}
}

// defaultDeployment is SetDefaults_Deployment of pkg/apis/apps/v1.
func defaultDeployment(d *appsv1.Deployment) {
	s := &d.Spec
	defaultPodSpec(&s.Template.Spec)
	if s.Replicas == nil {
		s.Replicas = ptr.To[int32](1)
	}
	if s.Strategy.Type == "" {
		s.Strategy.Type = appsv1.RollingUpdateDeploymentStrategyType
	}
	if s.Strategy.Type == appsv1.RollingUpdateDeploymentStrategyType {
		if s.Strategy.RollingUpdate == nil {
			s.Strategy.RollingUpdate = &appsv1.RollingUpdateDeployment{}
		}
		u := s.Strategy.RollingUpdate
		if u.MaxUnavailable == nil {
			u.MaxUnavailable = ptr.To(intstr.FromString("25%"))
		}
		if u.MaxSurge == nil {
			u.MaxSurge = ptr.To(intstr.FromString("25%"))
		}
	}
	if s.RevisionHistoryLimit == nil {
		s.RevisionHistoryLimit = ptr.To[int32](defaultHistory)
	}
	if s.ProgressDeadlineSeconds == nil {
		s.ProgressDeadlineSeconds = ptr.To[int32](defaultProgressSeconds)
	}
}

// validateDeployment is ValidateDeploymentSpec of pkg/apis/apps/validation.
func validateDeployment(s *appsv1.DeploymentSpec) field.ErrorList {
	p := field.NewPath("spec")
	errs := validateNonnegative(ptr.Deref(s.Replicas, 0), p.Child("replicas"))
	errs = append(errs, validateSelector(s.Selector, "deployment", p.Child("selector"))...)
	errs = append(errs, matchTemplate(s.Selector, &s.Template, "invalid label selector", p)...)
	errs = append(errs, validateTemplate(&s.Template, "ReplicaSet", p.Child("template"))...)
	errs = append(errs, validateDeploymentStrategy(&s.Strategy, p.Child("strategy"))...)
	errs = append(errs, validateNonnegative(s.MinReadySeconds, p.Child("minReadySeconds"))...)
	errs = append(errs, validateNonnegative(ptr.Deref(s.RevisionHistoryLimit, 0), p.Child("revisionHistoryLimit"))...)
	if d := s.ProgressDeadlineSeconds; d != nil {
		errs = append(errs, validateNonnegative(*d, p.Child("progressDeadlineSeconds"))...)
		if *d <= s.MinReadySeconds {
			errs = append(errs, field.Invalid(p.Child("progressDeadlineSeconds"), *d, "must be greater than minReadySeconds"))
		}
	}
	return errs
}

func validateDeploymentStrategy(s *appsv1.DeploymentStrategy, p *field.Path) field.ErrorList {
	rolling := p.Child("rollingUpdate")
	switch s.Type {
	case appsv1.RecreateDeploymentStrategyType:
		if s.RollingUpdate != nil {
			return field.ErrorList{field.Forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'")}
		}
		return nil
	case appsv1.RollingUpdateDeploymentStrategyType:
		u := s.RollingUpdate
		errs := validateIntOrPercent(u.MaxUnavailable, rolling.Child("maxUnavailable"))
		errs = append(errs, validateIntOrPercent(u.MaxSurge, rolling.Child("maxSurge"))...)
		if intOrPercent(u.MaxUnavailable) == 0 && intOrPercent(u.MaxSurge) == 0 {
			errs = append(errs, field.Invalid(rolling.Child("maxUnavailable"), *u.MaxUnavailable, "may not be 0 when `maxSurge` is 0"))
		}
		return append(errs, validateAtMostAll(u.MaxUnavailable, rolling.Child("maxUnavailable"))...)
	}
	return field.ErrorList{field.NotSupported(p, asInternal(*s),
		[]appsv1.DeploymentStrategyType{appsv1.RecreateDeploymentStrategyType, appsv1.RollingUpdateDeploymentStrategyType})}
}
