package play

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	mvdan "mvdan.cc/sh/v3/shell"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
)

// Step is a command of a console block and what came of it.
type Step struct {
	// Client is where it ran, "" the learner's own machine.
	Client  string
	Command string
	// Output is what a terminal would show.
	Output string
	Exit   int
}

// Section runs the console blocks of a section, in the order of the text, in
// one cluster. The steps are listed by the line of their block in the file.
// Virtual time passes as it would for a reader: a second with each command, a
// minute between two blocks. It begins so early that the last kubectl describe
// runs about now, since that counts the ages of events by the machine's clock.
//
// A command that ends badly is a result like any other, since lessons show
// failures; the error is for what cannot be run at all.
func (p *Player) Section(ctx context.Context, s *lessons.Section) (map[int][]Step, error) {
	blocks := s.Blocks()
	files := map[string]string{}
	maps.Copy(files, s.Files)
	played := map[int][]Step{}
	var c *Console
	for _, b := range blocks {
		if name, ok := b.File(); ok {
			files[name] = b.Text
		}
		client, commands, ok := b.Console()
		if !ok {
			continue
		}
		if c == nil {
			var err error
			if c, err = p.console(s, p.now().Add(-readingTime*beforeDescribe(blocks))); err != nil {
				return nil, fmt.Errorf("section %q: %w", s.ID, err)
			}
			defer c.Close()
		}
		for _, command := range commands {
			output, code, err := c.Run(ctx, client, command, files)
			if err != nil {
				return nil, fmt.Errorf("section %q, block of line %d: %w", s.ID, b.Line, err)
			}
			played[b.Line] = append(played[b.Line], Step{Client: client, Command: command, Output: output, Exit: code})
		}
		c.cluster.Advance(readingTime)
	}
	return played, nil
}

// beforeDescribe counts the console blocks before the last one that describes
// something, all where none does.
func beforeDescribe(blocks []lessons.Block) time.Duration {
	n, last := 0, -1
	for _, b := range blocks {
		_, commands, ok := b.Console()
		if !ok {
			continue
		}
		if slices.ContainsFunc(commands, func(c string) bool { return strings.Contains(c, "kubectl describe ") }) {
			last = n
		}
		n++
	}
	if last < 0 {
		last = n
	}
	return time.Duration(last)
}

// readingTime is how long a reader stays between two blocks.
const readingTime = time.Minute

// Console is the learner's machine, with kubectl and the files of a lesson,
// and the way to shells elsewhere, on one cluster.
type Console struct {
	cluster *simulator.Cluster
	dir     string // of kubectl's configuration
}

func (p *Player) console(s *lessons.Section, start time.Time) (*Console, error) {
	w, err := p.pack.OpenWorld(s.World, s.Overlays...)
	if err != nil {
		return nil, err
	}
	return NewConsole(w.Moved(world.Present, start), start)
}

// NewConsole starts a cluster that holds a world, at that time.
func NewConsole(w *world.World, start time.Time) (*Console, error) {
	cluster, err := startCluster(w, start)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "tutor-lesson-")
	if err != nil {
		cluster.Close()
		return nil, fmt.Errorf("make a folder for kubectl: %w", err)
	}
	c := &Console{cluster: cluster, dir: dir}
	if err := kubectl.WriteConfig(c.config(), "https://lesson.tutor.invalid"); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Console) config() string { return filepath.Join(c.dir, "kubeconfig") }

// Close ends the cluster.
func (c *Console) Close() {
	c.cluster.Close()
	os.RemoveAll(c.dir)
}

// Run runs a command at a client, "" being the learner's own machine, where
// these files lie and kubectl alone can be called. Elsewhere $(kubectl …) is
// what that prints, so that no text needs a name or an address which the
// cluster makes up. It returns what a terminal would show and the exit code. A
// second of virtual time passes.
func (c *Console) Run(ctx context.Context, client, command string, files map[string]string) (output string, code int, err error) {
	defer c.cluster.Advance(time.Second)
	var out bytes.Buffer
	if client == "" {
		args, err := mvdan.Fields(command, func(string) string { return "" })
		if err != nil || len(args) == 0 || args[0] != "kubectl" {
			return "", 0, fmt.Errorf("%q: on the learner's machine kubectl alone runs; name a client for other commands", command)
		}
		code = c.kubectl(ctx, args[1:], files, &out)
		return out.String(), code, ctx.Err()
	}
	at, err := dataplane.ParseClient(client, "")
	if err != nil {
		return "", 0, err
	}
	sh, err := shell.New(shell.Options{Cluster: c.cluster, Client: at, Stdout: &out, Stderr: &out})
	if err != nil {
		return "", 0, err
	}
	code = sh.Run(ctx, c.substituted(ctx, command, files))
	return out.String(), code, ctx.Err()
}

func (c *Console) kubectl(ctx context.Context, args []string, files map[string]string, out io.Writer) int {
	return kubectl.Run(ctx, kubectl.Options{
		Handler: c.cluster.Handler(), Config: c.config(), Files: files, Restricted: true,
		Streams: kubectl.Streams{In: strings.NewReader(""), Out: out, Err: out},
	}, args)
}

// substitution is a kubectl command whose output stands in its place.
var substitution = regexp.MustCompile(`\$\(kubectl ([^()]*)\)`)

func (c *Console) substituted(ctx context.Context, command string, files map[string]string) string {
	return substitution.ReplaceAllStringFunc(command, func(s string) string {
		args, err := mvdan.Fields(substitution.FindStringSubmatch(s)[1], func(string) string { return "" })
		if err != nil {
			return s
		}
		var out bytes.Buffer
		c.kubectl(ctx, args, files, &out)
		return strings.TrimSpace(out.String())
	})
}

// Fill returns a copy of a section whose console blocks hold, below each
// command, what it printed.
func (p *Player) Fill(ctx context.Context, s *lessons.Section) (*lessons.Section, error) {
	played, err := p.Section(ctx, s)
	if err != nil {
		return nil, err
	}
	var body strings.Builder
	n, end := s.BodyLine()-1, "" // line of the file; what closes the block that is left out
	for line := range strings.Lines(s.Body) {
		n++
		if end != "" {
			if strings.TrimSpace(line) != end {
				continue
			}
			end = ""
		}
		body.WriteString(line)
		if steps := played[n]; steps != nil {
			for _, step := range steps {
				fmt.Fprintf(&body, "$ %s\n", step.Command)
				if out := strings.TrimRight(step.Output, "\n"); out != "" {
					fmt.Fprintln(&body, out)
				}
			}
			end = "```"
		}
	}
	filled := *s
	filled.Body = body.String()
	return &filled, nil
}
