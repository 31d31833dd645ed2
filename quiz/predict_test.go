package quiz_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/quiz"
)

func prediction() *quiz.Question {
	return &quiz.Question{ID: "local", Kind: quiz.Predict, Try: &quiz.Try{World: "w", From: "external:nginx", To: "192.168.0.12:30080"}, Options: []quiz.Option{
		{Text: "a pod, which sees nginx", When: &quiz.Outcome{Outcome: quiz.OK, Sees: []string{"192.168.0.50"}}},
		{Text: "a pod, which sees the node", When: &quiz.Outcome{Outcome: quiz.OK, Sees: []string{"192.168.0.12"}}},
		{Text: "refused", When: &quiz.Outcome{Outcome: quiz.Refused}},
	}}
}

func TestResolve(t *testing.T) {
	for _, tt := range []struct {
		name  string
		found quiz.Outcome
		fail  error
		want  string // text of the right option, or a part of the error
	}{
		{"by outcome", quiz.Outcome{Outcome: quiz.Refused}, nil, "refused"},
		{"by address", quiz.Outcome{Outcome: quiz.OK, Sees: []string{"192.168.0.12"}, Reaches: []string{"a"}}, nil, "a pod, which sees the node"},
		{"none fits", quiz.Outcome{Outcome: quiz.TimedOut}, nil, "0 options fit"},
		{"predictor fails", quiz.Outcome{}, errors.New("no such world"), `predict the answer of question "local": no such world`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := prediction()
			got, err := q.Resolve(context.Background(), func(_ context.Context, try quiz.Try) (quiz.Outcome, error) {
				if try.World != "w" {
					t.Errorf("asked about %+v", try)
				}
				return tt.found, tt.fail
			})
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
				return
			}
			if got.RightAnswer() != tt.want {
				t.Errorf("right answer %q, want %q", got.RightAnswer(), tt.want)
			}
			if q.RightAnswer() != "" {
				t.Error("the question itself was changed")
			}
		})
	}
}

func TestResolveLeavesOtherKinds(t *testing.T) {
	q := options(quiz.Choice, true, false)
	if got, err := q.Resolve(context.Background(), nil); got != q || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}
