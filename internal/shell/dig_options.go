package shell

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/kubetutor/tutor/simulator/dns"
)

const digUsage = `Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options
`

// parse reads dig's arguments, whose options hold for all lookups when they
// come before the first name, else for the name before them. Without lookups
// the exit code is that of the call.
func (d *digRun) parse(args []string) ([]digLookup, int) {
	p := &digParser{digRun: d, global: digLookup{digOptions: defaultDig()}}
	for p.rest = args; len(p.rest) > 0; {
		arg := p.rest[0]
		p.rest = p.rest[1:]
		var code int
		switch {
		case strings.HasPrefix(arg, "@"):
			p.current().server = arg[1:]
		case strings.HasPrefix(arg, "+"):
			code = p.plus(arg)
		case strings.HasPrefix(arg, "-") && len(arg) > 1:
			code = p.dash(arg)
		default:
			p.word(arg)
		}
		if code == stopParsing {
			return nil, 0
		}
		if code != 0 {
			return nil, code
		}
	}
	if d.four && d.six {
		d.errorf("dig: only one of -4 and -6 allowed\n")
		return nil, 1
	}
	if len(p.lookups) == 0 {
		p.add(".")
		p.current().typ = dns.NS
	}
	return p.lookups, 0
}

// stopParsing ends a call that is done, such as dig -v.
const stopParsing = -1

type digParser struct {
	*digRun
	rest    []string
	global  digLookup // what holds for all
	lookups []digLookup
}

// current is where options go.
func (p *digParser) current() *digLookup {
	if n := len(p.lookups); n > 0 {
		return &p.lookups[n-1]
	}
	return &p.global
}

func (p *digParser) add(name string) {
	if len(p.lookups) == 0 && p.cmd {
		p.greeting = p.greet(p.global.server)
	}
	l := p.global
	l.name, l.typ = name, typeOr(l.typ, dns.A)
	p.lookups = append(p.lookups, l)
}

func (p *digParser) usage(arg string) int {
	p.errorf("Invalid option: %s\n%s", arg, digUsage)
	return 1
}

// word is a type, a class or a name.
func (p *digParser) word(arg string) {
	t, err := dns.ParseType(arg)
	switch {
	case err == nil:
		p.setType(t)
	case strings.EqualFold(arg, "IN") || strings.EqualFold(arg, "CH") || strings.EqualFold(arg, "HS"):
	default:
		p.add(arg)
	}
}

func (p *digParser) setType(t dns.Type) {
	l := p.current()
	if l.typeSaid {
		p.errorf(";; Warning, extra type option\n")
	}
	l.typ, l.typeSaid = t, true
}

// dash reads an option of one letter, with its value behind it or next.
func (p *digParser) dash(arg string) int {
	switch arg[1] {
	case '4':
		p.four = true
		return 0
	case '6':
		p.six = true
		return 0
	case 'u':
		p.usec = true
		return 0
	case 'i', 'r', 'm':
		return 0
	case 'h', 'v':
		p.printf("DiG %s\n", digVersion)
		return stopParsing
	case 'b', 'c', 'f', 'k', 'p', 'q', 't', 'x', 'y':
	default:
		return p.usage(arg)
	}
	value := arg[2:]
	if value == "" {
		if len(p.rest) == 0 {
			return p.usage(arg)
		}
		value, p.rest = p.rest[0], p.rest[1:]
	}
	switch arg[1] {
	case 'f', 'k', 'y':
		return p.fail(1, "-%c is not here", arg[1])
	case 'p':
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			p.errorf("invalid port number '%s': not a valid number\ndig: Couldn't parse port number\n", value)
			return 1
		}
		p.current().port = int(n)
	case 'q':
		p.add(value)
	case 't':
		t, err := dns.ParseType(value)
		if err != nil {
			p.errorf(";; Warning, ignoring invalid type %s\n", value)
			return 0
		}
		p.setType(t)
	case 'x':
		p.add(reverseOf(value))
		p.current().typ = dns.PTR
	}
	return 0
}

