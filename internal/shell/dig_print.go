package shell

import (
	"fmt"
	"strings"
	"time"

	"github.com/kubetutor/tutor/simulator/dns"
)

// greet is the line with the version.
func (d *digRun) greet(server string) string {
	text := fmt.Sprintf("\n; <<>> DiG %s <<>> %s\n", digVersion, strings.Join(d.args, " "))
	if server != "" {
		text += "; (1 server found)\n"
	}
	return text + ";; global options: +cmd\n"
}

// printAnswer is one answer, in short or in full.
func (d *digRun) printAnswer(l *digLookup, m dns.Message, s bindServer, start time.Time) {
	if d.cmd && !d.short {
		d.printf("%s", d.greeting)
	}
	if !l.showSearch {
		d.greeting = ""
	}
	if d.short {
		from := ""
		if l.identify {
			from = fmt.Sprintf(" from server %s in %d ms.", s.addr.Addr(), d.clock.now().Sub(start).Milliseconds())
		}
		for _, r := range m.Answer {
			d.printf("%s%s\n", r.Data, from)
		}
		return
	}
	if l.comments {
		d.printf(";; Got answer:\n")
		d.printHeader(l, m)
	}
	if l.question {
		d.printQuestion(l.recordStyle, m.Question)
	}
	if l.answer {
		d.printRecords(l.recordStyle, "ANSWER", m.Answer)
	}
	if l.author {
		d.printRecords(l.recordStyle, "AUTHORITY", m.Authority)
	}
	if l.extra {
		d.printRecords(l.recordStyle, "ADDITIONAL", m.Additional)
	}
	d.printStats(l, m, s, start)
}

// printSending is the question as +qr shows it.
func (d *digRun) printSending(l *digLookup, q dns.Question, s bindServer) {
	if !l.sending || !l.comments || d.short {
		return
	}
	if d.cmd {
		d.printf("%s", d.greeting)
	}
	d.greeting = ""
	d.printf(";; Sending:\n")
	d.warnLocal(q.Name)
	flags := ""
	for _, f := range []struct {
		name string
		set  bool
	}{{" rd", l.recurse}, {" ad", l.adflag}, {" cd", l.cdflag}} {
		if f.set {
			flags += f.name
		}
	}
	extra := 0
	if l.edns {
		extra = 1
	}
	d.printf(";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: %d\n;; flags:%s; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: %d\n\n", d.rand.IntN(1<<16), flags, extra)
	size := packed(dns.Message{Question: q}, l.edns)
	if l.edns {
		d.printOPT(l)
		if l.cookie {
			d.printf("; COOKIE: %016x\n", d.rand.Uint64())
			size += 12
		}
	}
	d.printQuestion(l.recordStyle, q)
	d.printf(";; QUERY SIZE: %d\n\n", size)
}

func (d *digRun) printOPT(l *digLookup) {
	do := ""
	if l.dnssec {
		do = " do"
	}
	d.printf(";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:%s; udp: %d\n", do, l.bufsize)
}

func (d *digRun) warnLocal(name string) {
	if name := strings.ToLower(fqdn(name)); name == "local." || strings.HasSuffix(name, ".local.") {
		d.printf(";; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n")
	}
}

func (d *digRun) printHeader(l *digLookup, m dns.Message) {
	d.warnLocal(m.Question.Name)
	extra := len(m.Additional)
	if l.edns {
		extra++
	}
	d.call.printHeader(m, l.recurse, l.cdflag, extra)
	if l.recurse && !m.RecursionAvailable {
		d.printf(";; WARNING: recursion requested but not available\n")
	}
	d.printf("\n")
	if l.edns {
		d.printOPT(l)
	}
}

func (d *digRun) printStats(l *digLookup, m dns.Message, s bindServer, start time.Time) {
	if !l.stats || d.short {
		return
	}
	proto := "UDP"
	if s.tcp {
		proto = "TCP"
	}
	now := d.clock.now()
	took := fmt.Sprintf("%d msec", now.Sub(start).Milliseconds())
	if d.usec {
		took = fmt.Sprintf("%d usec", now.Sub(start).Microseconds())
	}
	d.printf(";; Query time: %s\n", took)
	d.printf(";; SERVER: %s#%d(%s) (%s)\n", s.addr.Addr(), s.addr.Port(), nonEmpty(s.named, s.addr.Addr().String()), proto)
	d.printf(";; WHEN: %s\n", now.UTC().Format("Mon Jan 02 15:04:05 MST 2006"))
	d.printf(";; MSG SIZE  rcvd: %d\n\n", packed(m, l.edns))
}

