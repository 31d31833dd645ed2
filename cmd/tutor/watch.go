package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/filewatch"
	"github.com/kubetutor/tutor/lessons"
)

func newWatchCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:   "watch ID FILE",
		Short: "Check a manifest each time it is saved, until ^C",
		Args:  exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			s, err := task(pack, args[0])
			if err != nil {
				return err
			}
			return watch(cmd.Context(), sys, grader.New(pack), s, args[1])
		},
	}
}

// watch checks a file now and after each change.
func watch(ctx context.Context, sys *system, g *grader.Grader, s *lessons.Scenario, file string) error {
	w, err := filewatch.New(file)
	if err != nil {
		return err
	}
	defer w.Close()
	fmt.Fprintf(sys.out, "Checking %s on every save; ^C ends.\n", file)
	var last []byte // nil where there was nothing to read
	for {
		text, err := readFile(file)
		switch {
		case err != nil:
			last = nil
			fmt.Fprintf(sys.out, "waiting for %s: %v\n", file, err)
		case last == nil || !bytes.Equal(text, last):
			last = text
			if err := checkAgain(ctx, sys, g, s, text); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.Saved():
		}
	}
}

func checkAgain(ctx context.Context, sys *system, g *grader.Grader, s *lessons.Scenario, text []byte) error {
	v, err := g.Check(ctx, s, text)
	if err != nil {
		return err
	}
	fmt.Fprintf(sys.out, "\n%s\n", sys.now().Format(time.TimeOnly))
	return reportText(sys, v)
}
