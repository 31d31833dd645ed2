package shell

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
)

// curlVersion is Debian 12's.
const curlVersion = "7.88.1"

// How long the kernel tries to connect, and curl to resolve or wait, when no
// option says less.
const (
	kernelConnect = 131 * time.Second
	curlConnect   = 300 * time.Second
)

// curlError is how a transfer ended, with curl's exit code.
type curlError struct {
	code int
	text string
}

func (e *curlError) Error() string { return e.text }

func curlFail(code int, format string, a ...any) *curlError {
	return &curlError{code, fmt.Sprintf(format, a...)}
}

// curl fetches URLs (curl 7.88.1).
func curl(c *call) int {
	o, code := parseCurl(c)
	if o == nil {
		return code
	}
	for i, u := range o.urls {
		t := &transfer{call: c, o: o, typed: u, number: i, start: c.clock.now()}
		if i < len(o.outputs) {
			t.output = o.outputs[i]
		}
		code = t.run()
		if c.ctx.Err() != nil {
			return 130
		}
		if code != 0 && o.failEarly {
			break
		}
	}
	return code
}

// transfer is one URL being fetched.
type transfer struct {
	*call
	o      *curlOptions
	typed  string
	output string // -o
	number int
	start  time.Time

	url       target
	effective string
	remote    netip.AddrPort
	local     netip.AddrPort
	response  response
	size      int
	redirects int
	next      string // where a redirect not followed leads
	resolved  time.Duration
	connected time.Duration
	err       *curlError
}

// run fetches with retries, reports and returns the exit code.
func (t *transfer) run() int {
	for try := 0; ; try++ {
		t.err = t.fetch()
		if t.err == nil || try >= t.o.retries || !t.o.retriable(t.err) || !t.wait(t.o.retryDelay(try)) {
			break
		}
	}
	code := 0
	if t.err != nil {
		code = t.err.code
		if t.err.text != "" && (!t.o.silent || t.o.showError) {
			t.errorf("curl: (%d) %s\n", code, t.err.text)
		}
	}
	if t.o.writeOut != "" {
		t.printf("%s", t.expand(t.o.writeOut, code))
	}
	return code
}

func (t *transfer) verbose(format string, a ...any) {
	if t.o.verbose {
		t.errorf(format+"\n", a...)
	}
}

// fetch follows redirects from the typed URL on.
func (t *transfer) fetch() *curlError {
	t.start, t.effective, t.response, t.size = t.clock.now(), t.typed, response{}, 0
	next := t.typed
	for hop := 0; ; hop++ {
		u, err := parseTarget(next)
		if err != nil {
			return err
		}
		t.url, t.effective = u, u.String()
		if err := t.one(hop); err != nil {
			return err
		}
		t.next = t.response.header("Location")
		if t.next == "" || !t.o.location || t.response.status/100 != 3 {
			return nil
		}
		t.redirects++
		next = t.next
		if hop == 50 {
			return curlFail(47, "Maximum (50) redirects followed")
		}
	}
}

// one does a single request.
func (t *transfer) one(number int) *curlError {
	conn, err := t.connect(number)
	if err != nil {
		if err.text != "" && err.code != 6 && err.code != 3 {
			t.verbose("* %s\n* Closing connection %d", err.text, number)
		} else if err.code == 6 {
			t.verbose("* %s\n* Closing connection %d", err.text, number)
		}
		return err
	}
	t.remote, t.local = conn.to, conn.local
	t.connected = t.clock.now().Sub(t.start)
	t.verbose("* Connected to %s (%s) port %d (#%d)", t.url.host, conn.to.Addr(), conn.to.Port(), number)
	switch t.url.scheme {
	case "telnet":
		err = t.telnet(conn)
	case "ftp":
		err = t.ftp(conn)
	default:
		if t.url.scheme == "https" {
			err = t.handshake(conn)
		}
		if err == nil {
			err = t.http(conn)
		}
	}
	switch {
	case err != nil:
		if err.text != "" && err.code != 22 {
			t.verbose("* %s", strings.TrimSuffix(err.text, "\nMore details here: https://curl.se/docs/sslcerts.html"))
		}
		t.verbose("* Closing connection %d", number)
	default:
		t.verbose("* Connection #%d to host %s left intact", number, t.url.host)
	}
	return err
}

