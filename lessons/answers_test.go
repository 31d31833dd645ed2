package lessons_test

import (
	"os"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// TestTypedAnswers marks what learners type in answer to the lesson's own
// questions.
func TestTypedAnswers(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	questions := map[string]*quiz.Question{}
	for _, q := range pack.Questions() {
		if q.Kind == quiz.Short {
			questions[q.ID] = q
		}
	}
	text, err := os.ReadFile("testdata/answers.txt")
	if err != nil {
		t.Fatal(err)
	}
	var q *quiz.Question
	tried := map[*quiz.Question]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		answer, is := strings.CutPrefix(line, "\t")
		switch {
		case line == "", line[0] == '#':
		case !is:
			if q = questions[line]; q == nil {
				t.Fatalf("no typed question %q", line)
			}
			tried[q] = true
		default:
			want, given := strings.TrimSpace(answer[:8]), answer[8:]
			if got := worth(q.Mark(quiz.Answer{Text: given})); got != want {
				t.Errorf("%s: %q is %s, want %s", q.ID, given, got, want)
			}
		}
	}
	for _, q := range questions {
		if !tried[q] {
			t.Errorf("nothing is typed in answer to %s", q.ID)
		}
	}
}

// worth is a verdict, and whether a wrong answer is a mistake that is known.
func worth(r quiz.Result) string {
	if r.Verdict == quiz.Wrong && len(r.Feedback) > 0 {
		return "mistake"
	}
	return r.Verdict.String()
}
