package cloud

import (
	"iter"
	"net/netip"
	"strings"

	"github.com/kubetutor/tutor/simulator/world"
)

// poolAddresses are the addresses of a pool in order: of networks and of
// FIRST-LAST ranges. What is neither holds none.
func poolAddresses(p world.Pool) iter.Seq[netip.Addr] {
	return func(yield func(netip.Addr) bool) {
		for _, s := range p.Addresses {
			first, last, ok := bounds(s)
			for ip := first; ok && ip.IsValid() && ip.Compare(last) <= 0; ip = ip.Next() {
				if !yield(ip) {
					return
				}
			}
		}
	}
}

// poolOf is the pool that holds an address, nil if none does.
func poolOf(w *world.Spec, ip netip.Addr) *world.Pool {
	for i, p := range w.Cloud.Pools {
		for _, s := range p.Addresses {
			if first, last, ok := bounds(s); ok && ip.Compare(first) >= 0 && ip.Compare(last) <= 0 {
				return &w.Cloud.Pools[i]
			}
		}
	}
	return nil
}

// bounds are the first and the last address of a network or a range of one
// family.
func bounds(s string) (first, last netip.Addr, ok bool) {
	if a, b, isRange := strings.Cut(s, "-"); isRange {
		first, errA := netip.ParseAddr(strings.TrimSpace(a))
		last, errB := netip.ParseAddr(strings.TrimSpace(b))
		return first, last, errA == nil && errB == nil && first.Is4() == last.Is4()
	}
	p, err := netip.ParsePrefix(strings.TrimSpace(s))
	if err != nil {
		return first, last, false
	}
	first = p.Masked().Addr()
	bytes := first.AsSlice()
	for i := p.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 0x80 >> (i % 8)
	}
	last, ok = netip.AddrFromSlice(bytes)
	return first, last, ok
}
