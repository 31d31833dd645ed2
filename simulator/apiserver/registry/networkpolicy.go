package registry

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
	"k8s.io/utils/ptr"
)

// networkPolicies is pkg/registry/networking/networkpolicy.
func (r *Registry) networkPolicies() kind[*networkingv1.NetworkPolicy] {
	type policy = networkingv1.NetworkPolicy
	return kind[*policy]{
		group: networkingv1.GroupName, kind: "NetworkPolicy", resource: "networkpolicies",
		setDefaults: defaultNetworkPolicy,
		validate: func(p *policy) field.ErrorList {
			errs := validateObjectMeta(p, true, validation.NameIsDNSSubdomain)
			return append(errs, validateNetworkPolicy(&p.Spec, nil)...)
		},
		validateUpdate: func(p, old *policy) field.ErrorList {
			return validateNetworkPolicy(&p.Spec, policyCIDRs(&old.Spec))
		},
		warnings: warnNetworkPolicy,
		sameSpec: func(a, b *policy) bool { return same(a.Spec, b.Spec) },
	}
}

// defaultNetworkPolicy is SetDefaults_NetworkPolicy of pkg/apis/networking/v1.
func defaultNetworkPolicy(p *networkingv1.NetworkPolicy) {
	for i := range p.Spec.Ingress {
		defaultPolicyPorts(p.Spec.Ingress[i].Ports)
	}
	for i := range p.Spec.Egress {
		defaultPolicyPorts(p.Spec.Egress[i].Ports)
	}
	if len(p.Spec.PolicyTypes) > 0 {
		return
	}
	p.Spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
	if len(p.Spec.Egress) > 0 {
		p.Spec.PolicyTypes = append(p.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
}

func defaultPolicyPorts(ports []networkingv1.NetworkPolicyPort) {
	for i := range ports {
		if ports[i].Protocol == nil {
			ports[i].Protocol = ptr.To(corev1.ProtocolTCP)
		}
	}
}

// policyRule is an ingress or an egress rule.
type policyRule struct {
	path, peersPath *field.Path
	ports           []networkingv1.NetworkPolicyPort
	peers           []networkingv1.NetworkPolicyPeer
}

func policyRules(s *networkingv1.NetworkPolicySpec) []policyRule {
	spec := field.NewPath("spec")
	var out []policyRule
	for i, r := range s.Ingress {
		p := spec.Child("ingress").Index(i)
		out = append(out, policyRule{p, p.Child("from"), r.Ports, r.From})
	}
	for i, r := range s.Egress {
		p := spec.Child("egress").Index(i)
		out = append(out, policyRule{p, p.Child("to"), r.Ports, r.To})
	}
	return out
}

// policyCIDRs are the networks that an old policy names, right or wrong.
func policyCIDRs(s *networkingv1.NetworkPolicySpec) []string {
	var out []string
	for _, r := range policyRules(s) {
		for _, peer := range r.peers {
			if peer.IPBlock != nil {
				out = append(append(out, peer.IPBlock.CIDR), peer.IPBlock.Except...)
			}
		}
	}
	return out
}

// validateNetworkPolicy is ValidateNetworkPolicySpec of
// pkg/apis/networking/validation. A missing cidr is found by declarative
// validation, which comes last.
func validateNetworkPolicy(s *networkingv1.NetworkPolicySpec, had []string) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validateLabelSelector(&s.PodSelector, spec.Child("podSelector"))
	var missing field.ErrorList
	for _, r := range policyRules(s) {
		for i := range r.ports {
			errs = append(errs, validatePolicyPort(&r.ports[i], r.path.Child("ports").Index(i))...)
		}
		for i := range r.peers {
			p := r.peersPath.Index(i)
			errs = append(errs, validatePolicyPeer(&r.peers[i], p, had)...)
			if b := r.peers[i].IPBlock; b != nil && b.CIDR == "" {
				missing = append(missing, field.Required(p.Child("ipBlock", "cidr"), ""))
			}
		}
	}
	types := []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	if len(s.PolicyTypes) > len(types) {
		errs = append(errs, field.Invalid(spec.Child("policyTypes"), s.PolicyTypes, "may not specify more than two policyTypes"))
		return append(errs, missing...)
	}
	for i, t := range s.PolicyTypes {
		if !slices.Contains(types, t) {
			errs = append(errs, field.NotSupported(spec.Child("policyTypes").Index(i), t, types))
		}
	}
	return append(errs, missing...)
}

func validatePolicyPort(port *networkingv1.NetworkPolicyPort, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	protocols := []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}
	if port.Protocol != nil && !slices.Contains(protocols, *port.Protocol) {
		errs = append(errs, field.NotSupported(p.Child("protocol"), *port.Protocol, protocols))
	}
	end := p.Child("endPort")
	switch {
	case port.Port == nil:
		if port.EndPort != nil {
			errs = append(errs, field.Invalid(end, *port.EndPort, "may not be specified when `port` is not specified"))
		}
	case port.Port.Type == intstr.String:
		if port.EndPort != nil {
			errs = append(errs, field.Invalid(end, *port.EndPort, "may not be specified when `port` is non-numeric"))
		}
		errs = append(errs, validatePortNumOrName(*port.Port, p.Child("port"))...)
	default:
		errs = append(errs, validatePortNumOrName(*port.Port, p.Child("port"))...)
		if port.EndPort == nil {
			break
		}
		if *port.EndPort < port.Port.IntVal {
			errs = append(errs, field.Invalid(end, *port.EndPort, "must be greater than or equal to `port`"))
		}
		errs = append(errs, invalidAll(end, *port.EndPort, utilvalidation.IsValidPortNum(int(*port.EndPort)))...)
	}
	return errs
}

