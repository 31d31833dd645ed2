package main

import (
	"math/rand/v2"
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
			o := quiz.SessionOptions{Questions: quiz.Draw(list, a.count, r), Rand: r}
			if exam {
				o = examOptions(list, a.count, limit, r)
			}
			return askAll(cmd.Context(), sys, pack, o)
		},
	}
	a.flags(cmd, 10)
	cmd.Flags().BoolVar(&exam, "exam", false, "no help, against the clock, with a report by topic")
	cmd.Flags().DurationVar(&limit, "time", 0, "time for the exam; 0 is a minute a question")
	cmd.Flags().StringVar(&section, "section", "", "ask about this section alone")
	return cmd
}

// examOptions are those of an exam of n questions; 0 is the usual time.
func examOptions(list []*quiz.Question, n int, limit time.Duration, r *rand.Rand) quiz.SessionOptions {
	drawn := quiz.Draw(list, n, r)
	if limit == 0 {
		limit = time.Duration(len(drawn)) * examMinutes * time.Minute
	}
	return quiz.SessionOptions{Questions: drawn, Exam: true, Limit: limit, Rand: r}
}
