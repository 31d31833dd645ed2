package shell

import (
	"net/netip"
	"strings"

	"github.com/kubetutor/tutor/simulator/dns"
)

// getent asks the C library's databases (glibc).
func getent(c *call) int {
	if len(c.args) == 0 {
		c.errorf("getent: wrong number of arguments\n%s", getentHelp)
		return 1
	}
	keys := c.args[1:]
	switch c.args[0] {
	case "hosts":
		return eachKey(keys, c.getentHosts)
	case "ahosts":
		return eachKey(keys, func(k string) bool { return c.getentAddresses(k, 0) })
	case "ahostsv4":
		return eachKey(keys, func(k string) bool { return c.getentAddresses(k, dns.A) })
	case "ahostsv6":
		return eachKey(keys, func(k string) bool { return c.getentAddresses(k, dns.AAAA) })
	case "services":
		return eachKey(keys, c.getentService)
	}
	c.errorf("Unknown database: %s\n%s", c.args[0], getentHelp)
	return 1
}

const getentHelp = "Try `getent --help' or `getent --usage' for more information.\n"

// eachKey is 2 when a key was not found, as getent's exit code.
func eachKey(keys []string, look func(string) bool) int {
	code := 0
	for _, k := range keys {
		if !look(k) {
			code = 2
		}
	}
	return code
}

// getentHosts is gethostbyname, IPv6 before IPv4, or gethostbyaddr.
func (c *call) getentHosts(key string) bool {
	if ip, err := netip.ParseAddr(key); err == nil {
		if h, ok := c.hostsFile(key); ok {
			c.printf("%-15s %s\n", ip, strings.Join(append([]string{h.Canonical}, h.Aliases...), " "))
			return true
		}
		name := c.lookupPTR(ip)
		if name != "" {
			c.printf("%-15s %s\n", ip, name)
		}
		return name != ""
	}
	if six, ok := c.hostsEntry(key, true); ok {
		c.printf("%-15s %s\n", six[0], strings.Join(six[1:], " "))
		return true
	}
	h, err := c.lookupHost(key)
	if err != nil {
		return false
	}
	names := strings.Join(append([]string{h.Canonical}, h.Aliases...), " ")
	shown := h.Addresses
	if six := familyOnly(shown, dns.AAAA); len(six) > 0 {
		shown = six
	}
	for _, ip := range shown {
		c.printf("%-15s %s\n", ip, names)
	}
	return len(shown) > 0
}

// getentAddresses is getaddrinfo: a line for each kind of socket.
func (c *call) getentAddresses(key string, family dns.Type) bool {
	h, err := c.lookupHost(key)
	if err != nil {
		return false
	}
	addrs := h.Addresses
	if family != 0 {
		addrs = familyOnly(addrs, family)
	}
	canonical := h.Canonical
	for _, ip := range addrs {
		for _, kind := range []string{"STREAM", "DGRAM", "RAW"} {
			c.printf("%-15s %-6s %s\n", ip, kind, canonical)
			canonical = ""
		}
	}
	return len(addrs) > 0
}

func familyOnly(addrs []netip.Addr, t dns.Type) []netip.Addr {
	var out []netip.Addr
	for _, ip := range addrs {
		if ip.Is4() == (t == dns.A) {
			out = append(out, ip)
		}
	}
	return out
}

func (c *call) getentService(key string) bool {
	name, proto, _ := strings.Cut(key, "/")
	port, ok := servicePort(name)
	if !ok {
		return false
	}
	if proto == "" {
		proto = "tcp"
	}
	c.printf("%-21s %d/%s\n", name, port, proto)
	return true
}

// lenientIPv4 reads what inet_aton takes for an address and netip does not:
// fewer than four parts, as in 127.1.
func lenientIPv4(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var v [4]uint64
	for i, p := range parts {
		n, ok := parseUint(p)
		limit := uint64(256)
		if i == len(parts)-1 {
			limit = 1 << (8 * (5 - len(parts)))
		}
		if !ok || n >= limit {
			return netip.Addr{}, false
		}
		v[i] = n
	}
	last := v[len(parts)-1]
	var b [4]byte
	for i := 0; i < len(parts)-1; i++ {
		b[i] = byte(v[i])
	}
	for i := 3; i >= len(parts)-1; i-- {
		b[i] = byte(last)
		last >>= 8
	}
	return netip.AddrFrom4(b), true
}

func parseUint(s string) (uint64, bool) {
	if s == "" || len(s) > 10 {
		return 0, false
	}
	var n uint64
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + uint64(r-'0')
	}
	return n, true
}
