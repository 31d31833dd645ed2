package registry

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// endpoints is pkg/registry/core/endpoint.
func (r *Registry) endpoints() kind[*corev1.Endpoints] { //nolint:staticcheck // deprecated, and still served
	type endpoints = corev1.Endpoints //nolint:staticcheck // as above
	return kind[*endpoints]{
		kind: "Endpoints", resource: "endpoints",
		setDefaults: func(e *endpoints) {
			for i := range e.Subsets {
				for j := range e.Subsets[i].Ports {
					if p := &e.Subsets[i].Ports[j]; p.Protocol == "" {
						p.Protocol = corev1.ProtocolTCP
					}
				}
			}
		},
		validate: func(e *endpoints) field.ErrorList {
			return append(validateObjectMeta(e, true, validation.NameIsDNSSubdomain), validateSubsets(e.Subsets, nil)...)
		},
		validateUpdate: func(e, old *endpoints) field.ErrorList {
			return validateSubsets(e.Subsets, subsetAddresses(old.Subsets))
		},
	}
}

func subsetAddresses(subsets []corev1.EndpointSubset) []string { //nolint:staticcheck // as above
	var out []string
	for _, s := range subsets {
		for _, a := range append(s.Addresses, s.NotReadyAddresses...) {
			out = append(out, a.IP)
		}
	}
	return out
}

// validateSubsets is validateEndpointSubsets of pkg/apis/core/validation.
func validateSubsets(subsets []corev1.EndpointSubset, had []string) field.ErrorList { //nolint:staticcheck // as above
	var errs field.ErrorList
	for i, s := range subsets {
		p := field.NewPath("subsets").Index(i)
		if len(s.Addresses) == 0 && len(s.NotReadyAddresses) == 0 {
			errs = append(errs, field.Required(p, "must specify `addresses` or `notReadyAddresses`"))
		}
		for j := range s.Addresses {
			errs = append(errs, validateEndpointAddress(&s.Addresses[j], had, p.Child("addresses").Index(j))...)
		}
		for j := range s.NotReadyAddresses {
			errs = append(errs, validateEndpointAddress(&s.NotReadyAddresses[j], had, p.Child("notReadyAddresses").Index(j))...)
		}
		for j := range s.Ports {
			errs = append(errs, validateEndpointPort(&s.Ports[j], len(s.Ports) > 1, p.Child("ports").Index(j))...)
		}
	}
	return errs
}

func validateEndpointAddress(a *corev1.EndpointAddress, had []string, p *field.Path) field.ErrorList {
	errs := validateIP(p.Child("ip"), a.IP, had)
	if a.Hostname != "" {
		errs = append(errs, invalidAll(p.Child("hostname"), a.Hostname, utilvalidation.IsDNS1123Label(a.Hostname))...)
	}
	if a.NodeName != nil {
		errs = append(errs, invalidAll(p.Child("nodeName"), *a.NodeName, validation.NameIsDNSSubdomain(*a.NodeName, false))...)
	}
	return append(errs, validateNonSpecialIP(a.IP, p.Child("ip"))...)
}

func validateEndpointPort(port *corev1.EndpointPort, nameRequired bool, p *field.Path) field.ErrorList { //nolint:staticcheck // as above
	var errs field.ErrorList
	switch {
	case port.Name != "":
		errs = append(errs, invalidAll(p.Child("name"), port.Name, utilvalidation.IsDNS1123Label(port.Name))...)
	case nameRequired:
		errs = append(errs, field.Required(p.Child("name"), ""))
	}
	errs = append(errs, invalidAll(p.Child("port"), port.Port, utilvalidation.IsValidPortNum(int(port.Port)))...)
	errs = append(errs, validateEnum(p.Child("protocol"), port.Protocol, corev1.ProtocolSCTP, corev1.ProtocolTCP, corev1.ProtocolUDP)...)
	if port.AppProtocol != nil {
		errs = append(errs, invalidAll(p.Child("appProtocol"), *port.AppProtocol, utilvalidation.IsQualifiedName(*port.AppProtocol))...)
	}
	return errs
}
