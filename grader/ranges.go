package grader

import (
	"net/netip"
	"slices"
	"strings"
)

// span is a run of addresses of one family, both ends included.
type span struct{ first, last netip.Addr }

// addressSet is a set of addresses: spans in order, apart from each other.
type addressSet []span

// setOf is the set of addresses of networks; what is no network counts for
// nothing.
func setOf(networks []string) addressSet {
	var all []span
	for _, text := range networks {
		if p, err := netip.ParsePrefix(strings.TrimSpace(text)); err == nil {
			all = append(all, span{p.Masked().Addr(), lastOf(p)})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return a.first.Compare(b.first) })
	var set addressSet
	for _, s := range all {
		if n := len(set); n > 0 && (s.first.Compare(set[n-1].last) <= 0 || s.first == set[n-1].last.Next()) {
			if set[n-1].last.Less(s.last) {
				set[n-1].last = s.last
			}
			continue
		}
		set = append(set, s)
	}
	return set
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// covers tells whether every address of o is in the set.
func (a addressSet) covers(o addressSet) bool {
	return !slices.ContainsFunc(o, func(want span) bool {
		return !slices.ContainsFunc(a, func(have span) bool {
			return have.first.Compare(want.first) <= 0 && want.last.Compare(have.last) <= 0
		})
	})
}
