package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// read tells a section, and asks each of its questions before it tells what
// answers it. Whoever comes to the end has read it.
func (l *plainLesson) read(ctx context.Context, id string) error {
	filled, err := play.New(l.pack, l.sys.now).Fill(ctx, l.pack.Page(id))
	if err != nil {
		return err
	}
	for _, p := range lessons.Passages(markdownOf(filled)) {
		if strings.TrimSpace(p.Text) != "" {
			if err := writePlain(l.sys, l.pack, p.Text); err != nil {
				return err
			}
		}
		if q := l.pack.Question(p.Asks); q != nil {
			if goOn, err := l.foretell(ctx, q); err != nil || !goOn {
				return err
			}
		}
	}
	if l.pack.Section(id) == nil {
		return nil
	}
	_, err = l.store.Update(ctx, func(p *progress.Progress) error {
		p.Section(id).Done = true
		return nil
	})
	return err
}

// foretell asks a section's question, once in a learner's life; goOn is false
// where nothing more is to be told.
func (l *plainLesson) foretell(ctx context.Context, q *quiz.Question) (goOn bool, err error) {
	p, err := l.store.Load(ctx)
	if err != nil {
		return false, err
	}
	fmt.Fprintln(l.out)
	if before := p.Questions[q.ID]; before != nil && len(before.Answers) > 0 {
		l.say("  ", q.Prompt)
		fmt.Fprint(l.out, "  (You have answered it.)\n\n")
		return true, nil
	}
	fmt.Fprint(l.out, "Before you read on; s passes it over, q leaves the section:\n\n")
	s := newSession(l.sys, l.pack, quiz.SessionOptions{Questions: []*quiz.Question{q}, Rand: (&asking{}).random(l.sys)})
	asked, _, err := s.Current(ctx)
	if err != nil {
		return false, err
	}
	goOn = l.ask(s, asked)
	fmt.Fprintln(l.out)
	return goOn, keepAnswers(ctx, l.sys, s.Records())
}
