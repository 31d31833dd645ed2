// Package dns answers names as the cluster's CoreDNS does (its kubernetes
// plugin with "pods insecure" and a ttl of 30 seconds, as kubeadm sets it up):
// a pure function from a state of the cluster and a question to an answer.
//
//	zone := dns.New(st)
//	m := zone.Answer(dns.Question{Name: "redis.production.svc.cluster.local", Type: dns.A})
//	// m.Rcode == dns.NoError, m.Answer[0].Data == "10.96.40.18"
//
// It is also the other side: what a client has in its resolv.conf
// ([Zone.PodConf], [Zone.NodeConf]) and which names getaddrinfo, nslookup and
// dig make of a short one with it ([Conf.Candidates], [Resolver]).
//
// The behaviour is that of CoreDNS's plugin/kubernetes and
// plugin/backend_lookup.go, held to recordings of CoreDNS 1.15.
package dns

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	wire "github.com/miekg/dns"

	"github.com/kubetutor/tutor/simulator/state"
)

// Type is a record type. Any number may be asked; those without a name of
// their own are written TYPEnnn (RFC 3597).
type Type uint16

// The types that are answered with records.
const (
	A     Type = Type(wire.TypeA)
	NS    Type = Type(wire.TypeNS)
	CNAME Type = Type(wire.TypeCNAME)
	SOA   Type = Type(wire.TypeSOA)
	PTR   Type = Type(wire.TypePTR)
	MX    Type = Type(wire.TypeMX)
	TXT   Type = Type(wire.TypeTXT)
	AAAA  Type = Type(wire.TypeAAAA)
	SRV   Type = Type(wire.TypeSRV)
	IXFR  Type = Type(wire.TypeIXFR)
	AXFR  Type = Type(wire.TypeAXFR)
	ANY   Type = Type(wire.TypeANY)
)

// ParseType reads a type's name (any case) or TYPEnnn.
func ParseType(s string) (Type, error) {
	up := strings.ToUpper(s)
	if t, ok := wire.StringToType[up]; ok {
		return Type(t), nil
	}
	if n, ok := strings.CutPrefix(up, "TYPE"); ok {
		if t, err := strconv.ParseUint(n, 10, 16); err == nil {
			return Type(t), nil
		}
	}
	return 0, fmt.Errorf("%q is no DNS record type; A, AAAA, SRV, PTR, CNAME, TXT, NS, SOA, MX, ANY or TYPEnnn are", s)
}

// String is the type's name, TYPEnnn where it has none.
func (t Type) String() string {
	if s := wire.TypeToString[uint16(t)]; s != "" && s == strings.ToUpper(s) { // not None and Reserved
		return s
	}
	return "TYPE" + strconv.Itoa(int(t))
}

// MarshalJSON writes the type's name.
func (t Type) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// Rcode is how a question ended.
type Rcode string

// The codes that a learner meets.
const (
	NoError  Rcode = "NOERROR"
	NXDomain Rcode = "NXDOMAIN"
	ServFail Rcode = "SERVFAIL"
	Refused  Rcode = "REFUSED"
)

// Question is a name, taken as it stands (no search list), and a type. A final
// dot may be left out.
type Question struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// MaxName is how long a name may be on the wire, counted as text with its
// final dot, and MaxLabel how long one of its labels (RFC 1035).
const (
	MaxName  = 254
	MaxLabel = 63
)

// Check says why a question cannot be sent: an empty or over-long name or
// label.
func (q Question) Check() error {
	if q.Name == "" {
		return fmt.Errorf("the question has no name")
	}
	if len(fqdn(q.Name)) > MaxName {
		return fmt.Errorf("the name is %d characters long; %d is the most", len(q.Name), MaxName-1)
	}
	if q.Name == "." {
		return nil
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(q.Name, "."), ".") {
		switch {
		case label == "":
			return fmt.Errorf("%q has an empty label", q.Name)
		case len(label) > MaxLabel:
			return fmt.Errorf("the label %q is longer than %d characters", label, MaxLabel)
		}
	}
	return nil
}

// Record is one resource record. Data is as dig prints it.
type Record struct {
	Name string `json:"name"` // with its final dot, in the question's case
	Type Type   `json:"type"`
	Data string `json:"data"`
	TTL  uint32 `json:"ttl"` // seconds
}

// Message is an answer.
type Message struct {
	Question   Question `json:"question"`
	Rcode      Rcode    `json:"rcode"`
	Answer     []Record `json:"answer"`
	Authority  []Record `json:"authority,omitempty"`
	Additional []Record `json:"additional,omitempty"`
	// Authoritative (aa) is set on what the cluster's own zones say.
	Authoritative bool `json:"authoritative"`
	// RecursionAvailable (ra) is set on what was asked of another resolver
	// only: CoreDNS leaves it out for its own names.
	RecursionAvailable bool `json:"recursionAvailable"`
}

// Empty tells whether the name exists and has no record of the type asked.
func (m Message) Empty() bool { return m.Rcode == NoError && len(m.Answer) == 0 }

// Answer is New(st).Answer(q), for a single question.
func Answer(st *state.State, q Question) Message { return New(st).Answer(q) }

func fqdn(name string) string {
	if strings.HasSuffix(name, ".") {
		return name
	}
	return name + "."
}
