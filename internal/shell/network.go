package shell

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// roundTrip is how long a packet and its answer take.
const roundTrip = 400 * time.Microsecond

// network is the cluster as a session's tools see it. The indexes are made
// again when the state has changed.
type network struct {
	*Shell
	st    *state.State
	plane *dataplane.Network
	zone  *dns.Zone
	// sticky is what kube-proxy's session affinity remembers of this client.
	sticky dataplane.Affinity
}

func newNetwork(s *Shell) *network { return &network{Shell: s} }

// refresh takes the cluster's state as it is now.
func (n *network) refresh() {
	if st := n.cluster.State(); st != n.st {
		n.st, n.plane, n.zone = st, dataplane.New(st), dns.New(st)
	}
}

// conn is what became of a connection.
type conn struct {
	outcome dataplane.Outcome
	to      netip.AddrPort
	backend dataplane.Backend // where the outcome is ok
	local   netip.AddrPort    // the client's own end
	speaks  speech
}

// request is the HTTP request that a connection is opened for; balancers and
// virtual hosts look at it.
type request struct {
	method, host, path string
	http10             bool
	close              bool // Connection: close
}

// dial sends the first packet to an address. It takes no time: whoever waits
// for an answer does so with [call.wait].
func (n *network) dial(to netip.AddrPort, proto corev1.Protocol, r request) conn {
	n.refresh()
	c := conn{outcome: dataplane.Timeout, to: to}
	switch {
	case to.Addr().Is6() && to.Addr().IsLoopback():
		c.outcome = dataplane.Refused // nobody listens there
		return c
	case to.Addr().Is6():
		return c // nobody here has a way to IPv6 networks
	}
	p := dataplane.Packet{From: n.client, To: to, Proto: proto, Host: hostOnly(r.host), Path: r.path}
	t := n.plane.Connect(p, n.rand, &n.sticky, n.clock.now())
	if t.Err != nil {
		return c
	}
	c.outcome, c.local = t.Outcome, netip.AddrPortFrom(n.address(), uint16(32768+n.rand.IntN(28232)))
	if t.Outcome == dataplane.OK {
		c.backend = t.Backends[0]
		c.speaks = n.speech(c.backend, proto)
	}
	return c
}

// hostOnly is a Host header without its port.
func hostOnly(host string) string {
	name, _, _ := strings.Cut(host, ":")
	return name
}

// address is the client's own address.
func (n *network) address() netip.Addr {
	n.refresh()
	var addrs []netip.Addr
	switch n.client.Kind {
	case dataplane.Pod:
		if p := n.pod(); p != nil {
			addrs = state.PodAddrs(p)
		}
	case dataplane.Node:
		if node := n.st.Node(n.client.Name); node != nil {
			addrs = state.NodeAddrs(node, corev1.NodeInternalIP)
		}
	default:
		h, _ := n.st.World.Host(n.client.Name)
		if ip, err := netip.ParseAddr(h.Address); err == nil {
			addrs = append(addrs, ip)
		}
	}
	if len(addrs) == 0 {
		return netip.IPv4Unspecified()
	}
	return addrs[0]
}

// conf is the client's resolv.conf.
func (n *network) conf() dns.Conf {
	n.refresh()
	if p := n.pod(); p != nil {
		return n.zone.PodConf(p)
	}
	return n.zone.NodeConf()
}

// serverError is a name server that did not answer.
type serverError struct {
	server  netip.AddrPort
	refused bool
}

func (e *serverError) reason() string {
	if e.refused {
		return "connection refused"
	}
	return "timed out"
}

func (e *serverError) Error() string {
	return fmt.Sprintf("communications error to %s#%d: %s", e.server.Addr(), e.server.Port(), e.reason())
}

