package server_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/server"
	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/tui"
	"github.com/kubetutor/tutor/internal/tui/text/en"
	"github.com/kubetutor/tutor/lessons"
)

// TestMain finds goroutines that sessions left behind. The longest of the
// app's own timers takes a second.
func TestMain(m *testing.M) {
	code := m.Run()
	time.Sleep(1200 * time.Millisecond)
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

const patience = 8 * time.Second

// class is a class with its server on loopback.
type class struct {
	t       testing.TB
	store   *store.Store
	server  *server.Server
	address string
	host    gossh.PublicKey
	done    chan error
}

func open(t testing.TB, limits server.Limits, set func(*classroom.Class)) *class {
	t.Helper()
	return openWith(t, limits, set, load)
}

type loader = func(context.Context) (*tui.Lesson, error)

func openWith(t testing.TB, limits server.Limits, set func(*classroom.Class), load loader) *class {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(context.Background(), "sqlite:"+filepath.Join(dir, "class.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	_, err = st.UpdateClass(context.Background(), func(c *classroom.Class) {
		c.Title, c.Code = "Services 101", "plum-otter-42"
		if set != nil {
			set(c)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return openOn(t, st, limits, filepath.Join(dir, "host_key"), load)
}

func openOn(t testing.TB, st *store.Store, limits server.Limits, hostKey string, load loader) *class {
	t.Helper()
	key, err := server.HostKey(hostKey)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Options{Store: st, Load: load, HostKey: key, Words: en.Strings(), Now: time.Now, Limits: limits, Join: "ssh -p 2222 NAME@tutor.local"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &class{t: t, store: st, server: s, address: l.Addr().String(), host: key.PublicKey(), done: make(chan error, 1)}
	go func() { c.done <- s.Serve(l) }()
	t.Cleanup(c.close)
	return c
}

func (c *class) close() {
	if c.done == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.server.Shutdown(ctx); err != nil {
		c.t.Error(err)
	}
	if err := <-c.done; err != nil {
		c.t.Error(err)
	}
	c.done = nil
}

// load is a small lesson whose one task passes with "# solved" in it.
func load(context.Context) (*tui.Lesson, error) {
	pack, err := lessons.Load(os.DirFS("../../tui/testdata/lesson"))
	return &tui.Lesson{Pack: pack, Check: func(_ context.Context, _ *lessons.Scenario, manifest []byte) (*grader.Verdict, error) {
		if strings.Contains(string(manifest), "# solved") {
			return &grader.Verdict{Passed: true, Held: []string{"it holds"}}, nil
		}
		return &grader.Verdict{Failures: []grader.Failure{{Expectation: "it holds", Diagnosis: grader.Diagnosis{ID: "type-too-narrow", Message: "it is not reachable"}}}}, nil
	}}, err
}

func newKey(t testing.TB) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func fingerprint(s gossh.Signer) string { return gossh.FingerprintSHA256(s.PublicKey()) }

// dial connects; with key nil as somebody who has none.
func (c *class) dial(user string, key gossh.Signer) (*gossh.Client, error) {
	auth := gossh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil })
	if key != nil {
		auth = gossh.PublicKeys(key)
	}
	return gossh.Dial("tcp", c.address, &gossh.ClientConfig{
		User: user, Auth: []gossh.AuthMethod{auth}, HostKeyCallback: gossh.FixedHostKey(c.host), Timeout: patience,
	})
}

func (c *class) mustDial(user string, key gossh.Signer) *gossh.Client {
	c.t.Helper()
	client, err := c.dial(user, key)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { client.Close() })
	return client
}

// terminal is somebody's, with the app on it.
type terminal struct {
	t       testing.TB
	client  *gossh.Client
	session *gossh.Session
	keys    io.WriteCloser
	screen  *vt.SafeEmulator
	drawing sync.Mutex // held by who writes to the screen or reads its cells
	ended   chan struct{}
	silent  chan struct{}
	closing atomic.Bool
	once    sync.Once
}

func (c *class) terminal(user string, key gossh.Signer) *terminal {
	c.t.Helper()
	client := c.mustDial(user, key)
	session, err := client.NewSession()
	if err != nil {
		c.t.Fatal(err)
	}
	term := &terminal{t: c.t, client: client, session: session, screen: vt.NewSafeEmulator(100, 30), ended: make(chan struct{}), silent: make(chan struct{})}
	out, err := session.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if term.keys, err = session.StdinPipe(); err != nil {
		c.t.Fatal(err)
	}
	if err := session.RequestPty("xterm-256color", 30, 100, gossh.TerminalModes{}); err != nil {
		c.t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		defer close(term.ended)
		_, _ = io.Copy(drawn{term}, out)
	}()
	go func() { // what the terminal answers when it is asked
		defer close(term.silent)
		buf := make([]byte, 1024)
		for {
			n, err := term.screen.Read(buf)
			if err != nil || term.closing.Load() {
				return
			}
			_, _ = term.keys.Write(buf[:n])
		}
	}()
	c.t.Cleanup(term.close)
	return term
}

func (term *terminal) close() {
	term.once.Do(func() {
		term.client.Close()
		<-term.ended
		// The emulator's Close races with a Read that waits: a last question
		// ends that one.
		term.closing.Store(true)
		_, _ = term.screen.Write([]byte("\x1b[5n"))
		<-term.silent
		term.screen.Close()
	})
}

// drawn is the terminal's screen to write to.
type drawn struct{ *terminal }

func (d drawn) Write(p []byte) (int, error) {
	d.drawing.Lock()
	defer d.drawing.Unlock()
	return d.screen.Write(p)
}

func (term *terminal) text() string {
	term.drawing.Lock()
	defer term.drawing.Unlock()
	var b strings.Builder
	for y := range term.screen.Height() {
		for x := 0; x < term.screen.Width(); {
			cell := term.screen.CellAt(x, y)
			if cell == nil || cell.Content == "" {
				b.WriteByte(' ')
				x++
				continue
			}
			b.WriteString(cell.Content)
			x += max(cell.Width, 1)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (term *terminal) press(keys string) {
	term.t.Helper()
	if _, err := term.keys.Write([]byte(keys)); err != nil {
		term.t.Fatal(err)
	}
}

func (term *terminal) wait(text string) { term.t.Helper(); term.until(text, true) }
func (term *terminal) gone(text string) { term.t.Helper(); term.until(text, false) }

func (term *terminal) until(text string, there bool) {
	term.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if strings.Contains(term.text(), text) == there {
			return
		}
		if time.Now().After(end) {
			term.t.Fatalf("waited for %q (there: %v); the screen shows\n%s", text, there, term.text())
		}
	}
}

// over waits until the server has ended the session.
func (term *terminal) over() {
	term.t.Helper()
	select {
	case <-term.ended:
	case <-time.After(patience):
		term.t.Fatalf("the session does not end; the screen shows\n%s", term.text())
	}
}
