// Package shell is the terminal a learner has in a pod, on a node and outside
// the cluster: a shell language (mvdan.cc/sh) with curl, dig, nslookup and the
// like, whose packets go through the simulated data plane and whose names
// through the simulated DNS.
//
//	sh, err := shell.New(shell.Options{Cluster: c, Client: client, Stdout: out, Stderr: out})
//	code := sh.Run(ctx, "for i in $(seq 5); do curl -s http://cart-svc; done | sort | uniq -c")
//
// Nothing of the machine it runs on is within reach: files live in memory,
// commands are those of this package, addresses are the cluster's. Time passes
// on a [Clock]: a check waits for nothing, a terminal waits as the real tool
// would.
//
// The tools speak as Debian 12's do (dig and nslookup 9.18, curl 7.88, wget
// 1.21, OpenBSD nc, iputils ping), held to recordings of them. What answers
// behind a pod's port is in server.go.
package shell

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// Cluster is what the tools need of a cluster; *simulator.Cluster is one.
type Cluster interface {
	// State is the cluster as it is now.
	State() *state.State
	// Now is the cluster's time.
	Now() time.Time
}

// Options say where a shell runs and what it is connected to.
type Options struct {
	Cluster Cluster
	Client  dataplane.Client
	// Clock is how time passes while a tool waits; [Instant] unless set.
	Clock Clock
	// Seed decides what is left to chance: which backend answers, the order of
	// addresses.
	Seed uint64
	// Dir is the folder that the shell is in first; / unless set.
	Dir string
	// Stdin may be nil.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// TTY tells that Stdout is a terminal: tools colour and pad for it.
	TTY bool
	// Commands are further tools, by their names: what a terminal offers beside
	// those of this package.
	Commands map[string]Command
}

// Command is a tool of somebody else's. It returns its exit code and ends when
// ctx does.
type Command func(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int

// Shell is one session at one client. It is not safe for concurrent use.
type Shell struct {
	cluster Cluster
	client  dataplane.Client
	clock   *timer
	rand    *rand.Rand
	out     io.Writer
	errOut  io.Writer
	tty     bool
	fs      *files
	net     *network
	runner  *interp.Runner
	more    map[string]Command
	depth   int // shells around this one
}

// New starts a shell. The error says which pod, node or host does not exist,
// or why no shell runs there.
func New(o Options) (*Shell, error) {
	st := o.Cluster.State()
	if err := checkClient(st, o.Client); err != nil {
		return nil, err
	}
	s := &Shell{
		cluster: o.Cluster, client: o.Client,
		clock: newTimer(o.Clock, o.Cluster.Now),
		rand:  rand.New(rand.NewPCG(o.Seed, 1)),
		out:   &lockedWriter{w: discardNil(o.Stdout)}, tty: o.TTY,
		more: o.Commands,
	}
	s.errOut = s.out
	if o.Stderr != o.Stdout {
		s.errOut = &lockedWriter{w: discardNil(o.Stderr)}
	}
	s.net = newNetwork(s)
	s.fs = newFiles(s)
	runner, err := s.newRunner(o.Stdin, s.out, s.errOut, cmp.Or(o.Dir, "/"), nil)
	if err != nil {
		return nil, fmt.Errorf("start a shell at %s: %w", o.Client, err)
	}
	s.runner = runner
	return s, nil
}

// newRunner makes an interpreter that has nothing of this machine.
func (s *Shell) newRunner(in io.Reader, out, errOut io.Writer, dir string, params []string) (*interp.Runner, error) {
	runner, err := interp.New(
		interp.StdIO(in, out, errOut),
		interp.Env(sandboxEnv{expand.ListEnviron(s.environ()...)}),
		interp.Dir("/"),
		interp.Params(append([]string{"--"}, params...)...),
		interp.CallHandler(s.before),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.exec }),
		interp.OpenHandler(s.fs.open),
		interp.StatHandler(s.fs.stat),
		interp.ReadDirHandler2(s.fs.readDir),
		interp.AccessHandler(s.fs.access),
	)
	if err != nil {
		return nil, err
	}
	runner.Reset()
	if dir == "/" {
		return runner, nil
	}
	// $PWD has to follow, which the interpreter keeps to itself.
	cd := &syntax.CallExpr{Args: []*syntax.Word{word("cd"), word(dir)}}
	if err := runner.Run(context.Background(), &syntax.Stmt{Cmd: cd}); err != nil {
		return nil, fmt.Errorf("go to %s: %w", dir, err)
	}
	return runner, nil
}

