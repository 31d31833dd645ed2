package shell

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/kubetutor/tutor/simulator/dns"
)

// digVersion is Debian 12's.
const digVersion = "9.18.41-1~deb12u1-Debian"

// dig prints what a server answers to a question, without a search list unless
// told (BIND 9.18, bin/dig/dig.c).
func dig(c *call) int {
	d := &digRun{call: c, cmd: true}
	lookups, code := d.parse(c.args)
	if lookups == nil {
		return code
	}
	for i := range lookups {
		if r := d.look(&lookups[i]); r != 0 {
			code = r
		}
		if c.ctx.Err() != nil {
			return 130
		}
	}
	return code
}

// digRun is one call of dig, with the options that hold for all of it.
type digRun struct {
	*call
	cmd   bool // the greeting
	short bool
	four  bool // -4
	six   bool // -6
	usec  bool // -u
	// greeting is made as the first name is read, of what was said before it,
	// and printed with the first answer.
	greeting string
}

// digLookup is one question with the options that were given before it, or
// after it for the last.
type digLookup struct {
	digOptions
	name     string
	typ      dns.Type
	typeSaid bool
}

type digOptions struct {
	recordStyle
	server     string // after @
	port       int
	question   bool
	answer     bool
	author     bool
	extra      bool
	stats      bool
	search     bool
	showSearch bool
	domain     string
	ndots      int // -1: resolv.conf's
	tcp        bool
	tcpSaid    bool // +tcp or +notcp
	sending    bool // +qr
	edns       bool
	cookie     bool
	bufsize    int
	dnssec     bool
	recurse    bool
	adflag     bool
	cdflag     bool
	identify   bool
	time       int
	tries      int
}

func defaultDig() digOptions {
	return digOptions{
		recordStyle: recordStyle{comments: true, class: true, ttl: true}, question: true, answer: true, author: true, extra: true, stats: true,
		edns: true, cookie: true, bufsize: 1232, recurse: true, adflag: true, ndots: -1, time: 5, tries: 3, port: 53,
	}
}

// look asks and prints. Its result is dig's exit code: 9 when no server
// answered.
func (d *digRun) look(l *digLookup) int {
	addr := d.defaultServer()
	if d.six {
		addr = localhost6
	}
	if l.server != "" {
		var ok bool
		if addr, ok = d.resolveServer(l.server); !ok {
			d.errorf("dig: couldn't get address for '%s': not found\n", l.server)
			return 1
		}
	}
	if err := (dns.Question{Name: l.name, Type: l.typ}).Check(); err != nil {
		return d.badName(l)
	}
	server := bindServer{
		addr: netip.AddrPortFrom(addr, uint16(l.port)), named: l.server,
		tcp: l.tcp || l.typ == dns.ANY && !l.tcpSaid, wait: time.Duration(l.time) * time.Second, tries: l.tries,
	}
	if !d.ask(l, server) {
		if !server.tcp {
			d.printf("%s", d.greeting)
		}
		d.greeting = ""
		d.noServer(server)
		return 9
	}
	return 0
}

func (d *digRun) badName(l *digLookup) int {
	if l.search {
		d.errorf("dig: '%s' is not in legal name syntax (%s)\n", l.name, digBadName(l.name))
		return 1
	}
	d.errorf("dig: '%s' is not a legal name (%s)\n", l.name, digBadName(l.name))
	return 10
}

func digBadName(name string) string {
	if strings.Contains(name, "..") || strings.HasPrefix(name, ".") {
		return "empty label"
	}
	return "label too long"
}

// ask tries the names that +search makes of the typed one, and prints the last
// answer; with +showsearch all of them. Only NXDOMAIN moves on. False means
// that no server answered.
func (d *digRun) ask(l *digLookup, s bindServer) bool {
	names, searched := d.candidates(l)
	for i, name := range names {
		q := dns.Question{Name: name, Type: l.typ}
		if q.Check() != nil {
			continue
		}
		d.printSending(l, q, s)
		start := d.clock.now()
		m, err := d.askBind(s, l.name, q)
		if err != nil {
			return false
		}
		last := i == len(names)-1 || m.Rcode != dns.NXDomain
		if last || l.showSearch {
			d.printAnswer(l, m, s, start)
		}
		if last {
			if l.search && !searched && m.Rcode == dns.NXDomain && !strings.HasSuffix(l.name, ".") {
				d.printStats(l, m, s, start) // dig starts on the search list and gives up
			}
			break
		}
	}
	return true
}

// candidates are the names to ask for; searched tells that it has too few dots
// to be tried as it stands at once.
func (d *digRun) candidates(l *digLookup) (names []string, searched bool) {
	if !l.search {
		return []string{fqdn(l.name)}, false
	}
	conf := d.net.conf()
	if l.domain != "" {
		conf.Search = []string{l.domain}
	}
	if l.ndots >= 0 {
		conf.Options = []string{fmt.Sprintf("ndots:%d", l.ndots)}
	}
	return conf.Candidates(dns.Bind, l.name), strings.Count(l.name, ".") < conf.Ndots()
}