func validatePolicyPeer(peer *networkingv1.NetworkPolicyPeer, p *field.Path, had []string) field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, validateLabelSelector(peer.PodSelector, p.Child("podSelector"))...)
	errs = append(errs, validateLabelSelector(peer.NamespaceSelector, p.Child("namespaceSelector"))...)
	selects := peer.PodSelector != nil || peer.NamespaceSelector != nil
	if peer.IPBlock != nil {
		errs = append(errs, validateIPBlock(peer.IPBlock, p.Child("ipBlock"), had)...)
	}
	switch {
	case !selects && peer.IPBlock == nil:
		errs = append(errs, field.Required(p, "must specify a peer"))
	case selects && peer.IPBlock != nil:
		errs = append(errs, field.Forbidden(p, "may not specify both ipBlock and another peer"))
	}
	return errs
}

func validateIPBlock(b *networkingv1.IPBlock, p *field.Path, had []string) field.ErrorList {
	if b.CIDR == "" {
		return nil
	}
	errs := validateCIDR(p.Child("cidr"), b.CIDR, had)
	_, whole, err := netutils.ParseCIDRSloppy(b.CIDR)
	if err != nil {
		return errs
	}
	for i, except := range b.Except {
		at := p.Child("except").Index(i)
		errs = append(errs, validateCIDR(at, except, had)...)
		_, part, err := netutils.ParseCIDRSloppy(except)
		if err != nil {
			continue
		}
		wholeBits, _ := whole.Mask.Size()
		partBits, _ := part.Mask.Size()
		if !whole.Contains(part.IP) || wholeBits >= partBits {
			errs = append(errs, field.Invalid(at, except, "must be a strict subset of `cidr`"))
		}
	}
	return errs
}

// validateLabelSelector: see metav1's; errors come in the order of the keys.
func validateLabelSelector(s *metav1.LabelSelector, p *field.Path) field.ErrorList {
	if s == nil {
		return nil
	}
	errs := validateLabels(s.MatchLabels, p.Child("matchLabels"))
	return append(errs, validateExpressions(s, p)...)
}

// warnNetworkPolicy tells of networks in an odd spelling.
func warnNetworkPolicy(p, _ *networkingv1.NetworkPolicy) []string {
	var out []string
	for _, r := range policyRules(&p.Spec) {
		for i, peer := range r.peers {
			if peer.IPBlock == nil {
				continue
			}
			at := r.peersPath.Index(i).Child("ipBlock")
			out = append(out, warnCIDR(at.Child("cidr"), peer.IPBlock.CIDR)...)
			out = append(out, warnEach(at.Child("except"), peer.IPBlock.Except, warnCIDR)...)
		}
	}
	return out
}
