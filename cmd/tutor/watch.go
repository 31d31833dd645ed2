package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// settleTime is how long a file must rest before it is read: editors write a
// file in several steps.
const settleTime = 100 * time.Millisecond

func newWatchCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:   "watch ID FILE",
		Short: "Check a manifest each time it is saved, until ^C",
		Args:  cobra.ExactArgs(2),
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

// watch checks a file now and after each change. It watches the folder, since
// editors often put a new file in the old one's place.
func watch(ctx context.Context, sys *system, g *grader.Grader, s *lessons.Scenario, file string) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", file, err)
	}
	defer w.Close()
	if err := w.Add(filepath.Dir(file)); err != nil {
		return fmt.Errorf("watch the folder of %s: %w", file, err)
	}
	fmt.Fprintf(sys.out, "Checking %s on every save; ^C ends.\n", file)
	var last []byte
	rest := time.NewTimer(0)
	defer rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-w.Events:
			if filepath.Base(event.Name) == filepath.Base(file) {
				rest.Reset(settleTime)
			}
		case err := <-w.Errors:
			return fmt.Errorf("watch %s: %w", file, err)
		case <-rest.C:
			text, err := os.ReadFile(file)
			if err != nil {
				fmt.Fprintf(sys.out, "waiting for %s: %v\n", file, err)
				continue
			}
			if last != nil && bytes.Equal(text, last) {
				continue
			}
			last = text
			if err := checkAgain(ctx, sys, g, s, text); err != nil {
				return err
			}
		}
	}
}

func checkAgain(ctx context.Context, sys *system, g *grader.Grader, s *lessons.Scenario, text []byte) error {
	v, err := g.Check(ctx, s, text)
	if err != nil {
		return err
	}
	fmt.Fprintf(sys.out, "\n%s\n", sys.now().Format(time.TimeOnly))
	return writeText(sys.out, s, v)
}
