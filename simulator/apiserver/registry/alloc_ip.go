package registry

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"sync"
)

// The words of Kubernetes' allocators.
var (
	errIPAllocated   = errors.New("provided IP is already allocated")
	errIPOutOfRange  = errors.New("the provided network does not match the current range")
	errIPRangeIsFull = errors.New("range is full")
)

// ipAllocator hands out the addresses of a service network, as
// pkg/registry/core/service/ipallocator: at random, from the upper band first,
// so that the lower band is free for those who ask for an address.
type ipAllocator struct {
	cidr        netip.Prefix
	first, last netip.Addr // the network and, for IPv4, broadcast address are never handed out
	static      uint64     // size of the lower band
	intN        func(int) int

	mu   sync.Mutex
	used map[netip.Addr]bool
}

func newIPAllocator(cidr netip.Prefix, intN func(int) int) *ipAllocator {
	a := &ipAllocator{cidr: cidr.Masked(), intN: intN, used: make(map[netip.Addr]bool)}
	hostBits := cidr.Addr().BitLen() - cidr.Bits()
	size := uint64(1) << min(hostBits, 62)
	a.first = a.cidr.Addr().Next()
	if cidr.Addr().Is4() {
		a.last = nth(a.cidr.Addr(), size-2)
	} else {
		a.last = nth(a.cidr.Addr(), size-1)
	}
	a.static = staticBand(size, 16, 16, 256)
	return a
}

// staticBand is the size of the band that dynamic allocation leaves free: a
// part of the range, but not below low nor above high; none in a range that
// is no larger than low.
func staticBand(size, part, low, high uint64) uint64 {
	if size <= low {
		return 0
	}
	return min(max(low, size/part), high)
}

// nth is the address n above base.
func nth(base netip.Addr, n uint64) netip.Addr {
	if base.Is4() {
		b := base.As4()
		binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n))
		return netip.AddrFrom4(b)
	}
	b := base.As16()
	binary.BigEndian.PutUint64(b[8:], binary.BigEndian.Uint64(b[8:])+n)
	return netip.AddrFrom16(b)
}

// contains tells whether ip could be handed out.
func (a *ipAllocator) contains(ip netip.Addr) bool {
	return a.cidr.Contains(ip) && !ip.Less(a.first) && !a.last.Less(ip)
}

// allocate takes the address that was asked for. A dry run does not look
// whether it is taken, as in the real allocator.
func (a *ipAllocator) allocate(ip netip.Addr, dryRun bool) error {
	if !a.contains(ip) {
		return errIPOutOfRange
	}
	if dryRun {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used[ip] {
		return errIPAllocated
	}
	a.used[ip] = true
	return nil
}

// allocateNext takes a free address. A dry run gets the network's own address,
// as in the real allocator.
func (a *ipAllocator) allocateNext(dryRun bool) (netip.Addr, error) {
	if dryRun {
		return a.cidr.Addr(), nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	size := uint64(1) << min(a.cidr.Addr().BitLen()-a.cidr.Bits(), 62)
	for _, band := range [][2]uint64{{max(a.static, 1), size}, {1, a.static}} {
		if ip, ok := a.scan(band[0], band[1]); ok {
			a.used[ip] = true
			return ip, nil
		}
	}
	return netip.Addr{}, errIPRangeIsFull
}

// scan looks for a free address from a random one of [from, to) onwards.
func (a *ipAllocator) scan(from, to uint64) (netip.Addr, bool) {
	if to <= from {
		return netip.Addr{}, false
	}
	n := to - from
	start := uint64(a.intN(int(min(n, 1<<31-1))))
	for i := range n {
		ip := nth(a.cidr.Addr(), from+(start+i)%n)
		if a.contains(ip) && !a.used[ip] {
			return ip, true
		}
	}
	return netip.Addr{}, false
}

func (a *ipAllocator) release(ip netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.used, ip)
}
