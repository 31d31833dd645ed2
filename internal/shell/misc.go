package shell

import (
	"context"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubetutor/tutor/simulator/dataplane"
)

func help(c *call) int {
	c.printf("%s", c.whatThereIs())
	return 0
}

// whatThereIs lists the commands.
func (s *Shell) whatThereIs() string {
	names := slices.AppendSeq(toolNames(), maps.Keys(s.more))
	slices.Sort(names)
	return "Here there are: " + strings.Join(names, " ") + "\n"
}

func clearScreen(c *call) int { c.printf("\x1b[H\x1b[2J"); return 0 }
func whoami(c *call) int      { c.printf("root\n"); return 0 }
func id(c *call) int          { c.printf("uid=0(root) gid=0(root) groups=0(root)\n"); return 0 }

func uname(c *call) int {
	flags, _, ok := c.options("asnrmpio")
	if !ok {
		return 1
	}
	switch {
	case has(flags, 'a'):
		c.printf("Linux %s 6.8.0-generic #1 SMP x86_64 GNU/Linux\n", c.hostname())
	case has(flags, 'n'):
		c.printf("%s\n", c.hostname())
	case has(flags, 'r'):
		c.printf("6.8.0-generic\n")
	case has(flags, 'm'):
		c.printf("x86_64\n")
	default:
		c.printf("Linux\n")
	}
	return 0
}

func hostname(c *call) int {
	flags, rest, ok := c.options("iIfsd")
	switch {
	case !ok:
		return 1
	case len(rest) > 0:
		return c.fail(1, "you must be root to change the host name")
	case has(flags, 'i'):
		c.printf("%s\n", c.net.address())
	case has(flags, 'I'):
		c.printf("%s \n", c.net.address())
	case has(flags, 'f'):
		if h, found := c.hostsFile(c.hostname()); found {
			c.printf("%s\n", h.Canonical)
		} else {
			c.printf("%s\n", c.hostname())
		}
	default:
		c.printf("%s\n", c.hostname())
	}
	return 0
}

// printEnv is env without a command, and printenv.
func printEnv(c *call) int {
	if c.name == "env" && len(c.args) > 0 {
		return c.envCommand()
	}
	code := 0
	for _, name := range c.args {
		if v := c.env.Get(name); v.IsSet() {
			c.printf("%s\n", v.String())
		} else {
			code = 1
		}
	}
	if len(c.args) == 0 {
		for _, name := range c.exported() {
			c.printf("%s=%s\n", name, c.getenv(name))
		}
	}
	return code
}

