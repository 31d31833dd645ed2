package play

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	mvdan "mvdan.cc/sh/v3/shell"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
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
// Virtual time passes as it would for a reader: a moment between commands, and
// between two blocks as long as the cluster still has something to do.
//
// A command that ends badly is a result like any other, since lessons show
// failures; the error is for what cannot be run at all.
func (p *Player) Section(ctx context.Context, s *lessons.Section) (map[int][]Step, error) {
	blocks := s.Blocks()
	files := map[string]string{}
	played := map[int][]Step{}
	var c *console
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
			if c, err = p.console(s.World, files); err != nil {
				return nil, fmt.Errorf("section %q: %w", s.ID, err)
			}
			defer c.close()
		}
		for _, command := range commands {
			step, err := c.run(ctx, client, command)
			if err != nil {
				return nil, fmt.Errorf("section %q, block of line %d: %w", s.ID, b.Line, err)
			}
			played[b.Line] = append(played[b.Line], step)
			c.cluster.Advance(time.Second)
		}
		c.cluster.Settle()
	}
	return played, nil
}

// console is the learner's machine, with kubectl and the lesson's files, and
// the way to shells elsewhere.
type console struct {
	cluster *simulator.Cluster
	files   map[string]string
	dir     string // of kubectl's configuration
}

func (p *Player) console(world string, files map[string]string) (*console, error) {
	c, err := p.cluster(world, "")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "tutor-lesson-")
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("make a folder for kubectl: %w", err)
	}
	made := &console{cluster: c, files: files, dir: dir}
	if err := kubectl.WriteConfig(made.config(), "https://lesson.tutor.invalid"); err != nil {
		made.close()
		return nil, err
	}
	return made, nil
}

func (c *console) config() string { return filepath.Join(c.dir, "kubeconfig") }

func (c *console) close() {
	c.cluster.Close()
	os.RemoveAll(c.dir)
}

// run runs one command at a client.
func (c *console) run(ctx context.Context, client, command string) (Step, error) {
	step := Step{Client: client, Command: command}
	var out bytes.Buffer
	if client == "" {
		args, err := mvdan.Fields(command, func(string) string { return "" })
		if err != nil || len(args) == 0 || args[0] != "kubectl" {
			return step, fmt.Errorf("%q: on the learner's machine kubectl alone runs; name a client for other commands", command)
		}
		step.Exit = kubectl.Run(ctx, kubectl.Options{
			Handler: c.cluster.Handler(), Config: c.config(), Files: c.files, Restricted: true,
			Streams: kubectl.Streams{In: strings.NewReader(""), Out: &out, Err: &out},
		}, args[1:])
		step.Output = out.String()
		return step, ctx.Err()
	}
	at, err := dataplane.ParseClient(client, "")
	if err != nil {
		return step, err
	}
	sh, err := shell.New(shell.Options{Cluster: c.cluster, Client: at, Stdout: &out, Stderr: &out})
	if err != nil {
		return step, err
	}
	step.Exit = sh.Run(ctx, command)
	step.Output = out.String()
	return step, ctx.Err()
}

// Fill returns a copy of a section whose console blocks hold, below each
// command, what it printed.
func (p *Player) Fill(ctx context.Context, s *lessons.Section) (*lessons.Section, error) {
	played, err := p.Section(ctx, s)
	if err != nil {
		return nil, err
	}
	var body strings.Builder
	n, end := 1, "" // line of the file; what closes the block that is left out
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