// reverseOf is the name for the PTR records of an address, or of what looks
// like the beginning of one.
func reverseOf(text string) string {
	if ip, err := netip.ParseAddr(text); err == nil {
		return dns.ReverseName(ip)
	}
	labels := strings.Split(text, ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".") + ".in-addr.arpa."
}

func typeOr(t, otherwise dns.Type) dns.Type {
	if t == 0 {
		return otherwise
	}
	return t
}

// digNumber is an option with a number.
type digNumber struct {
	what  string // in complaints
	to    *int
	least int
	more  int // what is added
}

// plus reads one +option; names may be cut short as BIND allows, the first in
// a list that fits.
func (p *digParser) plus(arg string) int {
	o := p.current()
	name, value, _ := strings.Cut(strings.ToLower(arg[1:]), "=")
	if n, ok := map[string]digNumber{
		"ndots":   {"ndots", &o.ndots, 0, 0},
		"time":    {"timeout", &o.time, 1, 0},
		"timeout": {"timeout", &o.time, 1, 0},
		"tries":   {"tries", &o.tries, 1, 0},
		"retry":   {"retries", &o.tries, 0, 1},
		"bufsize": {"buffer size", &o.bufsize, 0, 0},
	}[name]; ok {
		return p.number(arg, value, n)
	}
	name, off := strings.CutPrefix(name, "no")
	on := !off
	switch name {
	case "":
		return p.usage(arg)
	case "all":
		p.cmd = on
		o.comments, o.question, o.answer, o.author, o.extra, o.stats = on, on, on, on, on, on
		return 0
	case "domain":
		o.domain, o.search = value, on
		return 0
	case "dnssec", "do":
		o.dnssec = on
		return 0
	}
	for _, s := range p.switches(o) {
		if !strings.HasPrefix(s.name, name) {
			continue
		}
		*s.to = on
		switch {
		case s.to == &p.short && on:
			p.cmd = false
			o.extra, o.author, o.question, o.comments, o.stats = false, false, false, false, false
			o.answer = true
		case s.to == &o.tcp:
			o.tcpSaid = true
		case s.to == &o.showSearch:
			o.search = on
		}
		return 0
	}
	for _, quiet := range quietOptions {
		if strings.HasPrefix(quiet, name) {
			return 0
		}
	}
	if slices.Contains([]string{"header-only", "nssearch", "trace", "yaml"}, name) {
		return p.fail(1, "%s is not here", arg)
	}
	return p.usage(arg)
}

func (p *digParser) number(arg, value string, n digNumber) int {
	if value == "" {
		return p.usage(arg)
	}
	v, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		p.errorf("invalid %s '%s': not a valid number\ndig: Couldn't parse %s\n", n.what, value, n.what)
		return 10
	}
	*n.to = max(int(v), n.least) + n.more
	return 0
}

type digSwitch struct {
	name string
	to   *bool
}

func (p *digParser) switches(o *digLookup) []digSwitch {
	return []digSwitch{
		{"adflag", &o.adflag}, {"answer", &o.answer}, {"authority", &o.author}, {"additional", &o.extra}, {"cdflag", &o.cdflag},
		{"cl", &o.class}, {"class", &o.class}, {"cmd", &p.cmd}, {"comments", &o.comments}, {"cookie", &o.cookie}, {"edns", &o.edns},
		{"identify", &o.identify}, {"multiline", &o.multiline}, {"qr", &o.sending}, {"question", &o.question}, {"rdflag", &o.recurse},
		{"recurse", &o.recurse}, {"search", &o.search}, {"defname", &o.search}, {"short", &p.short}, {"showsearch", &o.showSearch},
		{"stats", &o.stats}, {"tcp", &o.tcp}, {"vc", &o.tcp}, {"ttlid", &o.ttl}, {"ttlunits", &o.ttlUnits},
	}
}

// quietOptions change nothing that is shown here.
var quietOptions = []string{
	"aaflag", "aaonly", "besteffort", "crypto", "dscp", "ednsflags", "ednsnegotiation", "expandaaaa", "expire", "fail", "idnin", "idnout",
	"ignore", "keepopen", "nsid", "onesoa", "padding", "rrcomments", "split", "subnet", "unexpected", "unknownformat", "zflag",
}
