package shell

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// ipTool shows addresses and routes (iproute2): one interface, as the world's
// pod links have it.
func ipTool(c *call) int {
	var show addressShow
	var words []string
	for _, a := range c.args {
		switch {
		case a == "-br" || a == "-brief":
			show.brief = true
		case a == "-4":
			show.only4 = true
		case !strings.HasPrefix(a, "-"):
			words = append(words, a)
		}
	}
	if len(words) == 0 {
		c.errorf("Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nOBJECT here: address, link, route\n")
		return 255
	}
	is := func(full string) bool { return strings.HasPrefix(full, words[0]) }
	switch {
	case is("address") || is("link"):
		for _, w := range words[1:] {
			if !slices.Contains([]string{"show", "list", "ls", "dev", "up"}, w) {
				show.device = w
			}
		}
		if !slices.Contains([]string{"", "lo", "eth0"}, show.device) {
			c.errorf("Device \"%s\" does not exist.\n", show.device)
			return 1
		}
		c.addresses(show)
	case is("route"):
		c.routes()
	default:
		c.errorf("Object \"%s\" is unknown, try \"ip help\".\n", words[0])
		return 1
	}
	return 0
}

// prefix is how long the client's own network is.
func (c *call) prefix() int {
	if c.client.Kind == dataplane.Pod && !c.net.hostNetwork() && c.net.st.World.PodLinks != world.Bridged {
		return 32
	}
	return 24
}

// addressShow is what ip address shows.
type addressShow struct {
	brief, only4 bool
	device       string // empty for all
}

func (c *call) addresses(show addressShow) {
	own := netip.PrefixFrom(c.net.address(), c.prefix())
	name := "eth0"
	if c.client.Kind == dataplane.Pod && !c.net.hostNetwork() {
		name = "eth0@if7"
	}
	lo6 := " ::1/128"
	if show.only4 {
		lo6 = ""
	}
	if show.device != "eth0" {
		if show.brief {
			c.printf("%-16s %-14s 127.0.0.1/8%s \n", "lo", "UNKNOWN", lo6)
		} else {
			c.printf("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n")
			if !show.only4 {
				c.printf("    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n")
			}
			c.printf("    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n")
			if !show.only4 {
				c.printf("    inet6 ::1/128 scope host \n       valid_lft forever preferred_lft forever\n")
			}
		}
	}
	switch {
	case show.device == "lo":
	case show.brief:
		c.printf("%-16s %-14s %s \n", name, "UP", own)
	default:
		c.printf("2: %s: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n", name)
		if b := own.Addr().As4(); !show.only4 {
			c.printf("    link/ether 02:42:%02x:%02x:%02x:%02x brd ff:ff:ff:ff:ff:ff\n", b[0], b[1], b[2], b[3])
		}
		c.printf("    inet %s scope global eth0\n       valid_lft forever preferred_lft forever\n", own)
	}
}

func (c *call) routes() {
	own := c.net.address()
	switch {
	case c.prefix() == 32:
		c.printf("default via 169.254.1.1 dev eth0 \n169.254.1.1 dev eth0 scope link \n")
	case c.client.Kind == dataplane.Pod && !c.net.hostNetwork():
		network := netip.PrefixFrom(own, 24).Masked()
		c.printf("default via %s dev eth0 \n%s dev eth0 proto kernel scope link src %s \n", network.Addr().Next(), network, own)
	default:
		network := netip.PrefixFrom(own, 24).Masked()
		c.printf("default via %s dev eth0 \n", network.Addr().Next())
		c.podRoutes()
		c.printf("%s dev eth0 proto kernel scope link src %s \n", network, own)
	}
}

// podRoutes are a node's ways to the pods of the other nodes.
func (c *call) podRoutes() {
	if c.node() == "" {
		return
	}
	for _, n := range c.net.st.Nodes {
		if n.Spec.PodCIDR == "" || n.Name == c.node() {
			continue
		}
		if via := state.NodeAddrs(n, corev1.NodeInternalIP); len(via) > 0 {
			c.printf("%s via %s dev eth0 \n", n.Spec.PodCIDR, via[0])
		}
	}
}

// ss lists who listens (iproute2): what the containers declare.
func ss(c *call) int {
	flags, _, ok := c.options("lntupa46")
	if !ok {
		return 1
	}
	udp := has(flags, 'u')
	tcp := has(flags, 't') || !udp
	netid := udp && tcp
	head := "State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess"
	if netid {
		head = "Netid " + head
	}
	c.printf("%s\n", head)
	for _, l := range c.listeners() {
		if l.proto == "udp" && !udp || l.proto == "tcp" && !tcp {
			continue
		}
		state := "LISTEN"
		backlog := 4096
		if l.proto == "udp" {
			state, backlog = "UNCONN", 0
		}
		process := ""
		if has(flags, 'p') {
			process = "users:((\"" + l.process + "\",pid=1,fd=3))"
		}
		if netid {
			c.printf("%-5s ", l.proto)
		}
		c.printf("%-6s %-6d %-6d %13s:%-5d %12s:%-4s%s\n", state, 0, backlog, "*", l.port, "*", "*", process)
	}
	return 0
}

type listener struct {
	port           int32
	proto, process string
}

// listeners are the ports that answer on the client's own address.
func (c *call) listeners() []listener {
	c.net.refresh()
	var found []listener
	for _, p := range c.net.st.PodsAt(c.net.address()) {
		for _, ct := range p.Spec.Containers {
			for _, port := range ct.Ports {
				proto := strings.ToLower(string(port.Protocol))
				if proto == "" {
					proto = "tcp"
				}
				found = append(found, listener{port.ContainerPort, proto, ct.Name})
			}
		}
	}
	if c.client.Kind == dataplane.Node {
		found = append(found, c.nodeListeners()...)
	}
	slices.SortFunc(found, func(a, b listener) int {
		return cmp.Or(strings.Compare(a.proto, b.proto), cmp.Compare(a.port, b.port))
	})
	return slices.Compact(found)
}

// nodeListeners are the node's own processes that the data plane knows.
func (c *call) nodeListeners() []listener {
	candidates := []listener{{6443, "tcp", "kube-apiserver"}, {kubeproxy.HealthzPort, "tcp", "kube-proxy"}}
	for _, svc := range c.net.st.Services {
		if svc.Spec.HealthCheckNodePort != 0 {
			candidates = append(candidates, listener{svc.Spec.HealthCheckNodePort, "tcp", "kube-proxy"})
		}
	}
	return slices.DeleteFunc(candidates, func(l listener) bool {
		t := c.net.plane.Probe(dataplane.Packet{From: c.client, To: netip.AddrPortFrom(c.net.address(), uint16(l.port))})
		return t.Outcome != dataplane.OK
	})
}
