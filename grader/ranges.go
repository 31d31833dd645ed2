package grader

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// span is a run of IPv4 addresses, both ends included.
type span struct{ first, last uint32 }

// addressSet is a set of IPv4 addresses: spans in order, apart from each other.
type addressSet []span

// setOf is the set of addresses of networks; what is no IPv4 network counts
// for nothing.
func setOf(networks []string) addressSet {
	var all []span
	for _, text := range networks {
		p, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil || !p.Addr().Is4() {
			continue
		}
		b := p.Masked().Addr().As4()
		first := binary.BigEndian.Uint32(b[:])
		all = append(all, span{first, first | uint32(1<<(32-p.Bits())-1)})
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	var set addressSet
	for _, s := range all {
		if n := len(set); n > 0 && (set[n-1].last == ^uint32(0) || s.first <= set[n-1].last+1) {
			set[n-1].last = max(set[n-1].last, s.last)
			continue
		}
		set = append(set, s)
	}
	return set
}

// covers tells whether every address of o is in the set.
func (a addressSet) covers(o addressSet) bool {
	return !slices.ContainsFunc(o, func(want span) bool {
		return !slices.ContainsFunc(a, func(have span) bool { return have.first <= want.first && want.last <= have.last })
	})
}

const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges"

// rangesOf are the networks that a Service's balancer admits, and the field
// that says so; none is everybody.
func rangesOf(svc *corev1.Service) (networks []string, field string) {
	if len(svc.Spec.LoadBalancerSourceRanges) > 0 {
		return svc.Spec.LoadBalancerSourceRanges, "spec.loadBalancerSourceRanges"
	}
	if text := strings.TrimSpace(svc.Annotations[rangesAnnotation]); text != "" {
		return strings.Split(text, ","), "metadata.annotations[" + rangesAnnotation + "]"
	}
	return nil, "spec.loadBalancerSourceRanges"
}