// printHeader is a message's first two lines; extra is how many additional
// records it has.
func (c *call) printHeader(m dns.Message, recurse, cd bool, extra int) {
	flags := "qr"
	for _, f := range []struct {
		name string
		set  bool
	}{{" aa", m.Authoritative}, {" rd", recurse}, {" ra", m.RecursionAvailable}, {" cd", cd}} {
		if f.set {
			flags += f.name
		}
	}
	c.printf(";; ->>HEADER<<- opcode: QUERY, status: %s, id: %d\n", m.Rcode, c.rand.IntN(1<<16))
	c.printf(";; flags: %s; QUERY: 1, ANSWER: %d, AUTHORITY: %d, ADDITIONAL: %d\n", flags, len(m.Answer), len(m.Authority), extra)
}

// recordStyle is how BIND's tools lay out sections and records.
type recordStyle struct {
	comments  bool // headings, and a blank line after each section
	class     bool
	ttl       bool
	ttlUnits  bool
	multiline bool // SOA records with a line for each number
}

func (c *call) printQuestion(style recordStyle, q dns.Question) {
	c.section(style, "QUESTION", func() { c.printf("%s\n", columns(";"+fqdn(q.Name), "", "IN", q.Type.String(), "")) })
}

// printRecords are those of one section; one without records is left out.
func (c *call) printRecords(style recordStyle, title string, rs []dns.Record) {
	if len(rs) == 0 {
		return
	}
	c.section(style, title, func() {
		for _, r := range rs {
			c.printf("%s\n", style.record(r))
		}
	})
}

func (c *call) section(style recordStyle, title string, body func()) {
	if style.comments {
		c.printf(";; %s SECTION:\n", title)
	}
	body()
	if style.comments {
		c.printf("\n")
	}
}

func (s recordStyle) record(r dns.Record) string {
	ttl, class := "", ""
	switch {
	case s.ttl && s.ttlUnits:
		ttl = inUnits(r.TTL, "")
	case s.ttl:
		ttl = fmt.Sprint(r.TTL)
	}
	if s.class {
		class = "IN"
	}
	if !s.multiline {
		return columns(r.Name, ttl, class, r.Type.String(), r.Data)
	}
	data := r.Data
	if f := strings.Fields(data); r.Type == dns.SOA && len(f) == 7 {
		data = soaLines(f)
	}
	// Here the type and what follows it are not set in columns.
	return columns(r.Name, strings.Join(strings.Fields(ttl+" "+class+" "+r.Type.String()), " ")+" "+data, "", "", "")
}

// soaLines is an SOA record's data over several lines.
func soaLines(f []string) string {
	const indent = "\n\t\t\t\t"
	text := f[0] + " " + f[1] + " (" + indent + fmt.Sprintf("%-10s ; serial", f[2])
	for i, what := range []string{"refresh", "retry", "expire", "minimum"} {
		var seconds uint32
		fmt.Sscan(f[3+i], &seconds)
		text += indent + fmt.Sprintf("%-10s ; %s (%s)", f[3+i], what, inUnits(seconds, "long"))
	}
	return text + indent + ")"
}

// inUnits is a time in weeks, days, hours, minutes and seconds: 1h30m, or "1
// hour 30 minutes" in its long form.
func inUnits(seconds uint32, form string) string {
	var parts []string
	for _, u := range []struct {
		name string
		size uint32
	}{{"week", 604800}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}} {
		n := seconds / u.size
		seconds %= u.size
		switch {
		case n == 0 && (u.size > 1 || len(parts) > 0):
		case form == "":
			parts = append(parts, fmt.Sprint(n)+u.name[:1])
		case n == 1:
			parts = append(parts, "1 "+u.name)
		default:
			parts = append(parts, fmt.Sprint(n)+" "+u.name+"s")
		}
	}
	if form == "" {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " ")
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
