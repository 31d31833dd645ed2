package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Manifest is what the text in the learner's editor is called in a terminal.
const Manifest = "manifest.yaml"

// Terminal is the learner's: one shell at each client they have been at, and
// kubectl in all of them. It runs one command at a time.
type Terminal struct {
	cluster *Cluster
	place   atomic.Pointer[place]

	mu     sync.Mutex // held while a command runs
	shells map[dataplane.Client]*shell.Shell
	lent   map[dataplane.Client]string // the manifest as each shell got it last

	out     sync.Mutex // guards what follows: a command may print when it is over
	device  Device     // of the command that runs
	written map[dataplane.Client]int
}

// place is where commands run: a client, and a folder there.
type place struct {
	at  dataplane.Client
	dir string
}

// Terminal opens a terminal at a client.
func (c *Cluster) Terminal(at dataplane.Client) *Terminal {
	t := &Terminal{
		cluster: c, shells: map[dataplane.Client]*shell.Shell{},
		written: map[dataplane.Client]int{}, lent: map[dataplane.Client]string{},
	}
	t.place.Store(&place{at, shell.Home})
	return t
}

// Write shows what a shell prints on the device of the command that runs.
func (t *Terminal) Write(p []byte) (int, error) {
	t.out.Lock()
	defer t.out.Unlock()
	t.written[t.At()] += len(p)
	return t.device.Write(p)
}

// At is the client that commands run at. It never waits.
func (t *Terminal) At() dataplane.Client { return t.place.Load().at }

// Prompt names the client, and the folder where that is not the first one. It
// never waits.
func (t *Terminal) Prompt() string {
	p := t.place.Load()
	if p.dir == shell.Home {
		return p.at.String()
	}
	return p.at.String() + ":" + p.dir
}

// renewAfter is how much a shell prints, in bytes, before a new one takes its
// place: a shell bounds what it prints in all.
const renewAfter = 8 << 20

// Run runs a line on a device and returns its exit code. manifest is the file
// of that name. Ending ctx ends the command.
func (t *Terminal) Run(ctx context.Context, line, manifest string, d Device) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.use(d)
	if words := strings.Fields(line); len(words) > 0 && words[0] == "at" {
		return t.move(words[1:], d)
	}
	at := t.At()
	sh, err := t.shell(at, manifest)
	if err != nil {
		fmt.Fprintf(d, "%v\n", err)
		return 1
	}
	keys, unplug := plug(ctx, d)
	defer unplug()
	if err := sh.SetInput(keys.input()); err != nil {
		fmt.Fprintf(d, "%v\n", err)
		return 1
	}
	code := sh.Run(ctx, line)
	t.place.Store(&place{at, sh.Dir()})
	if sh.Exited() || t.printed(at) > renewAfter {
		t.forget(at)
	}
	return code
}

func (t *Terminal) use(d Device) {
	t.out.Lock()
	defer t.out.Unlock()
	t.device = d
}

func (t *Terminal) current() Device {
	t.out.Lock()
	defer t.out.Unlock()
	return t.device
}

func (t *Terminal) printed(at dataplane.Client) int {
	t.out.Lock()
	defer t.out.Unlock()
	return t.written[at]
}

// forget has the next command at a client start a new shell.
func (t *Terminal) forget(at dataplane.Client) {
	delete(t.shells, at)
	t.out.Lock()
	delete(t.written, at)
	t.out.Unlock()
	delete(t.lent, at)
	t.place.Store(&place{at, shell.Home})
}

// shell is the one at a client, made at the first command there, with the
// manifest as it is now.
func (t *Terminal) shell(at dataplane.Client, manifest string) (*shell.Shell, error) {
	sh := t.shells[at]
	if sh == nil {
		var err error
		sh, err = shell.New(shell.Options{
			Cluster: t.cluster.cluster, Client: at, Clock: shell.WallClock, TTY: true, Dir: shell.Home,
			Seed:   uint64(t.cluster.now().UnixNano()),
			Stdout: t, Stderr: t,
			Commands: t.commands(),
		})
		if err != nil {
			return nil, fmt.Errorf("%w; at CLIENT goes elsewhere, such as %s", err, firstOr(t.cluster.clients(), "external:NAME"))
		}
		t.shells[at] = sh
	}
	if t.lent[at] != manifest {
		if err := sh.WriteFile(shell.Home+"/"+Manifest, []byte(manifest)); err != nil {
			return nil, fmt.Errorf("lend the shell %s: %w", Manifest, err)
		}
		t.lent[at] = manifest
	}
	return sh, nil
}

// commands are what the terminal has beside the shell's tools.
func (t *Terminal) commands() map[string]shell.Command {
	all := map[string]shell.Command{
		"kubectl": t.kubectl,
		"at": func(_ context.Context, _ []string, _ io.Reader, out, _ io.Writer) int {
			return t.move(nil, out) // it moves where it stands alone, see Run
		},
	}
	for _, name := range []string{"edit", "nano", "vi", "vim"} {
		all[name] = t.edit
	}
	return all
}

// edit has a file edited, by whatever name the learner calls an editor.
func (t *Terminal) edit(ctx context.Context, args []string, _ io.Reader, _, errOut io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintln(errOut, "name the file to edit")
		return 2
	}
	before, err := t.readFile(args[0])
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(errOut, "%s: %v\n", args[0], err)
		return 1
	}
	after, err := t.current().Edit(ctx, args[0], string(before))
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 1
	}
	if after == string(before) {
		return 0
	}
	if err := t.shells[t.At()].WriteFile(args[0], []byte(after)); err != nil {
		fmt.Fprintf(errOut, "%s: %v\n", args[0], err)
		return 1
	}
	return 0
}

// kubectl runs on the device too: it reads files that the shell has, edits on
// the screen, and a terminal in a pod is this one.
func (t *Terminal) kubectl(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	d := t.current()
	defer t.cluster.terminal.Store(nil)
	return kubectl.Run(ctx, kubectl.Options{
		Handler: t.cluster, Config: t.cluster.config(), Cache: t.cluster.cache, Restricted: true,
		ReadFile: t.readFile,
		Edit:     d.Edit,
		Terminal: func() { t.cluster.terminal.Store(&d) },
		// Were it seen to be a file, its descriptor would be asked for, after
		// which a read of it cannot be ended any more.
		Streams: kubectl.Streams{In: struct{ io.Reader }{in}, Out: out, Err: errOut},
	}, args)
}

// readFile reads a file of the shell that runs.
func (t *Terminal) readFile(name string) ([]byte, error) {
	sh := t.shells[t.At()]
	if sh == nil {
		return nil, fs.ErrNotExist
	}
	return sh.ReadFile(name)
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
	sh, err := t.shell(client, t.lent[client])
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	t.place.Store(&place{client, sh.Dir()})
	return 0
}

func firstOr(names []string, otherwise string) string {
	if len(names) > 0 {
		return names[0]
	}
	return otherwise
}
