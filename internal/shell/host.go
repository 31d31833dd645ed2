package shell

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubetutor/tutor/simulator/dns"
)

// host prints a name's records in sentences (BIND 9.18, bin/dig/host.c).
func host(c *call) int {
	h := &hostRun{call: c, server: bindServer{wait: 5 * time.Second, tries: 2}, ndots: -1, port: 53}
	words, code := h.parse()
	if len(words) == 0 {
		return code
	}
	addr, ok := c.defaultServer(), true
	if h.six {
		addr = localhost6
	}
	if len(words) > 1 {
		if addr, ok = c.resolveServer(words[1]); !ok {
			c.printf("host: couldn't get address for '%s': not found\n", words[1])
			return 1
		}
		h.server.named = words[1]
	}
	h.server.addr = netip.AddrPortFrom(addr, uint16(h.port))
	if len(words) > 1 {
		h.heading = fmt.Sprintf("Using domain server:\nName: %s\nAddress: %s#%d\nAliases: \n\n", words[1], addr, h.port)
	}
	return h.look(words[0])
}

type hostRun struct {
	*call
	server  bindServer
	typ     dns.Type
	ndots   int
	port    int
	six     bool
	verbose bool
	heading string
}

const hostUsage = `Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]
       -a is equivalent to -v -t ANY
       -A is like -a but omits RRSIG, NSEC, NSEC3
       -c specifies query class for non-IN data
       -C compares SOA records on authoritative nameservers
       -d is equivalent to -v
       -l lists all hosts in a domain, using AXFR
       -m set memory debugging flag (trace|record|usage)
       -N changes the number of dots allowed before root lookup is done
       -p specifies the port on the server to query
       -r disables recursive processing
       -R specifies number of retries for UDP packets
       -s a SERVFAIL response should stop query
       -t specifies the query type
       -T enables TCP/IP mode
       -U enables UDP mode
       -v enables verbose output
       -V print version number and exit
       -w specifies to wait forever for a reply
       -W specifies how long to wait for a reply
       -4 use IPv4 query transport only
       -6 use IPv6 query transport only
`

// parse reads the options; the first word that is none ends them. Without
// words the exit code is that of the call.
func (h *hostRun) parse() (words []string, code int) {
	words = h.args
	for len(words) > 0 && strings.HasPrefix(words[0], "-") && len(words[0]) > 1 {
		letters := words[0][1:]
		words = words[1:]
		for len(letters) > 0 {
			letter := letters[0]
			letters = letters[1:]
			value := ""
			if strings.IndexByte("cmNpRtW", letter) >= 0 {
				if value, letters = letters, ""; value == "" {
					if len(words) == 0 {
						h.errorf("host: option requires an argument -- %c\n%s", letter, hostUsage)
						return nil, 1
					}
					value, words = words[0], words[1:]
				}
			}
			if done, code := h.option(letter, value); done {
				return nil, code
			}
		}
	}
	if len(words) == 0 {
		h.errorf("%s", hostUsage)
	}
	return words, 1
}

// option takes one option in; done ends the call.
func (h *hostRun) option(letter byte, value string) (done bool, code int) {
	number, _ := strconv.Atoi(value)
	switch letter {
	case 't':
		t, err := dns.ParseType(value)
		if err != nil {
			h.errorf("host: invalid type: %s\n", value)
			return true, 2
		}
		h.typ = t
	case 'c':
		if !slices.Contains([]string{"IN", "CH", "HS", "ANY"}, strings.ToUpper(value)) {
			h.errorf("host: invalid class: %s\n", value)
			return true, 2
		}
	case 'a', 'A':
		h.typ, h.verbose = dns.ANY, true
	case 'v', 'd':
		h.verbose = true
	case 'T':
		h.server.tcp = true
	case 'W':
		h.server.wait = time.Duration(max(1, number)) * time.Second
	case 'R':
		h.server.tries = max(0, number) + 1
	case 'N':
		h.ndots = number
	case 'p':
		h.port = number
	case '6':
		h.six = true
	case 'V':
		h.printf("host %s\n", digVersion)
		return true, 0
	case '4', 'r', 's', 'w', 'i', 'C', 'l', 'U', 'm':
	default:
		h.errorf("host: illegal option -- %c\n%s", letter, hostUsage)
		return true, 1
	}
	return false, 0
}

func (h *hostRun) look(name string) int {
	if q, ok := reverseQuestion(name); ok {
		m, ok := h.ask(name, q)
		if !ok {
			return 1
		}
		typed := q.Name
		if strings.HasSuffix(typed, ".ip6.arpa.") { // host makes these names without the final dot
			typed = trimDot(typed)
		}
		return h.print(m, typed, h.typ != 0)
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
				h.printf("host: '%s' is not in legal name syntax (%s)\n", name, digBadName(name))
				return 1
			}
			continue
		}
		var ok bool
		if m, ok = h.ask(name, q); !ok {
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
		m, ok := h.ask(name, dns.Question{Name: end, Type: t})
		if !ok {
			return 1
		}
		code = max(code, h.print(m, trimDot(end), false))
	}
	return code
}

func (h *hostRun) ask(typed string, q dns.Question) (dns.Message, bool) {
	if h.verbose {
		h.printf("Trying \"%s\"\n", trimDot(q.Name))
	}
	m, err := h.askBind(h.server, typed, q)
	if err != nil {
		h.noServer(h.server)
		return m, false
	}
	h.printf("%s", h.heading)
	h.heading = ""
	return m, true
}

// print is one answer; sayEmpty tells that a type was asked for.
func (h *hostRun) print(m dns.Message, typed string, sayEmpty bool) int {
	full := trimDot(m.Question.Name)
	switch {
	case m.Rcode != dns.NoError:
		if m.Rcode != dns.NXDomain {
			typed = full
		}
		h.printf("Host %s not found: %d(%s)\n", typed, rcodeNumber(m.Rcode), m.Rcode)
	case h.verbose:
		h.printHeader(m, true, false, len(m.Additional))
		h.printf("\n")
		style := recordStyle{comments: true, class: true, ttl: true}
		h.printQuestion(style, m.Question)
		h.printRecords(style, "ANSWER", m.Answer)
		h.printRecords(style, "AUTHORITY", m.Authority)
		h.printRecords(style, "ADDITIONAL", m.Additional)
	case len(m.Answer) == 0 && sayEmpty:
		h.printf("%s has no %s record\n", full, m.Question.Type)
	default:
		for _, r := range m.Answer {
			h.printf("%s %s %s\n", trimDot(r.Name), hostPhrase(r.Type), r.Data)
		}
	}
	if h.verbose {
		h.printf("Received %d bytes from %s#%d in 0 ms\n", packed(m, false), h.server.addr.Addr(), h.server.addr.Port())
	}
	if m.Rcode != dns.NoError {
		return 1
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
