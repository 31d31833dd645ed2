package shell

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"sync"
	"time"

	"mvdan.cc/sh/v3/expand"
)

// call is one tool being run.
type call struct {
	*Shell
	ctx    context.Context
	name   string
	args   []string // without the name
	dir    string   // working directory
	in     io.Reader
	out    io.Writer
	err    io.Writer
	tty    bool // out is the terminal
	getenv func(string) string
	env    expand.Environ
}

func (c *call) printf(format string, a ...any) { fmt.Fprintf(c.out, format, a...) }
func (c *call) errorf(format string, a ...any) { fmt.Fprintf(c.err, format, a...) }

// fail prints what is wrong after the tool's name and returns the exit code.
func (c *call) fail(code int, format string, a ...any) int {
	c.errorf("%s: %s\n", c.name, fmt.Sprintf(format, a...))
	return code
}

// wait lets time pass; false where the call was interrupted.
func (c *call) wait(d time.Duration) bool { return c.clock.wait(c.ctx, d) == nil }

// path is an argument as an absolute path.
func (c *call) path(arg string) string {
	if path.IsAbs(arg) {
		return path.Clean(arg)
	}
	return path.Join(c.dir, arg)
}

// tool runs and returns its exit code.
type tool func(*call) int

// tools are what there is beside the shell's own builtins.
func tools() map[string]tool {
	toolTable.once.Do(func() {
		toolTable.all = map[string]tool{
			"bash": runShell, "sh": runShell,
			"cat": cat, "clear": clearScreen, "curl": curl, "cut": cut,
			"date": date, "dig": dig, "env": printEnv, "printenv": printEnv,
			"getent": getent, "grep": grep, "head": head, "host": host,
			"hostname": hostname, "id": id, "ip": ipTool, "less": cat, "ls": ls, "mkdir": mkdir, "more": cat,
			"nc": nc, "nslookup": nslookup, "ping": ping, "rm": rm,
			"seq": seq, "sleep": sleep, "sort": sortLines, "ss": ss, "tail": tail,
			"tee": tee, "timeout": timeout, "touch": touch, "tools": help, "tr": tr,
			"uname": uname, "uniq": uniq, "wc": wc, "wget": wget, "whoami": whoami,
		}
	})
	return toolTable.all
}

// toolTable is made at first use, since tools refer to the table themselves.
var toolTable struct {
	once sync.Once
	all  map[string]tool
}

// builtins are the shell's own commands that are worth naming.
var builtins = []string{"cd", "echo", "exit", "export", "false", "printf", "pwd", "read", "set", "test", "true", "type", "unset"}

// Tools are the names of all commands that a shell has by itself, sorted.
func Tools() []string { return toolNames() }

func toolNames() []string {
	names := slices.Clone(builtins)
	for name := range tools() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
