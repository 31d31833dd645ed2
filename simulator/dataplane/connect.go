package dataplane

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
)

// Affinity is what the kube-proxies of a cluster remember about clients of
// Services with session affinity: who met which endpoint when. It is empty at
// first and safe for concurrent use.
type Affinity struct {
	mu   sync.Mutex
	last map[string]remembered
}

type remembered struct {
	endpoint netip.AddrPort
	at       time.Time
}

// affinityKey names what session affinity remembers an endpoint under: a
// client's address at a Service port on a node.
func affinityKey(d *kubeproxy.Decision, node string, source netip.Addr) string {
	return node + " " + d.Service.Namespace + "/" + d.Service.Name + ":" + portName(d.Port.Port) + "/" + string(d.Port.Port.Protocol) + " " + source.String()
}

// Connect samples one connection: of the endpoints that [Network.Probe] lists
// one is chosen at random, or the one that session affinity remembers. Each
// connection starts the affinity's time-out anew. The trace then has exactly
// one backend, or one that fails, and tells of that one alone.
func (n *Network) Connect(p Packet, rnd *rand.Rand, sticky *Affinity, now time.Time) Trace {
	t := n.Probe(p)
	choices := append(append([]Backend(nil), t.Backends...), t.Failing...)
	if len(choices) == 0 {
		return t
	}
	b := choices[rnd.IntN(len(choices))]
	if t.Affinity > 0 && sticky != nil {
		b = sticky.stick(t.affinityKey, choices, b, t.Affinity, now)
	}
	return t.narrow(b)
}

// stick returns the endpoint that key met within the time-out, if it may still
// be chosen, or else the one freshly chosen, and remembers it.
func (a *Affinity) stick(key string, choices []Backend, fresh Backend, timeout time.Duration, now time.Time) Backend {
	a.mu.Lock()
	defer a.mu.Unlock()
	if was, ok := a.last[key]; ok && now.Sub(was.at) <= timeout {
		for _, b := range choices {
			if b.Address == was.endpoint {
				fresh = b
				break
			}
		}
	}
	if a.last == nil {
		a.last = make(map[string]remembered)
	}
	a.last[key] = remembered{fresh.Address, now}
	return fresh
}

// narrow is the trace of a connection that met b.
func (t Trace) narrow(b Backend) Trace {
	if len(t.Backends)+len(t.Failing) == 1 {
		return t
	}
	last := t.Last()
	hops := append([]Hop(nil), t.Hops[:len(t.Hops)-1]...)
	t.Outcome, t.Backends, t.Failing = b.Outcome, nil, nil
	if b.Outcome == OK {
		t.Backends = []Backend{b}
		last = answers(last.Node, b)
	} else {
		t.Failing = []Backend{b}
		last = failed(last.Node, b)
	}
	t.Hops = append(hops, last)
	return t
}

// answers is the last hop of a connection that b answers.
func answers(node string, b Backend) Hop {
	h := Hop{Kind: HopDeliver, Node: node, Why: b.String() + " answers"}
	if b.Source.IsValid() {
		h.Why += " and sees the source " + b.Source.String()
	}
	h.Why += "."
	if b.Pod.Name != "" {
		h.Object = Object{"Pod", b.Pod.Namespace, b.Pod.Name}
	}
	return h
}

// failed is the last hop of a connection that b does not answer.
func failed(node string, b Backend) Hop {
	h := Hop{Kind: HopDeliver, Node: node, Object: b.Object, Why: b.Why}
	if b.Object.Kind == "NetworkPolicy" {
		h.Kind = HopPolicy
	}
	return h
}
