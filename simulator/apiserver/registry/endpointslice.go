package registry

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
	"k8s.io/utils/ptr"
)

// The limits of an EndpointSlice.
const (
	maxSliceEndpoints = 1000
	maxSliceAddresses = 100
	maxSlicePorts     = 20000
	maxHints          = 8
)

// endpointSlices is pkg/registry/discovery/endpointslice.
func (r *Registry) endpointSlices() kind[*discoveryv1.EndpointSlice] {
	type slice = discoveryv1.EndpointSlice
	return kind[*slice]{
		group: discoveryv1.GroupName, kind: "EndpointSlice", resource: "endpointslices",
		setDefaults: func(s *slice) {
			for i := range s.Ports {
				p := &s.Ports[i]
				if p.Name == nil {
					p.Name = ptr.To("")
				}
				if p.Protocol == nil {
					p.Protocol = ptr.To(corev1.ProtocolTCP)
				}
			}
		},
		validate:       func(s *slice) field.ErrorList { return validateEndpointSlice(s, nil) },
		validateUpdate: validateEndpointSlice,
		warnings:       warnEndpointSlice,
		sameSpec: func(a, b *slice) bool {
			return same(a.Endpoints, b.Endpoints) && same(a.Ports, b.Ports) && same(a.Labels, b.Labels) && a.AddressType == b.AddressType
		},
	}
}

// validateEndpointSlice is ValidateEndpointSlice of
// pkg/apis/discovery/validation. What declarative validation finds comes last.
func validateEndpointSlice(s, old *discoveryv1.EndpointSlice) field.ErrorList {
	errs := validateObjectMeta(s, true, validation.NameIsDNSSubdomain)
	p := field.NewPath("endpoints")
	if len(s.Endpoints) > maxSliceEndpoints {
		errs = append(errs, field.TooMany(p, len(s.Endpoints), maxSliceEndpoints))
	} else {
		had := sliceAddresses(old)
		for i := range s.Endpoints {
			errs = append(errs, validateSliceEndpoint(&s.Endpoints[i], s.AddressType, had, p.Index(i))...)
		}
	}
	errs = append(errs, validateSlicePorts(s.Ports, field.NewPath("ports"))...)
	return append(errs, declaredOfSlice(s, old)...)
}

// declaredOfSlice is the declarative validation.
func declaredOfSlice(s, old *discoveryv1.EndpointSlice) field.ErrorList {
	p := field.NewPath("addressType")
	var errs field.ErrorList
	switch {
	case old != nil && s.AddressType != old.AddressType:
		errs = append(errs, field.Invalid(p, nil, validation.FieldImmutableErrorMsg))
	case old == nil:
		errs = append(errs, validateEnum(p, s.AddressType, discoveryv1.AddressTypeFQDN, discoveryv1.AddressTypeIPv4, discoveryv1.AddressTypeIPv6)...)
	}
	for i, e := range s.Endpoints {
		at := field.NewPath("endpoints").Index(i).Child("addresses")
		switch n := len(e.Addresses); {
		case n == 0:
			errs = append(errs, field.Required(at, ""))
		case n > maxSliceAddresses:
			errs = append(errs, field.TooMany(at, n, maxSliceAddresses))
		}
	}
	return errs
}

func sliceAddresses(s *discoveryv1.EndpointSlice) []string {
	if s == nil {
		return nil
	}
	var out []string
	for _, e := range s.Endpoints {
		out = append(out, e.Addresses...)
	}
	return out
}

