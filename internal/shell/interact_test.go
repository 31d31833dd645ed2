package shell_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/state"
)

// screen is a terminal's output that can be waited for.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	seen chan struct{}
}

func newScreen() *screen { return &screen{seen: make(chan struct{}, 1)} }

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.seen <- struct{}{}:
	default:
	}
	return s.text.Write(p)
}

// waitFor returns once the screen has shown a text n times.
func (s *screen) waitFor(t *testing.T, text string, n int) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		shown := s.text.String()
		s.mu.Unlock()
		if strings.Count(shown, text) >= n {
			return
		}
		select {
		case <-s.seen:
		case <-late:
			t.Fatalf("the screen never showed %q %d times:\n%s", text, n, shown)
		}
	}
}

// TestPrompt is kubectl exec -it: lines are edited, run and remembered, ^C
// ends a command that waits, ^D the shell.
func TestPrompt(t *testing.T) {
	cluster := load(t, "testdata/world.yaml")
	in, keys := io.Pipe()
	out := newScreen()
	done := make(chan int)
	go func() {
		done <- shell.Exec(context.Background(), cluster, state.Name{Namespace: "production", Name: "debug"}, "", []string{"bash"},
			simulator.Streams{In: in, Out: out, TTY: true})
	}()
	typed := func(text string) {
		if _, err := io.WriteString(keys, text); err != nil {
			t.Error(err)
		}
	}
	const prompt = "root@debug:/# "
	out.waitFor(t, prompt, 1)
	typed("curl -x\x7fs http://web\r")
	out.waitFor(t, "host=web path=/ from=10.244.1.100\r\n", 1)
	out.waitFor(t, prompt, 2)
	typed("\x1b[A\r") // arrow up
	out.waitFor(t, "host=web path=/ from=10.244.1.100\r\n", 2)
	typed("curl -v web:81\r")
	out.waitFor(t, "Trying", 1) // and then nothing for two minutes
	typed("\x03")
	out.waitFor(t, prompt, 4)
	typed("forgotten\x03x=7\r")
	typed("for i in 1 2\r")
	out.waitFor(t, "> ", 1)
	typed("do echo $i$x; done\r")
	out.waitFor(t, "17\r\n27\r\n", 1)
	typed("false\r\x04")
	select {
	case code := <-done:
		if code != 1 {
			t.Errorf("exit %d, want that of the last command", code)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("^D did not end the shell")
	}
}

// TestExec is kubectl exec without a terminal.
func TestExec(t *testing.T) {
	cluster := load(t, "testdata/world.yaml")
	pod := state.Name{Namespace: "production", Name: "debug"}
	for _, tc := range []struct {
		argv []string
		in   string
		out  string
		exit int
	}{
		{[]string{"curl", "-s", "http://web"}, "", "web-0:8080 host=web path=/ from=10.244.1.100\n", 0},
		{[]string{"curl", "-I", "web", "-s"}, "", "HTTP/1.1 200 OK\nDate: ", 0}, // no bold off a terminal
		{[]string{"sh", "-c", "exit 3"}, "", "", 3},
		{[]string{"sh"}, "curl -s web | wc -l\n", "1\n", 0},
		{[]string{"/bin/sh", "-c", "echo $1", "x", "a b"}, "", "a b\n", 0},
		{[]string{"nosuch"}, "", "bash: nosuch: command not found\nHere there are: bash cat cd clear curl ", 127},
	} {
		var out bytes.Buffer
		exit := shell.Exec(context.Background(), cluster, pod, "", tc.argv, simulator.Streams{In: strings.NewReader(tc.in), Out: &out, Err: &out})
		if exit != tc.exit || !strings.HasPrefix(out.String(), tc.out) {
			t.Errorf("%q: exit %d, want %d; output %q, want %q", tc.argv, exit, tc.exit, out.String(), tc.out)
		}
	}
	if exit := shell.Exec(context.Background(), cluster, state.Name{Namespace: "production", Name: "gone"}, "", []string{"date"}, simulator.Streams{}); exit != 126 {
		t.Errorf("a pod that is not there: exit %d", exit)
	}
}