// ask sends a question to one name server.
func (n *network) ask(server netip.AddrPort, proto corev1.Protocol, q dns.Question) (dns.Message, error) {
	n.refresh()
	if n.isUpstream(server) {
		if n.client.Kind != dataplane.Pod || !n.policyStops(server, proto) {
			return n.shuffled(n.zone.Upstream(q)), nil
		}
		return dns.Message{}, &serverError{server, false}
	}
	c := n.dial(server, proto, request{})
	switch {
	case c.outcome == dataplane.OK && c.speaks.kind == speaksDNS:
		return n.shuffled(n.zone.Answer(q)), nil
	case c.outcome == dataplane.Refused:
		return dns.Message{}, &serverError{server, true}
	}
	return dns.Message{}, &serverError{server, false}
}

func (n *network) isUpstream(server netip.AddrPort) bool {
	ip, err := netip.ParseAddr(n.st.World.Upstream.Address)
	return err == nil && server.Addr() == ip && server.Port() == 53
}

// policyStops tells whether the client's own egress rules keep a packet to an
// address outside the cluster from leaving.
func (n *network) policyStops(to netip.AddrPort, proto corev1.Protocol) bool {
	t := n.plane.Probe(dataplane.Packet{From: n.client, To: to, Proto: proto})
	return t.Last().Kind == dataplane.HopPolicy
}

// shuffled puts several addresses of one name in a new order at each answer,
// as CoreDNS's loadbalance plugin does.
func (n *network) shuffled(m dns.Message) dns.Message {
	first := slices.IndexFunc(m.Answer, func(r dns.Record) bool { return r.Type == dns.A || r.Type == dns.AAAA })
	if first < 0 || len(m.Answer)-first < 2 {
		return m
	}
	m.Answer = slices.Clone(m.Answer)
	rest := m.Answer[first:]
	n.rand.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return m
}

// resolver is getaddrinfo's: it gives a server five seconds, twice.
func (c *call) resolver() dns.Resolver {
	conf := c.net.conf()
	return dns.Resolver{Conf: conf, Ask: func(q dns.Question) (dns.Message, error) {
		var last error = &serverError{}
		for range 2 {
			for _, server := range conf.Nameservers {
				m, err := c.net.ask(netip.AddrPortFrom(server, 53), corev1.ProtocolUDP, q)
				if err == nil {
					c.wait(roundTrip)
					return m, nil
				}
				if e, ok := err.(*serverError); ok && !e.refused && !c.wait(5*time.Second) {
					return dns.Message{}, c.ctx.Err()
				}
				last = err
			}
		}
		return dns.Message{}, last
	}}
}

// lookupHost is getaddrinfo: an address as it stands, /etc/hosts, then DNS.
func (c *call) lookupHost(name string) (dns.Host, error) {
	if ip, err := netip.ParseAddr(name); err == nil {
		return dns.Host{Canonical: name, Addresses: []netip.Addr{ip}}, nil
	}
	if ip, ok := lenientIPv4(name); ok {
		return dns.Host{Canonical: name, Addresses: []netip.Addr{ip}}, nil
	}
	if h, ok := c.hostsFile(name); ok {
		return h, nil
	}
	if (dns.Question{Name: name, Type: dns.A}).Check() != nil {
		return dns.Host{}, dns.ErrNoName
	}
	return c.resolver().Host(name)
}

// lookupPTR is the name of an address, "" if it has none.
func (c *call) lookupPTR(ip netip.Addr) string {
	if h, ok := c.hostsFile(ip.String()); ok {
		return h.Canonical
	}
	m, err := c.resolver().Ask(dns.Question{Name: dns.ReverseName(ip), Type: dns.PTR})
	if err != nil || len(m.Answer) == 0 {
		return ""
	}
	return trimDot(m.Answer[0].Data)
}

// outsideName is the upstream name that an address belongs to.
func (n *network) outsideName(ip netip.Addr) (world.Name, bool) {
	for _, name := range n.st.World.Upstream.Names {
		if slices.Contains(name.Addresses, ip.String()) {
			return name, true
		}
	}
	return world.Name{}, false
}
