package dataplane

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/kubetutor/tutor/simulator/state"
)

// Outcome is what the client meets.
type Outcome string

// The outcomes.
const (
	OK           Outcome = "ok"
	Refused      Outcome = "refused"       // a reset or "port unreachable" came back
	Timeout      Outcome = "timeout"       // nothing came back
	NotPermitted Outcome = "not-permitted" // UDP that the sending node's own rules stopped
	NoSuchName   Outcome = "no-such-name"  // there was no address to send to
)

// HopKind is what happens at a hop.
type HopKind string

// The kinds of hop, in about the order in which a packet meets them.
const (
	HopResolve   HopKind = "resolve"   // a name became an address
	HopRoute     HopKind = "route"     // the packet went to another place, or had no way
	HopBalancer  HopKind = "balancer"  // a cloud's load balancer took it
	HopIngress   HopKind = "ingress"   // a rule of an Ingress chose a Service
	HopService   HopKind = "service"   // kube-proxy found the Service, or stopped it
	HopEndpoints HopKind = "endpoints" // the endpoints that may be chosen
	HopSNAT      HopKind = "snat"      // the source address was replaced
	HopPolicy    HopKind = "policy"    // a NetworkPolicy stopped it
	HopDeliver   HopKind = "deliver"   // the end
)

// Object names what decided a hop.
type Object struct {
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

// String is kind namespace/name.
func (o Object) String() string {
	if o.Kind == "" {
		return ""
	}
	return o.Kind + " " + state.Name{Namespace: o.Namespace, Name: o.Name}.String()
}

// Hop is one station of a packet's way.
type Hop struct {
	Kind   HopKind `json:"hop"`
	Node   string  `json:"node,omitempty"` // where it takes place, if on a node
	Object Object  `json:"object,omitzero"`
	// Rule names what decided in Kubernetes' own words, such as
	// "externalTrafficPolicy: Local".
	Rule string `json:"rule,omitempty"`
	// Why is one sentence for a learner.
	Why string `json:"why"`
}

// Backend is one of those that a connection may end at.
type Backend struct {
	// Pod is empty where something else answers: a node's own process, or a
	// host outside.
	Pod state.Name
	// Name is the pod's name, the node's or the outside host's; the address
	// where nobody has it.
	Name    string
	Node    string // where it runs, if in the cluster
	Address netip.AddrPort
	// Source is the address it sees the client under.
	Source netip.Addr
	// Status is the HTTP status that a balancer answers by itself, without any
	// target; 0 for everybody else. Body is what it says with it, if that is
	// more than the status's own words.
	Status int
	Body   string
	// Outcome is what connections to it meet.
	Outcome Outcome
	// Object and Why say what decided that, where it is not ok.
	Object Object
	Why    string
}

// String is NAME:PORT, as the recordings write it.
func (b Backend) String() string { return b.Name + ":" + strconv.Itoa(int(b.Address.Port())) }

// Trace is what happens to a packet, and why.
type Trace struct {
	Packet  Packet
	Outcome Outcome
	// Hops are the stations in their order; the last explains the outcome.
	Hops []Hop
	// Backends are all that may answer; empty unless the outcome is ok.
	Backends []Backend
	// Failing are those that may be chosen and do not answer. Where both lists
	// have members, some connections succeed and others do not.
	Failing []Backend
	// Affinity is how long a client stays with the backend it met first; 0
	// where each connection is a new choice.
	Affinity time.Duration
	// Err says why the packet could not be sent at all: the client does not
	// exist or has no address. Outcome is empty then.
	Err error

	affinityKey string
}

// Sources are the addresses that the backends see, each once, sorted.
func (t *Trace) Sources() []netip.Addr {
	var all []netip.Addr
	for _, b := range t.Backends {
		if b.Source.IsValid() && !slices.Contains(all, b.Source) {
			all = append(all, b.Source)
		}
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return all
}

// Last is the hop that explains the outcome.
func (t *Trace) Last() Hop {
	if len(t.Hops) == 0 {
		return Hop{}
	}
	return t.Hops[len(t.Hops)-1]
}

type traceJSON struct {
	Outcome  Outcome       `json:"outcome"`
	Backends []string      `json:"backends"`
	Sources  []netip.Addr  `json:"sources"`
	Failing  []failingJSON `json:"failing,omitempty"`
	Affinity int           `json:"affinitySeconds,omitempty"`
	Trace    []Hop         `json:"trace"`
}

type failingJSON struct {
	Backend string  `json:"backend"`
	Outcome Outcome `json:"outcome"`
	Why     string  `json:"why"`
}

// MarshalJSON writes {"outcome","backends","sources","trace"}, or {"error"}
// for a packet that could not be sent.
func (t Trace) MarshalJSON() ([]byte, error) {
	if t.Err != nil {
		return json.Marshal(map[string]string{"error": t.Err.Error()})
	}
	out := traceJSON{
		Outcome: t.Outcome, Trace: t.Hops,
		Backends: []string{}, Sources: append([]netip.Addr{}, t.Sources()...),
		Affinity: int(t.Affinity / time.Second),
	}
	for _, b := range t.Backends {
		if !slices.Contains(out.Backends, b.String()) {
			out.Backends = append(out.Backends, b.String())
		}
	}
	for _, b := range t.Failing {
		out.Failing = append(out.Failing, failingJSON{b.String(), b.Outcome, b.Why})
	}
	return json.Marshal(out)
}
