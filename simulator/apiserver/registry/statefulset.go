package registry

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// statefulSets is pkg/registry/apps/statefulset.
func (r *Registry) statefulSets() kind[*appsv1.StatefulSet] {
	type set = appsv1.StatefulSet
	return kind[*set]{
		group: appsv1.GroupName, kind: "StatefulSet", resource: "statefulsets",
		setDefaults: defaultStatefulSet,
		prepare: func(s, old *set) {
			if old == nil {
				s.Status = appsv1.StatefulSetStatus{}
			}
		},
		validate: func(s *set) field.ErrorList {
			return append(validateObjectMeta(s, true, validation.NameIsDNSLabel), validateStatefulSet(&s.Spec)...)
		},
		validateUpdate: func(s, old *set) field.ErrorList {
			return append(validateStatefulSet(&s.Spec), validateStatefulSetChange(&s.Spec, &old.Spec)...)
		},
		warnings: func(s, _ *set) []string { return warnTemplate(&s.Spec.Template) },
		spec:     func(to, from *set) { to.Spec = *from.Spec.DeepCopy() },
		status:   func(to, from *set) { to.Status = *from.Status.DeepCopy() },
		sameSpec: func(a, b *set) bool { return same(a.Spec, b.Spec) },
	}
}

// defaultStatefulSet is SetDefaults_StatefulSet of pkg/apis/apps/v1.
func defaultStatefulSet(set *appsv1.StatefulSet) {
	s := &set.Spec
	defaultPodSpec(&s.Template.Spec)
	if s.PodManagementPolicy == "" {
		s.PodManagementPolicy = appsv1.OrderedReadyPodManagement
	}
	if s.UpdateStrategy.Type == "" {
		s.UpdateStrategy.Type = appsv1.RollingUpdateStatefulSetStrategyType
		if s.UpdateStrategy.RollingUpdate == nil {
			s.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateStatefulSetStrategy{}
		}
	}
	if u := s.UpdateStrategy.RollingUpdate; u != nil && s.UpdateStrategy.Type == appsv1.RollingUpdateStatefulSetStrategyType {
		if u.Partition == nil {
			u.Partition = ptr.To[int32](0)
		}
		if u.MaxUnavailable == nil {
			u.MaxUnavailable = ptr.To(intstr.FromInt32(1))
		}
	}
	if s.PersistentVolumeClaimRetentionPolicy == nil {
		s.PersistentVolumeClaimRetentionPolicy = &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{}
	}
	retain := s.PersistentVolumeClaimRetentionPolicy
	if retain.WhenDeleted == "" {
		retain.WhenDeleted = appsv1.RetainPersistentVolumeClaimRetentionPolicyType
	}
	if retain.WhenScaled == "" {
		retain.WhenScaled = appsv1.RetainPersistentVolumeClaimRetentionPolicyType
	}
	if s.Replicas == nil {
		s.Replicas = ptr.To[int32](1)
	}
	if s.RevisionHistoryLimit == nil {
		s.RevisionHistoryLimit = ptr.To[int32](defaultHistory)
	}
	for i := range s.VolumeClaimTemplates {
		defaultClaimTemplate(&s.VolumeClaimTemplates[i])
	}
}

func defaultClaimTemplate(c *corev1.PersistentVolumeClaim) {
	c.APIVersion, c.Kind = "v1", "PersistentVolumeClaim"
	if c.Spec.VolumeMode == nil {
		c.Spec.VolumeMode = ptr.To(corev1.PersistentVolumeFilesystem)
	}
	if c.Status.Phase == "" {
		c.Status.Phase = corev1.ClaimPending
	}
}