func validateSliceEndpoint(e *discoveryv1.Endpoint, t discoveryv1.AddressType, had []string, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, a := range e.Addresses {
		errs = append(errs, validateSliceAddress(a, t, had, p.Child("addresses").Index(i))...)
	}
	if e.NodeName != nil {
		errs = append(errs, invalidAll(p.Child("nodeName"), *e.NodeName, validation.NameIsDNSSubdomain(*e.NodeName, false))...)
	}
	errs = append(errs, validateLabels(e.DeprecatedTopology, p.Child("deprecatedTopology"))...)
	if e.Hostname != nil {
		errs = append(errs, invalidAll(p.Child("hostname"), *e.Hostname, utilvalidation.IsDNS1123Label(*e.Hostname))...)
	}
	if e.Hints == nil {
		return errs
	}
	var zones, nodes []string
	for _, z := range e.Hints.ForZones {
		zones = append(zones, z.Name)
	}
	for _, n := range e.Hints.ForNodes {
		nodes = append(nodes, n.Name)
	}
	errs = append(errs, validateHints(zones, utilvalidation.IsValidLabelValue, p.Child("hints", "forZones"))...)
	nodeName := func(n string) []string { return validation.NameIsDNSSubdomain(n, false) }
	return append(errs, validateHints(nodes, nodeName, p.Child("hints", "forNodes"))...)
}

func validateSliceAddress(a string, t discoveryv1.AddressType, had []string, p *field.Path) field.ErrorList {
	switch t {
	case discoveryv1.AddressTypeFQDN:
		return utilvalidation.IsFullyQualifiedDomainName(p, a)
	case discoveryv1.AddressTypeIPv4, discoveryv1.AddressTypeIPv6:
	default:
		return nil
	}
	if errs := validateIP(p, a, had); len(errs) > 0 {
		return errs
	}
	var errs field.ErrorList
	switch six := netutils.IsIPv6String(a); {
	case six && t == discoveryv1.AddressTypeIPv4:
		errs = append(errs, field.Invalid(p, a, "must be an IPv4 address"))
	case !six && t == discoveryv1.AddressTypeIPv6:
		errs = append(errs, field.Invalid(p, a, "must be an IPv6 address"))
	}
	return append(errs, validateNonSpecialIP(a, p)...)
}

// validateHints checks the zones or nodes that an endpoint is meant for.
func validateHints(names []string, check func(string) []string, p *field.Path) field.ErrorList {
	if len(names) > maxHints {
		return field.ErrorList{field.TooMany(p, len(names), maxHints)}
	}
	var errs field.ErrorList
	for i, n := range names {
		at := p.Index(i).Child("name")
		if slices.Contains(names[:i], n) {
			errs = append(errs, field.Duplicate(at, n))
		}
		errs = append(errs, invalidAll(at, n, check(n))...)
	}
	return errs
}

func validateSlicePorts(ports []discoveryv1.EndpointPort, p *field.Path) field.ErrorList {
	if len(ports) > maxSlicePorts {
		return field.ErrorList{field.TooMany(p, len(ports), maxSlicePorts)}
	}
	var errs field.ErrorList
	seen := make(map[string]bool)
	for i, port := range ports {
		at := p.Index(i)
		name := ptr.Deref(port.Name, "")
		if name != "" {
			errs = append(errs, invalidAll(at.Child("name"), name, utilvalidation.IsDNS1123Label(name))...)
		}
		if seen[name] {
			errs = append(errs, field.Duplicate(at.Child("name"), name))
		}
		seen[name] = true
		errs = append(errs, validateEnum(at.Child("protocol"), ptr.Deref(port.Protocol, ""), corev1.ProtocolSCTP, corev1.ProtocolTCP, corev1.ProtocolUDP)...)
		if port.AppProtocol != nil {
			errs = append(errs, invalidAll(at.Child("appProtocol"), *port.AppProtocol, utilvalidation.IsQualifiedName(*port.AppProtocol))...)
		}
	}
	return errs
}

// warnEndpointSlice tells of addresses in an odd spelling.
func warnEndpointSlice(s, _ *discoveryv1.EndpointSlice) []string {
	if s.AddressType == discoveryv1.AddressTypeFQDN {
		return nil
	}
	var out []string
	for i, e := range s.Endpoints {
		out = append(out, warnEach(field.NewPath("endpoints").Index(i).Child("addresses"), e.Addresses, utilvalidation.GetWarningsForIP)...)
	}
	return out
}
