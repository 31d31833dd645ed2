package registry

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
	"k8s.io/utils/ptr"
)

// warnService is GetWarningsForService of pkg/api/service, in its order.
func warnService(s, _ *corev1.Service) []string {
	var out []string
	if _, ok := s.Annotations[corev1.DeprecatedAnnotationTopologyAwareHints]; ok {
		out = append(out, fmt.Sprintf("annotation %s is deprecated, please use %s instead",
			corev1.DeprecatedAnnotationTopologyAwareHints, corev1.AnnotationTopologyMode))
	}
	spec := field.NewPath("spec")
	if s.Spec.ClusterIP != "" && s.Spec.ClusterIP != corev1.ClusterIPNone {
		out = append(out, warnEach(spec.Child("clusterIPs"), s.Spec.ClusterIPs, utilvalidation.GetWarningsForIP)...)
	}
	out = append(out, warnHeadless(s)...)
	out = append(out, warnEach(spec.Child("externalIPs"), s.Spec.ExternalIPs, utilvalidation.GetWarningsForIP)...)
	external := s.Spec.Type == corev1.ServiceTypeExternalName
	if len(s.Spec.ExternalIPs) > 0 && !external && !ignoresClusterIP(s) {
		out = append(out, "spec.externalIPs is deprecated and may no longer be implemented in some clusters")
	}
	if netutils.ParseIPSloppy(s.Spec.LoadBalancerIP) != nil {
		out = append(out, utilvalidation.GetWarningsForIP(spec.Child("loadBalancerIP"), s.Spec.LoadBalancerIP)...)
	}
	out = append(out, warnEach(spec.Child("loadBalancerSourceRanges"), s.Spec.LoadBalancerSourceRanges, warnCIDR)...)
	if external && len(s.Spec.ExternalIPs) > 0 {
		out = append(out, fmt.Sprintf("spec.externalIPs is ignored when spec.type is %q", corev1.ServiceTypeExternalName))
	}
	if !external && s.Spec.ExternalName != "" {
		out = append(out, fmt.Sprintf("spec.externalName is ignored when spec.type is not %q", corev1.ServiceTypeExternalName))
	}
	if ptr.Deref(s.Spec.TrafficDistribution, "") == corev1.ServiceTrafficDistributionPreferClose {
		out = append(out, fmt.Sprintf("spec.trafficDistribution: %q is deprecated; use %q",
			corev1.ServiceTrafficDistributionPreferClose, corev1.ServiceTrafficDistributionPreferSameZone))
	}
	return out
}

// ignoresClusterIP: headless, as warnings see it.
func ignoresClusterIP(s *corev1.Service) bool {
	return s.Spec.Type == corev1.ServiceTypeClusterIP && s.Spec.ClusterIP == corev1.ClusterIPNone
}

// warnHeadless tells of fields that need a cluster IP.
func warnHeadless(s *corev1.Service) []string {
	if !ignoresClusterIP(s) {
		return nil
	}
	var out []string
	if s.Spec.LoadBalancerIP != "" {
		out = append(out, "spec.loadBalancerIP is ignored for headless services")
	}
	if len(s.Spec.ExternalIPs) > 0 {
		out = append(out, "spec.externalIPs is ignored for headless services")
	}
	if s.Spec.SessionAffinity != corev1.ServiceAffinityNone {
		out = append(out, "spec.SessionAffinity is ignored for headless services")
	}
	return out
}

// warnEach tells of odd spellings in a list.
func warnEach(p *field.Path, values []string, warn func(*field.Path, string) []string) []string {
	var out []string
	for i, v := range values {
		out = append(out, warn(p.Index(i), v)...)
	}
	return out
}

// warnCIDR tells of a network in an odd spelling.
func warnCIDR(p *field.Path, value string) []string {
	if _, _, err := netutils.ParseCIDRSloppy(value); err != nil {
		return nil // with spaces around it, say
	}
	return utilvalidation.GetWarningsForCIDR(p, value)
}
