package shell

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// endlessPings is how often ping asks where no -c says it and nobody could
// interrupt it.
const endlessPings = 4

// ping asks an address for echoes (iputils).
func ping(c *call) int {
	p := &pingRun{call: c, size: 56, wait: 10 * time.Second, every: time.Second}
	target, code := p.parse()
	if code >= 0 {
		return code
	}
	h, err := c.lookupHost(target)
	if err != nil {
		return c.fail(2, "%s: %v", target, err)
	}
	ip := h.Addresses[0]
	shown := h.Canonical
	if _, err := netip.ParseAddr(target); err == nil {
		p.numeric = true
	}
	p.run(shown, ip)
	if p.received == 0 {
		return 1
	}
	return 0
}

type pingRun struct {
	*call
	count    int // 0 is endless
	size     int
	wait     time.Duration
	deadline time.Duration
	every    time.Duration
	numeric  bool
	quiet    bool

	sent, received, errors int
	times                  []float64 // milliseconds
}

func (p *pingRun) parse() (target string, code int) {
	for i := 0; i < len(p.args); i++ {
		arg := p.args[i]
		if !strings.HasPrefix(arg, "-") || len(arg) < 2 {
			target = arg
			continue
		}
		for j := 1; j < len(arg); j++ {
			switch arg[j] {
			case 'n':
				p.numeric = true
			case 'q':
				p.quiet = true
			case '4', '6', 'v', 'a', 'A', 'D', 'O', 'U', 'b', 'B', 'f', 'r', 'R', 'L', 'd':
			case 'c', 'W', 'w', 'i', 's', 't', 'I', 'l', 'p', 'Q', 'S', 'T', 'M', 'm':
				value := arg[j+1:]
				if value == "" {
					if i++; i >= len(p.args) {
						p.errorf("ping: option requires an argument -- '%c'\n\nUsage\n  ping [options] <destination>\n", arg[j])
						return "", 2
					}
					value = p.args[i]
				}
				if bad := p.option(arg[j], value); bad != "" {
					p.errorf("ping: %s\n", bad)
					return "", 1
				}
				j = len(arg)
			default:
				p.errorf("ping: invalid option -- '%c'\n\nUsage\n  ping [options] <destination>\n", arg[j])
				return "", 2
			}
		}
	}
	if target == "" {
		p.errorf("ping: usage error: Destination address required\n")
		return "", 1
	}
	return target, -1
}

func (p *pingRun) option(name byte, value string) (bad string) {
	switch name {
	case 'c':
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return fmt.Sprintf("invalid argument: '%s'", value)
		}
		p.count = min(n, 10000)
	case 's':
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > 65507 {
			return fmt.Sprintf("invalid argument: '%s'", value)
		}
		p.size = n
	case 'W', 'w', 'i':
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || f < 0 || f > 1e5 {
			return fmt.Sprintf("invalid argument: '%s'", value)
		}
		d := time.Duration(f * float64(time.Second))
		switch name {
		case 'W':
			p.wait = d
		case 'w':
			p.deadline = d
		case 'i':
			p.every = max(d, 10*time.Millisecond)
		}
	}
	return ""
}

func (p *pingRun) run(name string, ip netip.Addr) {
	p.printf("PING %s (%s) %d(%d) bytes of data.\n", name, ip, p.size, p.size+28)
	start := p.clock.now()
	from := p.shown(ip)
	count := p.count
	if count == 0 && p.deadline == 0 && !p.clock.clock.Real() {
		count = endlessPings
	}
	last := start
	for seq := 1; count == 0 || seq <= count; seq++ {
		p.sent++
		last = p.clock.now()
		final := seq == count
		if !p.one(from, ip, seq, final) {
			break
		}
		if p.deadline > 0 && p.clock.now().Sub(start)+p.every > p.deadline {
			break
		}
	}
	p.printf("\n--- %s ping statistics ---\n", name)
	errors := ""
	if p.errors > 0 {
		errors = fmt.Sprintf("+%d errors, ", p.errors)
	}
	loss := 100 * (p.sent - p.received) / max(p.sent, 1)
	p.printf("%d packets transmitted, %d received, %s%d%% packet loss, time %dms\n", p.sent, p.received, errors, loss, last.Sub(start).Milliseconds())
	if len(p.times) > 0 && p.timed() {
		least, mean, most, dev := spread(p.times)
		p.printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", least, mean, most, dev)
	} else {
		p.printf("\n")
	}
}

// shown is an address with its name, unless -n or a bare target asks for none.
func (p *pingRun) shown(ip netip.Addr) string {
	if !p.numeric {
		if ptr := p.lookupPTR(ip); ptr != "" {
			return fmt.Sprintf("%s (%s)", ptr, ip)
		}
	}
	return ip.String()
}

// timed tells that an echo has room for the time at which it was sent.
func (p *pingRun) timed() bool { return p.size >= 16 }

