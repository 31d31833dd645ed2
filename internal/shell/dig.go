package shell

import (
	"fmt"
	"io"
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
	d := &digRun{call: c}
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

// digRun is one call of dig.
type digRun struct {
	*call
	greeted bool
}

// digLookup is one question with the options that were given before it, or
// after it for the last.
type digLookup struct {
	digOptions
	name string
	typ  dns.Type
}

type digOptions struct {
	server   string // after @
	port     int
	short    bool
	cmd      bool // the greeting
	comments bool
	question bool
	answer   bool
	author   bool
	extra    bool
	stats    bool
	class    bool
	ttl      bool
	search   bool
	domain   string
	ndots    int // -1: resolv.conf's
	tcp      bool
	edns     bool
	recurse  bool
	identify bool
	time     int
	tries    int
}

func defaultDig() digOptions {
	return digOptions{
		cmd: true, comments: true, question: true, answer: true, author: true, extra: true, stats: true,
		class: true, ttl: true, edns: true, recurse: true, ndots: -1, time: 5, tries: 3, port: 53,
	}
}

// look asks and prints. Its result is dig's exit code: 9 when no server
// answered.
func (d *digRun) look(l *digLookup) int {
	server := bindServer{tcp: l.tcp, wait: time.Duration(l.time) * time.Second, tries: l.tries}
	addr := d.defaultServer()
	if l.server != "" {
		var ok bool
		if addr, ok = d.resolveServer(l.server); !ok {
			d.errorf("dig: couldn't get address for '%s': not found\n", l.server)
			return 10
		}
	}
	server.addr = netip.AddrPortFrom(addr, uint16(l.port))
	if err := (dns.Question{Name: l.name, Type: l.typ}).Check(); err != nil {
		d.errorf("dig: '%s' is not a legal name (%s)\n", l.name, digBadName(l.name))
		return 10
	}
	start := d.clock.now()
	m, err := d.ask(l, server)
	if err != nil {
		d.greet(l, d.out)
		d.printf(";; no servers could be reached\n")
		return 9
	}
	if l.short {
		d.printShort(l, m, addr, start)
		return 0
	}
	d.printMessage(l, m, server, start)
	return 0
}

func digBadName(name string) string {
	if strings.Contains(name, "..") || strings.HasPrefix(name, ".") {
		return "empty label"
	}
	return "label too long"
}

// ask tries the names that +search makes of the typed one. Only NXDOMAIN moves
// on, and the last answer is the one to show.
func (d *digRun) ask(l *digLookup, s bindServer) (dns.Message, error) {
	names := []string{fqdn(l.name)}
	if l.search {
		conf := d.net.conf()
		if l.domain != "" {
			conf.Search = []string{l.domain}
		}
		if l.ndots >= 0 {
			conf.Options = []string{fmt.Sprintf("ndots:%d", l.ndots)}
		}
		names = conf.Candidates(dns.Bind, l.name)
	}
	var m dns.Message
	var err error
	for _, name := range names {
		q := dns.Question{Name: name, Type: l.typ}
		if q.Check() != nil {
			continue
		}
		m, err = d.askBind(s, q, func(text string) { d.printf(";; %s\n", text) })
		if err != nil || m.Rcode != dns.NXDomain {
			break
		}
	}
	return m, err
}

// greet prints the line with the version once.
func (d *digRun) greet(l *digLookup, w io.Writer) {
	if d.greeted || !l.cmd || l.short {
		return
	}
	d.greeted = true
	fmt.Fprintf(w, "\n; <<>> DiG %s <<>> %s\n", digVersion, strings.Join(d.args, " "))
	if l.server != "" {
		fmt.Fprintf(w, "; (1 server found)\n")
	}
	fmt.Fprintf(w, ";; global options: +cmd\n")
}

func (d *digRun) printShort(l *digLookup, m dns.Message, server netip.Addr, start time.Time) {
	from := ""
	if l.identify {
		from = fmt.Sprintf(" from server %s in %d ms.", server, d.clock.now().Sub(start).Milliseconds())
	}
	for _, r := range m.Answer {
		d.printf("%s%s\n", r.Data, from)
	}
}

func (d *digRun) printMessage(l *digLookup, m dns.Message, s bindServer, start time.Time) {
	d.greet(l, d.out)
	if l.comments {
		d.printHeader(l, m)
	}
	if l.question {
		d.section(l, "QUESTION", nil, func() {
			d.printf("%s\n", columns(";"+fqdn(m.Question.Name), "", class(l.class), m.Question.Type.String(), ""))
		})
	}
	if l.answer {
		d.section(l, "ANSWER", m.Answer, nil)
	}
	if l.author {
		d.section(l, "AUTHORITY", m.Authority, nil)
	}
	if l.extra {
		d.section(l, "ADDITIONAL", m.Additional, nil)
	}
	if l.stats {
		proto := "UDP"
		if l.tcp {
			proto = "TCP"
		}
		now := d.clock.now()
		d.printf(";; Query time: %d msec\n", now.Sub(start).Milliseconds())
		d.printf(";; SERVER: %s#%d(%s) (%s)\n", s.addr.Addr(), s.addr.Port(), nonEmpty(l.server, s.addr.Addr().String()), proto)
		d.printf(";; WHEN: %s\n", now.UTC().Format("Mon Jan 02 15:04:05 MST 2006"))
		d.printf(";; MSG SIZE  rcvd: %d\n\n", packed(m, l.edns))
	}
}

func (d *digRun) printHeader(l *digLookup, m dns.Message) {
	d.printf(";; Got answer:\n")
	if name := strings.ToLower(fqdn(m.Question.Name)); name == "local." || strings.HasSuffix(name, ".local.") {
		d.printf(";; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n")
	}
	d.printf(";; ->>HEADER<<- opcode: QUERY, status: %s, id: %d\n", m.Rcode, d.rand.IntN(1<<16))
	flags := "qr"
	if m.Authoritative {
		flags += " aa"
	}
	if l.recurse {
		flags += " rd"
	}
	if m.RecursionAvailable {
		flags += " ra"
	}
	extra := len(m.Additional)
	if l.edns {
		extra++
	}
	d.printf(";; flags: %s; QUERY: 1, ANSWER: %d, AUTHORITY: %d, ADDITIONAL: %d\n", flags, len(m.Answer), len(m.Authority), extra)
	if l.recurse && !m.RecursionAvailable {
		d.printf(";; WARNING: recursion requested but not available\n")
	}
	d.printf("\n")
	if l.edns {
		d.printf(";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n")
	}
}

// section prints records under their heading; one without records is left out.
func (d *digRun) section(l *digLookup, title string, rs []dns.Record, body func()) {
	if len(rs) == 0 && body == nil {
		return
	}
	if l.comments {
		d.printf(";; %s SECTION:\n", title)
	}
	if body != nil {
		body()
	}
	for _, r := range rs {
		ttl := ""
		if l.ttl {
			ttl = fmt.Sprint(r.TTL)
		}
		d.printf("%s\n", columns(r.Name, ttl, class(l.class), r.Type.String(), r.Data))
	}
	if l.comments {
		d.printf("\n")
	}
}

func class(shown bool) string {
	if shown {
		return "IN"
	}
	return ""
}

// columns lays a record out as BIND's master file style does: fields start at
// columns 24, 32, 40 and 48, with tabs of 8 where a tab stop is crossed and a
// blank otherwise.
func columns(name, ttl, class, typ, data string) string {
	var b strings.Builder
	b.WriteString(name)
	at := len(name)
	for _, f := range []struct {
		text   string
		column int
	}{{ttl, 24}, {class, 32}, {typ, 40}, {data, 48}} {
		if f.text == "" {
			continue
		}
		to := max(f.column, at+1)
		if tabs := to/8 - at/8; tabs > 0 {
			b.WriteString(strings.Repeat("\t", tabs) + strings.Repeat(" ", to%8))
		} else {
			b.WriteString(strings.Repeat(" ", to-at))
		}
		b.WriteString(f.text)
		at = to + len(f.text)
	}
	return b.String()
}

func fqdn(name string) string {
	if strings.HasSuffix(name, ".") {
		return name
	}
	return name + "."
}

func nonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
