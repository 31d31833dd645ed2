package registry

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// kubeletPort may not be opened by a load balancer.
const kubeletPort = 10250

// maxAffinitySeconds is a day.
const maxAffinitySeconds = 86400

// validateService is ValidateService of pkg/apis/core/validation; the order of
// its errors is the order there.
func validateService(s, old *corev1.Service) field.ErrorList {
	return slices.Concat(
		validateObjectMeta(s, true, validation.NameIsDNSLabel),
		validateTopologyAnnotations(s),
		validateByType(s),
		validateServicePorts(s),
		validateLabels(s.Spec.Selector, field.NewPath("spec", "selector")),
		validateAffinity(&s.Spec),
		validateClusterIPs(s, old),
		validateExternalIPs(s, old),
		validateServiceType(s),
		validateNodePortUse(s),
		validateDuplicatePorts(s),
		validateSourceRanges(s, old),
		validateLoadBalancerOnly(s, nil),
		validateTrafficPolicies(s))
}

func validateTopologyAnnotations(s *corev1.Service) field.ErrorList {
	hints, hasHints := s.Annotations[corev1.DeprecatedAnnotationTopologyAwareHints]
	mode, hasMode := s.Annotations[corev1.AnnotationTopologyMode]
	if !hasHints || !hasMode || hints == mode {
		return nil
	}
	p := field.NewPath("metadata", "annotations").Key(corev1.AnnotationTopologyMode)
	return field.ErrorList{field.Invalid(p, mode,
		fmt.Sprintf("must match annotations[%s] when both are specified", corev1.DeprecatedAnnotationTopologyAwareHints))}
}

// validateByType is what a type demands or forbids of ports and addresses.
func validateByType(s *corev1.Service) field.ErrorList {
	spec := field.NewPath("spec")
	var errs field.ErrorList
	if len(s.Spec.Ports) == 0 && !isHeadless(s) && s.Spec.Type != corev1.ServiceTypeExternalName {
		errs = append(errs, field.Required(spec.Child("ports"), ""))
	}
	switch s.Spec.Type {
	case corev1.ServiceTypeLoadBalancer:
		for i, p := range s.Spec.Ports {
			if p.Port == kubeletPort {
				errs = append(errs, field.Invalid(spec.Child("ports").Index(i), p.Port,
					fmt.Sprintf("may not expose port %v externally since it is used by kubelet", kubeletPort)))
			}
		}
		errs = append(errs, forbidHeadless(s)...)
	case corev1.ServiceTypeNodePort:
		errs = append(errs, forbidHeadless(s)...)
	case corev1.ServiceTypeExternalName:
		errs = append(errs, validateExternalName(&s.Spec)...)
	}
	return errs
}

func forbidHeadless(s *corev1.Service) field.ErrorList {
	if !isHeadless(s) {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("spec", "clusterIPs").Index(0), s.Spec.ClusterIPs[0],
		fmt.Sprintf("may not be set to 'None' for %s services", s.Spec.Type))}
}

func validateExternalName(s *corev1.ServiceSpec) field.ErrorList {
	const forbidden = "may not be set for ExternalName services"
	p := field.NewPath("spec")
	var errs field.ErrorList
	if len(s.ClusterIPs) > 0 {
		errs = append(errs, field.Forbidden(p.Child("clusterIPs"), forbidden))
	}
	if len(s.IPFamilies) > 0 {
		errs = append(errs, field.Forbidden(p.Child("ipFamilies"), forbidden))
	}
	if s.IPFamilyPolicy != nil {
		errs = append(errs, field.Forbidden(p.Child("ipFamilyPolicy"), forbidden))
	}
	name := strings.TrimSuffix(s.ExternalName, ".")
	if name == "" {
		return append(errs, field.Required(p.Child("externalName"), ""))
	}
	return append(errs, invalidAll(p.Child("externalName"), name, utilvalidation.IsDNS1123Subdomain(name))...)
}

func validateServicePorts(s *corev1.Service) field.ErrorList {
	var errs field.ErrorList
	names := make(map[string]bool)
	for i := range s.Spec.Ports {
		errs = append(errs, validateServicePort(&s.Spec.Ports[i], len(s.Spec.Ports) > 1, names, field.NewPath("spec", "ports").Index(i))...)
	}
	return errs
}

