package server_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/classroom/server"
)

// TestRequestsOfTheConnection asks for everything that a client may ask of the
// server as a whole.
func TestRequestsOfTheConnection(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	client := c.mustDial("kim", newKey(t))
	forward := gossh.Marshal(struct {
		Host string
		Port uint32
	}{"127.0.0.1", 0})
	for _, kind := range []string{
		"tcpip-forward", "cancel-tcpip-forward", "streamlocal-forward@openssh.com", "cancel-streamlocal-forward@openssh.com",
		"no-more-sessions@openssh.com", "hostkeys-prove-00@openssh.com", "made-up",
	} {
		if ok, _, err := client.SendRequest(kind, true, forward); ok || err != nil {
			t.Errorf("%s: %v, %v", kind, ok, err)
		}
	}
	if ok, _, err := client.SendRequest("keepalive@openssh.com", true, nil); !ok || err != nil {
		t.Errorf("keepalive: %v, %v", ok, err)
	}
}

func TestChannelsOtherThanSessions(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	client := c.mustDial("kim", newKey(t))
	for _, kind := range []string{
		"direct-tcpip", "forwarded-tcpip", "direct-streamlocal@openssh.com", "x11", "auth-agent@openssh.com", "tun@openssh.com", "made-up",
	} {
		ch, _, err := client.OpenChannel(kind, gossh.Marshal(struct {
			Host     string
			Port     uint32
			From     string
			FromPort uint32
		}{"127.0.0.1", 22, "127.0.0.1", 1}))
		if err == nil {
			ch.Close()
			t.Errorf("%s was opened", kind)
		}
	}
	if _, err := client.Dial("tcp", c.address); err == nil {
		t.Error("a port of the server was reached")
	}
}

func TestRequestsOfASession(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	word := func(s string) []byte { return gossh.Marshal(struct{ S string }{s}) }
	for kind, payload := range map[string][]byte{
		"exec":                       word("cat /etc/passwd"),
		"subsystem":                  word("sftp"),
		"auth-agent-req@openssh.com": nil,
		"x11-req": gossh.Marshal(struct {
			Single          bool
			Protocol, Token string
			Screen          uint32
		}{false, "MIT-MAGIC-COOKIE-1", "00", 0}),
		"signal":        word("KILL"),
		"break":         gossh.Marshal(struct{ N uint32 }{1}),
		"xon-xoff":      gossh.Marshal(struct{ Can bool }{true}),
		"env":           gossh.Marshal(struct{ Name, Value string }{"LD_PRELOAD", "/tmp/x.so"}),
		"pty-req":       []byte("short"),
		"window-change": []byte("short"),
		"made-up":       nil,
	} {
		t.Run(kind, func(t *testing.T) {
			client := c.mustDial("kim", newKey(t))
			session, err := client.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			if ok, _ := session.SendRequest(kind, true, payload); ok {
				t.Error("it was granted")
			}
		})
	}
}

func TestCommandWithATerminalIsRefused(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	session, err := c.mustDial("kim", newKey(t)).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if err := session.Start("sh"); err == nil {
		t.Error("a command was started")
	}
}

// TestShellWithoutATerminal: nothing runs, and the words that ssh prints say
// why.
func TestShellWithoutATerminal(t *testing.T) {
	session, err := open(t, server.Limits{}, nil).mustDial("kim", newKey(t)).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	session.Stdout, session.Stderr = &out, &said
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	var ended *gossh.ExitError
	if err := session.Wait(); !errors.As(err, &ended) || ended.ExitStatus() != 1 {
		t.Errorf("it ended with %v", err)
	}
	if out.Len() > 0 || !strings.HasPrefix(said.String(), "This needs a terminal") {
		t.Errorf("it printed %q and said %q", &out, &said)
	}
}

func TestOneSessionAConnection(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	client := c.mustDial("kim", newKey(t))
	if _, err := client.NewSession(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.NewSession(); err == nil {
		t.Error("a second session was opened")
	}
}

func TestPasswordsAreNotTaken(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	_, err := gossh.Dial("tcp", c.address, &gossh.ClientConfig{
		User: "root", Auth: []gossh.AuthMethod{gossh.Password("plum-otter-42")}, HostKeyCallback: gossh.FixedHostKey(c.host), Timeout: patience,
	})
	if err == nil {
		t.Error("a password was taken")
	}
}

func TestFloodOfConnections(t *testing.T) {
	c := open(t, server.Limits{PerAddress: 3}, nil)
	var held []net.Conn
	for range 3 {
		conn, err := net.Dial("tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, conn)
		greeting(t, conn)
	}
	conn, err := net.Dial("tcp", c.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if told, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(told), "The class has as many connections") {
		t.Errorf("told %q, %v", told, err)
	}
	for _, h := range held {
		h.Close()
	}
	// The places are free again.
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		client, err := c.dial("kim", newKey(t))
		if err == nil {
			client.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// greeting waits until the server has taken a connection.
func greeting(t *testing.T, conn net.Conn) {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4)
	if n, err := io.ReadFull(conn, b); string(b[:n]) != "SSH-" {
		t.Errorf("greeted with %q, %v", b[:n], err)
	}
}

func TestFloodOfText(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	term := c.terminal("kim", newKey(t))
	term.wait(title)
	openTask(term)
	// It may stop reading before all is sent.
	_, _ = term.keys.Write([]byte("\x1b[200~" + strings.Repeat("# a flood of text in one paste\n", 100_000)))
	term.over()
	if !strings.Contains(term.text(), "longer than 2 MiB") {
		t.Errorf("the screen shows\n%s", term.text())
	}
	c.terminal("ada", newKey(t)).wait(title)
}

func TestHostKeyIsKeptAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "host_key")
	first, err := server.HostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := server.HostKey(path)
	if err != nil || fingerprint(first) != fingerprint(second) {
		t.Errorf("the key changed: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for mode, ok := range map[os.FileMode]bool{0o440: true, 0o644: false, 0o660: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := server.HostKey(path); (err == nil) != ok {
			t.Errorf("a key with mode %o: %v", mode, err)
		}
	}
}
