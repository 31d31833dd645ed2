package server

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
)

// addressOf is the part of an address that limits count by.
func addressOf(a net.Addr) string {
	if a == nil {
		return ""
	}
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}

// doors count connections, of each address and in all.
type doors struct {
	perAddress, most int

	mu  sync.Mutex
	of  map[string]int
	all int
}

func newDoors(perAddress, most int) *doors {
	return &doors{perAddress: perAddress, most: most, of: map[string]int{}}
}

// enter takes a place for an address, if there is one.
func (d *doors) enter(address string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all >= d.most || d.of[address] >= d.perAddress {
		return false
	}
	d.all++
	d.of[address]++
	return true
}

func (d *doors) leave(address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all--
	if d.of[address]--; d.of[address] <= 0 {
		delete(d.of, address)
	}
}

// counted is a connection that gives its place back when it is closed, and is
// closed where its client keeps it waiting. The SSH library's own deadlines are
// not used: it changes them while they are read.
type counted struct {
	net.Conn
	once  sync.Once
	leave func()
	idle  time.Duration
	in    atomic.Bool // a session was asked for
}

// sendPatience is how long a client may leave what is sent to it unread.
const sendPatience = 2 * time.Minute

// refusalTime is how long it may take to tell a client that it is turned away.
const refusalTime = time.Second

func (c *counted) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}

// SetDeadline leaves the deadlines as they are: the SSH library takes them away.
func (c *counted) SetDeadline(time.Time) error { return nil }

func (c *counted) Read(p []byte) (int, error) {
	if c.in.Load() {
		_ = c.SetReadDeadline(time.Now().Add(c.idle))
	}
	return c.Conn.Read(p)
}

func (c *counted) Write(p []byte) (int, error) {
	if c.in.Load() {
		_ = c.SetWriteDeadline(time.Now().Add(sendPatience))
	}
	return c.Conn.Write(p)
}

// cameIn ends the time for the handshake.
func (c *counted) cameIn() {
	c.in.Store(true)
	_ = c.SetReadDeadline(time.Now().Add(c.idle)) // of a read that waits already, too
	_ = c.SetWriteDeadline(time.Now().Add(sendPatience))
}

// admit takes a connection or, with nil, turns it away before a byte is read:
// with a line in the place of the server's greeting, which ssh -v shows.
func (s *Server) admit(ctx ssh.Context, conn net.Conn) net.Conn {
	address := addressOf(conn.RemoteAddr())
	if !s.doors.enter(address) {
		s.metrics.refused.WithLabelValues("connection").Inc()
		_ = conn.SetWriteDeadline(time.Now().Add(refusalTime))
		_, _ = io.WriteString(conn, s.Words.Class.Full+"\r\n")
		return nil
	}
	s.metrics.connections.Inc()
	c := &counted{Conn: conn, idle: s.Limits.Idle, leave: func() {
		s.doors.leave(address)
		s.metrics.connections.Dec()
	}}
	ctx.SetValue(connection, c)
	_ = conn.SetDeadline(time.Now().Add(s.Limits.Handshake))
	return c
}

// codes limits how many wrong join codes come from an address: a number at
// once, then one more in each pause.
type codes struct {
	burst int
	pause time.Duration
	now   func() time.Time

	mu    sync.Mutex
	wrong map[string]*wrongCodes
}

// wrongCodes are those of an address: n of them at the time at.
type wrongCodes struct {
	n  float64
	at time.Time
}

func newCodes(burst int, pause time.Duration, now func() time.Time) *codes {
	return &codes{burst: burst, pause: pause, now: now, wrong: map[string]*wrongCodes{}}
}

// maxAddresses is how many addresses are remembered.
const maxAddresses = 10_000

// allowed tells whether an address may try another code.
func (c *codes) allowed(address string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.wrong[address]
	return w == nil || c.faded(w)+1 <= float64(c.burst)
}

// faded is how many wrong codes still count.
func (c *codes) faded(w *wrongCodes) float64 {
	return max(w.n-float64(c.now().Sub(w.at))/float64(c.pause), 0)
}

// failed notes a wrong code.
func (c *codes) failed(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.wrong) >= maxAddresses {
		for a, w := range c.wrong {
			if c.faded(w) == 0 {
				delete(c.wrong, a)
			}
		}
		if len(c.wrong) >= maxAddresses {
			clear(c.wrong)
		}
	}
	w := c.wrong[address]
	if w == nil {
		w = &wrongCodes{}
		c.wrong[address] = w
	}
	w.n, w.at = c.faded(w)+1, c.now()
}
