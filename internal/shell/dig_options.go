package shell

import (
	"net/netip"
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
	global := defaultDig()
	var lookups []digLookup
	current := &global // where options go
	pending := dns.Type(0)
	add := func(name string, t dns.Type) {
		lookups = append(lookups, digLookup{digOptions: global, name: name, typ: t})
		current = &lookups[len(lookups)-1].digOptions
	}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		value := func() string { // of a short option: -tAAAA or -t AAAA
			if len(arg) > 2 {
				return arg[2:]
			}
			if i++; i < len(args) {
				return args[i]
			}
			return ""
		}
		switch {
		case strings.HasPrefix(arg, "@"):
			current.server = arg[1:]
		case strings.HasPrefix(arg, "+"):
			if !current.plus(arg[1:]) {
				d.errorf("Invalid option: %s\n%s", arg, digUsage)
				return nil, 1
			}
		case strings.HasPrefix(arg, "-") && len(arg) > 1:
			switch arg[1] {
			case '4', '6', 'u', 'r', 'm':
			case 'b', 'c', 'k', 'y', 'f':
				value()
			case 'h', 'v':
				d.printf("DiG %s\n", digVersion)
				return nil, 0
			case 'p':
				current.port, _ = strconv.Atoi(value())
			case 'q':
				add(value(), typeOr(pending, dns.A))
			case 't':
				text := value()
				t, err := dns.ParseType(text)
				if err != nil {
					d.errorf(";; Warning, ignoring invalid type %s\n", text)
					continue
				}
				if len(lookups) > 0 {
					lookups[len(lookups)-1].typ = t
				} else {
					pending = t
				}
			case 'x':
				text := value()
				ip, err := netip.ParseAddr(text)
				if err != nil {
					d.errorf("Invalid IP address %s\n", text)
					return nil, 1
				}
				add(dns.ReverseName(ip), dns.PTR)
			default:
				d.errorf("Invalid option: %s\n%s", arg, digUsage)
				return nil, 1
			}
		default:
			t, err := dns.ParseType(arg)
			switch {
			case strings.EqualFold(arg, "IN") || strings.EqualFold(arg, "CH") || strings.EqualFold(arg, "HS"):
			case err == nil && len(lookups) > 0 && pending == 0 && i > 0:
				lookups[len(lookups)-1].typ = t
			case err == nil:
				pending = t
			default:
				add(arg, typeOr(pending, dns.A))
			}
		}
	}
	if len(lookups) == 0 {
		lookups = []digLookup{{digOptions: global, name: ".", typ: typeOr(pending, dns.NS)}}
	}
	return lookups, 0
}

func typeOr(t, otherwise dns.Type) dns.Type {
	if t == 0 {
		return otherwise
	}
	return t
}

// plus reads one +option; names may be cut short as BIND allows, the first in
// this list that fits.
func (o *digOptions) plus(text string) bool {
	name, value, _ := strings.Cut(text, "=")
	name, off := strings.CutPrefix(strings.ToLower(name), "no")
	on := !off
	switches := []struct {
		name string
		to   *bool
	}{
		{"answer", &o.answer}, {"authority", &o.author}, {"additional", &o.extra}, {"cl", &o.class}, {"class", &o.class},
		{"cmd", &o.cmd}, {"comments", &o.comments}, {"identify", &o.identify}, {"question", &o.question},
		{"rdflag", &o.recurse}, {"recurse", &o.recurse}, {"search", &o.search}, {"defname", &o.search}, {"short", &o.short}, {"stats", &o.stats},
		{"tcp", &o.tcp}, {"vc", &o.tcp}, {"ttlid", &o.ttl},
	}
	number := func(to *int, least int) bool {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return false
		}
		*to = max(n, least)
		return true
	}
	switch {
	case name == "":
		return false
	case name == "all":
		o.comments, o.question, o.answer, o.author, o.extra, o.stats, o.cmd = on, on, on, on, on, on, on
		return true
	case name == "domain":
		o.domain, o.search = value, on
		return true
	case name == "ndots":
		return number(&o.ndots, 0)
	case name == "time" || name == "timeout":
		return number(&o.time, 1)
	case name == "tries":
		return number(&o.tries, 1)
	case name == "retry":
		ok := number(&o.tries, 0)
		o.tries++
		return ok
	case name == "edns":
		o.edns = on
		return true
	}
	for _, s := range switches {
		if strings.HasPrefix(s.name, name) {
			*s.to = on
			return true
		}
	}
	// What changes nothing that is shown here.
	for _, quiet := range []string{"aaflag", "aaonly", "adflag", "bufsize", "cdflag", "cookie", "dnssec", "do", "ednsnegotiation", "fail", "idnin", "idnout", "ignore", "keepopen", "multiline", "qr", "showsearch", "split", "subnet", "unknownformat", "besteffort", "rrcomments", "crypto", "expire", "nsid", "padding", "ttlunits", "zflag"} {
		if strings.HasPrefix(quiet, name) {
			return true
		}
	}
	return false
}
