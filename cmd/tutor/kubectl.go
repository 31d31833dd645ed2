package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator/world"
)

func newKubectlCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:   "kubectl COMMAND…",
		Short: "Run kubectl against your sandbox, a simulated cluster that is kept between calls",
		Long: `Runs any command of kubectl against your sandbox: a simulated cluster that is
kept between calls and that the app shows too. It reads neither KUBECONFIG nor
~/.kube, so that your own clusters are safe; --kubeconfig FILE speaks to another.`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := runKubectl(cmd.Context(), sys, args)
			if err != nil {
				return err
			}
			if code != 0 {
				return exitCode(code)
			}
			return nil
		},
	}
}

func runKubectl(ctx context.Context, sys *system, args []string) (code int, err error) {
	err = withSandbox(ctx, sys, func(box *sandbox.Sandbox) error {
		config := filepath.Join(sandboxDir(sys), "kubeconfig")
		if err := kubectl.WriteConfig(config, "https://sandbox.tutor.invalid"); err != nil {
			return err
		}
		code = kubectl.Run(ctx, kubectl.Options{
			Handler: box,
			Config:  config,
			Streams: kubectl.Streams{In: sys.in, Out: sys.out, Err: sys.err},
		}, args)
		return nil
	})
	return code, err
}

// withSandbox opens the learner's cluster for as long as use takes, and says
// what there is to know about how it was opened.
func withSandbox(ctx context.Context, sys *system, use func(*sandbox.Sandbox) error) (err error) {
	box, err := openSandbox(ctx, sys)
	if err != nil {
		return err
	}
	defer func() {
		if closing := box.Close(); err == nil {
			err = closing
		}
	}()
	if box.Notice != "" {
		fmt.Fprintln(sys.err, box.Notice)
	}
	return use(box)
}

// openSandbox opens the learner's cluster, which starts as the lesson's.
func openSandbox(ctx context.Context, sys *system) (*sandbox.Sandbox, error) {
	return sandbox.Open(ctx, sandbox.Options{
		Dir:   sandboxDir(sys),
		Now:   sys.now,
		Fresh: func() (*world.World, error) { return loadWorld("lesson") },
		Exec:  shell.Exec,
	})
}

func sandboxDir(sys *system) string { return filepath.Join(sys.stateDir, "sandbox") }
