package shell

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

// noTemp is where the interpreter would make named pipes for <(…): a folder
// that does not exist, so that it makes none.
const noTemp = "/nowhere/tutor"

// sandboxEnv answers what the interpreter would otherwise ask of this machine:
// the home of another user (~name).
type sandboxEnv struct{ expand.Environ }

func (e sandboxEnv) Get(name string) expand.Variable {
	if user, ok := strings.CutPrefix(name, "HOME "); ok {
		home := "~" + user
		if user == "root" {
			home = "/root"
		}
		return expand.Variable{Set: true, Kind: expand.String, Str: home}
	}
	return e.Environ.Get(name)
}

// before sees every simple command, builtins and functions included, before it
// runs.
func (s *Shell) before(ctx context.Context, args []string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if args[0] == "help" { // the interpreter's own lists builtins that are not here
		args[0] = "tools"
	}
	return args, nil
}

// exec runs what is neither a builtin nor a function: a tool of this package
// and nothing else.
func (s *Shell) exec(ctx context.Context, args []string) error {
	hc := interp.HandlerCtx(ctx)
	name := args[0]
	if i := strings.LastIndexByte(name, '/'); i >= 0 && isBin(name[:i]) {
		name = name[i+1:]
	}
	c := &call{
		Shell: s, ctx: ctx, name: name, args: args[1:], dir: hc.Dir,
		in: hc.Stdin, out: hc.Stdout, err: hc.Stderr,
		getenv: func(k string) string { return hc.Env.Get(k).String() },
		env:    hc.Env,
	}
	if hc.Stdin == nil {
		c.in = strings.NewReader("")
	}
	c.tty = s.tty && hc.Stdout == s.out
	t, ok := tools()[name]
	if more := s.more[name]; more != nil {
		t, ok = func(c *call) int { return more(ctx, c.args, c.in, c.out, c.err) }, true
	}
	if !ok {
		fmt.Fprintf(hc.Stderr, "bash: %s: command not found\n%s", args[0], s.whatThereIs())
		return interp.ExitStatus(127)
	}
	code := t(c)
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.clock.over() {
		return errTooLong
	}
	if code != 0 {
		return interp.ExitStatus(uint8(code))
	}
	return nil
}

func isBin(dir string) bool {
	switch dir {
	case "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin":
		return true
	}
	return false
}

// maxOutput is how much one writer takes; a loop that prints for ever must not
// fill the memory.
const maxOutput = 16 << 20

// lockedWriter is written to by the parts of a pipeline at once.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
	n  int
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.n += len(p); l.n > maxOutput {
		return 0, io.ErrShortWrite
	}
	return l.w.Write(p)
}

func discardNil(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}
