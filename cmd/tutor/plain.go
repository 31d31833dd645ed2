package main

import (
	"context"
	"fmt"
	"os/signal"
	"slices"
	"syscall"

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
	// listed tells that the list of all there is was printed; it is long to
	// listen to.
	listed bool
}

// runPlain goes through the lesson until the learner stops or the input ends.
func runPlain(ctx context.Context, sys *system) error {
	pack, err := sys.pack()
	if err != nil {
		return err
	}
	// ^C at a question ends the dialogue, in a command only the command; but
	// kubectl ends the program where it watches.
	ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	l := &plainLesson{dialogue: newDialogue(ctx, sys), sys: sys, pack: pack, store: progressStore(sys)}
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
	next := l.next(p)
	if !l.listed {
		l.list(p)
		l.listed = true
	}
	line, ok := l.hear(fmt.Sprintf("\nA section, scenario or lab, list, practice, types, quiz, exam, review, guide, or q to stop; an empty line opens %s: ", next))
	if !ok || line == "q" {
		return "", false, nil
	}
	if line == "" {
		line = next
	}
	return line, true, nil
}

// next is the first thing undone.
func (l *plainLesson) next(p *progress.Progress) string {
	for _, part := range l.pack.Parts {
		if s := p.Sections[part.Section]; s == nil || !s.Done {
			return part.Section
		}
		for _, t := range slices.Concat(part.Scenarios, part.Labs) {
			if !p.Tasks[t].IsPassed() {
				return t
			}
		}
	}
	return string(quiz.Quiz)
}

// list prints all there is, and what of it is done.
func (l *plainLesson) list(p *progress.Progress) {
	fmt.Fprintln(l.out)
	for i, part := range l.pack.Parts {
		s := p.Sections[part.Section]
		fmt.Fprintf(l.out, "%d. %s: %s%s\n", i+1, part.Section, sectionTitle(l.pack, part.Section), doneWord(s != nil && s.Done))
		for _, t := range slices.Concat(part.Scenarios, part.Labs) {
			fmt.Fprintf(l.out, "   %s%s\n", t, doneWord(p.Tasks[t].IsPassed()))
		}
	}
	for _, page := range l.pack.Reference {
		fmt.Fprintf(l.out, "%s: %s, to look things up\n", page.ID, page.Title)
	}
}

func doneWord(done bool) string {
	if done {
		return ", done"
	}
	return ""
}

func (l *plainLesson) open(ctx context.Context, id string) error {
	r := (&asking{}).random(l.sys)
	switch { // the lesson's own ids first: what comes next is one of them
	case l.pack.Page(id) != nil:
		return l.read(ctx, id)
	case l.pack.Task(id) != nil:
		return l.work(ctx, l.pack.Task(id))
	case id == "list":
		l.listed = false
		return nil
	case id == string(quiz.Practice) || id == string(quiz.Quiz):
		return l.askAll(ctx, l.sys, l.pack, quiz.SessionOptions{Questions: quiz.Draw(l.pack.QuestionsOf(quiz.Set(id)), 10, r), Rand: r})
	case id == "exam":
		return l.askAll(ctx, l.sys, l.pack, examOptions(l.pack.QuestionsOf(quiz.Quiz), 20, 0, r))
	case id == "types":
		list, err := drillQuestions(l.pack, 10, r)
		if err != nil {
			return err
		}
		return l.askAll(ctx, l.sys, l.pack, quiz.SessionOptions{Questions: list, Rand: r})
	case id == "guide":
		g, err := guide(l.pack)
		if err != nil {
			return err
		}
		return l.decide(g)
	case id == "review":
		return l.review(ctx, l.sys, l.pack, 20, r)
	}
	return unknown("section, scenario or lab", id, slices.Concat(pagesOf(l.pack), idsOf(l.pack.Scenarios), idsOf(l.pack.Labs)), "list names them")
}