// validateStatefulSet is ValidateStatefulSetSpec of pkg/apis/apps/validation:
// the pods of the template are not looked into, since its volumes come later.
func validateStatefulSet(s *appsv1.StatefulSetSpec) field.ErrorList {
	p := field.NewPath("spec")
	var errs field.ErrorList
	switch s.PodManagementPolicy {
	case appsv1.OrderedReadyPodManagement, appsv1.ParallelPodManagement:
	default:
		errs = append(errs, field.Invalid(p.Child("podManagementPolicy"), s.PodManagementPolicy, "must be 'OrderedReady' or 'Parallel'"))
	}
	errs = append(errs, validateStatefulSetStrategy(&s.UpdateStrategy, p.Child("updateStrategy"))...)
	if r := s.PersistentVolumeClaimRetentionPolicy; r != nil {
		at := p.Child("persistentVolumeClaimRetentionPolicy")
		errs = append(errs, validateRetention(r.WhenDeleted, at.Child("whenDeleted"))...)
		errs = append(errs, validateRetention(r.WhenScaled, at.Child("whenScaled"))...)
	}
	errs = append(errs, validateNonnegative(ptr.Deref(s.Replicas, 0), p.Child("replicas"))...)
	errs = append(errs, validateNonnegative(s.MinReadySeconds, p.Child("minReadySeconds"))...)
	if s.Ordinals != nil {
		errs = append(errs, validateNonnegative(s.Ordinals.Start, p.Child("ordinals.start"))...)
	}
	errs = append(errs, validateSelector(s.Selector, "statefulset", p.Child("selector"))...)
	errs = append(errs, matchTemplate(s.Selector, &s.Template, "", p)...)
	template := p.Child("template")
	errs = append(errs, validateLabels(s.Template.Labels, template.Child("labels"))...)
	errs = append(errs, validateAnnotations(s.Template.Annotations, template.Child("annotations"))...)
	return append(errs, validateAlwaysRestarts(&s.Template, "StatefulSet", template)...)
}

func validateRetention(v appsv1.PersistentVolumeClaimRetentionPolicyType, p *field.Path) field.ErrorList {
	const retain, remove = appsv1.RetainPersistentVolumeClaimRetentionPolicyType, appsv1.DeletePersistentVolumeClaimRetentionPolicyType
	if v == retain || v == remove {
		return nil
	}
	return field.ErrorList{field.NotSupported(p, v, []appsv1.PersistentVolumeClaimRetentionPolicyType{retain, remove})}
}

func validateStatefulSetStrategy(u *appsv1.StatefulSetUpdateStrategy, p *field.Path) field.ErrorList {
	switch u.Type {
	case appsv1.OnDeleteStatefulSetStrategyType:
		if u.RollingUpdate != nil {
			return field.ErrorList{field.Invalid(p.Child("rollingUpdate"), asInternal(u.RollingUpdate), "only allowed for updateStrategy 'RollingUpdate'")}
		}
		return nil
	case appsv1.RollingUpdateStatefulSetStrategyType:
		if u.RollingUpdate == nil {
			return nil
		}
		at := p.Child("rollingUpdate")
		errs := validateNonnegative(ptr.Deref(u.RollingUpdate.Partition, 0), at.Child("partition"))
		if m := u.RollingUpdate.MaxUnavailable; m != nil {
			errs = append(errs, validateIntOrPercent(m, at.Child("maxUnavailable"))...)
			if intOrPercent(m) == 0 {
				errs = append(errs, field.Invalid(at.Child("maxUnavailable"), *m, "cannot be 0"))
			}
			errs = append(errs, validateAtMostAll(m, at.Child("maxUnavailable"))...)
		}
		return errs
	}
	return field.ErrorList{field.Invalid(p, asInternal(*u), "must be 'RollingUpdate' or 'OnDelete'")}
}

// validateStatefulSetChange: little of a StatefulSet may change.
func validateStatefulSetChange(s, old *appsv1.StatefulSetSpec) field.ErrorList {
	rest := s.DeepCopy()
	rest.Replicas, rest.Ordinals, rest.Template = old.Replicas, old.Ordinals, old.Template
	rest.UpdateStrategy, rest.MinReadySeconds = old.UpdateStrategy, old.MinReadySeconds
	rest.PersistentVolumeClaimRetentionPolicy = old.PersistentVolumeClaimRetentionPolicy
	rest.RevisionHistoryLimit = old.RevisionHistoryLimit
	if same(rest, old) {
		return nil
	}
	return field.ErrorList{field.Forbidden(field.NewPath("spec"), "updates to statefulset spec for fields other than "+
		"'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")}
}
