package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// A page asks what will happen before it shows what does: until the learner
// has answered, or passed the question over, it ends there.

// predictions are the questions that the page asks, in its order.
func (r *reader) predictions() []*quiz.Question {
	var list []*quiz.Question
	for _, p := range lessons.Passages(r.pages[r.page].Body) {
		if q := r.course.Question(p.Asks); q != nil {
			list = append(list, q)
		}
	}
	return list
}

// answered tells whether the learner has ever answered a question.
func (r *reader) answered(q *quiz.Question) bool {
	a := r.progress.Questions[q.ID]
	return a != nil && len(a.Answers) > 0
}

// waiting is the question that the page stops at, nil where it is open to its
// end.
func (r *reader) waiting() *quiz.Question {
	for _, q := range r.predictions() {
		if !r.answered(q) && !r.passed[q.ID] {
			return q
		}
	}
	return nil
}

// answer opens the question that waits, or all of the page once more.
func (r *reader) answer() tea.Cmd {
	list := r.predictions()
	if q := r.waiting(); q != nil {
		list = []*quiz.Question{q}
	}
	return r.push(newQuestions(r.env, "", list, 0))
}

// passOver shows what comes after the question without an answer to it.
func (r *reader) passOver() tea.Cmd {
	if r.passed == nil {
		r.passed = map[string]bool{}
	}
	r.passed[r.waiting().ID] = true
	r.fill()
	return r.seen()
}

// predicting are the keys of a page that asks something.
func (r *reader) predicting() []binding {
	if len(r.predictions()) == 0 {
		return nil
	}
	bs := []binding{{keys: []string{"a"}, does: r.words.Reader.Answer, run: r.answer}}
	if r.waiting() != nil {
		bs[0].minor = r.text.atEnd() // enter does it, too
		bs = append(bs, binding{keys: []string{"n"}, does: r.words.Reader.PassOver, run: r.passOver})
	}
	return bs
}

// body is the page's Markdown as far as it is open, with its questions as
// text.
func (r *reader) body() string {
	p, waiting := r.pages[r.page], r.waiting()
	var b strings.Builder
	if p.Title != r.section.Title { // which stands in the top line
		b.WriteString("## " + p.Title + "\n\n")
	}
	for _, passage := range lessons.Passages(p.Body) {
		b.WriteString(passage.Text)
		q := r.course.Question(passage.Asks)
		if q == nil {
			continue
		}
		how := r.words.Reader.NotAnswered
		switch {
		case q == waiting:
			how = r.words.Reader.HowToAnswer
		case r.answered(q):
			how = r.words.Reader.Answered
		}
		b.WriteString("**" + r.words.Question.Before + "**\n\n" + strings.TrimSpace(q.Prompt) + "\n\n*" + how + "*")
		if q == waiting {
			return b.String()
		}
	}
	return b.String()
}
