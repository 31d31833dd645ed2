// Package probe follows a connection from the name that a client calls: the
// client's own resolver first, then the data plane.
//
//	p := probe.New(network)
//	trace := p.Call(dataplane.Packet{From: client}, "cart-svc", 80)
package probe

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
)

// Prober answers questions about a cluster at one moment.
type Prober struct {
	net   *dataplane.Network
	names *dns.Zone
}

// New makes a prober, in time linear in the cluster's size.
func New(n *dataplane.Network) *Prober { return &Prober{n, dns.New(n.State())} }

// Call resolves a name as the client's own programs would (getaddrinfo) and
// follows a packet to the first address. An address is dialled as it is.
func (p *Prober) Call(packet dataplane.Packet, name string, port uint16) dataplane.Trace {
	if ip, err := netip.ParseAddr(name); err == nil {
		packet.To = netip.AddrPortFrom(ip.Unmap(), port)
		return p.net.Probe(packet)
	}
	if t := p.unheard(packet.From, name); t != nil {
		return *t
	}
	host, err := p.find(packet.From, name)
	if err != nil || len(host.Addresses) == 0 {
		// A client that is not there finds nothing, and that is not why.
		loopback := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
		if t := p.net.Probe(dataplane.Packet{From: packet.From, To: loopback}); t.Err != nil {
			return dataplane.Trace{Packet: packet, Err: t.Err}
		}
		why := name + " has no address that the client could find."
		if err != nil {
			why = name + ": " + err.Error() + "."
		}
		return dataplane.Trace{
			Packet: packet, Outcome: dataplane.NoSuchName,
			Hops: []dataplane.Hop{{Kind: dataplane.HopResolve, Why: why}},
		}
	}
	packet.Name, packet.To = name, netip.AddrPortFrom(host.Addresses[0], port)
	if packet.Host == "" {
		packet.Host = name
	}
	t := p.net.Probe(packet)
	if len(t.Hops) > 0 && len(host.Aliases) > 0 {
		t.Hops[0].Why = fmt.Sprintf("%s is an alias of %s, which is %s.", name, host.Canonical, packet.To.Addr())
	}
	return t
}

// unheard is what becomes of a pod's question for a name, if no name server
// hears it.
func (p *Prober) unheard(c dataplane.Client, name string) *dataplane.Trace {
	pod := p.net.State().Pod(c.Namespace, c.Name)
	if c.Kind != dataplane.Pod || pod == nil || isLocalhost(name) {
		return nil
	}
	return Unheard(p.net, c, p.names.PodConf(pod))
}

// Unheard is what becomes of a client's questions to its name servers, if none
// of them hears one; nil if one does. Its outcome is no-such-name.
func Unheard(n *dataplane.Network, from dataplane.Client, conf dns.Conf) *dataplane.Trace {
	var last *dataplane.Trace
	for _, server := range conf.Nameservers {
		t := n.Probe(dataplane.Packet{From: from, To: netip.AddrPortFrom(server, 53), Proto: corev1.ProtocolUDP})
		if t.Outcome == dataplane.OK || t.Err != nil {
			return nil
		}
		t.Outcome = dataplane.NoSuchName
		last = &t
	}
	return last
}

func isLocalhost(name string) bool {
	return strings.EqualFold(strings.TrimSuffix(name, "."), "localhost")
}

// find looks up a name. Everybody's /etc/hosts has localhost.
func (p *Prober) find(c dataplane.Client, name string) (dns.Host, error) {
	if isLocalhost(name) {
		return dns.Host{Canonical: name, Addresses: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}}, nil
	}
	return p.resolver(c).Host(name)
}

// resolver asks whom the client asks: pods the cluster's DNS, nodes and hosts
// outside the resolver outside.
func (p *Prober) resolver(c dataplane.Client) dns.Resolver {
	if c.Kind == dataplane.Pod {
		if pod := p.net.State().Pod(c.Namespace, c.Name); pod != nil {
			return dns.Resolver{Conf: p.names.PodConf(pod), Ask: answering(p.names.Answer)}
		}
	}
	return dns.Resolver{Conf: p.names.NodeConf(), Ask: answering(p.names.Upstream)}
}

func answering(answer func(dns.Question) dns.Message) func(dns.Question) (dns.Message, error) {
	return func(q dns.Question) (dns.Message, error) { return answer(q), nil }
}

// ParseTarget reads NAME:PORT or ADDRESS:PORT.
func ParseTarget(text string) (host string, port uint16, err error) {
	host, number, err := net.SplitHostPort(text)
	if err == nil && (host == "" || strings.ContainsAny(host, "/ %")) {
		err = fmt.Errorf("no host %q", host)
	}
	var at netip.AddrPort
	if err == nil {
		at, err = netip.ParseAddrPort("0.0.0.0:" + number)
	}
	if err != nil || at.Port() == 0 {
		return "", 0, fmt.Errorf("target %q: want HOST:PORT with a port from 1 to 65535, such as cart-svc:80 or 10.96.0.10:53", text)
	}
	return host, at.Port(), nil
}
