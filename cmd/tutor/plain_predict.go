package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/kubetutor/tutor/internal/progress"
)

// predict asks what the learner expects before the first verdict is told.
func (t *plainTask) predict(ctx context.Context) error {
	asked := t.task.Predict
	p, err := t.store.Load(ctx)
	if err != nil || asked == nil {
		return err
	}
	if s := p.Tasks[t.task.ID]; s != nil && (s.Prediction != "" || len(s.Attempts) > 0) {
		return nil
	}
	fmt.Fprint(t.out, "\nBefore the verdict; s passes it over:\n\n")
	t.say("  ", asked.Question)
	fmt.Fprintln(t.out)
	for i, o := range asked.Options {
		t.choice(strconv.Itoa(i+1), o.Text)
	}
	for {
		line, ok := t.hear("\n> ")
		if !ok || strings.EqualFold(line, "s") {
			return nil
		}
		n, err := strconv.Atoi(line)
		if err != nil || n < 1 || n > len(asked.Options) {
			fmt.Fprintf(t.out, "  %q is none of the answers 1 to %d.\n", line, len(asked.Options))
			continue
		}
		_, err = t.store.Update(ctx, func(p *progress.Progress) error {
			p.Task(t.task.ID).Prediction = asked.Options[n-1].Text
			return nil
		})
		return err
	}
}

// debrief tells what is known once a task is passed: what was predicted and
// what is so, the debrief itself, and our manifest.
func (t *plainTask) debrief(ctx context.Context) error {
	p, err := t.store.Load(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out)
	if asked, given := t.task.Predict, p.Task(t.task.ID).Prediction; asked != nil && given != "" {
		t.say("", asked.Question)
		for _, o := range asked.Options {
			sign, text := "✓", o.Text
			if o.Text == given {
				text += " (your prediction)"
			}
			switch {
			case o.Right:
			case o.Text == given:
				sign = "✗"
			default:
				continue
			}
			t.choice(sign, text)
			t.say("      ", o.Feedback)
		}
		fmt.Fprintln(t.out)
	}
	if err := showText(ctx, t.sys, t.pack, t.task.DebriefText()); err != nil {
		return err
	}
	if strings.TrimSpace(t.text) != strings.TrimSpace(t.task.Solution) {
		fmt.Fprintf(t.out, "\nOur manifest, to compare with yours:\n\n%s", indent(t.task.Solution))
	}
	return nil
}
