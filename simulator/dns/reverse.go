package dns

import (
	"net/netip"
	"slices"
	"strings"

	wire "github.com/miekg/dns"
)

// ReverseName is the name to ask for the PTR records of an address.
func ReverseName(ip netip.Addr) string {
	name, err := wire.ReverseAddr(ip.Unmap().WithZone("").String())
	if err != nil { // no netip.Addr but the zero one
		return "."
	}
	return name
}

// ptr names the Service that has an address, else every Service's endpoint
// that has it.
func (z *Zone) ptr(m *Message, name, zone string) error {
	ip, ok := addressOf(name)
	if !ok {
		_, err := z.items(name, zone)
		return err
	}
	var targets []string
	if s := z.byAddress[ip]; s != nil {
		targets = []string{z.nameOf(s)}
	} else {
		targets = slices.Clone(z.endpoints[ip])
		slices.Sort(targets)
		targets = slices.Compact(targets)
	}
	if len(targets) == 0 {
		return errNoSuchName
	}
	for _, t := range targets {
		m.Answer = append(m.Answer, Record{fqdn(m.Question.Name), PTR, t, ttl})
	}
	return nil
}

// addressOf reads a reverse name, lower-case and with its final dot.
func addressOf(name string) (netip.Addr, bool) {
	var text string
	if base, ok := strings.CutSuffix(name, ".in-addr.arpa."); ok {
		labels := strings.Split(base, ".")
		slices.Reverse(labels)
		text = strings.Join(labels, ".")
	} else if base, ok := strings.CutSuffix(name, ".ip6.arpa."); ok {
		text = nibbles(base)
	}
	ip, err := netip.ParseAddr(text)
	return ip, err == nil
}

// nibbles turns f.e.d.c… into groups of four digits, or "" if there are not 32
// of them.
func nibbles(base string) string {
	labels := strings.Split(base, ".")
	if len(labels) != 32 {
		return ""
	}
	slices.Reverse(labels)
	var b strings.Builder
	for i, l := range labels {
		if i > 0 && i%4 == 0 {
			b.WriteByte(':')
		}
		b.WriteString(l)
	}
	return b.String()
}
