package shell

import (
	"fmt"
	"net/netip"
	"path"
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
	run := &curlRun{kept: map[string]keptConn{}}
	for i, typed := range o.urls {
		urls := []string{typed}
		if !o.globOff {
			urls = globURLs(typed)
		}
		for _, u := range urls {
			t := &transfer{call: c, curlRun: run, o: o, typed: u, number: i, start: c.clock.now()}
			if i < len(o.outputs) {
				t.output = o.outputs[i]
			}
			code = t.run()
			if c.ctx.Err() != nil {
				return 130
			}
			if code != 0 && o.failEarly {
				return code
			}
		}
	}
	return code
}

// curlRun is what the transfers of one call share: a connection is used again
// for the next request to the same host and port, so that all of them meet the
// same backend.
type curlRun struct {
	opened int
	kept   map[string]keptConn
}

type keptConn struct {
	conn
	number int
}

// transfer is one URL being fetched.
type transfer struct {
	*call
	*curlRun
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
	closed    bool // the connection, after the answer
	err       *curlError
}

// run fetches with retries, reports and returns the exit code.
func (t *transfer) run() int {
	if t.o.remoteName && t.output == "" {
		u, err := parseTarget(t.typed)
		if t.output = path.Base(u.path); err != nil || strings.HasSuffix(u.path, "/") {
			t.errorf("curl: Remote file name has no length!\ncurl: (23) Failed writing received data to disk/application\n")
			return 23
		}
	}
	for try := 0; ; try++ {
		t.err = t.fetch()
		if t.err != nil && t.err.text != "" && (!t.o.silent || t.o.showError) {
			t.errorf("curl: (%d) %s\n", t.err.code, t.err.text)
		}
		problem := t.o.retriable(t)
		if problem == "" || try >= t.o.retries {
			break
		}
		delay := t.o.retryDelay(try)
		if !t.o.silent {
			t.errorf("Warning: Problem %s. Will retry in %d seconds. %d retries left.\n", problem, int(delay.Seconds()), t.o.retries-try)
		}
		if !t.wait(delay) {
			break
		}
	}
	code := 0
	if t.err != nil {
		code = t.err.code
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
		if err == nil && u.scheme == "file" {
			err = t.readFile(u.path)
		}
		if err != nil {
			if err.code != 3 {
				t.verbose("* %s", err.text)
			}
			t.verbose("* Closing connection -1")
			return err
		}
		if u.scheme == "file" {
			return nil
		}
		t.url, t.effective = u, u.String()
		if err := t.one(); err != nil {
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

// readFile is a file: URL.
func (t *transfer) readFile(name string) *curlError {
	b, err := t.fs.read(name)
	if err != nil {
		return curlFail(37, "Couldn't open file %s", name)
	}
	return t.write(string(b))
}

// one does a single request.
func (t *transfer) one() *curlError {
	c, err := t.open()
	if err != nil {
		if err.text != "" {
			t.verbose("* %s\n* Closing connection %d", strings.TrimSuffix(err.text, sslHelp), c.number)
		}
		return err
	}
	t.remote, t.local, t.closed = c.to, c.local, false
	switch t.url.scheme {
	case "telnet":
		err = t.telnet(c.conn)
	case "ftp":
		err = t.ftp(c.conn)
	default:
		err = t.http(c.conn)
	}
	key := t.url.scheme + " " + t.url.hostPort()
	switch {
	case err != nil:
		if err.text != "" && err.code != 22 {
			t.verbose("* %s", strings.TrimSuffix(err.text, sslHelp))
		}
		delete(t.kept, key)
		t.verbose("* Closing connection %d", c.number)
	case t.closed:
		t.verbose("* Closing connection %d", c.number)
	default:
		t.kept[key] = c
		t.verbose("* Connection #%d to host %s left intact", c.number, t.url.host)
	}
	return err
}

// open finds a connection that is still there, or makes one.
func (t *transfer) open() (keptConn, *curlError) {
	if c, ok := t.kept[t.url.scheme+" "+t.url.hostPort()]; ok {
		t.verbose("* Found bundle for host: %#x [serially]\n* Can not multiplex, even if we wanted to\n* Re-using existing connection #%d with host %s", 0x55e0c0000000+t.rand.Int64N(1<<24)<<4, c.number, t.url.host)
		return c, nil
	}
	number := t.opened
	t.opened++
	conn, err := t.connect()
	if err != nil {
		return keptConn{number: number}, err
	}
	t.connected = t.clock.now().Sub(t.start)
	t.verbose("* Connected to %s (%s) port %d (#%d)", t.url.host, conn.to.Addr(), conn.to.Port(), number)
	if t.url.scheme == "https" {
		err = t.handshake(conn)
	}
	return keptConn{conn, number}, err
}

// connect resolves the host and opens a connection to its first address that
// accepts one.
func (t *transfer) connect() (conn, *curlError) {
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
		c := t.net.dial(to, corev1.ProtocolTCP, t.request())
		switch c.outcome {
		case dataplane.OK:
			t.wait(roundTrip)
			return c, nil
		case dataplane.Refused:
			t.wait(roundTrip)
			t.verbose("* connect to %s port %d failed: Connection refused", ip, port)
		default:
			if err := t.hang(ip); err != nil {
				return conn{}, err
			}
			timedOut = true
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
func (t *transfer) hang(ip netip.Addr) *curlError {
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
		return curlFail(28, "")
	}
	total := t.clock.now().Sub(t.start).Milliseconds()
	switch kind {
	case "connect":
		t.verbose("* ipv4 connect timeout after %dms, move on!", max(0, limit.Milliseconds()-1))
		return curlFail(28, "Failed to connect to %s port %d after %d ms: Timeout was reached", t.url.host, t.url.port, total)
	case "total":
		return curlFail(28, "Connection timed out after %d milliseconds", total)
	}
	t.verbose("* connect to %s port %d failed: Connection timed out", ip, t.url.port)
	return nil
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

// telnet shows what the other side sends. One that waits to be spoken to says
// nothing.
func (t *transfer) telnet(c conn) *curlError {
	if c.speaks.kind == speaksBanner {
		t.closed = true
		return t.write(c.speaks.banner())
	}
	if t.o.maxTime > 0 {
		t.wait(t.o.maxTime - t.clock.now().Sub(t.start))
		return curlFail(28, "Time-out")
	}
	t.wait(forever)
	return curlFail(28, "")
}

// forever is longer than anybody waits.
const forever = 1000 * time.Hour

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