// one sends one echo; false where the call was interrupted.
func (p *pingRun) one(from string, ip netip.Addr, seq int, final bool) bool {
	ttl, answer := p.net.echo(ip)
	switch answer {
	case echoed:
		ms := 0.05 + 0.4*p.rand.Float64()
		p.received++
		p.times = append(p.times, ms)
		took := ""
		if p.timed() {
			took = fmt.Sprintf(" time=%.3f ms", ms)
		}
		if !p.quiet {
			p.printf("%d bytes from %s: icmp_seq=%d ttl=%d%s\n", p.size+8, from, seq, ttl, took)
		}
	case rejected:
		p.errors++
		if !p.quiet {
			p.printf("From %s icmp_seq=%d Destination Port Unreachable\n", p.shown(p.net.gateway()), seq)
		}
	default:
		if final {
			return p.clock.wait(p.ctx, p.wait) == nil
		}
	}
	if final {
		return true
	}
	return p.clock.wait(p.ctx, p.every) == nil
}

func spread(xs []float64) (least, mean, most, dev float64) {
	least, most = xs[0], xs[0]
	var sum, squares float64
	for _, x := range xs {
		least, most = min(least, x), max(most, x)
		sum += x
		squares += x * x
	}
	n := float64(len(xs))
	mean = sum / n
	return least, mean, most, math.Sqrt(max(0, squares/n-mean*mean))
}

type echoAnswer int

const (
	silent echoAnswer = iota
	echoed
	rejected // "port unreachable" came back
)

// echo tells whether an address answers ICMP echoes of the client and with
// which ttl: 64 less one for each node that forwards the reply. Service
// addresses are no machine's: kube-proxy's rules know ports alone.
func (n *network) echo(ip netip.Addr) (ttl int, answer echoAnswer) {
	n.refresh()
	if ip.IsLoopback() || ip == n.address() {
		return 64, echoed
	}
	here := n.node()
	if node, ok := n.nodeWith(ip); ok {
		if n.client.Kind == dataplane.External && !n.reaches(ip) {
			return 0, silent
		}
		return 64 - forwards(n.client.Kind == dataplane.Pod && !n.hostNetwork() && node != here), echoed
	}
	if pods := n.st.PodsAt(ip); len(pods) > 0 {
		if n.client.Kind == dataplane.External || n.stopped(ip) {
			return 0, silent
		}
		onNode := n.client.Kind == dataplane.Node || n.hostNetwork()
		there := pods[0].Spec.NodeName
		return 64 - forwards(there != here) - forwards(!onNode), echoed
	}
	for _, h := range n.st.World.Hosts {
		if h.Address == ip.String() {
			return 64 - forwards(n.client.Kind == dataplane.Pod && !n.hostNetwork()), echoed
		}
	}
	if n.st.World.ProxyMode == world.NFTables && n.client.Kind != dataplane.External && n.isClusterIP(ip) {
		return 0, rejected
	}
	if name, ok := n.outsideName(ip); ok && len(name.Serves) > 0 {
		return 54, echoed
	}
	return 0, silent
}

// gateway is the address under which the client's node answers it.
func (n *network) gateway() netip.Addr {
	node := n.st.Node(n.node())
	if node == nil {
		return n.address()
	}
	if cidrs := kubeproxy.PodCIDRs(node); n.st.World.PodLinks == world.Bridged && n.client.Kind == dataplane.Pod && !n.hostNetwork() && len(cidrs) > 0 {
		return cidrs[0].Masked().Addr().Next()
	}
	if own := state.NodeAddrs(node, corev1.NodeInternalIP); len(own) > 0 {
		return own[0]
	}
	return n.address()
}

func forwards(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (n *network) hostNetwork() bool {
	p := n.pod()
	return p != nil && p.Spec.HostNetwork
}

func (n *network) nodeWith(ip netip.Addr) (string, bool) {
	for _, node := range n.st.Nodes {
		for _, kind := range []corev1.NodeAddressType{corev1.NodeInternalIP, corev1.NodeExternalIP} {
			for _, a := range state.NodeAddrs(node, kind) {
				if a == ip {
					return node.Name, true
				}
			}
		}
	}
	return "", false
}

// reaches tells whether an outside host has a way to a node: a closed port
// refuses then.
func (n *network) reaches(ip netip.Addr) bool {
	t := n.plane.Probe(dataplane.Packet{From: n.client, To: netip.AddrPortFrom(ip, 1)})
	return t.Err == nil && t.Outcome != dataplane.Timeout
}

// stopped tells whether NetworkPolicies keep what bears no port from a pod.
func (n *network) stopped(ip netip.Addr) bool {
	t := n.plane.Probe(dataplane.Packet{From: n.client, To: netip.AddrPortFrom(ip, 1)})
	return t.Last().Kind == dataplane.HopPolicy
}

func (n *network) isClusterIP(ip netip.Addr) bool {
	for _, svc := range n.st.Services {
		if svc.Spec.ClusterIP == ip.String() {
			return true
		}
	}
	return false
}
