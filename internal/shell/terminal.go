package shell

import (
	"context"
	"io"
	"path"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubetutor/tutor/simulator/state"
)

// What a terminal around a shell needs to know.

// Home is the home folder of whoever is at a shell.
const Home = "/root"

// SetInput says what commands read from now on. It must not be called while
// one runs.
func (s *Shell) SetInput(in io.Reader) error {
	return interp.StdIO(in, s.out, s.errOut)(s.runner)
}

// Exited tells whether the shell was left with exit.
func (s *Shell) Exited() bool { return s.runner.Exited() }

// Dir is the folder that the shell is in.
func (s *Shell) Dir() string { return s.runner.Dir }

// ReadFile reads a file of the shell's own; the error is fs.ErrNotExist where
// there is none.
func (s *Shell) ReadFile(name string) ([]byte, error) { return s.fs.read(s.absolute(name)) }

// WriteFile writes a file of the shell's own.
func (s *Shell) WriteFile(name string, data []byte) error { return s.fs.write(s.absolute(name), data) }

func (s *Shell) absolute(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(s.Dir(), name)
}

// FileNames are the names that a path which was begun may become; folders end
// with a slash.
func (s *Shell) FileNames(begun string) []string {
	dir, base := path.Split(begun)
	var all []string
	for _, n := range s.fs.names(s.absolute(dir)) {
		if !strings.HasPrefix(n, base) {
			continue
		}
		if info, err := s.fs.stat(context.Background(), path.Join(s.absolute(dir), n), true); err == nil && info.IsDir() {
			n += "/"
		}
		all = append(all, dir+n)
	}
	return all
}

// Incomplete tells whether a text of the shell's language goes on: a quote is
// open, a loop, a here-document, or its last line ends with a backslash.
func Incomplete(text string) bool {
	if n := len(text) - len(strings.TrimRight(text, `\`)); n%2 == 1 {
		return true
	}
	_, err := syntax.NewParser().Parse(strings.NewReader(text+"\n"), "")
	return err != nil && syntax.IsIncomplete(err)
}

// Reads tells whether what runs in a container (by the command given, else its
// own) is a shell, which reads what is typed key by key.
func Reads(st *state.State, pod state.Name, container string, argv []string) bool {
	if len(argv) == 0 {
		argv = commandOf(st, pod, container)
	}
	return isShell(argv)
}
