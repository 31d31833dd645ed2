package shell

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
)

const ncUsage = "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n" +
	"\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n" +
	"\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n" +
	"\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n" +
	"\t  [destination] [port]\n"

// nc connects to a port (Debian's OpenBSD netcat). Listening is left out.
func nc(c *call) int {
	n := &ncRun{call: c}
	words, code := n.parse()
	if code != 0 {
		return code
	}
	if n.listen {
		return c.fail(1, "listening is not possible here: nothing in the cluster would find this port")
	}
	switch len(words) {
	case 0:
		c.errorf("%s", ncUsage)
		return 1
	case 1:
		return c.fail(1, "missing port number")
	}
	code = 1
	for _, text := range words[1:] {
		first, last, bad := portRange(text)
		if bad != "" {
			return c.fail(1, "%s", bad)
		}
		for port := first; port <= last; port++ {
			ok, fatal := n.try(words[0], uint16(port))
			if fatal {
				return 1
			}
			if ok {
				code = 0
			}
			if c.ctx.Err() != nil {
				return 130
			}
		}
	}
	return code
}

type ncRun struct {
	*call
	scan, verbose, udp, numeric, listen bool
	only4, only6                        bool
	timeout                             time.Duration
}

func (n *ncRun) parse() (words []string, code int) {
	for i := 0; i < len(n.args); i++ {
		arg := n.args[i]
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			words = append(words, arg)
			continue
		}
		for j := 1; j < len(arg); j++ {
			switch arg[j] {
			case 'z':
				n.scan = true
			case 'v':
				n.verbose = true
			case 'u':
				n.udp = true
			case 'n':
				n.numeric = true
			case 'l':
				n.listen = true
			case '4':
				n.only4 = true
			case '6':
				n.only6 = true
			case 'C', 'd', 'D', 'k', 'N', 'r', 't', 'S', 'b':
			case 'w', 'q', 'i', 'p', 's', 'W', 'I', 'O', 'X', 'x', 'T', 'm', 'M':
				value := arg[j+1:]
				if value == "" {
					if i++; i >= len(n.args) {
						n.errorf("nc: option requires an argument -- '%c'\n%s", arg[j], ncUsage)
						return nil, 1
					}
					value = n.args[i]
				}
				if arg[j] == 'w' {
					seconds, err := strconv.Atoi(value)
					if err != nil || seconds < 0 {
						return nil, n.fail(1, "timeout invalid: %s", value)
					}
					n.timeout = time.Duration(seconds) * time.Second
				}
				j = len(arg)
			default:
				n.errorf("nc: invalid option -- '%c'\n%s", arg[j], ncUsage)
				return nil, 1
			}
		}
	}
	return words, 0
}

// portRange reads PORT, a service's name or FIRST-LAST; bad says what is wrong
// with it.
func portRange(text string) (first, last int, bad string) {
	if n, known := servicePort(text); known {
		return n, n, ""
	}
	from, to, ranged := strings.Cut(text, "-")
	if !ranged {
		to = from
	}
	var ports [2]int
	for i, s := range []string{from, to} {
		n, err := strconv.Atoi(s)
		switch {
		case err != nil:
			return 0, 0, "port number invalid: " + s
		case n < 1:
			return 0, 0, "port number too small: " + s
		case n > 65535:
			return 0, 0, "port number too large: " + s
		}
		ports[i] = n
	}
	return min(ports[0], ports[1]), max(ports[0], ports[1]), ""
}

func (n *ncRun) proto() (corev1.Protocol, string) {
	if n.udp {
		return corev1.ProtocolUDP, "udp"
	}
	return corev1.ProtocolTCP, "tcp"
}

