package shell

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/kubetutor/tutor/simulator/dns"
)

// nslookup looks a name up with the search list (BIND 9.18,
// bin/dig/nslookup.c). Its interactive mode is left out.
func nslookup(c *call) int {
	n := &nslookupRun{call: c, search: true, recurse: true, ndots: -1, port: 53}
	n.server.wait, n.server.tries = 5*time.Second, 3
	var words []string
	for _, arg := range c.args {
		if arg == "-version" {
			c.printf("nslookup %s\n", digVersion)
			return 0
		}
		if strings.HasPrefix(arg, "-") && len(arg) > 1 {
			n.option(arg[1:])
		} else {
			words = append(words, arg)
		}
	}
	switch {
	case len(words) == 0 || words[0] == "-":
		return c.fail(1, "the interactive mode is not here; name what to look up: nslookup NAME [SERVER]")
	case len(words) > 2:
		c.errorf("%s", nslookupUsage)
		return 1
	}
	addr := c.defaultServer()
	if len(words) > 1 {
		var ok bool
		if addr, ok = c.resolveServer(words[1]); !ok {
			c.printf("nslookup: couldn't get address for '%s': not found\n", words[1])
			return 1
		}
		n.server.named = words[1]
	}
	n.server.addr = netip.AddrPortFrom(addr, uint16(n.port))
	code := n.look(words[0])
	c.printf("\n")
	return code
}

const nslookupUsage = `Usage:
   nslookup [-opt ...]             # interactive mode using default server
   nslookup [-opt ...] - server    # interactive mode using 'server'
   nslookup [-opt ...] host        # just look up 'host' using default server
   nslookup [-opt ...] host server # just look up 'host' using 'server'
`

type nslookupRun struct {
	*call
	server  bindServer
	typ     dns.Type
	search  bool
	domain  string
	ndots   int // -1: resolv.conf's
	port    int
	recurse bool
	debug   bool
}

// option reads -type=AAAA and its like.
func (n *nslookupRun) option(text string) {
	name, value, _ := strings.Cut(text, "=")
	number, err := strconv.Atoi(value)
	switch name = strings.ToLower(name); name {
	case "type", "ty", "querytype", "query", "qu", "q":
		t, err := dns.ParseType(value)
		if err != nil {
			n.printf("unknown query type: %s\n", value)
			return
		}
		n.typ = t
	case "timeout":
		if err != nil {
			n.errorf("invalid timeout '%s': not a valid number\n", value)
			return
		}
		n.server.wait = time.Duration(max(1, number)) * time.Second
	case "retry", "ret":
		n.server.tries = number
	case "port", "po":
		n.port = number
	case "ndots":
		n.ndots = number
	case "domain", "do":
		n.domain = value
	case "search", "sea", "defname", "def":
		n.search = true
	case "nosearch", "nosea", "nodefname", "nodef":
		n.search = false
	case "vc":
		n.server.tcp = true
	case "novc":
		n.server.tcp = false
	case "recurse", "rec":
		n.recurse = true
	case "norecurse", "norec":
		n.recurse = false
	case "debug", "deb":
		n.debug = true
	case "nodebug", "nodeb":
		n.debug = false
	case "d2", "nod2", "fail", "nofail", "class", "cl", "all", "sil":
	default:
		n.printf("*** Invalid option: %s\n", text)
	}
}

// ask sends one question and says on arrival that the server does not recurse.
func (n *nslookupRun) ask(typed string, q dns.Question) (dns.Message, bool) {
	m, err := n.askBind(n.server, typed, q)
	if err != nil {
		n.noServer(n.server)
		n.printf("\n")
		return m, false
	}
	if !m.RecursionAvailable && n.recurse && n.server.named == "" {
		n.printf(";; Got recursion not available from %s\n", n.server.addr.Addr())
	}
	return m, true
}

func (n *nslookupRun) look(name string) int {
	q := dns.Question{Name: name, Type: typeOr(n.typ, dns.A)}
	if r, ok := reverseQuestion(name); ok && (n.typ == 0 || n.typ == dns.PTR) {
		q = r
	}
	m, ok := n.searchFor(q)
	if !ok {
		return 1
	}
	if !n.debug {
		n.from(q)
	}
	if m.Rcode != dns.NoError {
		return n.cannotFind(m)
	}
	if n.typ == 0 && q.Type != dns.PTR {
		return n.lookBoth(name, m)
	}
	n.print(m, q.Name)
	return 0
}

