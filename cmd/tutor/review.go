package main

import (
	"fmt"
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
			p, err := progressStore(sys).Load(cmd.Context())
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
			list, err := dueQuestions(pack, quiz.Due(due, sys.now()))
			if err != nil {
				return err
			}
			switch {
			case len(list) > 0:
				return askAll(cmd.Context(), sys, pack, quiz.SessionOptions{Questions: list[:min(len(list), max(a.count, 0))], Rand: a.random(sys)})
			case next.IsZero():
				_, err = fmt.Fprintln(sys.out, "Nothing is due: what you answer in tutor practice and tutor quiz comes back here.")
			default:
				_, err = fmt.Fprintf(sys.out, "Nothing is due. The next question comes back on %s.\n", next.Local().Format("2 January at 15:04"))
			}
			return err
		},
	}
	a.flags(cmd, 20)
	return cmd
}

// dueQuestions finds questions and described drills by their ids, in that
// order; what the lesson no longer has is left out.
func dueQuestions(pack *lessons.Pack, ids []string) ([]*quiz.Question, error) {
	byID := map[string]*quiz.Question{}
	if d, err := drills(pack); err == nil { // a lesson may have none
		for _, q := range d.Questions() {
			byID[q.ID] = q
		}
	}
	for _, q := range pack.Questions {
		byID[q.ID] = q
	}
	var list []*quiz.Question
	for _, id := range ids {
		if q := byID[id]; q != nil {
			list = append(list, q)
		}
	}
	return list, nil
}
