package server_test

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/server"
)

// rawTerminal asks for a terminal as it is told and reads nothing of it.
func (c *class) rawTerminal(user string, term string, columns, rows uint32, env map[string]string) (*gossh.Session, io.WriteCloser, io.Reader) {
	c.t.Helper()
	session, err := c.mustDial(user, newKey(c.t)).NewSession()
	if err != nil {
		c.t.Fatal(err)
	}
	in, err := session.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := session.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	for name, value := range env {
		if ok, err := session.SendRequest("env", true, gossh.Marshal(struct{ Name, Value string }{name, value})); ok || err != nil {
			c.t.Errorf("%s=%s was taken, %v", name, value, err)
		}
	}
	ok, err := session.SendRequest("pty-req", true, gossh.Marshal(struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}{term, columns, rows, 0, 0, ""}))
	if !ok || err != nil {
		c.t.Fatalf("no terminal: %v, %v", ok, err)
	}
	if err := session.Shell(); err != nil {
		c.t.Fatal(err)
	}
	return session, in, out
}

// readUntil reads until a text has come.
func readUntil(t *testing.T, out io.Reader, text string) string {
	t.Helper()
	found := make(chan string, 1)
	go func() {
		var all strings.Builder
		buf := make([]byte, 32<<10)
		for !strings.Contains(all.String(), text) {
			n, err := out.Read(buf)
			all.Write(buf[:n])
			if err != nil {
				break
			}
		}
		found <- all.String()
	}()
	select {
	case all := <-found:
		if !strings.Contains(all, text) {
			t.Fatalf("%q did not come before the end: %q", text, all)
		}
		return all
	case <-time.After(patience):
		t.Fatalf("%q does not come", text)
		return ""
	}
}

func TestWindowsOfAnySize(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	for i, size := range [][2]uint32{{0, 0}, {0, 30}, {1, 1}, {100_000, 100_000}, {1<<32 - 1, 1<<32 - 1}} {
		session, in, out := c.rawTerminal(fmt.Sprintf("kim-%d", i), "xterm-256color", size[0], size[1], nil)
		if size == [2]uint32{1, 1} {
			if err := session.WindowChange(30, 100); err != nil {
				t.Fatal(err)
			}
		}
		readUntil(t, out, "all keys")
		for _, next := range [][2]int{{0, 0}, {100_000, 100_000}, {24, 80}} {
			if err := session.WindowChange(next[0], next[1]); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := in.Write([]byte("q")); err != nil {
			t.Fatal(err)
		}
		_ = session.Close()
	}
}

func TestTermIsNotTrusted(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	const evil = "\x1b]0;owned\x07\x1b[2J"
	_, _, out := c.rawTerminal("kim", "xterm"+evil, 100, 30, nil)
	if all := readUntil(t, out, "all keys"); strings.Contains(all, "owned") {
		t.Errorf("it comes back: %q", all)
	}
}

// TestVariablesAreNotTaken sends those that would change what programs do.
func TestVariablesAreNotTaken(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	_, _, out := c.rawTerminal("kim", "xterm-256color", 100, 30, map[string]string{
		"EDITOR": "sh", "VISUAL": "sh", "KUBE_EDITOR": "sh", "KUBECONFIG": "/etc/shadow", "HOME": "/root", "PATH": "/tmp", "TMPDIR": "/etc",
		"XDG_STATE_HOME": "/etc", "TUTOR_CLASS": "sqlite:/tmp/x", "TUTOR_TOKEN": "x", "TEA_DEBUG": "1", "TEA_TRACE": "/tmp/x", "UV_DEBUG": "/tmp/x",
		"GODEBUG": "x", "LANG": strings.Repeat("x", 65),
	})
	readUntil(t, out, "all keys")
}

// TestWhoReadsNothing has somebody send keys and read no frame: the server
// neither grows nor waits with the others.
func TestWhoReadsNothing(t *testing.T) {
	heap := func() int {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc >> 20)
	}
	before := heap()
	c := open(t, server.Limits{}, nil)
	_, in, _ := c.rawTerminal("deaf", "xterm-256color", 500, 500, nil)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for range 20_000 { // down and up, each with a frame
			if _, err := in.Write([]byte("\x1b[B\x1b[A/\x1b")); err != nil {
				return
			}
		}
	}()
	select {
	case <-sent:
	case <-time.After(2 * time.Second): // it is held up, as it should be
	}
	if grown := heap() - before; grown > 64 {
		t.Errorf("the server holds %d MB more", grown)
	}
	c.terminal("ada", newKey(t)).wait(title)
}

func TestWhoDoesNothingIsLetGo(t *testing.T) {
	c := open(t, server.Limits{Idle: 300 * time.Millisecond}, nil)
	term := c.terminal("kim", newKey(t))
	term.over()
}

// TestWhoAsksForNothingIsLetGo has one say nothing at all, and one prove who it
// is and ask for no session.
func TestWhoAsksForNothingIsLetGo(t *testing.T) {
	c := open(t, server.Limits{Handshake: 500 * time.Millisecond}, nil)
	silent, err := net.Dial("tcp", c.address)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	client := c.mustDial("kim", newKey(t))
	over := make(chan struct{}, 2)
	go func() { _, _ = io.Copy(io.Discard, silent); over <- struct{}{} }()
	go func() { _ = client.Wait(); over <- struct{}{} }()
	for range 2 {
		select {
		case <-over:
		case <-time.After(patience):
			t.Fatal("it is not let go")
		}
	}
	stays := c.terminal("ada", newKey(t)) // longer than the handshake may take
	stays.wait(title)
	time.Sleep(time.Second)
	stays.press("?")
	stays.wait("esc back")
}

// TestFloodOfKeys types faster than anybody can while somebody else works.
func TestFloodOfKeys(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	flood := c.terminal("flood", newKey(t))
	flood.wait(title)
	openTask(flood)
	go func() {
		for range 2000 {
			if _, err := flood.keys.Write([]byte(strings.Repeat("x", 50) + "\r")); err != nil {
				return
			}
		}
	}()
	term := c.terminal("ada", newKey(t))
	term.wait(title)
	openTask(term)
	term.press("# still here")
	term.wait("# still here")
}

// TestNamesOnTheBoard puts what a name must not do before the teacher: one
// that was imported, since no learner can join with it.
func TestNamesOnTheBoard(t *testing.T) {
	row := classroom.NewBoard(classroom.Class{Title: "a\x1b[31mb"}, []classroom.Learner{{ID: "k", Name: "e\x1b]0;x\x07\u202eve\n", Place: "task:\x1b[2J"}}, nil, nil, time.Now())
	for _, s := range []string{row.Title, row.Rows[0].Name, row.Rows[0].Place} {
		if strings.ContainsAny(s, "\x1b\x07\n\u202e") {
			t.Errorf("the board shows %q", s)
		}
	}
}
