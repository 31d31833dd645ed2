package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

func newReviewCmd(sys *system) *cobra.Command {
	var a asking
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Answer again what is due: what you missed soon, what you knew later",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			return newDialogue(cmd.Context(), sys).review(cmd.Context(), sys, pack, a.count, a.random(sys))
		},
	}
	a.flags(cmd, 20)
	return cmd
}

// review asks up to n of the questions that are due.
func (d *dialogue) review(ctx context.Context, sys *system, pack *lessons.Pack, n int, r *rand.Rand) error {
	p, err := progressStore(sys).Load(ctx)
	if err != nil {
		return err
	}
	due := map[string]time.Time{}
	var next time.Time
	for id, q := range p.Questions {
		due[id] = q.Due
		if q.Due.After(sys.now()) && (next.IsZero() || q.Due.Before(next)) {
			next = q.Due
		}
	}
	list := dueQuestions(pack, quiz.Due(due, sys.now()))
	switch {
	case len(list) > 0:
		return d.askAll(ctx, sys, pack, quiz.SessionOptions{Questions: list[:min(len(list), max(n, 0))], Rand: r})
	case next.IsZero():
		_, err = fmt.Fprintln(sys.out, "Nothing is due: what you answer in practice and quizzes comes back here.")
	default:
		_, err = fmt.Fprintf(sys.out, "Nothing is due. The next question comes back on %s.\n", next.Local().Format("2 January at 15:04"))
	}
	return err
}

// dueQuestions finds questions and described drills by their ids, in that
// order; what the lesson no longer has is left out.
func dueQuestions(pack *lessons.Pack, ids []string) []*quiz.Question {
	described, _ := drills(pack) // a lesson may have none
	var list []*quiz.Question
	for _, id := range ids {
		if q := cmp.Or(pack.Question(id), described.Question(id)); q != nil {
			list = append(list, q)
		}
	}
	return list
}
