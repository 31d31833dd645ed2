package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/quiz"
)

// examMinutes is how long an exam's question may take, on average.
const examMinutes = 1

func newQuizCmd(sys *system) *cobra.Command {
	var a asking
	var exam bool
	var section string
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "quiz",
		Short: "Answer questions about the lesson, with help or as an exam",
		Example: `  tutor quiz --section nodeport
  tutor quiz --exam -n 20`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			list, err := ofSection(pack, pack.QuestionsOf(quiz.Quiz), section)
			if err != nil {
				return err
			}
			r := a.random(sys)
			o := quiz.SessionOptions{Questions: quiz.Draw(list, a.count, r), Exam: exam, Rand: r}
			if exam {
				o.Limit = limit
				if limit == 0 {
					o.Limit = time.Duration(len(o.Questions)) * examMinutes * time.Minute
				}
			}
			return askAll(cmd.Context(), sys, pack, o)
		},
	}
	a.flags(cmd, 10)
	cmd.Flags().BoolVar(&exam, "exam", false, "no help, against the clock, with a report by topic")
	cmd.Flags().DurationVar(&limit, "time", 0, "time for the exam (default: a minute a question)")
	cmd.Flags().StringVar(&section, "section", "", "ask about this section alone")
	return cmd
}