func validateServicePort(sp *corev1.ServicePort, nameRequired bool, names map[string]bool, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if sp.Name == "" {
		if nameRequired {
			errs = append(errs, field.Required(p.Child("name"), ""))
		}
	} else {
		errs = append(errs, invalidAll(p.Child("name"), sp.Name, utilvalidation.IsDNS1123Label(sp.Name))...)
		if names[sp.Name] {
			errs = append(errs, field.Duplicate(p.Child("name"), sp.Name))
		}
		names[sp.Name] = true
	}
	errs = append(errs, invalidAll(p.Child("port"), sp.Port, utilvalidation.IsValidPortNum(int(sp.Port)))...)
	errs = append(errs, validateEnum(p.Child("protocol"), sp.Protocol, corev1.ProtocolSCTP, corev1.ProtocolTCP, corev1.ProtocolUDP)...)
	errs = append(errs, validatePortNumOrName(sp.TargetPort, p.Child("targetPort"))...)
	if sp.AppProtocol != nil {
		errs = append(errs, invalidAll(p.Child("appProtocol"), *sp.AppProtocol, utilvalidation.IsQualifiedName(*sp.AppProtocol))...)
	}
	return errs
}

func validateAffinity(s *corev1.ServiceSpec) field.ErrorList {
	errs := validateEnum(field.NewPath("spec", "sessionAffinity"), s.SessionAffinity, corev1.ServiceAffinityClientIP, corev1.ServiceAffinityNone)
	p := field.NewPath("spec", "sessionAffinityConfig")
	switch s.SessionAffinity {
	case corev1.ServiceAffinityClientIP:
		const when = "when session affinity type is ClientIP"
		c := s.SessionAffinityConfig
		switch {
		case c == nil:
			return append(errs, field.Required(p, when))
		case c.ClientIP == nil:
			return append(errs, field.Required(p.Child("clientIP"), when))
		case c.ClientIP.TimeoutSeconds == nil:
			return append(errs, field.Required(p.Child("clientIP", "timeoutSeconds"), when))
		}
		if t := *c.ClientIP.TimeoutSeconds; t <= 0 || t > maxAffinitySeconds {
			errs = append(errs, field.Invalid(p.Child("clientIP", "timeoutSeconds"), t,
				fmt.Sprintf("must be greater than 0 and less than %d", maxAffinitySeconds)))
		}
	case corev1.ServiceAffinityNone:
		if s.SessionAffinityConfig != nil {
			errs = append(errs, field.Forbidden(p, "must not be set when session affinity is None"))
		}
	}
	return errs
}

func validateExternalIPs(s, old *corev1.Service) field.ErrorList {
	var had []string
	if old != nil {
		had = old.Spec.ExternalIPs
	}
	var errs field.ErrorList
	for i, ip := range s.Spec.ExternalIPs {
		p := field.NewPath("spec", "externalIPs").Index(i)
		if wrong := validateIP(p, ip, had); len(wrong) > 0 {
			errs = append(errs, wrong...)
		} else {
			errs = append(errs, validateNonSpecialIP(ip, p)...)
		}
	}
	return errs
}

func validateServiceType(s *corev1.Service) field.ErrorList {
	return validateEnum(field.NewPath("spec", "type"), s.Spec.Type, corev1.ServiceTypeClusterIP,
		corev1.ServiceTypeExternalName, corev1.ServiceTypeLoadBalancer, corev1.ServiceTypeNodePort)
}

func validateNodePortUse(s *corev1.Service) field.ErrorList {
	if s.Spec.Type != corev1.ServiceTypeClusterIP {
		return nil
	}
	var errs field.ErrorList
	for i, p := range s.Spec.Ports {
		if p.NodePort != 0 {
			errs = append(errs, field.Forbidden(nodePortPath(i), "may not be used when `type` is 'ClusterIP'"))
		}
	}
	return errs
}

// validateDuplicatePorts: a node port and a port may each stand once for a protocol.
func validateDuplicatePorts(s *corev1.Service) field.ErrorList {
	var errs field.ErrorList
	nodePorts := make(map[protocolPort]bool)
	for i, p := range s.Spec.Ports {
		key := protocolPort{p.Protocol, p.NodePort}
		if p.NodePort != 0 && nodePorts[key] {
			errs = append(errs, field.Duplicate(nodePortPath(i), p.NodePort))
		}
		nodePorts[key] = true
	}
	ports := make(map[corev1.ServicePort]bool)
	for i, p := range s.Spec.Ports {
		key := corev1.ServicePort{Protocol: p.Protocol, Port: p.Port}
		if ports[key] {
			errs = append(errs, field.Duplicate(field.NewPath("spec", "ports").Index(i), asInternal(key)))
		}
		ports[key] = true
	}
	return errs
}