// try connects to one port; fatal tells that the host has no address.
func (n *ncRun) try(host string, port uint16) (ok, fatal bool) {
	proto, name := n.proto()
	ip, err := netip.ParseAddr(host)
	shown, addrs := host, []netip.Addr{ip}
	if err != nil {
		h, err := n.lookupHost(host)
		addrs = slices.DeleteFunc(h.Addresses, func(ip netip.Addr) bool { return n.only4 && ip.Is6() || n.only6 && ip.Is4() })
		switch {
		case n.numeric:
			err = dns.ErrNoName
		case err == nil && len(addrs) == 0:
			err = dns.ErrNoAddress
		}
		if err != nil {
			n.errorf("nc: getaddrinfo for host \"%s\" port %d: %v\n", host, port, err)
			return false, true
		}
	}
	for _, ip := range addrs {
		if err != nil {
			shown = fmt.Sprintf("%s (%s)", host, ip)
		}
		c := n.net.dial(netip.AddrPortFrom(ip, port), proto, request{})
		if n.udp {
			if n.tryUDP(c, shown, name) {
				return true, false
			}
			continue
		}
		switch c.outcome {
		case dataplane.OK:
			n.wait(roundTrip)
			n.succeeded(shown, port, name)
			if !n.scan {
				n.converse(c)
			}
			return true, false
		case dataplane.Refused:
			n.failed(shown, port, name, "failed: Connection refused")
		default:
			if limit := n.timeout; limit > 0 {
				n.wait(limit)
				n.failed(shown, port, name, "timed out: Operation now in progress")
			} else {
				n.wait(kernelConnect)
				n.failed(shown, port, name, "failed: Connection timed out")
			}
		}
	}
	return false, false
}

// tryUDP sends packets and takes silence for success: UDP tells of a closed
// port alone.
func (n *ncRun) tryUDP(c conn, shown, name string) bool {
	if c.outcome == dataplane.Refused || c.outcome == dataplane.NotPermitted {
		return false
	}
	if n.scan || n.verbose {
		n.wait(3 * time.Second)
	}
	n.succeeded(shown, c.to.Port(), name)
	if !n.scan {
		n.converse(c)
	}
	return true
}

func (n *ncRun) succeeded(shown string, port uint16, proto string) {
	if n.verbose {
		n.errorf("Connection to %s %d port [%s/%s] succeeded!\n", shown, port, proto, serviceName(port, proto, n.numeric))
	}
}

func (n *ncRun) failed(shown string, port uint16, proto, how string) {
	if n.verbose {
		n.errorf("nc: connect to %s port %d (%s) %s\n", shown, port, proto, how)
	}
}

// converse sends standard input and prints what comes back.
func (n *ncRun) converse(c conn) {
	if c.speaks.kind == speaksBanner {
		n.printf("%s", c.speaks.banner())
		return
	}
	in, _ := io.ReadAll(io.LimitReader(n.in, maxFiles))
	switch c.speaks.kind {
	case speaksEcho:
		if c.outcome == dataplane.OK {
			n.printf("%s", in)
		}
	case speaksHTTP:
		if r, ok := rawRequest(string(in), c.to); ok {
			n.printf("%s", rawResponse(c.speaks.serve(n.call, r)))
		} else if len(in) > 0 {
			n.printf("%s", rawResponse(badRequest("400 Bad Request")))
		}
	}
}

// rawRequest reads a request as it was typed into a connection.
func rawRequest(text string, to netip.AddrPort) (request, bool) {
	sc := bufio.NewScanner(strings.NewReader(text))
	if !sc.Scan() {
		return request{}, false
	}
	f := strings.Fields(sc.Text())
	if len(f) != 3 || !strings.HasPrefix(f[2], "HTTP/") {
		return request{}, false
	}
	r := request{method: f[0], path: f[1], http10: f[2] == "HTTP/1.0"}
	for sc.Scan() {
		name, value, _ := strings.Cut(sc.Text(), ":")
		switch value = strings.TrimSpace(value); strings.ToLower(name) {
		case "host":
			r.host = value
		case "connection":
			r.close = strings.EqualFold(value, "close") && !r.http10
		}
	}
	return r, true
}

func rawResponse(r response) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %s\r\n", r.proto, r.status, r.reason)
	for _, h := range r.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n" + r.body)
	return b.String()
}