// from says who answers. The answer about an address, if no type was asked
// for, comes without.
func (n *nslookupRun) from(q dns.Question) {
	if q.Type != dns.PTR || n.typ == dns.PTR {
		n.printf("Server:\t\t%s\nAddress:\t%s#%d\n\n", nonEmpty(n.server.named, n.server.addr.Addr().String()), n.server.addr.Addr(), n.server.addr.Port())
	}
}

// searchFor walks the search list; the last answer counts. With -debug each is
// shown as it comes.
func (n *nslookupRun) searchFor(q dns.Question) (m dns.Message, ok bool) {
	conf := n.net.conf()
	if n.domain != "" {
		conf.Search = []string{n.domain}
	}
	if !n.search {
		conf.Search = nil
	}
	if n.ndots >= 0 {
		conf.Options = []string{"ndots:" + strconv.Itoa(n.ndots)}
	}
	names := conf.Candidates(dns.Bind, q.Name)
	for i, candidate := range names {
		next := dns.Question{Name: candidate, Type: q.Type}
		if next.Check() != nil {
			if trimDot(candidate) == trimDot(q.Name) {
				n.printf("nslookup: '%s' is not in legal name syntax (%s)\n", q.Name, digBadName(q.Name))
				return m, false
			}
			continue
		}
		if m, ok = n.ask(q.Name, next); !ok {
			return m, false
		}
		last := m.Rcode != dns.NXDomain || i == len(names)-1
		if n.debug {
			n.from(q)
			n.details(m)
			if !last {
				n.cannotFind(m)
			}
		}
		if last {
			break
		}
	}
	return m, ok
}

// lookBoth prints A records and asks for AAAA of the name they lead to.
func (n *nslookupRun) lookBoth(typed string, a dns.Message) int {
	end := chainEnd(a)
	if !a.Authoritative {
		n.printf("Non-authoritative answer:\n")
	}
	n.records(a)
	aaaa, ok := n.ask(typed, dns.Question{Name: fqdn(end), Type: dns.AAAA})
	if ok && n.debug {
		n.details(aaaa)
	}
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
	if len(f) == 7 {
		n.printf("%s\n%s", owner, soaFields(f))
	}
}

func soaFields(f []string) string {
	return fmt.Sprintf("\torigin = %s\n\tmail addr = %s\n\tserial = %s\n\trefresh = %s\n\tretry = %s\n\texpire = %s\n\tminimum = %s\n",
		trimDot(f[0]), trimDot(f[1]), f[2], f[3], f[4], f[5], f[6])
}

// details is a whole answer, as -debug shows it.
func (n *nslookupRun) details(m dns.Message) {
	n.printf("------------\n    QUESTIONS:\n\t%s, type = %s, class = IN\n", trimDot(m.Question.Name), m.Question.Type)
	for _, s := range []struct {
		title   string
		records []dns.Record
	}{{"ANSWERS", m.Answer}, {"AUTHORITY RECORDS", m.Authority}, {"ADDITIONAL RECORDS", m.Additional}} {
		n.printf("    %s:\n", s.title)
		for _, r := range s.records {
			n.printf("    ->  %s\n%s\tttl = %d\n", trimDot(r.Name), detail(r), r.TTL)
		}
	}
	n.printf("------------\n")
}

func detail(r dns.Record) string {
	names := map[dns.Type]string{
		dns.A: "internet address", dns.AAAA: "has AAAA address", dns.CNAME: "canonical name", dns.PTR: "name",
		dns.SRV: "service", dns.TXT: "text", dns.NS: "nameserver", dns.MX: "mail exchanger",
	}
	if f := strings.Fields(r.Data); r.Type == dns.SOA && len(f) == 7 {
		return soaFields(f)
	}
	between := " = "
	if r.Type == dns.AAAA {
		between = " "
	}
	return "\t" + nonEmpty(names[r.Type], fmt.Sprintf("rdata_%d", r.Type)) + between + r.Data + "\n"
}