// validateSourceRanges checks the field or, where that is empty, the
// annotation that came before it.
func validateSourceRanges(s, old *corev1.Service) field.ErrorList {
	const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'"
	var errs field.ErrorList
	forbid := func(p *field.Path) {
		if s.Spec.Type != corev1.ServiceTypeLoadBalancer {
			errs = append(errs, field.Forbidden(p, onlyLoadBalancer))
		}
	}
	if len(s.Spec.LoadBalancerSourceRanges) > 0 {
		var had []string
		if old != nil {
			for _, v := range old.Spec.LoadBalancerSourceRanges {
				had = append(had, strings.TrimSpace(v))
			}
		}
		p := field.NewPath("spec", "LoadBalancerSourceRanges")
		forbid(p)
		for i, v := range s.Spec.LoadBalancerSourceRanges {
			errs = append(errs, validateCIDR(p.Index(i), strings.TrimSpace(v), had)...)
		}
		return errs
	}
	val, ok := s.Annotations[corev1.AnnotationLoadBalancerSourceRangesKey]
	if !ok {
		return nil
	}
	p := field.NewPath("metadata", "annotations").Key(corev1.AnnotationLoadBalancerSourceRangesKey)
	forbid(p)
	if val = strings.TrimSpace(val); val == "" || old != nil && old.Annotations[corev1.AnnotationLoadBalancerSourceRangesKey] == s.Annotations[corev1.AnnotationLoadBalancerSourceRangesKey] {
		return errs
	}
	for _, v := range strings.Split(val, ",") {
		errs = append(errs, validateCIDR(p, strings.TrimSpace(v), nil)...)
	}
	return errs
}

// validateLoadBalancerOnly checks the fields that only a LoadBalancer has.
func validateLoadBalancerOnly(s, old *corev1.Service) field.ErrorList {
	const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'"
	p := field.NewPath("spec", "allocateLoadBalancerNodePorts")
	var errs field.ErrorList
	switch is := s.Spec.Type == corev1.ServiceTypeLoadBalancer; {
	case s.Spec.AllocateLoadBalancerNodePorts != nil && !is:
		errs = append(errs, field.Forbidden(p, onlyLoadBalancer))
	case s.Spec.AllocateLoadBalancerNodePorts == nil && is:
		errs = append(errs, field.Required(field.NewPath("allocateLoadBalancerNodePorts"), ""))
	}
	return append(errs, validateLoadBalancerClass(s, old)...)
}

func validateLoadBalancerClass(s, old *corev1.Service) field.ErrorList {
	p := field.NewPath("spec", "loadBalancerClass")
	class := s.Spec.LoadBalancerClass
	if s.Spec.Type != corev1.ServiceTypeLoadBalancer {
		if class != nil {
			return field.ErrorList{field.Forbidden(p, "may only be used when `type` is 'LoadBalancer'")}
		}
		return nil
	}
	var errs field.ErrorList
	if old != nil && old.Spec.Type == corev1.ServiceTypeLoadBalancer && !same(class, old.Spec.LoadBalancerClass) {
		errs = append(errs, field.Invalid(p, class, "may not change once set"))
	}
	if class != nil {
		errs = append(errs, invalidAll(p, *class, utilvalidation.IsQualifiedName(*class))...)
	}
	return errs
}

// validateTrafficPolicies checks the fields that steer traffic to endpoints.
func validateTrafficPolicies(s *corev1.Service) field.ErrorList {
	spec := field.NewPath("spec")
	policies := []string{"Cluster", "Local"}
	var errs field.ErrorList
	etp := string(s.Spec.ExternalTrafficPolicy)
	if externallyAccessible(s) {
		errs = append(errs, validateEnum(spec.Child("externalTrafficPolicy"), etp, policies...)...)
	} else if etp != "" {
		errs = append(errs, field.Invalid(spec.Child("externalTrafficPolicy"), etp, "may only be set for externally-accessible services"))
	}
	errs = append(errs, validateHealthCheck(s)...)
	itp := s.Spec.InternalTrafficPolicy
	if itp == nil {
		if needsNodePort(s) || s.Spec.Type == corev1.ServiceTypeClusterIP {
			errs = append(errs, field.Required(spec.Child("internalTrafficPolicy"), ""))
		}
	} else if !slices.Contains(policies, string(*itp)) {
		errs = append(errs, field.NotSupported(spec.Child("internalTrafficPolicy"), *itp, policies))
	}
	distributions := []string{corev1.ServiceTrafficDistributionPreferClose, corev1.ServiceTrafficDistributionPreferSameZone, corev1.ServiceTrafficDistributionPreferSameNode}
	if d := s.Spec.TrafficDistribution; d != nil && !slices.Contains(distributions, *d) {
		errs = append(errs, field.NotSupported(spec.Child("trafficDistribution"), *d, distributions))
	}
	return errs
}

func validateHealthCheck(s *corev1.Service) field.ErrorList {
	p := field.NewPath("spec", "healthCheckNodePort")
	port := s.Spec.HealthCheckNodePort
	switch {
	case needsHealthCheck(s) && port == 0:
		return field.ErrorList{field.Required(p, "")}
	case needsHealthCheck(s):
		return invalidAll(p, port, utilvalidation.IsValidPortNum(int(port)))
	case port != 0:
		return field.ErrorList{field.Invalid(p, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")}
	}
	return nil
}
