package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/internal/yamlfile"
	"github.com/kubetutor/tutor/lessons/lint"
	"github.com/kubetutor/tutor/simulator/world"
)

func newLessonsCmd(sys *system) *cobra.Command {
	return group(&cobra.Command{
		Use:   "lessons",
		Short: "Write lessons of your own, and prove them",
	},
		&cobra.Command{
			Use:   "lint [DIR]",
			Short: "Prove a pack: starters fail, solutions pass, mistakes get their diagnosis",
			Args:  cobra.MaximumNArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				dir := sys.lessons
				if len(args) == 1 {
					dir = args[0]
				}
				return lintPack(cmd, sys, dir)
			},
		},
		&cobra.Command{
			Use:   "new DIR",
			Short: "Make a small pack that lints, to change into your own",
			Args:  exactly(1),
			RunE: func(_ *cobra.Command, args []string) error {
				if err := lint.New(args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(sys.out, "Made a pack in %s. Next: tutor lessons lint %s\n", args[0], args[0])
				return err
			},
		},
	)
}

// lintPack prints what is wrong, file and line first, and ends with 1 then.
func lintPack(cmd *cobra.Command, sys *system, dir string) error {
	pack, err := readPack(dir)
	var report lint.Report
	if err == nil {
		report, err = lint.Pack(cmd.Context(), pack, lint.Options{
			Console: func(w *world.World) (lint.Console, error) { return play.NewConsole(w, sys.now()) },
			Predict: play.New(pack, sys.now).Predict,
		})
	}
	var problems yamlfile.Problems
	if errors.As(err, &problems) {
		fmt.Fprintf(sys.err, "%v\n%s.\n", problems, problemCount(len(problems)))
		return exitCode(1)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(sys.out, report)
	return err
}

func problemCount(n int) string {
	if n == 1 {
		return "1 problem"
	}
	return fmt.Sprintf("%d problems", n)
}
