package registry

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
)

// invalidAll makes an error of each message of apimachinery's Is… functions.
func invalidAll(p *field.Path, value any, messages []string) field.ErrorList {
	var errs field.ErrorList
	for _, m := range messages {
		errs = append(errs, field.Invalid(p, value, m))
	}
	return errs
}

// validateEnum demands one of the values.
func validateEnum[T ~string](p *field.Path, value T, supported ...T) field.ErrorList {
	switch {
	case value == "":
		return field.ErrorList{field.Required(p, "")}
	case !slices.Contains(supported, value):
		return field.ErrorList{field.NotSupported(p, value, supported)}
	}
	return nil
}

// validateIP checks an address of a field that was there before addresses were
// checked strictly: what it held may stay.
func validateIP(p *field.Path, value string, had []string) field.ErrorList {
	return utilvalidation.IsValidIPForLegacyField(p, value, true, had)
}

// validateCIDR is the same for networks.
func validateCIDR(p *field.Path, value string, had []string) field.ErrorList {
	return utilvalidation.IsValidCIDRForLegacyField(p, value, true, had)
}

// validateNonSpecialIP refuses addresses that mean something else on every host.
func validateNonSpecialIP(value string, p *field.Path) field.ErrorList {
	ip := netutils.ParseIPSloppy(value)
	switch {
	case ip == nil:
		return field.ErrorList{field.Invalid(p, value, "must be a valid IP address")}
	case ip.IsUnspecified():
		return field.ErrorList{field.Invalid(p, value, "may not be unspecified ("+value+")")}
	case ip.IsLoopback():
		return field.ErrorList{field.Invalid(p, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)")}
	case ip.IsLinkLocalUnicast():
		return field.ErrorList{field.Invalid(p, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")}
	case ip.IsLinkLocalMulticast():
		return field.ErrorList{field.Invalid(p, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")}
	}
	return nil
}

// validatePortNumOrName checks a port that may be named.
func validatePortNumOrName(port intstr.IntOrString, p *field.Path) field.ErrorList {
	if port.Type == intstr.String {
		return invalidAll(p, port.StrVal, utilvalidation.IsValidPortName(port.StrVal))
	}
	return invalidAll(p, port.IntValue(), utilvalidation.IsValidPortNum(port.IntValue()))
}

// validateNonnegative refuses numbers below zero.
func validateNonnegative[N int32 | int64](value N, p *field.Path) field.ErrorList {
	if value >= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(p, value, "must be greater than or equal to 0")}
}

// validateExpressions checks a selector's matchExpressions.
func validateExpressions(s *metav1.LabelSelector, p *field.Path) field.ErrorList {
	without := &metav1.LabelSelector{MatchExpressions: s.MatchExpressions}
	return metavalidation.ValidateLabelSelector(without, metavalidation.LabelSelectorValidationOptions{}, p)
}
