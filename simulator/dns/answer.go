package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// maxAliases is how many CNAMEs of the cluster CoreDNS follows one after
// another.
const maxAliases = 8

// Answer is what the cluster's DNS server says to a question.
func (z *Zone) Answer(q Question) Message {
	name := fqdn(q.Name)
	zone := z.match(strings.ToLower(name))
	if zone == "" {
		return z.Upstream(q)
	}
	if q.Type == AXFR || q.Type == IXFR {
		return Message{Question: q, Rcode: Refused}
	}
	m := Message{Question: q, Rcode: NoError, Authoritative: true}
	err := z.fill(&m, name, zone)
	if errors.Is(err, errNoSuchName) {
		if zone != z.domain { // reverse zones fall through
			return z.Upstream(q)
		}
		m.Rcode = NXDomain
	}
	if len(m.Answer) == 0 {
		m.Additional = nil
		m.Authority = []Record{z.soa(name[len(name)-len(zone):])}
	}
	return m
}

// match is the zone of ours that a lower-case name lies in, "" for none.
func (z *Zone) match(name string) string {
	for _, zone := range []string{z.domain, "in-addr.arpa.", "ip6.arpa."} {
		if name == zone || strings.HasSuffix(name, "."+zone) {
			return zone
		}
	}
	return ""
}

// fill puts the records that a name of our zones has into m.
func (z *Zone) fill(m *Message, name, zone string) error {
	lower := strings.ToLower(name)
	var err error
	switch m.Question.Type {
	case A, AAAA:
		m.Answer, err = z.addresses(name, zone, m.Question.Type, nil)
		return err
	case SRV:
		return z.srv(m, lower, zone)
	case CNAME:
		return z.cname(m, lower, zone)
	case PTR:
		return z.ptr(m, lower, zone)
	case TXT:
		return z.txt(m, lower, zone)
	case SOA:
		// Below the apex there is none, whether the name exists or not.
		if lower == zone {
			m.Answer = []Record{z.soa(name)}
		}
		return nil
	case NS:
		if lower == zone {
			m.Answer = []Record{{name, NS, "ns.dns." + zone, ttl}}
			return nil
		}
	}
	_, err = z.items(lower, zone)
	return err
}

// soa is a zone's SOA record; origin is the zone's name in the question's case.
func (z *Zone) soa(origin string) Record {
	return Record{origin, SOA, fmt.Sprintf("ns.dns.%s hostmaster.%s %d 7200 1800 86400 30", origin, origin, z.serial), ttl}
}

// addresses are the A or AAAA records of a name, with the aliases on the way;
// before are the aliases followed so far.
func (z *Zone) addresses(name, zone string, t Type, before []Record) ([]Record, error) {
	items, err := z.items(strings.ToLower(name), zone)
	if err != nil {
		return nil, err
	}
	var rs []Record
	seen := make(map[netip.Addr]bool, len(items))
	for _, it := range items {
		if it.target != "" {
			rs = append(rs, z.follow(Record{name, CNAME, it.target, ttl}, zone, t, before)...)
		} else if familyOf(it.addr) == t && !seen[it.addr] {
			seen[it.addr] = true
			rs = append(rs, Record{name, t, it.addr.String(), ttl})
		}
	}
	return rs, nil
}

// follow gives an alias and what it leads to. One inside the cluster that
// leads nowhere vanishes; one outside stays, though nobody knows its target.
func (z *Zone) follow(alias Record, zone string, t Type, before []Record) []Record {
	if strings.EqualFold(alias.Name, alias.Data) || len(before) >= maxAliases {
		return nil
	}
	for _, b := range before {
		if strings.EqualFold(b.Name, alias.Name) && strings.EqualFold(b.Data, alias.Data) {
			return nil
		}
	}
	var next []Record
	if z.match(strings.ToLower(alias.Data)) == zone {
		next, _ = z.addresses(alias.Data, zone, t, append(before, alias))
		if len(next) == 0 {
			return nil
		}
	} else {
		next = z.Answer(Question{alias.Data, t}).Answer
	}
	return append([]Record{alias}, next...)
}

func familyOf(ip netip.Addr) Type {
	if ip.Unmap().Is4() {
		return A
	}
	return AAAA
}

// srv is a record a port of the Service, or a ready endpoint and port of a
// headless one. Weights share 100 between all of them, equal ones included.
func (z *Zone) srv(m *Message, name, zone string) error {
	all, err := z.items(name, zone)
	if err != nil {
		return err
	}
	var items []item
	for _, it := range all {
		if it.target == "" { // an alias has no ports
			items = append(items, it)
		}
	}
	seen := make(map[Record]bool, len(items))
	add := func(to *[]Record, r Record) {
		if !seen[r] {
			seen[r] = true
			*to = append(*to, r)
		}
	}
	for _, it := range items {
		if it.port == noPort {
			continue
		}
		weight := max(1, 100/len(items))
		add(&m.Answer, Record{fqdn(m.Question.Name), SRV, fmt.Sprintf("0 %d %d %s", weight, it.port, it.name), ttl})
		add(&m.Additional, Record{it.name, familyOf(it.addr), it.addr.String(), ttl})
	}
	return nil
}

func (z *Zone) cname(m *Message, name, zone string) error {
	items, err := z.items(name, zone)
	if err == nil && len(items) > 0 && items[0].target != "" {
		m.Answer = []Record{{fqdn(m.Question.Name), CNAME, items[0].target, ttl}}
	}
	return err
}

// txt knows the version of the DNS schema and nothing else; unlike other types
// it denies the levels above a namespace's names.
func (z *Zone) txt(m *Message, name, zone string) error {
	if name == "dns-version."+zone {
		m.Answer = []Record{{fqdn(m.Question.Name), TXT, `"1.1.0"`, versionTTL}}
		return nil
	}
	items, err := z.items(name, zone)
	if err != nil || len(items) == 0 {
		return errNoSuchName
	}
	return nil
}
