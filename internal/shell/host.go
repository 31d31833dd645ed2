package shell

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/kubetutor/tutor/simulator/dns"
)

// host prints a name's records in sentences (BIND 9.18, bin/dig/host.c).
func host(c *call) int {
	h := &hostRun{call: c, server: bindServer{wait: 5 * time.Second, tries: 2}, ndots: -1}
	words, ok := h.parse()
	if !ok {
		return 1
	}
	addr := c.defaultServer()
	if len(words) > 1 {
		if addr, ok = c.resolveServer(words[1]); !ok {
			c.printf("host: couldn't get address for '%s': not found\n", words[1])
			return 1
		}
	}
	h.server.addr = netip.AddrPortFrom(addr, 53)
	if len(words) > 1 {
		h.heading = "Using domain server:\nName: " + words[1] + "\nAddress: " + addr.String() + "#53\nAliases: \n\n"
	}
	return h.look(words[0])
}

type hostRun struct {
	*call
	server  bindServer
	typ     dns.Type
	ndots   int
	heading string
}

const hostUsage = `Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]
`

func (h *hostRun) parse() ([]string, bool) {
	var words []string
	for i := 0; i < len(h.args); i++ {
		arg := h.args[i]
		if !strings.HasPrefix(arg, "-") || len(arg) < 2 {
			words = append(words, arg)
			continue
		}
		value := func() string {
			if len(arg) > 2 {
				return arg[2:]
			}
			if i++; i < len(h.args) {
				return h.args[i]
			}
			return ""
		}
		switch arg[1] {
		case 't':
			text := value()
			t, err := dns.ParseType(text)
			if err != nil {
				h.printf("host: invalid type: %s\n", text)
				return nil, false
			}
			h.typ = t
		case 'a':
			h.typ = dns.ANY
		case 'T':
			h.server.tcp = true
		case 'W':
			n, _ := strconv.Atoi(value())
			h.server.wait = time.Duration(max(1, n)) * time.Second
		case 'R':
			n, _ := strconv.Atoi(value())
			h.server.tries = max(0, n) + 1
		case 'N':
			h.ndots, _ = strconv.Atoi(value())
		case 'c', 'm', 'p':
			value()
		case '4', '6', 'r', 's', 'v', 'w', 'd', 'i', 'C', 'l', 'U', 'A', 'V':
		default:
			h.errorf("host: invalid option -- '%c'\n%s", arg[1], hostUsage)
			return nil, false
		}
	}
	if len(words) == 0 {
		h.errorf("%s", hostUsage)
		return nil, false
	}
	return words, true
}

func (h *hostRun) look(name string) int {
	if q, ok := reverseQuestion(name); ok && h.typ == 0 {
		m, ok := h.ask(q)
		if !ok {
			return 1
		}
		return h.print(m, q.Name, false)
	}
	conf := h.net.conf()
	if h.ndots >= 0 {
		conf.Options = []string{"ndots:" + strconv.Itoa(h.ndots)}
	}
	var m dns.Message
	for _, candidate := range conf.Candidates(dns.Bind, name) {
		q := dns.Question{Name: candidate, Type: typeOr(h.typ, dns.A)}
		if q.Check() != nil {
			if trimDot(candidate) == trimDot(name) {
				h.printf("host: '%s' is not a legal name (%s)\n", name, digBadName(name))
				return 1
			}
			continue
		}
		var ok bool
		if m, ok = h.ask(q); !ok {
			return 1
		}
		if m.Rcode != dns.NXDomain {
			break
		}
	}
	code := h.print(m, name, h.typ != 0)
	if h.typ != 0 || m.Rcode != dns.NoError {
		return code
	}
	// AAAA and MX of the name at the end of the aliases; empty ones are silent.
	end := fqdn(chainEnd(m))
	for _, t := range []dns.Type{dns.AAAA, dns.MX} {
		m, ok := h.ask(dns.Question{Name: end, Type: t})
		if !ok {
			return 1
		}
		code = max(code, h.print(m, trimDot(end), false))
	}
	return code
}

func (h *hostRun) ask(q dns.Question) (dns.Message, bool) {
	m, err := h.askBind(h.server, q, func(text string) { h.printf(";; %s\n", text) })
	if err != nil {
		h.printf(";; %v\n", err)
		return m, false
	}
	h.printf("%s", h.heading)
	h.heading = ""
	return m, true
}

// print is one answer; sayEmpty tells that a type was asked for.
func (h *hostRun) print(m dns.Message, typed string, sayEmpty bool) int {
	full := trimDot(m.Question.Name)
	if m.Rcode != dns.NoError {
		if m.Rcode != dns.NXDomain {
			typed = full
		}
		h.printf("Host %s not found: %d(%s)\n", typed, rcodeNumber(m.Rcode), m.Rcode)
		return 1
	}
	if len(m.Answer) == 0 && sayEmpty {
		h.printf("%s has no %s record\n", full, m.Question.Type)
	}
	for _, r := range m.Answer {
		h.printf("%s %s %s\n", trimDot(r.Name), hostPhrase(r.Type), r.Data)
	}
	return 0
}

func hostPhrase(t dns.Type) string {
	switch t {
	case dns.A:
		return "has address"
	case dns.AAAA:
		return "has IPv6 address"
	case dns.CNAME:
		return "is an alias for"
	case dns.PTR:
		return "domain name pointer"
	case dns.MX:
		return "mail is handled by"
	case dns.NS:
		return "name server"
	case dns.TXT:
		return "descriptive text"
	}
	return "has " + t.String() + " record"
}
