package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

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
}

func fromSystem() *system {
	return &system{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		getenv:   os.Getenv,
		now:      time.Now,
		stateDir: filepath.Join(xdg.StateHome, "tutor"),
	}
}

// exitCode is an error that has been reported already and only carries the
// code to end with.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// run carries out one call of the program and returns its exit code: 0, 1 for
// "no" (a manifest that did not pass), 2 for a call or file that was unusable.
func run(args []string, sys *system) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRootCmd(sys)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	default:
		fmt.Fprintf(sys.err, "tutor: %v\n", err)
		return 2
	}
}

func newRootCmd(sys *system) *cobra.Command {
	root := &cobra.Command{
		Use:           "tutor",
		Short:         "Learn how Kubernetes Services expose an application",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(sys.in)
	root.SetOut(sys.out)
	root.SetErr(sys.err)
	root.AddCommand(
		newClusterCmd(sys),
		newKubectlCmd(sys),
		newVersionCmd(sys),
	)
	return root
}
