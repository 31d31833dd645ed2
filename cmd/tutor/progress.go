package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/progress"
)

func newProgressCmd(sys *system) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "progress",
		Short: "Show, export or reset what you have done",
	},
		&cobra.Command{
			Use:   "show",
			Short: "Show what you have read, passed and answered",
			Args:  cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				p, err := progressStore(sys).Load(cmd.Context())
				if err != nil {
					return err
				}
				return showProgress(sys.out, p, sys.now())
			},
		},
		&cobra.Command{
			Use:   "export",
			Short: "Print all of your progress as JSON, to keep or to hand in",
			Args:  cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				p, err := progressStore(sys).Load(cmd.Context())
				if err != nil {
					return err
				}
				enc := json.NewEncoder(sys.out)
				enc.SetIndent("", "  ")
				return enc.Encode(p)
			},
		},
		newProgressResetCmd(sys),
	)
	return cmd
}

func newProgressResetCmd(sys *system) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Start afresh; what you have done is set aside, not deleted",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !yes && !confirmed(cmd.Context(), sys, "Start afresh, as if you had done nothing yet? [y/N] ") {
				_, err := fmt.Fprintln(sys.out, "Nothing was changed.")
				return err
			}
			aside, err := progressStore(sys).Reset(cmd.Context())
			if err != nil {
				return err
			}
			if aside == "" {
				_, err = fmt.Fprintln(sys.out, "There was nothing to reset.")
			} else {
				// The tasks' clusters go with it: they are part of what was done.
				if err := os.Rename(clustersDir(sys), aside+".clusters"); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return fmt.Errorf("set the tasks' clusters aside: %w", err)
				}
				_, err = fmt.Fprintf(sys.out, "You start afresh. What you had done is kept in %s.\n", aside)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func progressStore(sys *system) *progress.File { return progress.NewFile(sys.stateDir, sys.now) }

// confirmed asks a question that only y or yes answers with yes.
func confirmed(ctx context.Context, sys *system, question string) bool {
	fmt.Fprint(sys.out, question)
	line, _ := bufio.NewReader(sys.input(ctx)).ReadString('\n') // no answer is no
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return true
	}
	return false
}

func showProgress(w io.Writer, p *progress.Progress, now time.Time) error {
	var b strings.Builder
	if p.Notice != "" {
		fmt.Fprintln(&b, p.Notice)
	}
	read := 0
	for _, s := range p.Sections {
		if s.Done {
			read++
		}
	}
	due, right, answers := 0, 0, 0
	for _, q := range p.Questions {
		if !q.Due.IsZero() && !q.Due.After(now) {
			due++
		}
		for _, a := range q.Answers {
			answers++
			if a.Right {
				right++
			}
		}
	}
	fmt.Fprintf(&b, "Sections read      %d\n", read)
	fmt.Fprintf(&b, "Questions answered %d, %d of them right; %d due for review\n", answers, right, due)
	fmt.Fprintf(&b, "Scenarios and labs %d begun\n", len(p.Tasks))
	for _, id := range slices.Sorted(maps.Keys(p.Tasks)) {
		t := p.Tasks[id]
		fmt.Fprintf(&b, "  %-28s %s\n", id, taskState(t))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// taskState is how far a scenario or lab is, in a few words.
func taskState(t *progress.Task) string {
	checks := fmt.Sprintf("%d checks", len(t.Attempts))
	if len(t.Attempts) == 1 {
		checks = "1 check"
	}
	switch {
	case t.IsPassed():
		return "passed, " + checks
	case t != nil && !t.SolutionSeen.IsZero():
		return "solution seen, " + checks
	case t != nil && len(t.Attempts) > 0:
		return "tried, " + checks
	default:
		return "begun"
	}
}
