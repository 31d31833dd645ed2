package live

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Terminal is the learner's: one shell at each client they have been at, and
// kubectl in all of them. It runs one command at a time.
type Terminal struct {
	cluster *Cluster
	out     sink

	place atomic.Pointer[dataplane.Client]

	mu      sync.Mutex // held while a command runs
	shells  map[dataplane.Client]*shell.Shell
	files   map[string]string
	written map[dataplane.Client]int
}

// Terminal opens a terminal at a client.
func (c *Cluster) Terminal(at dataplane.Client) *Terminal {
	t := &Terminal{cluster: c, shells: map[dataplane.Client]*shell.Shell{}, written: map[dataplane.Client]int{}}
	t.place.Store(&at)
	return t
}

// sink passes on what a shell prints to whoever listens to the command that
// runs.
type sink struct {
	to io.Writer
	n  int
}

func (s *sink) Write(p []byte) (int, error) {
	s.n += len(p)
	return s.to.Write(p)
}

// At is the client that commands run at. It never waits.
func (t *Terminal) At() dataplane.Client { return *t.place.Load() }

// renewAfter is how much a shell prints, in bytes, before a new one takes its
// place: a shell bounds what it prints in all.
const renewAfter = 8 << 20

// Run runs a line and returns its exit code. files are what kubectl -f may
// name beside standard input. Ending ctx ends the command.
func (t *Terminal) Run(ctx context.Context, line string, files map[string]string, out io.Writer) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if words := strings.Fields(line); len(words) > 0 && words[0] == "at" {
		return t.move(words[1:], out)
	}
	t.out, t.files = sink{to: out}, files
	at := t.At()
	sh, err := t.shell(at)
	if err != nil {
		fmt.Fprintf(out, "%v\n", err)
		return 1
	}
	code := sh.Run(ctx, line)
	if t.written[at] += t.out.n; t.written[at] > renewAfter {
		delete(t.shells, at)
		delete(t.written, at)
	}
	return code
}

// shell is the one at a client, made at the first command there.
func (t *Terminal) shell(at dataplane.Client) (*shell.Shell, error) {
	if sh := t.shells[at]; sh != nil {
		return sh, nil
	}
	sh, err := shell.New(shell.Options{
		Cluster: t.cluster.cluster, Client: at, Clock: shell.WallClock, TTY: true,
		Seed:   uint64(t.cluster.now().UnixNano()),
		Stdout: &t.out, Stderr: &t.out,
		Commands: map[string]shell.Command{"kubectl": t.kubectl},
	})
	if err != nil {
		return nil, fmt.Errorf("%w; at CLIENT goes elsewhere, such as %s", err, firstOr(t.cluster.clients(), "external:NAME"))
	}
	t.shells[at] = sh
	return sh, nil
}

func (t *Terminal) kubectl(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	return kubectl.Run(ctx, kubectl.Options{
		Handler: t.cluster, Config: t.cluster.config(), Files: t.files, Cache: t.cluster.cache, Restricted: true,
		Streams: kubectl.Streams{In: in, Out: out, Err: errOut},
	}, args)
}

// move is the command at: it goes to another client, or says which there are.
func (t *Terminal) move(args []string, out io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintf(out, "at CLIENT goes to a client; there are:\n  %s\n", strings.Join(t.cluster.clients(), "\n  "))
		return 2
	}
	client, err := dataplane.ParseClient(args[0], "")
	if err != nil {
		fmt.Fprintln(out, err)
		return 2
	}
	if _, err := t.shell(client); err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	t.place.Store(&client)
	return 0
}

func firstOr(names []string, otherwise string) string {
	if len(names) > 0 {
		return names[0]
	}
	return otherwise
}
