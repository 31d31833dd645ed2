package registry

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
	"k8s.io/utils/ptr"
)

// initIPFamilies settles ipFamilies and ipFamilyPolicy: initIPFamilyFields of
// pkg/registry/core/service/storage/alloc.go, for a cluster with one family.
func (a *serviceAllocator) initIPFamilies(s, old *corev1.Service) error {
	if !needsClusterIP(s) || keepsPreferDualStack(s, old) {
		return nil
	}
	defaultFamilyPolicy(s, old)
	if errs := validateClusterIPs(s, old); len(errs) > 0 {
		return invalidService(s, errs...)
	}
	errs := downgradeFamilies(s, old)
	errs = append(errs, checkSingleStack(s)...)
	errs = append(errs, a.inferFamilies(s)...)
	if len(errs) > 0 {
		return invalidService(s, errs...)
	}
	if withoutSelector(s) {
		a.initWithoutSelector(s)
		return nil
	}
	if errs := a.checkFamilies(s); len(errs) > 0 {
		return invalidService(s, errs...)
	}
	if len(s.Spec.IPFamilies) == 0 {
		s.Spec.IPFamilies = []corev1.IPFamily{a.family()}
	}
	return nil
}

// defaultFamilyPolicy: an update without a policy keeps the one before; a
// headless Service without selector may have endpoints of both families.
func defaultFamilyPolicy(s, old *corev1.Service) {
	switch {
	case s.Spec.IPFamilyPolicy != nil:
	case old != nil && old.Spec.IPFamilyPolicy != nil:
		s.Spec.IPFamilyPolicy = ptr.To(*old.Spec.IPFamilyPolicy)
	case withoutSelector(s):
		s.Spec.IPFamilyPolicy = ptr.To(corev1.IPFamilyPolicyRequireDualStack)
	default:
		s.Spec.IPFamilyPolicy = ptr.To(corev1.IPFamilyPolicySingleStack)
	}
}

// withoutSelector tells of a headless Service whose endpoints somebody writes.
func withoutSelector(s *corev1.Service) bool {
	return s.Spec.ClusterIP == corev1.ClusterIPNone && len(s.Spec.Selector) == 0
}

// family is the one that the cluster has.
func (a *serviceAllocator) family() corev1.IPFamily {
	if a.ips.cidr.Addr().Is4() {
		return corev1.IPv4Protocol
	}
	return corev1.IPv6Protocol
}

// keepsPreferDualStack: a PreferDualStack Service whose fields stay as they
// are is left alone.
func keepsPreferDualStack(s, old *corev1.Service) bool {
	return old != nil && ptr.Equal(s.Spec.IPFamilyPolicy, ptr.To(corev1.IPFamilyPolicyPreferDualStack)) &&
		ptr.Equal(s.Spec.IPFamilyPolicy, old.Spec.IPFamilyPolicy) &&
		slices.Equal(s.Spec.ClusterIPs, old.Spec.ClusterIPs) && slices.Equal(s.Spec.IPFamilies, old.Spec.IPFamilies)
}

func familyPolicy(s *corev1.Service) corev1.IPFamilyPolicy {
	return ptr.Deref(s.Spec.IPFamilyPolicy, corev1.IPFamilyPolicySingleStack)
}

