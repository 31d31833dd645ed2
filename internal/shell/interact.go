package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"golang.org/x/term"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// Exec runs what kubectl exec, attach and run ask for in a pod: a
// simulator.ExecFunc. On a terminal tools take the time that the real ones
// would; elsewhere nothing waits. 126 is a pod in which nothing can run.
func Exec(ctx context.Context, cluster simulator.View, pod state.Name, container string, argv []string, streams simulator.Streams) int {
	o := Options{
		Cluster: cluster, Client: dataplane.PodClient(pod.Namespace, pod.Name),
		Stdin: streams.In, Stdout: streams.Out, Stderr: streams.Err, TTY: streams.TTY,
		Seed: uint64(cluster.Now().UnixNano()),
	}
	if o.Stderr == nil { // a terminal has one stream
		o.Stderr = o.Stdout
	}
	if streams.TTY {
		o.Clock = WallClock
	}
	if len(argv) == 0 { // attach: to what the container runs
		argv = commandOf(cluster.State(), pod, container)
	}
	if isShell(argv) && streams.TTY {
		code, err := Interact(ctx, o, streams.Resize)
		if err != nil {
			fmt.Fprintf(discardNil(o.Stderr), "%v\r\n", err)
			return 126
		}
		return code
	}
	if streams.TTY {
		o.Stdin = nil
		o.Stdout = crlf{discardNil(o.Stdout)}
		o.Stderr = o.Stdout
	}
	sh, err := New(o)
	if err != nil {
		fmt.Fprintln(discardNil(o.Stderr), err)
		return 126
	}
	if isShell(argv) {
		argv = append([]string{"sh"}, argv[min(1, len(argv)):]...)
	}
	return sh.Command(ctx, argv)
}

// commandOf is what a container runs: nothing said is a shell.
func commandOf(st *state.State, pod state.Name, container string) []string {
	p := st.Pod(pod.Namespace, pod.Name)
	if p == nil {
		return nil
	}
	for _, c := range p.Spec.Containers {
		if container == "" || c.Name == container {
			return append(append([]string(nil), c.Command...), c.Args...)
		}
	}
	return nil
}

// isShell tells whether a command is a shell that reads what is typed.
func isShell(argv []string) bool {
	if len(argv) == 0 {
		return true
	}
	switch argv[0][strings.LastIndexByte(argv[0], '/')+1:] {
	case "sh", "bash", "ash", "zsh":
	default:
		return false
	}
	for _, a := range argv[1:] {
		if !strings.HasPrefix(a, "-") || strings.HasSuffix(a, "c") && !strings.HasPrefix(a, "--") {
			return false
		}
	}
	return true
}

// Interact is a prompt on a raw terminal: o.Stdin are its keys, o.Stdout its
// screen. Lines are edited and remembered; ^C ends a command, ^D or exit the
// shell, whose exit code is returned.
func Interact(ctx context.Context, o Options, resize <-chan apiserver.Size) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	keys := newKeyboard()
	screen := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys, discardNil(o.Stdout)}, "")
	in := o.Stdin
	o.Stdin, o.Stdout, o.Stderr, o.TTY = nil, screen, screen, true
	sh, err := New(o)
	if err != nil {
		return 0, err
	}
	defer context.AfterFunc(ctx, keys.close)()
	if in != nil {
		go keys.pump(in)
	}
	go resizeTo(ctx, screen, resize)
	return sh.prompt(ctx, screen, keys), nil
}

func resizeTo(ctx context.Context, screen *term.Terminal, sizes <-chan apiserver.Size) {
	for {
		select {
		case s, ok := <-sizes:
			if !ok {
				return
			}
			if s.Width > 0 && s.Height > 0 {
				screen.SetSize(int(s.Width), int(s.Height))
			}
		case <-ctx.Done():
			return
		}
	}
}

// prompt reads lines and runs them until the shell ends.
func (s *Shell) prompt(ctx context.Context, screen *term.Terminal, keys *keyboard) int {
	code := 0
	pending := ""
	for {
		if pending == "" {
			screen.SetPrompt(s.place() + ":" + s.shortDir() + s.sign())
		} else {
			screen.SetPrompt("> ")
		}
		line, err := screen.ReadLine()
		if err != nil && !errors.Is(err, term.ErrPasteIndicator) {
			screen.SetPrompt("")
			fmt.Fprint(screen, "exit\n")
			return code
		}
		if pending += line; strings.TrimSpace(pending) == "" {
			pending = ""
			continue
		}
		if _, err := syntax.NewParser().Parse(strings.NewReader(pending+"\n"), ""); err != nil && syntax.IsIncomplete(err) && line != "" {
			pending += "\n"
			continue
		}
		var left bool
		code, left = s.runLine(ctx, pending, keys)
		pending = ""
		if left || ctx.Err() != nil {
			return code
		}
	}
}

// runLine runs a line so that ^C ends it; left tells that it was an exit.
func (s *Shell) runLine(ctx context.Context, line string, keys *keyboard) (code int, left bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	keys.interruptWith(cancel)
	defer keys.interruptWith(nil)
	code = s.Run(ctx, line)
	return code, s.runner.Exited() && ctx.Err() == nil
}

func (s *Shell) shortDir() string {
	if s.runner.Dir == "/root" {
		return "~"
	}
	return s.runner.Dir
}

func (s *Shell) sign() string {
	if s.client.Kind == dataplane.External {
		return "$ "
	}
	return "# "
}

// keyboard hands the keys of a raw terminal to the line editor, and takes out
// ^C: it ends the command that runs, or the line that is being typed.
type keyboard struct {
	mu        sync.Mutex
	more      *sync.Cond
	queue     []byte
	closed    bool
	interrupt func()
}

// maxTyped is how far a terminal may type ahead, in bytes.
const maxTyped = 64 << 10

func newKeyboard() *keyboard {
	k := &keyboard{}
	k.more = sync.NewCond(&k.mu)
	return k
}

func (k *keyboard) interruptWith(f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.interrupt = f
}

// pump reads keys until there are none.
func (k *keyboard) pump(in io.Reader) {
	buf := make([]byte, 1024)
	for {
		n, err := in.Read(buf)
		for _, b := range buf[:n] {
			k.press(b)
		}
		if err != nil {
			k.close()
			return
		}
	}
}

func (k *keyboard) press(b byte) {
	const (
		ctrlC     = 3
		dropLine  = "\x05\x15\r" // to the end, delete to the start, enter
		lineBreak = '\r'
	)
	k.mu.Lock()
	defer k.mu.Unlock()
	defer k.more.Broadcast()
	switch {
	case b == ctrlC && k.interrupt != nil:
		k.interrupt()
		k.queue = nil
	case b == ctrlC:
		k.queue = append(k.queue, dropLine...)
	case len(k.queue) >= maxTyped:
	case b == '\n':
		k.queue = append(k.queue, lineBreak)
	default:
		k.queue = append(k.queue, b)
	}
}

func (k *keyboard) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	k.more.Broadcast()
}

// Read hands out what was typed.
func (k *keyboard) Read(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.queue) == 0 && !k.closed {
		k.more.Wait()
	}
	if len(k.queue) == 0 {
		return 0, io.EOF
	}
	n := copy(p, k.queue)
	k.queue = k.queue[n:]
	return n, nil
}

// crlf ends lines as a raw terminal needs them.
type crlf struct{ w io.Writer }

func (c crlf) Write(p []byte) (int, error) {
	if _, err := io.WriteString(c.w, strings.ReplaceAll(string(p), "\n", "\r\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}
