package registry

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// warnService is GetWarningsForService of pkg/api/service.
func warnService(s, _ *corev1.Service) []string {
	var out []string
	if _, ok := s.Annotations[corev1.DeprecatedAnnotationTopologyAwareHints]; ok {
		out = append(out, fmt.Sprintf("annotation %s is deprecated, please use %s instead",
			corev1.DeprecatedAnnotationTopologyAwareHints, corev1.AnnotationTopologyMode))
	}
	out = append(out, warnAddresses(s)...)
	out = append(out, warnIgnored(s)...)
	if ptr.Deref(s.Spec.TrafficDistribution, "") == corev1.ServiceTrafficDistributionPreferClose {
		out = append(out, fmt.Sprintf("spec.trafficDistribution: %q is deprecated; use %q",
			corev1.ServiceTrafficDistributionPreferClose, corev1.ServiceTrafficDistributionPreferSameZone))
	}
	return out
}

// warnAddresses tells of addresses in an odd spelling.
func warnAddresses(s *corev1.Service) []string {
	spec := field.NewPath("spec")
	var out []string
	if s.Spec.ClusterIP != "" && s.Spec.ClusterIP != corev1.ClusterIPNone {
		for i, ip := range s.Spec.ClusterIPs {
			out = append(out, utilvalidation.GetWarningsForIP(spec.Child("clusterIPs").Index(i), ip)...)
		}
	}
	if isHeadless(s) {
		if s.Spec.LoadBalancerIP != "" {
			out = append(out, "spec.loadBalancerIP is ignored for headless services")
		}
		if len(s.Spec.ExternalIPs) > 0 {
			out = append(out, "spec.externalIPs is ignored for headless services")
		}
		if s.Spec.SessionAffinity == corev1.ServiceAffinityClientIP {
			out = append(out, "spec.SessionAffinity is ignored for headless services")
		}
	}
	for i, ip := range s.Spec.ExternalIPs {
		out = append(out, utilvalidation.GetWarningsForIP(spec.Child("externalIPs").Index(i), ip)...)
	}
	for i, cidr := range s.Spec.LoadBalancerSourceRanges {
		out = append(out, utilvalidation.GetWarningsForCIDR(spec.Child("loadBalancerSourceRanges").Index(i), cidr)...)
	}
	return out
}

// warnIgnored tells of fields that do nothing here or soon.
func warnIgnored(s *corev1.Service) []string {
	var out []string
	external := s.Spec.Type == corev1.ServiceTypeExternalName
	if len(s.Spec.ExternalIPs) > 0 {
		switch {
		case external:
			out = append(out, fmt.Sprintf("spec.externalIPs is ignored when spec.type is %q", corev1.ServiceTypeExternalName))
		case !isHeadless(s):
			out = append(out, "spec.externalIPs is deprecated and may no longer be implemented in some clusters")
		}
	}
	if !external && s.Spec.ExternalName != "" {
		out = append(out, fmt.Sprintf("spec.externalName is ignored when spec.type is not %q", corev1.ServiceTypeExternalName))
	}
	return out
}