// connect resolves the host and opens a connection to its first address that
// accepts one.
func (t *transfer) connect(number int) (conn, *curlError) {
	host, port := t.o.redirected(t.url.host, t.url.port)
	addrs, err := t.resolve(host, port)
	if err != nil {
		return conn{}, err
	}
	t.resolved = t.clock.now().Sub(t.start)
	timedOut := false
	for _, ip := range addrs {
		to := netip.AddrPortFrom(ip, port)
		t.verbose("*   Trying %s...", to)
		c := t.net.dial(to, corev1.ProtocolTCP, request{t.o.method(), t.o.hostHeader(t.url), t.url.path})
		switch c.outcome {
		case dataplane.OK:
			t.wait(roundTrip)
			return c, nil
		case dataplane.Refused:
			t.wait(roundTrip)
			t.verbose("* connect to %s port %d failed: Connection refused", ip, port)
		default:
			d, err := t.hang(ip)
			if err != nil {
				return conn{}, err
			}
			timedOut = true
			_ = d
		}
	}
	elapsed := t.clock.now().Sub(t.start).Milliseconds()
	e := curlFail(7, "Failed to connect to %s port %d after %d ms: Couldn't connect to server", t.url.host, t.url.port, elapsed)
	if timedOut {
		e.code = 28
	}
	return conn{}, e
}

// hang waits for an address that does not answer: until -m, --connect-timeout
// or the kernel gives up.
func (t *transfer) hang(ip netip.Addr) (time.Duration, *curlError) {
	elapsed := t.clock.now().Sub(t.start)
	limit := kernelConnect
	kind := "kernel"
	if t.o.connectTimeout > 0 && t.o.connectTimeout-elapsed < limit {
		limit, kind = t.o.connectTimeout-elapsed, "connect"
	}
	if t.o.maxTime > 0 && t.o.maxTime-elapsed <= limit {
		limit, kind = t.o.maxTime-elapsed, "total"
	}
	if !t.wait(limit) {
		return limit, curlFail(28, "")
	}
	total := t.clock.now().Sub(t.start).Milliseconds()
	switch kind {
	case "connect":
		t.verbose("* ipv4 connect timeout after %dms, move on!", max(0, limit.Milliseconds()-1))
		return limit, curlFail(28, "Failed to connect to %s port %d after %d ms: Timeout was reached", t.url.host, t.url.port, total)
	case "total":
		return limit, curlFail(28, "Connection timed out after %d milliseconds", total)
	}
	t.verbose("* connect to %s port %d failed: Connection timed out", ip, t.url.port)
	return limit, nil
}

// resolve gives the addresses to try, IPv4 before IPv6.
func (t *transfer) resolve(host string, port uint16) ([]netip.Addr, *curlError) {
	if ip, ok := t.o.resolved(host, port); ok {
		t.verbose("* Added %s:%d:%s to DNS cache\n* Hostname %s was found in DNS cache", host, port, ip, host)
		return []netip.Addr{ip}, nil
	}
	if name := strings.ToLower(trimDot(host)); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return t.o.family([]netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}), nil
	}
	before := t.clock.now()
	h, err := t.lookupHost(strings.Trim(host, "[]"))
	if t.o.limit() > 0 && t.clock.now().Sub(before) > t.o.limit() {
		return nil, curlFail(28, "Resolving timed out after %d milliseconds", t.o.limit().Milliseconds())
	}
	addrs := t.o.family(h.Addresses)
	if err != nil || len(addrs) == 0 {
		return nil, curlFail(6, "Could not resolve host: %s", host)
	}
	return addrs, nil
}

// telnet shows what the other side sends, and sends what is typed.
func (t *transfer) telnet(c conn) *curlError {
	if c.speaks.kind == speaksBanner {
		t.write(c.speaks.banner())
	}
	return nil
}

// ftp waits for the server's greeting, which none of these servers sends.
func (t *transfer) ftp(c conn) *curlError {
	if c.speaks.kind == speaksBanner {
		return curlFail(8, "Got a %s response code instead of the assumed 220", "000")
	}
	limit := t.o.limit()
	if limit == 0 {
		limit = 60 * time.Second
	}
	t.wait(limit)
	return curlFail(28, "Operation timed out after %d milliseconds with 0 bytes received", t.clock.now().Sub(t.start).Milliseconds())
}