// downgradeFamilies drops the second address and family of a Service that
// becomes single-stack.
func downgradeFamilies(s, old *corev1.Service) field.ErrorList {
	if old == nil {
		return nil
	}
	ips, families := &s.Spec.ClusterIPs, &s.Spec.IPFamilies
	if familyPolicy(s) == corev1.IPFamilyPolicySingleStack {
		if len(*ips) > 1 && slices.Equal(*ips, old.Spec.ClusterIPs) {
			*ips = (*ips)[:1]
		}
		if len(*families) > 1 && slices.Equal(*families, old.Spec.IPFamilies) {
			*families = (*families)[:1]
		}
		return nil
	}
	var errs field.ErrorList
	p := field.NewPath("spec", "ipFamilyPolicy")
	if len(*ips) > 0 && len(*ips) < len(old.Spec.ClusterIPs) {
		errs = append(errs, field.Invalid(p, s.Spec.IPFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"))
	}
	if len(*families) > 0 && len(*families) < len(old.Spec.IPFamilies) {
		errs = append(errs, field.Invalid(p, s.Spec.IPFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"))
	}
	return errs
}

// checkSingleStack: two addresses or families need a policy for two.
func checkSingleStack(s *corev1.Service) field.ErrorList {
	if familyPolicy(s) != corev1.IPFamilyPolicySingleStack {
		return nil
	}
	var errs field.ErrorList
	p := field.NewPath("spec", "ipFamilyPolicy")
	if len(s.Spec.ClusterIPs) == 2 {
		errs = append(errs, field.Invalid(p, s.Spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"))
	}
	if len(s.Spec.IPFamilies) == 2 {
		errs = append(errs, field.Invalid(p, s.Spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"))
	}
	return errs
}

// inferFamilies takes families from the addresses that were asked for.
func (a *serviceAllocator) inferFamilies(s *corev1.Service) field.ErrorList {
	var errs field.ErrorList
	for i, ip := range s.Spec.ClusterIPs {
		if ip == corev1.ClusterIPNone {
			break
		}
		if i < len(s.Spec.IPFamilies) {
			continue
		}
		family := corev1.IPv4Protocol
		if netutils.IsIPv6String(ip) {
			family = corev1.IPv6Protocol
		}
		if family != a.family() {
			errs = append(errs, field.Invalid(field.NewPath("spec", "clusterIPs").Index(i), s.Spec.ClusterIPs,
				fmt.Sprintf("%s is not configured on this cluster", family)))
			continue
		}
		s.Spec.IPFamilies = append(s.Spec.IPFamilies, family)
	}
	return errs
}

// initWithoutSelector: a headless Service without selector may have families
// that the cluster lacks, and has both unless it is to have one.
func (a *serviceAllocator) initWithoutSelector(s *corev1.Service) {
	if len(s.Spec.IPFamilies) == 0 {
		s.Spec.IPFamilies = []corev1.IPFamily{a.family()}
	}
	if len(s.Spec.IPFamilies) == 1 && *s.Spec.IPFamilyPolicy != corev1.IPFamilyPolicySingleStack {
		other := corev1.IPv6Protocol
		if s.Spec.IPFamilies[0] == corev1.IPv6Protocol {
			other = corev1.IPv4Protocol
		}
		s.Spec.IPFamilies = append(s.Spec.IPFamilies, other)
	}
}

// checkFamilies: what is demanded must be there.
func (a *serviceAllocator) checkFamilies(s *corev1.Service) field.ErrorList {
	var errs field.ErrorList
	if familyPolicy(s) == corev1.IPFamilyPolicyRequireDualStack {
		errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilyPolicy"), s.Spec.IPFamilyPolicy,
			"this cluster is not configured for dual-stack services"))
	}
	for i, f := range s.Spec.IPFamilies {
		if f != a.family() {
			errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilies").Index(i), f, "not configured on this cluster"))
		}
	}
	return errs
}

// validateClusterIPs is ValidateServiceClusterIPsRelatedFields of
// pkg/apis/core/validation.
func validateClusterIPs(s, old *corev1.Service) field.ErrorList {
	if !needsClusterIP(s) {
		return nil
	}
	p := field.NewPath("spec", "clusterIPs")
	ips := s.Spec.ClusterIPs
	var errs field.ErrorList
	switch {
	case s.Spec.ClusterIP != "" && len(ips) == 0:
		errs = append(errs, field.Required(p, ""))
	case s.Spec.ClusterIP != "" && ips[0] != s.Spec.ClusterIP:
		errs = append(errs, field.Invalid(p, ips, "first value must match `clusterIP`"))
	case s.Spec.ClusterIP == "" && len(ips) != 0:
		errs = append(errs, field.Invalid(p, ips, "must be empty when `clusterIP` is not specified"))
	}
	errs = append(errs, validateFamilies(s)...)
	wrong := validateIPList(s, old)
	errs = append(errs, wrong...)
	if len(ips) > 2 {
		errs = append(errs, field.Invalid(p, ips, "may only hold up to 2 values"))
	}
	if len(wrong) > 0 {
		return errs
	}
	if len(ips) > 1 {
		if dual, err := netutils.IsDualStackIPStrings(ips); err == nil && !dual {
			errs = append(errs, field.Invalid(p, ips, "may specify no more than one IP for each IP family"))
		}
	}
	return append(errs, matchFamilies(s)...)
}

func validateFamilies(s *corev1.Service) field.ErrorList {
	var errs field.ErrorList
	p := field.NewPath("spec", "ipFamilies")
	supported := []corev1.IPFamily{corev1.IPv4Protocol, corev1.IPv6Protocol}
	for i, f := range s.Spec.IPFamilies {
		if !slices.Contains(supported, f) {
			errs = append(errs, field.NotSupported(p.Index(i), f, supported))
		}
		if slices.Contains(s.Spec.IPFamilies[:i], f) {
			errs = append(errs, field.Duplicate(p.Index(i), f))
		}
	}
	policies := []corev1.IPFamilyPolicy{corev1.IPFamilyPolicyPreferDualStack, corev1.IPFamilyPolicyRequireDualStack, corev1.IPFamilyPolicySingleStack}
	if policy := s.Spec.IPFamilyPolicy; policy != nil && !slices.Contains(policies, *policy) {
		errs = append(errs, field.NotSupported(field.NewPath("spec", "ipFamilyPolicy"), *policy, policies))
	}
	return errs
}

// validateIPList finds values that are no addresses, or a None that does not
// stand alone.
func validateIPList(s, old *corev1.Service) field.ErrorList {
	var had []string
	if old != nil {
		had = old.Spec.ClusterIPs
	}
	var errs field.ErrorList
	p := field.NewPath("spec", "clusterIPs")
	for i, ip := range s.Spec.ClusterIPs {
		if i == 0 && ip == corev1.ClusterIPNone {
			if len(s.Spec.ClusterIPs) > 1 {
				errs = append(errs, field.Invalid(p, s.Spec.ClusterIPs, "'None' must be the first and only value"))
			}
			continue
		}
		errs = append(errs, validateIP(p.Index(i), ip, had)...)
	}
	return errs
}

// matchFamilies holds each address against the family in the same place.
func matchFamilies(s *corev1.Service) field.ErrorList {
	if isHeadless(s) {
		return nil
	}
	var errs field.ErrorList
	for i, ip := range s.Spec.ClusterIPs {
		if i >= len(s.Spec.IPFamilies) {
			break
		}
		want := s.Spec.IPFamilies[i]
		six := netutils.IsIPv6String(ip)
		if want == corev1.IPv4Protocol && six || want == corev1.IPv6Protocol && !six {
			errs = append(errs, field.Invalid(field.NewPath("spec", "clusterIPs").Index(i), ip,
				fmt.Sprintf("expected an %s value as indicated by `ipFamilies[%v]`", want, i)))
		}
	}
	return errs
}
