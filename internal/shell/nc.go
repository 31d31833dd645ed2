package shell

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
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
	if len(words) != 2 {
		c.errorf("%s", ncUsage)
		return 1
	}
	first, last, ok := portRange(words[1])
	if !ok {
		return c.fail(1, "port number invalid: %s", words[1])
	}
	code = 1
	for port := first; port <= last; port++ {
		if n.try(words[0], words[1], uint16(port)) {
			code = 0
		}
		if c.ctx.Err() != nil {
			return 130
		}
		if !n.scan && port < last && code == 0 {
			break
		}
	}
	return code
}

type ncRun struct {
	*call
	scan, verbose, udp, numeric, listen bool
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
			case '4', '6', 'C', 'd', 'D', 'k', 'N', 'r', 't', 'S', 'b':
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

// portRange reads PORT, a service's name or FIRST-LAST.
func portRange(text string) (first, last int, ok bool) {
	if n, known := servicePort(text); known {
		return n, n, true
	}
	from, to, ranged := strings.Cut(text, "-")
	if !ranged {
		to = from
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || first < 1 || last > 65535 {
		return 0, 0, false
	}
	return min(first, last), max(first, last), true
}

func (n *ncRun) proto() (corev1.Protocol, string) {
	if n.udp {
		return corev1.ProtocolUDP, "udp"
	}
	return corev1.ProtocolTCP, "tcp"
}

// try connects to one port; false where that failed.
func (n *ncRun) try(host, typed string, port uint16) bool {
	proto, name := n.proto()
	ip, err := netip.ParseAddr(host)
	shown, addrs := host, []netip.Addr{ip}
	if err != nil {
		h, err := n.lookupHost(host)
		if n.numeric || err != nil {
			n.errorf("nc: getaddrinfo for host \"%s\" port %s: Name or service not known\n", host, typed)
			return false
		}
		addrs = h.Addresses
	}
	for _, ip := range addrs {
		if err != nil {
			shown = fmt.Sprintf("%s (%s)", host, ip)
		}
		c := n.net.dial(netip.AddrPortFrom(ip, port), proto, request{})
		if n.udp {
			if n.tryUDP(c, shown, name) {
				return true
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
			return true
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
	return false
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
			n.printf("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request")
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
	r := request{method: f[0], path: f[1]}
	for sc.Scan() {
		if name, value, ok := strings.Cut(sc.Text(), ":"); ok && strings.EqualFold(name, "Host") {
			r.host = strings.TrimSpace(value)
		}
	}
	return r, r.host != "" || f[2] == "HTTP/1.0"
}

func rawResponse(r response) string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", r.status, r.reason)
	for _, h := range r.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n" + r.body)
	return b.String()
}
