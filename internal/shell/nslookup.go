package shell

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/kubetutor/tutor/simulator/dns"
)

// nslookup looks a name up with the search list (BIND 9.18,
// bin/dig/nslookup.c). Its interactive mode is left out.
func nslookup(c *call) int {
	n := &nslookupRun{call: c, tries: 3, wait: 5 * time.Second, search: true, port: 53}
	var words []string
	for _, arg := range c.args {
		if strings.HasPrefix(arg, "-") && len(arg) > 1 {
			n.option(arg[1:])
		} else {
			words = append(words, arg)
		}
	}
	if len(words) == 0 {
		return c.fail(1, "the interactive mode is not here; name what to look up: nslookup NAME [SERVER]")
	}
	addr := c.defaultServer()
	if len(words) > 1 {
		var ok bool
		if addr, ok = c.resolveServer(words[1]); !ok {
			c.printf("nslookup: couldn't get address for '%s': not found\n", words[1])
			return 1
		}
		n.named = words[1]
	}
	n.server = bindServer{addr: netip.AddrPortFrom(addr, uint16(n.port)), tcp: n.tcp, wait: n.wait, tries: n.tries}
	code := n.look(words[0])
	c.printf("\n")
	return code
}

type nslookupRun struct {
	*call
	server bindServer
	named  string // the server, where the call names one
	typ    dns.Type
	tries  int
	wait   time.Duration
	search bool
	domain string
	port   int
	tcp    bool
}

// option reads -type=AAAA and its like.
func (n *nslookupRun) option(text string) {
	name, value, _ := strings.Cut(text, "=")
	number, _ := strconv.Atoi(value)
	switch name = strings.ToLower(name); {
	case name == "type" || name == "ty" || name == "querytype" || name == "query" || name == "qu" || name == "q":
		t, err := dns.ParseType(value)
		if err != nil {
			n.printf("unknown query type: %s\n", value)
			return
		}
		n.typ = t
	case name == "timeout":
		n.wait = time.Duration(max(1, number)) * time.Second
	case name == "retry" || name == "ret":
		n.tries = number
	case name == "port" || name == "po":
		n.port = number
	case name == "domain" || name == "do":
		n.domain = value
	case name == "nosearch" || name == "nosea" || name == "nodefname":
		n.search = false
	case name == "search" || name == "sea" || name == "defname":
		n.search = true
	case name == "vc":
		n.tcp = true
	case name == "debug" || name == "d2" || name == "nodebug" || name == "novc" || name == "recurse" || name == "norecurse" || name == "fail" || name == "nofail" || strings.HasPrefix(name, "class") || name == "all":
	default:
		n.printf("*** Invalid option: %s\n", text)
	}
}

// ask sends one question and says on arrival that the server does not recurse.
func (n *nslookupRun) ask(q dns.Question) (dns.Message, bool) {
	m, err := n.askBind(n.server, q, func(text string) { n.printf(";; %s\n", text) })
	if err != nil {
		n.printf(";; %v\n\n", err)
		return m, false
	}
	if !m.RecursionAvailable && n.named == "" {
		n.printf(";; Got recursion not available from %s\n", n.server.addr.Addr())
	}
	return m, true
}

func (n *nslookupRun) look(name string) int {
	if q, ok := reverseQuestion(name); ok {
		if n.typ == 0 || n.typ == dns.PTR {
			return n.lookReverse(q)
		}
	}
	q := dns.Question{Name: name, Type: typeOr(n.typ, dns.A)}
	m, ok := n.searchFor(q)
	if !ok {
		return 1
	}
	n.printf("Server:\t\t%s\nAddress:\t%s#%d\n\n", nonEmpty(n.named, n.server.addr.Addr().String()), n.server.addr.Addr(), n.server.addr.Port())
	if m.Rcode != dns.NoError {
		return n.cannotFind(m)
	}
	if n.typ != 0 {
		n.print(m, name)
		return 0
	}
	return n.lookBoth(m)
}

