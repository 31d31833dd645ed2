package registry

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
)

// validateServiceStatus is ValidateServiceStatusUpdate of pkg/apis/core/validation.
func validateServiceStatus(s, old *corev1.Service) field.ErrorList {
	p := field.NewPath("status", "loadBalancer", "ingress")
	ingress := s.Status.LoadBalancer.Ingress
	if s.Spec.Type != corev1.ServiceTypeLoadBalancer && len(ingress) > 0 {
		return field.ErrorList{field.Forbidden(p, "may only be used when `spec.type` is 'LoadBalancer'")}
	}
	var had []string
	for _, in := range old.Status.LoadBalancer.Ingress {
		had = append(had, in.IP)
	}
	var errs field.ErrorList
	for i := range ingress {
		errs = append(errs, validateIngressPoint(&ingress[i], had, p.Index(i))...)
	}
	return errs
}

func validateIngressPoint(in *corev1.LoadBalancerIngress, had []string, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if in.IP != "" {
		errs = append(errs, validateIP(p.Child("ip"), in.IP, had)...)
	}
	modes := []corev1.LoadBalancerIPMode{corev1.LoadBalancerIPModeProxy, corev1.LoadBalancerIPModeVIP}
	switch mode := in.IPMode; {
	case mode == nil && in.IP != "":
		errs = append(errs, field.Required(p.Child("ipMode"), "must be specified when `ip` is set"))
	case mode != nil && in.IP == "":
		errs = append(errs, field.Forbidden(p.Child("ipMode"), "may not be specified when `ip` is not set"))
	case mode != nil && !slices.Contains(modes, *mode):
		errs = append(errs, field.NotSupported(p.Child("ipMode"), *mode, modes))
	}
	if in.Hostname != "" {
		errs = append(errs, validateIngressHostname(in.Hostname, p.Child("hostname"))...)
	}
	return errs
}

func validateIngressHostname(name string, p *field.Path) field.ErrorList {
	errs := invalidAll(p, name, utilvalidation.IsDNS1123Subdomain(name))
	if netutils.ParseIPSloppy(name) != nil {
		errs = append(errs, field.Invalid(p, name, "must be a DNS name, not an IP address"))
	}
	return errs
}
