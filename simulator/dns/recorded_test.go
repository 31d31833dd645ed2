package dns_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/simulator/dns"
)

// recordedAnswer is a row of testdata/dns.jsonl.
type recordedAnswer struct {
	Name, Type, Rcode  string
	Answer, Additional []struct {
		Name, Type, Data string
		TTL              uint32
	}
	Authority []string // types alone
}

// TestRecorded asks what the recorded CoreDNS was asked.
func TestRecorded(t *testing.T) {
	zone := dns.New(load(t, "../testdata/oracle/world.yaml"))
	b, err := os.ReadFile("testdata/dns.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for sc := bufio.NewScanner(bytes.NewReader(b)); sc.Scan(); rows++ {
		var row recordedAnswer
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		t.Run(row.Type+" "+row.Name, func(t *testing.T) {
			typ, err := dns.ParseType(row.Type)
			if err != nil {
				t.Fatal(err)
			}
			m := zone.Answer(dns.Question{Name: row.Name, Type: typ})
			if string(m.Rcode) != row.Rcode {
				t.Errorf("rcode %s, recorded %s", m.Rcode, row.Rcode)
			}
			var want, extra []string
			for _, r := range row.Answer {
				want = append(want, normal(r.Name, r.Type, r.Data, r.TTL))
			}
			for _, r := range row.Additional {
				extra = append(extra, normal(r.Name, r.Type, r.Data, r.TTL))
			}
			same(t, "answer", want, m.Answer)
			same(t, "additional", extra, m.Additional)
			var authority []string
			for _, r := range m.Authority {
				authority = append(authority, r.Type.String())
			}
			if !slices.Equal(authority, row.Authority) {
				t.Errorf("authority %v, recorded %v", authority, row.Authority)
			}
		})
	}
	if rows == 0 {
		t.Fatal("no rows")
	}
}

func same(t *testing.T, section string, want []string, got []dns.Record) {
	t.Helper()
	var have []string
	for _, r := range got {
		have = append(have, normal(r.Name, r.Type.String(), r.Data, r.TTL))
	}
	slices.Sort(want)
	slices.Sort(have)
	if d := cmp.Diff(want, have); d != "" {
		t.Errorf("%s (-recorded +here):\n%s", section, d)
	}
}

// normal is a record as text; names in small letters, an SOA by its type.
func normal(name, typ, data string, ttl uint32) string {
	switch typ {
	case "SOA":
		data = ""
	case "TXT":
	default:
		data = strings.TrimSuffix(strings.ToLower(data), ".")
	}
	b, _ := json.Marshal([]any{strings.TrimSuffix(strings.ToLower(name), "."), typ, data, ttl})
	return string(b)
}
