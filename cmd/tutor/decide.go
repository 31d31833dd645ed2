package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/decide"
)

func newDecideCmd(sys *system) *cobra.Command {
	var plainOnly bool
	cmd := &cobra.Command{
		Use:   "decide",
		Short: "Find the type of Service for a workload, step by step, with a manifest to start from",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			g, err := guide(pack)
			if err != nil {
				return err
			}
			return newDialogue(cmd.Context(), sys).decide(g)
		},
	}
	cmd.Flags().BoolVar(&plainOnly, "plain", false, "ask line by line on standard input and output, as this command always does")
	return cmd
}

// decide asks a guide's questions until it ends or the input does.
func (d *dialogue) decide(g *decide.Guide) error {
	fmt.Fprintln(d.out, "Answer with a number, b to go a step back, q to stop.")
	w := g.Walk()
	for step, ok := w.Step(); ok; step, ok = w.Step() {
		fmt.Fprintln(d.out)
		d.say("", step.Ask)
		if step.Help != "" {
			d.say("  ", step.Help)
		}
		for i, a := range step.Answers {
			d.choice(strconv.Itoa(i+1), a.Text)
		}
		line, ok := d.hear("\n> ")
		if !ok || strings.EqualFold(line, "q") {
			return nil
		}
		if strings.EqualFold(line, "b") {
			w.Back()
			continue
		}
		n, err := strconv.Atoi(line)
		if err != nil || n < 1 || n > len(step.Answers) {
			fmt.Fprintf(d.out, "  %q is none of the answers 1 to %d.\n", line, len(step.Answers))
			continue
		}
		w.Choose(n - 1)
	}
	end := w.End()
	fmt.Fprintf(d.out, "\n%s\n\n", end.Type)
	d.say("  ", end.Why)
	for _, m := range end.Mind {
		d.say("  ", "- "+m)
	}
	fmt.Fprintf(d.out, "\n%s\n", indent(end.Manifest))
	if end.Section != "" {
		fmt.Fprintf(d.out, "  More: tutor lesson show %s\n", end.Section)
	}
	return nil
}
