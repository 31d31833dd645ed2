package dns_test

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/simulator/dns"
)

// FuzzAnswer asks whatever comes: no question may panic, and what is answered
// bears the name that was asked or one that an alias leads to.
func FuzzAnswer(f *testing.F) {
	zone := dns.New(load(f, "../testdata/oracle/world.yaml"))
	for _, name := range []string{
		"redis.production.svc.cluster.local", "_http._tcp.web.production.svc.cluster.local", "1-2-3-4.production.pod.cluster.local",
		"12.10.96.10.in-addr.arpa", "", ".", "..", "a..b", "cluster.local.", strings.Repeat("a.", 200), "--.production.pod.cluster.local",
	} {
		f.Add(name, uint16(dns.A))
		f.Add(name, uint16(dns.SRV))
		f.Add(name, uint16(dns.PTR))
	}
	f.Fuzz(func(t *testing.T, name string, typ uint16) {
		q := dns.Question{Name: name, Type: dns.Type(typ)}
		m := zone.Answer(q)
		if m.Rcode == "" || q.Check() == nil && m.Rcode != dns.NoError && len(m.Answer) > 0 {
			t.Errorf("%q %s: %s with %d records", name, q.Type, m.Rcode, len(m.Answer))
		}
	})
}

func FuzzParseType(f *testing.F) {
	f.Add("aaaa")
	f.Add("TYPE65535")
	f.Fuzz(func(t *testing.T, s string) {
		typ, err := dns.ParseType(s)
		if err != nil {
			return
		}
		if back, err := dns.ParseType(typ.String()); err != nil || back != typ {
			t.Errorf("%q is %s, which reads as %v, %v", s, typ, back, err)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	st := load(b, "../testdata/oracle/world.yaml")
	for b.Loop() {
		dns.New(st)
	}
}

func BenchmarkAnswer(b *testing.B) {
	zone := dns.New(load(b, "../testdata/oracle/world.yaml"))
	q := dns.Question{Name: "postgres-all.production.svc.cluster.local", Type: dns.SRV}
	for b.Loop() {
		zone.Answer(q)
	}
}
