package shell

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	wire "github.com/miekg/dns"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dns"
)

// bindServer is whom dig, nslookup and host ask, and how patiently.
type bindServer struct {
	addr  netip.AddrPort
	named string // as typed; empty for resolv.conf's
	tcp   bool
	wait  time.Duration
	tries int
}

var errNoServer = errors.New("no servers could be reached")

// defaultServer is resolv.conf's first name server; without one, BIND's tools
// ask this machine.
func (c *call) defaultServer() netip.Addr {
	if servers := c.net.conf().Nameservers; len(servers) > 0 {
		return servers[0]
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// resolveServer turns a server's name or address into its address.
func (c *call) resolveServer(name string) (netip.Addr, bool) {
	h, err := c.lookupHost(name)
	if err != nil || len(h.Addresses) == 0 {
		return netip.Addr{}, false
	}
	return h.Addresses[0], true
}

// askBind sends a question until it is answered or the tries are used up, and
// says each time that it was not. typed is the name without the search list.
func (c *call) askBind(s bindServer, typed string, q dns.Question) (dns.Message, error) {
	proto := corev1.ProtocolUDP
	if s.tcp {
		proto = corev1.ProtocolTCP
	}
	for range max(1, s.tries) {
		m, err := c.net.ask(s.addr, proto, q)
		if err == nil {
			c.wait(roundTrip)
			return m, nil
		}
		var failed *serverError
		if !errors.As(err, &failed) {
			return dns.Message{}, err
		}
		if !failed.refused && !c.wait(s.wait) {
			return dns.Message{}, c.ctx.Err()
		}
		if s.tcp {
			at := fmt.Sprintf("%s#%d(%s)", s.addr.Addr(), s.addr.Port(), nonEmpty(s.named, s.addr.Addr().String()))
			c.printf(";; Connection to %s for %s failed: %s.\n;; %v\n", at, typed, failed.reason(), errNoServer)
		} else {
			c.printf(";; %v\n", failed)
		}
	}
	return dns.Message{}, errNoServer
}

// noServer is the last line about a question that nobody answered. Over TCP
// each try has said so.
func (c *call) noServer(s bindServer) {
	if !s.tcp {
		c.printf(";; %v\n", errNoServer)
	}
}

// localhost6 is whom BIND's tools ask when they may use IPv6 alone and
// resolv.conf has no such server.
var localhost6 = netip.IPv6Loopback()

// packed is a message on the wire, for its size; edns says whether the
// question had an OPT record, which the answer then repeats.
func packed(m dns.Message, edns bool) int {
	w := new(wire.Msg)
	w.Compress = true
	w.SetQuestion(wire.Fqdn(m.Question.Name), uint16(m.Question.Type))
	for _, s := range []struct {
		from []dns.Record
		to   *[]wire.RR
	}{{m.Answer, &w.Answer}, {m.Authority, &w.Ns}, {m.Additional, &w.Extra}} {
		for _, r := range s.from {
			if rr, err := wire.NewRR(fmt.Sprintf("%s %d IN %s %s", r.Name, r.TTL, r.Type, r.Data)); err == nil && rr != nil {
				*s.to = append(*s.to, rr)
			}
		}
	}
	if edns {
		w.SetEdns0(1232, false)
	}
	return w.Len()
}

// rcodeNumber is an rcode as host prints it.
func rcodeNumber(r dns.Rcode) int { return wire.StringToRcode[string(r)] }

// chainEnd is the name at the end of an answer's aliases.
func chainEnd(m dns.Message) string {
	name := m.Question.Name
	for _, r := range m.Answer {
		if r.Type == dns.CNAME && strings.EqualFold(trimDot(r.Name), trimDot(name)) {
			name = r.Data
		}
	}
	return name
}

func trimDot(s string) string {
	if s == "." {
		return s
	}
	return strings.TrimSuffix(s, ".")
}

// reverseQuestion is the PTR question for an address.
func reverseQuestion(text string) (dns.Question, bool) {
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return dns.Question{}, false
	}
	return dns.Question{Name: dns.ReverseName(ip), Type: dns.PTR}, true
}
