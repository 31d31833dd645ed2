package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/plain"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// plainLesson is the whole lesson as a dialogue of lines: for screen readers,
// terminals without a screen, and pipes.
type plainLesson struct {
	*dialogue
	sys   *system
	pack  *lessons.Pack
	store progress.Store
}

// runPlain goes through the lesson until the learner stops or the input ends.
func runPlain(ctx context.Context, sys *system) error {
	pack, err := sys.pack()
	if err != nil {
		return err
	}
	l := &plainLesson{dialogue: newDialogue(sys), sys: sys, pack: pack, store: progressStore(sys)}
	fmt.Fprintln(l.out, pack.Title)
	for {
		id, ok, err := l.choose(ctx)
		if err != nil || !ok {
			return err
		}
		if err := l.open(ctx, id); err != nil {
			fmt.Fprintf(sys.err, "tutor: %v\n", err)
		}
	}
}

// choose asks what to do next; an empty line takes the first thing undone.
func (l *plainLesson) choose(ctx context.Context) (id string, ok bool, err error) {
	p, err := l.store.Load(ctx)
	if err != nil {
		return "", false, err
	}
	next := ""
	fmt.Fprintln(l.out)
	for i, part := range l.pack.Parts {
		done := p.Sections[part.Section] != nil && p.Sections[part.Section].Done
		fmt.Fprintf(l.out, "%d. %s: %s%s\n", i+1, part.Section, sectionTitle(l.pack, part.Section), doneWord(done))
		if !done && next == "" {
			next = part.Section
		}
		for _, t := range slices.Concat(part.Scenarios, part.Labs) {
			passed := p.Tasks[t].IsPassed()
			fmt.Fprintf(l.out, "   %s%s\n", t, doneWord(passed))
			if !passed && next == "" {
				next = t
			}
		}
	}
	if next == "" {
		next = string(quiz.Quiz)
	}
	line, ok := l.hear(fmt.Sprintf("\nA name from above, practice, quiz, or q to stop; an empty line opens %s: ", next))
	if !ok || line == "q" {
		return "", false, nil
	}
	if line == "" {
		line = next
	}
	return line, true, nil
}

func doneWord(done bool) string {
	if done {
		return ", done"
	}
	return ""
}

func (l *plainLesson) open(ctx context.Context, id string) error {
	switch {
	case id == string(quiz.Practice) || id == string(quiz.Quiz):
		r := (&asking{}).random(l.sys)
		return l.askAll(ctx, l.sys, l.pack, quiz.SessionOptions{Questions: quiz.Draw(l.pack.QuestionsOf(quiz.Set(id)), 10, r), Rand: r})
	case l.pack.Page(id) != nil:
		return l.read(ctx, id)
	case l.pack.Task(id) != nil:
		return l.work(ctx, l.pack.Task(id))
	}
	return fmt.Errorf("there is no section, scenario or lab %q", id)
}

// read prints a section and notes that it was read.
func (l *plainLesson) read(ctx context.Context, id string) error {
	if err := showSection(ctx, l.sys, l.pack, id); err != nil {
		return err
	}
	_, err := l.store.Update(ctx, func(p *progress.Progress) error {
		if l.pack.Section(id) != nil {
			p.Section(id).Done = true
		}
		return nil
	})
	return err
}

// work takes manifests for a scenario or lab until one passes.
func (l *plainLesson) work(ctx context.Context, t *lessons.Scenario) error {
	if err := plain.Write(l.out, "# "+t.Title+"\n\n"+t.Brief+"\n\nBegin with:\n\n```yaml\n"+t.Starter+"\n```", plain.Options{Width: plainWidth}); err != nil {
		return err
	}
	hints := 0
	for {
		line, ok := l.hear("\nThe file of your manifest, paste to paste it, hint, or back: ")
		switch {
		case !ok || line == "back" || line == "":
			return nil
		case line == "hint" && hints < len(t.Hints)-1:
			l.say("  ", t.Hints[hints])
			hints++
			continue
		case line == "hint":
			fmt.Fprintln(l.out, "  There are no more hints.")
			continue
		}
		text, err := l.manifest(line)
		if err != nil {
			fmt.Fprintf(l.out, "  %v\n", err)
			continue
		}
		passed, err := l.check(ctx, t, text)
		if err != nil {
			return err
		}
		if passed {
			l.say("", t.Debrief)
			return nil
		}
	}
}

// manifest reads a file, or the lines up to one with a single dot.
func (l *plainLesson) manifest(line string) ([]byte, error) {
	if line != "paste" {
		return os.ReadFile(line)
	}
	fmt.Fprintln(l.out, "Paste it, and end with a line that holds a single dot.")
	var b strings.Builder
	for l.in.Scan() && l.in.Text() != "." {
		b.WriteString(l.in.Text() + "\n")
	}
	return []byte(b.String()), nil
}

// check grades a manifest, tells what holds and notes the attempt.
func (l *plainLesson) check(ctx context.Context, t *lessons.Scenario, text []byte) (bool, error) {
	v, err := grader.New(l.pack).Check(ctx, t, text)
	if err != nil {
		return false, err
	}
	if err := writeText(l.out, t, v); err != nil || v.Unusable {
		return false, err
	}
	a := progress.Attempt{At: l.sys.now(), Passed: v.Passed}
	for _, f := range v.Failures {
		a.Diagnoses = append(a.Diagnoses, f.Diagnosis.ID)
	}
	_, err = l.store.Update(ctx, func(p *progress.Progress) error {
		task := p.Task(t.ID)
		task.Attempts = append(task.Attempts, a)
		task.Draft.Text = string(text)
		task.Draft.Rev++
		if v.Passed && task.SolutionSeen.IsZero() && task.Passed.IsZero() {
			task.Passed = a.At
		}
		return nil
	})
	return v.Passed, err
}
