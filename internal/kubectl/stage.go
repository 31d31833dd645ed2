package kubectl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// stage lends kubectl real files for what it can only read from the disk: the
// command's own input, where that is not the process's, and texts that -f may
// name though no such file exists. Messages show the learner's name for them.
type stage struct {
	options Options
	dir     string
	names   map[string]string // path of the lent file: what messages call it
}

func newStage(o Options) *stage {
	return &stage{options: o, names: make(map[string]string)}
}

func (s *stage) close() {
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
}

// replace puts lent files in the place of names in a flag such as -f.
func (s *stage) replace(flag *pflag.Flag) error {
	values, ok := flag.Value.(pflag.SliceValue)
	if !ok {
		return nil
	}
	names := values.GetSlice()
	for i, name := range names {
		path, err := s.lend(name)
		if err != nil {
			return err
		}
		names[i] = path
	}
	return values.Replace(names)
}

// lend returns the path that kubectl is to read for name.
func (s *stage) lend(name string) (string, error) {
	text, virtual := s.options.Files[name]
	switch {
	case name == "-" && isProcessInput(s.options.Streams.In) && !s.options.Restricted:
		return name, nil
	case name == "-":
		b, err := io.ReadAll(io.LimitReader(s.options.Streams.In, maxInput+1))
		if err != nil {
			return "", fmt.Errorf("read standard input: %w", err)
		}
		if len(b) > maxInput {
			return "", fmt.Errorf("standard input is longer than %d bytes", maxInput)
		}
		return s.write("STDIN", b)
	case virtual:
		return s.write(name, []byte(text))
	case s.options.ReadFile != nil && !isURL(name):
		b, err := s.options.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("the path %q does not exist", name)
		}
		if err != nil {
			return "", fmt.Errorf("error reading %s: %w", name, err)
		}
		return s.write(name, b)
	case s.options.Restricted:
		return "", refusal("it would read " + strconv.Quote(name) + ": only standard input (-f -) and the text in the editor are there")
	default:
		return name, nil
	}
}

func isURL(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// maxInput bounds what a command takes from its input: a manifest that the
// API server would accept has at most 3 MiB.
const maxInput = 4 << 20

func (s *stage) write(name string, b []byte) (string, error) {
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "tutor-kubectl-")
		if err != nil {
			return "", fmt.Errorf("lend kubectl a file: %w", err)
		}
		s.dir = dir
	}
	path := filepath.Join(s.dir, strconv.Itoa(len(s.names))+".yaml")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return "", fmt.Errorf("lend kubectl a file: %w", err)
	}
	s.names[path] = name
	return path, nil
}

// writer shows the learner's names in what is written to w.
func (s *stage) writer(w io.Writer) io.Writer { return &renaming{w, s} }

type renaming struct {
	io.Writer
	stage *stage
}

func (r *renaming) Write(b []byte) (int, error) {
	if r.stage.dir == "" || !bytes.Contains(b, []byte(r.stage.dir)) {
		return r.Writer.Write(b)
	}
	text := string(b)
	for path, name := range r.stage.names {
		text = strings.ReplaceAll(text, path, name)
	}
	if _, err := io.WriteString(r.Writer, text); err != nil {
		return 0, err
	}
	return len(b), nil
}
