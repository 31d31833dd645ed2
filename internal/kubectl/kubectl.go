// Package kubectl is the published kubectl, run inside this program against a
// simulated cluster. It is the only package that imports k8s.io/kubectl.
//
//	code := kubectl.Run(ctx, kubectl.Options{
//		Handler: cluster.Handler(),
//		Config:  "/home/kim/.local/state/tutor/kubeconfig",
//		Streams: kubectl.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr},
//	}, []string{"get", "svc", "-n", "production"})
//
// Several may run at once in one process. kubectl keeps some state in package
// variables and ends the process where a command fails; this package sets the
// former once and turns the latter into an exit code.
package kubectl

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	_ "github.com/kubetutor/tutor/internal/kubectl/english" // before the line above, in the order of initialisation
)

// Streams are a command's input and output.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Options say which cluster a command talks to and what it may touch.
type Options struct {
	// Handler is the API server. Requests reach it without a network; only
	// what streams (exec, attach, port-forward) goes through a port on
	// loopback that is open while the command runs and wants a token.
	Handler http.Handler
	// Config is the kubeconfig file that `kubectl config` shows and changes
	// and that holds the current namespace; [WriteConfig] makes one. KUBECONFIG
	// and ~/.kube are never read, so that a learner's own clusters are safe.
	Config string
	// Streams are the command's. Input other than the process's own is
	// possible.
	Streams Streams
	// Files are texts that -f may name although no such file exists: what a
	// learner has in the editor, say.
	Files map[string]string
	// ReadFile reads all other files that are named; nil is the disk. Its error
	// is fs.ErrNotExist where there is none.
	ReadFile func(name string) ([]byte, error)
	// Edit has a text edited and returns it as it is then; nil starts the
	// user's own editor.
	Edit func(ctx context.Context, name, text string) (string, error)
	// Terminal is called where a command asks for a terminal (-it). Nil is the
	// process's own; otherwise In and Out are one although they are no files,
	// and whoever runs what is asked for in the pod has to treat them so.
	Terminal func()
	// Cache is shared by commands that run in one program; nil is one of the
	// command's own.
	Cache *Cache
	// Restricted refuses whatever reads or writes files, starts a program or
	// listens, for a server that learners share.
	Restricted bool
}

// interrupted is the exit code of a command that was ended, as shells have it.
const interrupted = 130

// patience is how long a command may take to end once its context has.
const patience = time.Second

// Run runs kubectl with args (without the program's name) and returns its exit
// code. Ending ctx cuts its connections, which ends the command; one that
// waits for something else, such as proxy for clients or apply for its input,
// is left behind.
func Run(ctx context.Context, o Options, args []string) int {
	setUp()
	s := newSession(ctx, o)
	defer s.close()
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx, args) }()
	select {
	case code := <-ended:
		return code
	case <-ctx.Done():
	}
	select {
	case code := <-ended:
		return code
	case <-time.After(patience):
		return interrupted
	}
}

// run runs the command and turns what would end the process into an exit code.
func (s *session) run(ctx context.Context, args []string) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exit:
			code = r.code
			printLine(s.streams.ErrOut, ownName(r.message))
		default:
			// A bug in kubectl ends the command, not the program.
			code = 1
			fmt.Fprintf(s.streams.ErrOut, "error: kubectl stopped unexpectedly: %v\n", r)
		}
	}()
	root := s.rootCommand()
	defer forget(root)
	root.SetArgs(args)
	if isCompletion(args) {
		return s.complete(ctx, root)
	}
	if err := root.ExecuteContext(ctx); err != nil {
		cmdutil.CheckErr(err)
	}
	return 0
}

// ownName names kubectl where it took its name from this program's.
func ownName(message string) string {
	return strings.ReplaceAll(message, "'"+filepath.Base(os.Args[0])+" get resource", "'kubectl get resource")
}

func printLine(w io.Writer, message string) {
	if message == "" {
		return
	}
	fmt.Fprintln(w, strings.TrimSuffix(message, "\n"))
}

// isProcessInput tells whether r is the process's own standard input, which
// kubectl reads by itself for "-f -".
func isProcessInput(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && f == os.Stdin
}
