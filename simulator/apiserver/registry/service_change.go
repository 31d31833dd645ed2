package registry

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

const mayNotChange = "may not change once set"

// validateServiceUpdate is ValidateServiceUpdate of pkg/apis/core/validation.
func validateServiceUpdate(s, old *corev1.Service) field.ErrorList {
	return slices.Concat(
		validateObjectMetaUpdate(s, old),
		validateClusterIPChange(s, old),
		validateFamilyChange(s, old),
		validateLoadBalancerClass(s, old),
		validateHealthCheckChange(s, old),
		validateService(s, old))
}

// validateClusterIPChange: the first address never changes, but through
// ExternalName; the second may come, and go with policy SingleStack.
func validateClusterIPChange(s, old *corev1.Service) field.ErrorList {
	if !needsClusterIP(s) || !needsClusterIP(old) || isHeadless(s) && isHeadless(old) {
		return nil
	}
	p := field.NewPath("spec", "clusterIPs")
	now, was := s.Spec.ClusterIPs, old.Spec.ClusterIPs
	var errs field.ErrorList
	if len(now) == len(was) {
		for i := range was {
			if was[i] != now[i] {
				errs = append(errs, field.Invalid(p.Index(i), now, mayNotChange))
			}
		}
		return errs
	}
	if len(now) == 0 {
		errs = append(errs, field.Invalid(p.Index(0), now, "primary clusterIP can not be unset"))
	}
	if len(now) > 0 && len(was) > 0 && now[0] != was[0] {
		errs = append(errs, field.Invalid(p.Index(0), now, mayNotChange))
	}
	if len(was) > len(now) && len(now) == 1 && !singleStack(s) {
		errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilyPolicy"), s.Spec.IPFamilyPolicy,
			"must be set to 'SingleStack' when releasing the secondary clusterIP"))
	}
	return errs
}

// validateFamilyChange is the same for the families. Headless Services may
// change theirs.
func validateFamilyChange(s, old *corev1.Service) field.ErrorList {
	if !needsClusterIP(s) || !needsClusterIP(old) || isHeadless(s) || isHeadless(old) {
		return nil
	}
	p := field.NewPath("spec", "ipFamilies").Index(0)
	now, was := s.Spec.IPFamilies, old.Spec.IPFamilies
	var errs field.ErrorList
	if len(now) == len(was) {
		for i := range was {
			if was[i] != now[i] {
				errs = append(errs, field.Invalid(p, now, mayNotChange))
			}
		}
		return errs
	}
	if len(was) > len(now) && len(s.Spec.ClusterIPs) == 0 {
		errs = append(errs, field.Invalid(p, now, "primary ipFamily can not be unset"))
	}
	if len(now) > 0 && len(was) > 0 && now[0] != was[0] {
		errs = append(errs, field.Invalid(p, s.Spec.ClusterIPs, mayNotChange))
	}
	if len(was) > len(now) && len(now) == 1 && !singleStack(s) {
		errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilyPolicy"), s.Spec.IPFamilyPolicy,
			"must be set to 'SingleStack' when releasing the secondary ipFamily"))
	}
	return errs
}

// singleStack tells whether the Service says so itself.
func singleStack(s *corev1.Service) bool {
	return ptr.Deref(s.Spec.IPFamilyPolicy, "") == corev1.IPFamilyPolicySingleStack
}

func validateHealthCheckChange(s, old *corev1.Service) field.ErrorList {
	if needsHealthCheck(s) && needsHealthCheck(old) && s.Spec.HealthCheckNodePort != old.Spec.HealthCheckNodePort {
		return field.ErrorList{field.Forbidden(field.NewPath("spec", "healthCheckNodePort"), "field is immutable")}
	}
	return nil
}
