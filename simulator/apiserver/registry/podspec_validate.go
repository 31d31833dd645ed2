package registry

import (
	"math"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
)

// validatePodSpec is ValidatePodSpec of pkg/apis/core/validation, for what a
// learner of Services writes: containers, probes, volumes, names, scheduling.
func validatePodSpec(s *corev1.PodSpec, p *field.Path) field.ErrorList {
	volumes, errs := validateVolumes(s.Volumes, p.Child("volumes"))
	errs = append(errs, validateContainers(s.Containers, volumes, p.Child("containers"))...)
	errs = append(errs, validateInitContainers(s, volumes, p.Child("initContainers"))...)
	errs = append(errs, validateEnum(p.Child("restartPolicy"), s.RestartPolicy, corev1.RestartPolicyAlways, corev1.RestartPolicyOnFailure, corev1.RestartPolicyNever)...)
	errs = append(errs, validateEnum(p.Child("dnsPolicy"), s.DNSPolicy, corev1.DNSClusterFirstWithHostNet, corev1.DNSClusterFirst, corev1.DNSDefault, corev1.DNSNone)...)
	errs = append(errs, validateLabels(s.NodeSelector, p.Child("nodeSelector"))...)
	errs = append(errs, validateHostPorts(s, p.Child("containers"))...)
	errs = append(errs, validateDNSConfig(s, p.Child("dnsConfig"))...)
	errs = append(errs, validatePodNames(s, p)...)
	errs = append(errs, validateTolerations(s.Tolerations, p.Child("tolerations"))...)
	return append(errs, validateHostAliases(s.HostAliases, p.Child("hostAliases"))...)
}

// validatePodNames checks the names and times of a pod.
func validatePodNames(s *corev1.PodSpec, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	subdomain := func(name, value string) {
		if value != "" {
			errs = append(errs, invalidAll(p.Child(name), value, validation.NameIsDNSSubdomain(value, false))...)
		}
	}
	label := func(name, value string) {
		if value != "" {
			errs = append(errs, invalidAll(p.Child(name), value, utilvalidation.IsDNS1123Label(value))...)
		}
	}
	subdomain("serviceAccountName", s.ServiceAccountName)
	subdomain("nodeName", s.NodeName)
	if t := s.ActiveDeadlineSeconds; t != nil && (*t < 1 || *t > math.MaxInt32) {
		errs = append(errs, field.Invalid(p.Child("activeDeadlineSeconds"), *t, utilvalidation.InclusiveRangeError(1, math.MaxInt32)))
	}
	label("hostname", s.Hostname)
	label("subdomain", s.Subdomain)
	return errs
}

// validateHostPorts: with hostNetwork a port is the node's own.
func validateHostPorts(s *corev1.PodSpec, p *field.Path) field.ErrorList {
	if !s.HostNetwork {
		return nil
	}
	var errs field.ErrorList
	for i, c := range s.Containers {
		for j, port := range c.Ports {
			if port.HostPort != port.ContainerPort {
				errs = append(errs, field.Invalid(p.Index(i).Child("ports").Index(j).Child("containerPort"), port.ContainerPort,
					"must match `hostPort` when `hostNetwork` is true"))
			}
		}
	}
	return errs
}

// The limits of a resolver's configuration.
const (
	maxNameservers = 3
	maxSearches    = 32
	maxSearchChars = 2048
)

func validateDNSConfig(s *corev1.PodSpec, p *field.Path) field.ErrorList {
	c := s.DNSConfig
	if s.DNSPolicy == corev1.DNSNone {
		if c == nil {
			return field.ErrorList{field.Required(p, "must provide `dnsConfig` when `dnsPolicy` is None")}
		}
		if len(c.Nameservers) == 0 {
			return field.ErrorList{field.Required(p.Child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None")}
		}
	}
	if c == nil {
		return nil
	}
	var errs field.ErrorList
	if len(c.Nameservers) > maxNameservers {
		errs = append(errs, field.Invalid(p.Child("nameservers"), c.Nameservers, "must not have more than 3 nameservers"))
	}
	for i, ns := range c.Nameservers {
		errs = append(errs, validateIP(p.Child("nameservers").Index(i), ns, nil)...)
	}
	if len(c.Searches) > maxSearches {
		errs = append(errs, field.Invalid(p.Child("searches"), c.Searches, "must not have more than 32 search paths"))
	}
	chars := len(c.Searches) - 1
	for i, name := range c.Searches {
		chars += len(name)
		if n := len(name); n > 1 && name[n-1] == '.' {
			name = name[:n-1]
		}
		if name != "." {
			errs = append(errs, invalidAll(p.Child("searches").Index(i), name, utilvalidation.IsDNS1123SubdomainWithUnderscore(name))...)
		}
	}
	if chars > maxSearchChars {
		errs = append(errs, field.Invalid(p.Child("searches"), c.Searches, "must not have more than 2048 characters (including spaces) in the search list"))
	}
	for i, o := range c.Options {
		if o.Name == "" {
			errs = append(errs, field.Required(p.Child("options").Index(i), "must not be empty"))
		}
	}
	return errs
}

func validateTolerations(list []corev1.Toleration, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, t := range list {
		at := p.Index(i)
		if t.Key != "" {
			errs = append(errs, invalidAll(at.Child("key"), t.Key, utilvalidation.IsQualifiedName(t.Key))...)
		}
		if t.Key == "" && t.Operator != corev1.TolerationOpExists {
			errs = append(errs, field.Invalid(at.Child("operator"), t.Operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\""))
		}
		if t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute {
			errs = append(errs, field.Invalid(at.Child("effect"), t.Effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
		}
		switch t.Operator {
		case corev1.TolerationOpEqual, "":
			errs = append(errs, invalidAll(at.Child("operator"), t.Value, utilvalidation.IsValidLabelValue(t.Value))...)
		case corev1.TolerationOpExists:
			if t.Value != "" {
				errs = append(errs, field.Invalid(at.Child("operator"), asInternal(t), "value must be empty when `operator` is 'Exists'"))
			}
		default:
			errs = append(errs, field.NotSupported(at.Child("operator"), t.Operator, []corev1.TolerationOperator{corev1.TolerationOpEqual, corev1.TolerationOpExists}))
		}
		effects := []corev1.TaintEffect{corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute}
		if t.Effect != "" && !slices.Contains(effects, t.Effect) {
			errs = append(errs, field.NotSupported(at.Child("effect"), t.Effect, effects))
		}
	}
	return errs
}

func validateHostAliases(list []corev1.HostAlias, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, a := range list {
		at := p.Index(i)
		if netutils.ParseIPSloppy(a.IP) == nil {
			errs = append(errs, validateIP(at.Child("ip"), a.IP, nil)...)
		}
		for j, name := range a.Hostnames {
			errs = append(errs, invalidAll(at.Child("hostnames").Index(j), name, utilvalidation.IsDNS1123Subdomain(name))...)
		}
	}
	return errs
}
