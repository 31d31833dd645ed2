package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

func newPracticeCmd(sys *system) *cobra.Command {
	var a asking
	var section string
	var types bool
	cmd := &cobra.Command{
		Use:   "practice",
		Short: "Answer practice questions, most of them typed, or name the type of described workloads",
		Example: `  tutor practice --section clusterip
  tutor practice --types -n 10`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			r := a.random(sys)
			var list []*quiz.Question
			if types {
				list, err = drillQuestions(pack, a.count, r)
			} else {
				list, err = ofSection(pack, pack.QuestionsOf(quiz.Practice), section)
				list = quiz.Draw(list, a.count, r)
			}
			if err != nil {
				return err
			}
			return askAll(cmd.Context(), sys, pack, quiz.SessionOptions{Questions: list, Rand: r})
		},
	}
	a.flags(cmd, 10)
	cmd.Flags().BoolVar(&types, "types", false, `drill "which type?" on described workloads`)
	cmd.Flags().StringVar(&section, "section", "", "ask about this section alone")
	cmd.MarkFlagsMutuallyExclusive("types", "section")
	return cmd
}

// drillQuestions are n drills of a pack.
func drillQuestions(pack *lessons.Pack, n int, r *rand.Rand) ([]*quiz.Question, error) {
	d, err := drills(pack)
	if err != nil {
		return nil, err
	}
	return d.Draw(n, r), nil
}

// guide reads a pack's decision guide.
func guide(pack *lessons.Pack) (*decide.Guide, error) {
	g, _, err := decide.Load(pack.FS())
	if err == nil && g == nil {
		err = fmt.Errorf("lesson %q has no decision guide (decide.yaml)", pack.ID)
	}
	return g, err
}

// drills reads a pack's drills.
func drills(pack *lessons.Pack) (*decide.Drills, error) {
	_, d, err := decide.Load(pack.FS())
	if err == nil && d == nil {
		err = fmt.Errorf("lesson %q has no drills (decide.yaml and drills.yaml)", pack.ID)
	}
	return d, err
}