// word is a word of the shell's language that means what it says.
func word(s string) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: s}}}
}

// checkClient says why nothing can run at a client.
func checkClient(st *state.State, c dataplane.Client) error {
	switch c.Kind {
	case dataplane.Pod:
		p := st.Pod(c.Namespace, c.Name)
		if p == nil {
			return fmt.Errorf("there is no pod %s in namespace %s", c.Name, c.Namespace)
		}
		if p.Status.Phase != corev1.PodRunning && p.Status.Phase != "" {
			return fmt.Errorf("pod %s in namespace %s is %s, not Running", c.Name, c.Namespace, p.Status.Phase)
		}
	case dataplane.Node:
		if st.Node(c.Name) == nil {
			return fmt.Errorf("there is no node %s", c.Name)
		}
	default:
		if _, ok := st.World.Host(c.Name); !ok {
			return fmt.Errorf("there is no outside host %s in this world", c.Name)
		}
	}
	return nil
}

// maxLine is how long the text of a command may be.
const maxLine = 64 << 10

// Run runs a text in the shell's language and returns its exit code: 2 for
// what is no shell language, 130 where ctx ended it.
func (s *Shell) Run(ctx context.Context, text string) int {
	if len(text) > maxLine {
		return s.complain(2, "the command is longer than 64 KiB")
	}
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "bash")
	if err != nil {
		fmt.Fprintln(s.out, err)
		return 2
	}
	return s.run(ctx, file)
}

func (s *Shell) run(ctx context.Context, node syntax.Node) int {
	ctx, cancel := context.WithTimeout(ctx, s.clock.patience())
	defer cancel()
	err := s.runner.Run(ctx, node)
	var status interp.ExitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case ctx.Err() != nil:
		return 130
	case errors.Is(err, errTooLong):
		return s.complain(130, err.Error())
	default:
		return s.complain(1, err.Error())
	}
}

func (s *Shell) complain(code int, text string) int {
	fmt.Fprintf(s.out, "bash: %s\n", text)
	return code
}

// Command runs one command without a shell around it, as kubectl exec does.
func (s *Shell) Command(ctx context.Context, argv []string) int {
	quoted := make([]string, len(argv))
	for i, a := range argv {
		q, err := syntax.Quote(a, syntax.LangBash)
		if err != nil {
			return s.complain(126, fmt.Sprintf("argument %d: %v", i, err))
		}
		quoted[i] = q
	}
	return s.Run(ctx, strings.Join(quoted, " "))
}

// environ is a pod's environment, a login's on other machines.
func (s *Shell) environ() []string {
	env := []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/root", "HOSTNAME=" + s.hostname(),
		// What the interpreter would otherwise ask of this machine.
		"UID=0", "EUID=0", "GID=0", "TMPDIR=" + noTemp,
	}
	if s.tty {
		env = append(env, "TERM=xterm")
	}
	if p := s.pod(); p != nil {
		env = append(env, podEnv(s.cluster.State(), p)...)
	}
	return env
}

// pod is the pod that the shell runs in, nil elsewhere.
func (s *Shell) pod() *corev1.Pod {
	if s.client.Kind != dataplane.Pod {
		return nil
	}
	return s.cluster.State().Pod(s.client.Namespace, s.client.Name)
}

// node is the name of the node that the shell runs on, "" outside.
func (s *Shell) node() string {
	switch s.client.Kind {
	case dataplane.Pod:
		if p := s.pod(); p != nil {
			return p.Spec.NodeName
		}
		return ""
	case dataplane.Node:
		return s.client.Name
	}
	return ""
}

// hostname is what the machine calls itself.
func (s *Shell) hostname() string {
	p := s.pod()
	switch {
	case p == nil:
		return s.client.Name
	case p.Spec.HostNetwork:
		return p.Spec.NodeName
	case p.Spec.Hostname != "":
		return p.Spec.Hostname
	}
	return p.Name
}