// exported are the names that a process would see, without what keeps the
// interpreter off this machine.
func (c *call) exported() []string {
	var names []string
	c.env.Each(func(name string, v expand.Variable) bool {
		if v.Exported && v.Kind == expand.String && !slices.Contains([]string{"UID", "EUID", "GID", "TMPDIR"}, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
		return true
	})
	slices.Sort(names)
	return names
}

// envCommand is env NAME=VALUE… COMMAND.
func (c *call) envCommand() int {
	i := 0
	for i < len(c.args) && (strings.Contains(c.args[i], "=") || c.args[i] == "-i") {
		i++
	}
	if i == len(c.args) {
		c.args = nil
		return printEnv(c)
	}
	return c.runTool(c.args[i], c.args[i+1:])
}

// runTool runs another tool in place of this one.
func (c *call) runTool(name string, args []string) int {
	t, ok := tools()[name]
	if !ok {
		return c.fail(127, "‘%s’: No such file or directory", name)
	}
	next := *c
	next.name, next.args = name, args
	return t(&next)
}

// runShell is sh -c TEXT; the words after it are its parameters.
func runShell(c *call) int {
	for i, a := range c.args {
		if a == "-c" || len(a) > 1 && a[0] == '-' && a[1] != '-' && strings.HasSuffix(a, "c") {
			if i+1 >= len(c.args) {
				return c.fail(2, "-c: option requires an argument")
			}
			return c.nested(c.args[i+1], c.args[min(len(c.args), i+3):])
		}
	}
	if len(c.args) > 0 && !strings.HasPrefix(c.args[0], "-") {
		b, err := c.fs.read(c.path(c.args[0]))
		if err != nil {
			return c.fail(127, "%s: %s", c.args[0], reason(err))
		}
		return c.nested(string(b), c.args[1:])
	}
	text, _ := c.input(nil)
	return c.nested(text, nil)
}

// nested runs a text in a shell of its own that shares the session's files.
func (c *call) nested(text string, params []string) int {
	if c.depth >= maxDepth {
		return c.fail(2, "shells within shells: the limit is %d", maxDepth)
	}
	s := *c.Shell
	s.depth++
	file, err := syntax.NewParser().Parse(strings.NewReader(text), c.name)
	if err != nil {
		c.errorf("%v\n", err)
		return 2
	}
	runner, err := s.newRunner(c.in, c.out, c.err, c.dir, params)
	if err != nil {
		return c.fail(2, "%v", err)
	}
	s.runner = runner
	return s.run(c.ctx, file)
}

// maxDepth is how many shells may run within each other.
const maxDepth = 8

func date(c *call) int {
	now := c.clock.now().UTC()
	for _, a := range c.args {
		if f, ok := strings.CutPrefix(a, "+"); ok {
			c.printf("%s\n", strftime(f, now))
			return 0
		}
	}
	c.printf("%s\n", now.Format("Mon Jan _2 15:04:05 MST 2006"))
	return 0
}

func strftime(f string, t time.Time) string {
	layouts := map[byte]string{'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'M': "04", 'S': "05", 'T': "15:04:05", 'F': "2006-01-02", 'Z': "MST", 'a': "Mon", 'b': "Jan", 'A': "Monday", 'B': "January", 'y': "06", 'N': "000000000"}
	var b strings.Builder
	for i := 0; i < len(f); i++ {
		if f[i] != '%' || i+1 == len(f) {
			b.WriteByte(f[i])
			continue
		}
		i++
		switch layout := layouts[f[i]]; {
		case f[i] == 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case f[i] == 'N':
			b.WriteString(t.Format(".000000000")[1:])
		case layout != "":
			b.WriteString(t.Format(layout))
		default:
			b.WriteString(f[i-1 : i+1])
		}
	}
	return b.String()
}

// duration reads 5, 0.5, 2s, 1m, 1h and 1d.
func duration(s string) (time.Duration, bool) {
	unit := time.Second
	if n := len(s); n > 0 {
		switch s[n-1] {
		case 's':
			s = s[:n-1]
		case 'm':
			s, unit = s[:n-1], time.Minute
		case 'h':
			s, unit = s[:n-1], time.Hour
		case 'd':
			s, unit = s[:n-1], 24*time.Hour
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > 1e6 {
		return 0, false
	}
	return time.Duration(f * float64(unit)), true
}

func sleep(c *call) int {
	if len(c.args) == 0 {
		c.errorf("sleep: missing operand\nTry 'sleep --help' for more information.\n")
		return 1
	}
	var total time.Duration
	for _, a := range c.args {
		d, ok := duration(a)
		if !ok {
			c.errorf("sleep: invalid time interval ‘%s’\nTry 'sleep --help' for more information.\n", a)
			return 1
		}
		total += d
	}
	if !c.wait(total) {
		return 130
	}
	return 0
}

// timeout runs a command and ends it with 124 when it takes longer.
func timeout(c *call) int {
	args := c.args
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	if len(args) < 2 {
		c.errorf("timeout: missing operand\nTry 'timeout --help' for more information.\n")
		return 125
	}
	limit, ok := duration(args[0])
	if !ok {
		return c.fail(125, "invalid time interval ‘%s’", args[0])
	}
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	clock := &budget{timer: c.clock, left: limit}
	next, shell := *c, *c.Shell
	shell.clock = &timer{clock: clock, base: c.clock.base}
	shell.net = newNetwork(&shell)
	next.Shell, next.ctx = &shell, ctx
	code := next.runTool(args[1], args[2:])
	if clock.over {
		return 124
	}
	return code
}

func seq(c *call) int {
	sep := "\n"
	args := c.args
	if len(args) > 1 && args[0] == "-s" {
		sep, args = args[1], args[2:]
	}
	first, step, last := 1.0, 1.0, 1.0
	values := make([]float64, len(args))
	for i, a := range args {
		f, err := strconv.ParseFloat(a, 64)
		if err != nil {
			c.errorf("seq: invalid floating point argument: ‘%s’\nTry 'seq --help' for more information.\n", a)
			return 1
		}
		values[i] = f
	}
	switch len(values) {
	case 1:
		last = values[0]
	case 2:
		first, last = values[0], values[1]
	case 3:
		first, step, last = values[0], values[1], values[2]
	default:
		c.errorf("seq: missing operand\nTry 'seq --help' for more information.\n")
		return 1
	}
	if step == 0 {
		return c.fail(1, "invalid Zero increment value: ‘0’")
	}
	var out []string
	for i := 0; ; i++ {
		v := first + float64(i)*step
		if step > 0 && v > last || step < 0 && v < last {
			break
		}
		if len(out) > 1_000_000 {
			return c.fail(1, "more than a million numbers")
		}
		out = append(out, strconv.FormatFloat(v, 'g', 10, 64))
	}
	if len(out) > 0 {
		c.printf("%s\n", strings.Join(out, sep))
	}
	return 0
}

func ls(c *call) int {
	flags, names, ok := c.options("la1AhdRtr")
	if !ok {
		return 2
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	code := 0
	for _, name := range names {
		p := c.path(name)
		info, err := c.fs.stat(c.ctx, p, true)
		if err != nil {
			code = c.fail(2, "cannot access '%s': No such file or directory", name)
			continue
		}
		entries := []string{name}
		if info.IsDir() && !has(flags, 'd') {
			entries = c.fs.names(p)
			if p == "/bin" || p == "/usr/bin" {
				entries = toolNames()
			}
		}
		c.list(p, entries, flags, info.IsDir())
	}
	return code
}

func (c *call) list(dir string, entries []string, flags map[byte]string, isDir bool) {
	if !has(flags, 'l') {
		sep := "  "
		if has(flags, '1') || !c.tty {
			sep = "\n"
		}
		if len(entries) > 0 {
			c.printf("%s\n", strings.Join(entries, sep))
		}
		return
	}
	for _, e := range entries {
		full := c.path(e)
		if isDir {
			full = path.Join(dir, e)
		}
		info, err := c.fs.stat(c.ctx, full, true)
		if err != nil {
			continue
		}
		c.printf("%s 1 root root %5d %s %s\n", info.Mode(), info.Size(), info.ModTime().UTC().Format("Jan _2 15:04"), e)
	}
}

func mkdir(c *call) int {
	_, names, ok := c.options("p")
	if !ok {
		return 1
	}
	c.fs.mu.Lock()
	defer c.fs.mu.Unlock()
	for _, n := range names {
		for p := c.path(n); p != "/" && len(c.fs.dirs) < 1000; p = path.Dir(p) {
			c.fs.dirs[p] = true
		}
	}
	return 0
}

func touch(c *call) int {
	code := 0
	for _, n := range c.args {
		p := c.path(n)
		old, err := c.fs.read(p)
		if err == errIsDir {
			continue
		}
		if err := c.fs.write(p, old); err != nil {
			code = c.fail(1, "cannot touch '%s': %s", n, reason(err))
		}
	}
	return code
}

func rm(c *call) int {
	flags, names, ok := c.options("rfRv")
	if !ok {
		return 1
	}
	c.fs.mu.Lock()
	defer c.fs.mu.Unlock()
	code := 0
	for _, n := range names {
		p := c.path(n)
		if _, found := c.fs.text[p]; !found && !has(flags, 'f') {
			code = c.fail(1, "cannot remove '%s': No such file or directory", n)
		}
		c.fs.total -= len(c.fs.text[p])
		delete(c.fs.text, p)
	}
	return code
}

// place says where the session runs, for its prompt.
func (s *Shell) place() string {
	if s.client.Kind == dataplane.External {
		return "you@" + s.hostname()
	}
	return "root@" + s.hostname()
}
