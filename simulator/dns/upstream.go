package dns

import (
	"net/netip"
	"strings"

	"github.com/kubetutor/tutor/simulator/world"
)

// rootSOA is what the resolver outside says about names that nobody has.
var rootSOA = Record{".", SOA, "a.root-servers.net. nstld.verisign-grs.com. 2026112300 1800 900 604800 86400", 86400}

// Upstream is what the resolver outside the cluster says: the one that CoreDNS
// forwards to and that nodes and outside hosts ask themselves. It holds its
// names itself (aa), as the recorded one did.
func (z *Zone) Upstream(q Question) Message {
	u := z.st.World.Upstream
	m := Message{Question: q, Rcode: NoError, RecursionAvailable: true}
	name := fqdn(q.Name)
	found := name == "." // the root exists; its records are not here
	for range maxAliases {
		n, ok := findName(z.outside, name)
		if !ok {
			break
		}
		found, m.Authoritative = true, true
		if n.CNAME == "" || q.Type == CNAME {
			m.Answer = append(m.Answer, upstreamRecords(n, name, q.Type)...)
			return m
		}
		target := fqdn(n.CNAME)
		m.Answer = append(m.Answer, Record{name, CNAME, target, n.TTL})
		name = target
	}
	if q.Type == PTR {
		m.Answer = upstreamPTR(u.Names, name)
		found = found || len(m.Answer) > 0
		m.Authoritative = found
	}
	if found {
		return m
	}
	m.Rcode = Rcode(u.Otherwise)
	if m.Rcode == NXDomain {
		m.Authority = []Record{rootSOA}
	}
	return m
}

func findName(names []world.Name, name string) (world.Name, bool) {
	for _, n := range names {
		if strings.EqualFold(fqdn(n.Name), name) {
			return n, true
		}
	}
	return world.Name{}, false
}

func upstreamRecords(n world.Name, owner string, t Type) []Record {
	if t == CNAME && n.CNAME != "" {
		return []Record{{owner, CNAME, fqdn(n.CNAME), n.TTL}}
	}
	var rs []Record
	for _, text := range n.Addresses {
		if ip, err := netip.ParseAddr(text); err == nil && familyOf(ip) == t {
			rs = append(rs, Record{owner, t, ip.String(), n.TTL})
		}
	}
	return rs
}

func upstreamPTR(names []world.Name, reverse string) []Record {
	ip, ok := addressOf(strings.ToLower(reverse))
	if !ok {
		return nil
	}
	var rs []Record
	for _, n := range names {
		for _, text := range n.Addresses {
			if other, err := netip.ParseAddr(text); err == nil && other == ip {
				rs = append(rs, Record{reverse, PTR, fqdn(n.Name), n.TTL})
			}
		}
	}
	return rs
}
