package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// plainManifest is the name under which the last manifest, at first the
// starter, can be named in commands.
const plainManifest = live.Manifest

// plainTask is a scenario or lab as a dialogue: manifests are graded in a
// cluster of their own, commands run in one that stays.
type plainTask struct {
	*plainLesson
	task     *lessons.Scenario
	cluster  *live.Cluster
	terminal *live.Terminal
	text     string
	hinted   bool
}

// work takes manifests and commands for a task until it is passed or left.
func (l *plainLesson) work(ctx context.Context, task *lessons.Scenario) error {
	if err := showText(ctx, l.sys, l.pack, task.BriefText()); err != nil {
		return err
	}
	text, err := l.begun(ctx, task)
	if err != nil {
		return err
	}
	cluster, err := live.Open(grader.New(l.pack), task, l.sys.now)
	if err != nil {
		return err
	}
	defer cluster.Close()
	t := &plainTask{
		plainLesson: l, task: task, text: text, cluster: cluster,
		terminal: cluster.Terminal(dataplane.PodClient("production", "client")),
	}
	fmt.Fprint(l.out, `
Type the name of a file with your manifest to have it checked, or:
  paste     to paste a manifest and have it checked
  kubectl, curl, dig and so on, to run them in the task's cluster;
            at CLIENT changes where
  check     to have the cluster checked as it stands
  hint      for a hint
  back      to leave
`)
	for {
		line, ok := t.hear("\n" + t.terminal.At().String() + "> ")
		if !ok || line == "back" || line == "q" {
			return nil
		}
		passed, err := t.do(ctx, line)
		if err != nil {
			return err
		}
		if passed {
			return t.debrief(ctx)
		}
	}
}

// begun prints the manifest that a task begins with, or the one it was left
// with.
func (l *plainLesson) begun(ctx context.Context, task *lessons.Scenario) (string, error) {
	p, err := l.store.Load(ctx)
	if err != nil {
		return "", err
	}
	text, when := task.Starter, "at first"
	if s := p.Tasks[task.ID]; s != nil && s.Draft.Text != "" && s.Draft.Text != text {
		text, when = s.Draft.Text, "as you left it"
	}
	fmt.Fprintf(l.out, "\n%s, %s:\n\n%s", plainManifest, when, indent(text))
	return text, nil
}

// do does what one line asks for.
func (t *plainTask) do(ctx context.Context, line string) (passed bool, err error) {
	switch ext := filepath.Ext(line); {
	case line == "":
		return false, nil
	case line == "hint":
		return false, t.hint(ctx)
	case line == "check":
		v, err := t.cluster.Check()
		if err != nil {
			return false, err
		}
		return t.judge(ctx, v, t.cluster.Writes() == 0)
	case line == "paste":
		fmt.Fprintln(t.out, "Paste it, and end with a line that holds a single dot.")
		return t.check(ctx, pasted(t.in))
	case !strings.ContainsAny(line, " \t") && (ext == ".yaml" || ext == ".yml" || ext == ".json"):
		text, err := t.manifest(line)
		if err != nil {
			fmt.Fprintf(t.out, "  %v\n", err)
			return false, nil
		}
		return t.check(ctx, text)
	default:
		ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
		defer stop()
		t.terminal.Run(ctx, line, t.text, live.Printer{Writer: t.out})
		return false, nil
	}
}

// pasted are the lines up to one with a single dot.
func pasted(in *bufio.Scanner) string {
	var b strings.Builder
	for in.Scan() && in.Text() != "." {
		b.WriteString(in.Text() + "\n")
	}
	return b.String()
}

// largestManifest is how much of a file is read.
const largestManifest = 1 << 20

func (t *plainTask) manifest(name string) (string, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) && name == plainManifest {
		return t.text, nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, largestManifest))
	return string(text), err
}

// check grades a manifest in a fresh cluster and keeps it as a draft.
func (t *plainTask) check(ctx context.Context, text string) (bool, error) {
	unchanged := text == t.text
	t.text = text
	v, err := grader.New(t.pack).Check(ctx, t.task, []byte(text))
	if err != nil {
		return false, err
	}
	_, err = t.store.Update(ctx, func(p *progress.Progress) error {
		task := p.Task(t.task.ID)
		if text != task.Draft.Text {
			task.Keep(task.Draft)
		}
		task.Save(progress.Draft{Text: text, Rev: task.Draft.Rev})
		return nil
	})
	if err != nil {
		return false, err
	}
	return t.judge(ctx, v, unchanged)
}

// judge tells what holds and notes the attempt.
func (t *plainTask) judge(ctx context.Context, v *grader.Verdict, unchanged bool) (bool, error) {
	if !v.Unusable {
		if err := t.predict(ctx); err != nil {
			return false, err
		}
	}
	told := v
	if unchanged && !v.Passed && t.untouched() {
		told = v.Symptoms()
	}
	if err := writeText(t.out, look{width: plainWidth}, told); err != nil || v.Unusable {
		return false, err
	}
	return v.Passed, record(ctx, t.sys, t.task.ID, v, unchanged)
}

// untouched tells that a lab is as it was found, and no hint was taken: to
// find the cause is still the learner's.
func (t *plainTask) untouched() bool {
	return t.task.IsLab && t.text == t.task.Starter && t.cluster.Writes() == 0 && !t.hinted
}

// hint shows the next hint; the last, which is the solution, after honest
// tries.
func (t *plainTask) hint(ctx context.Context) error {
	all, n, shown := len(t.task.Hints), 0, false
	_, err := t.store.Update(ctx, func(p *progress.Progress) error {
		task := p.Task(t.task.ID)
		n = min(task.Hints+1, all)
		shown = task.ShowHint(n, all, t.sys.now())
		return nil
	})
	switch {
	case err != nil:
		return err
	case !shown:
		fmt.Fprintf(t.out, "  The last hint is the solution. It comes after %d checks of your own.\n  A manifest that has not changed since the last check does not count.\n", progress.SolutionTries)
	default:
		t.hinted = true
		fmt.Fprintf(t.out, "  Hint %d of %d\n\n", n, all)
		t.say("  ", t.task.Hints[n-1])
	}
	return nil
}
