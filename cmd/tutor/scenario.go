package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/lessons"
)

func newScenarioCmd(sys *system) *cobra.Command {
	return tasksCmd(sys, &cobra.Command{
		Use:   "scenario",
		Short: "List the scenarios, or show what one asks for",
	}, "scenario", func(p *lessons.Pack) []*lessons.Head { return p.Scenarios })
}

// tasksCmd gives scenarios and labs the same commands.
func tasksCmd(sys *system, parent *cobra.Command, kind string, of func(*lessons.Pack) []*lessons.Head, more ...*cobra.Command) *cobra.Command {
	var output string
	list := &cobra.Command{
		Use: "list", Short: "List ids, titles and how far you are",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			return listTasks(cmd.Context(), sys, of(pack), output)
		},
	}
	list.Flags().StringVarP(&output, "output", "o", "text", "form: text or json")
	var what string
	show := &cobra.Command{
		Use: "show ID", Short: "Show what a " + kind + " asks for",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			s, err := task(pack, args[0])
			if err != nil {
				return err
			}
			switch what {
			case "brief":
				return showText(cmd.Context(), sys, pack, s.BriefText())
			case "debrief":
				return showText(cmd.Context(), sys, pack, s.DebriefText())
			case "starter":
				_, err = fmt.Fprintln(sys.out, strings.TrimSpace(s.Starter))
				return err
			}
			return fmt.Errorf("--part %s is not known; brief, starter and debrief are", what)
		},
	}
	show.Flags().StringVar(&what, "part", "brief", "brief, starter or debrief, which tells the solution")
	return group(parent, append([]*cobra.Command{list, show}, more...)...)
}

// listTasks prints one line a task.
func listTasks(ctx context.Context, sys *system, tasks []*lessons.Head, output string) error {
	type row struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		State string `json:"state"`
	}
	rows := []row{}
	done, err := progressStore(sys).Load(ctx)
	if err != nil {
		return err
	}
	for _, s := range tasks {
		rows = append(rows, row{s.ID, s.Title, howFar(done.Tasks[s.ID])})
	}
	switch output {
	case "json":
		return encodeJSON(sys.out, rows)
	case "text":
		for _, r := range rows {
			if _, err := fmt.Fprintf(sys.out, "%-28s %-8s %s\n", r.ID, r.State, r.Title); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("-o %s is not known; text and json are", output)
}

// howFar is how far a task is: open, begun, seen (its solution was shown)
// or passed.
func howFar(t *progress.Task) string {
	switch {
	case t == nil:
		return "open"
	case t.IsPassed():
		return "passed"
	case !t.SolutionSeen.IsZero():
		return "seen"
	case len(t.Attempts) > 0 || t.Draft.Text != "":
		return "begun"
	default:
		return "open"
	}
}