// searchFor walks the search list; the last answer counts.
func (n *nslookupRun) searchFor(q dns.Question) (m dns.Message, ok bool) {
	conf := n.net.conf()
	if n.domain != "" {
		conf.Search = []string{n.domain}
	}
	if !n.search {
		conf.Search = nil
	}
	for _, candidate := range conf.Candidates(dns.Bind, q.Name) {
		next := dns.Question{Name: candidate, Type: q.Type}
		if next.Check() != nil {
			if trimDot(candidate) == trimDot(q.Name) {
				n.printf("nslookup: '%s' is not a legal name (%s)\n", q.Name, digBadName(q.Name))
				return m, false
			}
			continue
		}
		if m, ok = n.ask(next); !ok || m.Rcode != dns.NXDomain {
			return m, ok
		}
	}
	return m, ok
}

// lookBoth prints A records and asks for AAAA of the name they lead to.
func (n *nslookupRun) lookBoth(a dns.Message) int {
	end := chainEnd(a)
	if !a.Authoritative {
		n.printf("Non-authoritative answer:\n")
	}
	n.records(a)
	aaaa, ok := n.ask(dns.Question{Name: fqdn(end), Type: dns.AAAA})
	switch {
	case !ok:
		return 1
	case aaaa.Rcode != dns.NoError:
		return n.cannotFind(aaaa)
	case len(aaaa.Answer) == 0 && len(a.Answer) == 0:
		n.printf("*** Can't find %s: No answer\n", trimDot(end))
	}
	n.records(aaaa)
	return 0
}

func (n *nslookupRun) cannotFind(m dns.Message) int {
	n.printf("** server can't find %s: %s\n", trimDot(m.Question.Name), m.Rcode)
	return 1
}

func (n *nslookupRun) lookReverse(q dns.Question) int {
	m, ok := n.ask(q)
	if !ok {
		return 1
	}
	if m.Rcode != dns.NoError {
		return n.cannotFind(m)
	}
	n.print(m, q.Name)
	return 0
}

// print is the answer to a type that was asked for.
func (n *nslookupRun) print(m dns.Message, typed string) {
	if !m.Authoritative {
		n.printf("Non-authoritative answer:\n")
	}
	if len(m.Answer) == 0 {
		n.printf("*** Can't find %s: No answer\n", typed)
	}
	n.records(m)
	if !m.Authoritative && n.typ != dns.A && n.typ != dns.AAAA {
		n.printf("\nAuthoritative answers can be found from:\n")
	}
}

func (n *nslookupRun) records(m dns.Message) {
	for _, r := range m.Answer {
		owner := trimDot(r.Name)
		switch r.Type {
		case dns.A, dns.AAAA:
			n.printf("Name:\t%s\nAddress: %s\n", owner, r.Data)
		case dns.CNAME:
			n.printf("%s\tcanonical name = %s\n", owner, r.Data)
		case dns.PTR:
			n.printf("%s\tname = %s\n", owner, r.Data)
		case dns.SRV:
			n.printf("%s\tservice = %s\n", owner, r.Data)
		case dns.TXT:
			n.printf("%s\ttext = %s\n", owner, r.Data)
		case dns.NS:
			n.printf("%s\tnameserver = %s\n", owner, r.Data)
		case dns.SOA:
			n.soa(owner, strings.Fields(r.Data))
		default:
			n.printf("%s\trdata_%d = %s\n", owner, r.Type, r.Data)
		}
	}
}

func (n *nslookupRun) soa(owner string, f []string) {
	if len(f) != 7 {
		return
	}
	n.printf("%s\n\torigin = %s\n\tmail addr = %s\n\tserial = %s\n\trefresh = %s\n\tretry = %s\n\texpire = %s\n\tminimum = %s\n",
		owner, trimDot(f[0]), trimDot(f[1]), f[2], f[3], f[4], f[5], f[6])
}
