package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"charm.land/fang/v2"
	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
)

// system is what the commands take from the machine they run on; tests give
// another one.
type system struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	now      func() time.Time
	// stateDir is where progress and the sandbox are kept between runs.
	stateDir string
	// configDir is where the user's own theme is.
	configDir string
	// lessons is the folder that the flag --lessons names, "" for those built in.
	lessons string
}

func fromSystem() *system {
	return &system{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		getenv:    os.Getenv,
		now:       time.Now,
		stateDir:  filepath.Join(xdg.StateHome, "tutor"),
		configDir: filepath.Join(xdg.ConfigHome, "tutor"),
	}
}

// exitCode is an error that has been reported already and only carries the
// code to end with.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// interrupted is what shells expect of a command that ^C ended.
const interrupted = 130

// run carries out one call of the program and returns its exit code: 0, 1 for
// "no" (a manifest that did not pass), 2 for a call or file that was unusable,
// 130 for one that was stopped before it had an answer.
func run(args []string, sys *system) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := newRootCmd(sys)
	root.SetArgs(args)
	err := fang.Execute(ctx, root,
		fang.WithVersion(buildVersion()),
		fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {})) // told below
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		return interrupted
	default:
		fmt.Fprintf(sys.err, "tutor: %v\n", err)
		if sys.isOfState(err) {
			fmt.Fprintf(sys.err, "What you do is kept in %s; XDG_STATE_HOME names another place than %s.\n", sys.stateDir, filepath.Dir(sys.stateDir))
		}
		return 2
	}
}

// isOfState tells whether an error is about the folder for what the learner
// does: one that cannot be made, or a file in it.
func (s *system) isOfState(err error) bool {
	var of *fs.PathError
	if !errors.As(err, &of) {
		return false
	}
	return strings.HasPrefix(of.Path, s.stateDir) || of.Op == "mkdir" && strings.HasPrefix(s.stateDir, of.Path)
}

func newRootCmd(sys *system) *cobra.Command {
	root := &cobra.Command{
		Use:   "tutor",
		Short: "Learn how Kubernetes Services expose an application",
	}
	root.SetIn(sys.in)
	root.SetOut(sys.out)
	root.SetErr(sys.err)
	addApp(root, sys)
	root.PersistentFlags().StringVar(&sys.lessons, "lessons", "", "read lessons from this `folder` instead of those built in")
	root.AddCommand(
		newCheckCmd(sys),
		newClassCmd(sys),
		newClusterCmd(sys),
		newDecideCmd(sys),
		newKubectlCmd(sys),
		newLabCmd(sys),
		newLessonCmd(sys),
		newLessonsCmd(sys),
		newPracticeCmd(sys),
		newProgressCmd(sys),
		newQuizCmd(sys),
		newReviewCmd(sys),
		newScenarioCmd(sys),
		newServeCmd(sys),
		newVersionCmd(sys),
		newWatchCmd(sys),
	)
	return root
}

// unknownCommand says what there is instead.
func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return unknown("command", name, names, cmd.CommandPath()+" --help lists what there is")
}

// errorsInJSON keeps -o json valid JSON where there is nothing to print but an
// error.
func errorsInJSON(sys *system, output *string, run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if err == nil || *output != "json" {
			return err
		}
		if e := json.NewEncoder(sys.out).Encode(map[string]string{"error": err.Error()}); e != nil {
			return e
		}
		return err
	}
}

// exactly makes a command refuse any other number of arguments, and say what it
// takes.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return fmt.Errorf("usage: %s; %s --help tells more", strings.TrimSuffix(cmd.UseLine(), " [flags]"), cmd.CommandPath())
		}
		return nil
	}
}

// group makes a command that is only there for the commands below it: alone it
// shows its help, and it says what it does not know.
func group(cmd *cobra.Command, below ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(below...)
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknownCommand(cmd, args[0])
	}
	return cmd
}
