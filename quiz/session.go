package quiz

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Session asks questions one after another and keeps what was answered. It is
// either with help, where each answer is explained at once and a near miss may
// be mended, or an exam: with a clock and without help.
type Session struct {
	opts    SessionOptions
	at      int
	current *Presented
	asked   time.Time
	start   time.Time
	nearly  bool // the current question was nearly right already
	records []Record
}

// SessionOptions say what is asked and how.
type SessionOptions struct {
	// Questions are asked in this order.
	Questions []*Question
	// Exam asks without help; the clock runs where Limit is set.
	Exam  bool
	Limit time.Duration
	// Now is the clock.
	Now func() time.Time
	// Rand shuffles the choices; with nil they keep the order of the file.
	Rand *rand.Rand
	// Predict answers predict questions.
	Predict Predictor
}

// Record is one question and how it was answered.
type Record struct {
	Question *Question
	// Given is the answer in words, "" where the question was skipped.
	Given   string
	Skipped bool
	Result  Result
	At      time.Time
	Took    time.Duration
}

// NewSession begins a session; its clock starts now.
func NewSession(o SessionOptions) *Session {
	return &Session{opts: o, start: o.Now()}
}

// Exam tells whether answers go without comment until the end.
func (s *Session) Exam() bool { return s.opts.Exam }

// Place is the number of the current question, from 1, and of all.
func (s *Session) Place() (n, of int) {
	return min(s.at+1, len(s.opts.Questions)), len(s.opts.Questions)
}

// Left is the time left; limited is false where there is no clock.
func (s *Session) Left() (left time.Duration, limited bool) {
	if s.opts.Limit <= 0 {
		return 0, false
	}
	return max(0, s.opts.Limit-s.opts.Now().Sub(s.start)), true
}

// Over tells whether there is nothing more to answer: all was asked, or the
// time is up.
func (s *Session) Over() bool {
	left, limited := s.Left()
	return s.at >= len(s.opts.Questions) || limited && left == 0
}

// Current is the question to answer now; it stays the same until it is
// answered or skipped. ok is false when the session is over. The error is a
// predict question's that could not be resolved: skip it.
func (s *Session) Current(ctx context.Context) (p Presented, ok bool, err error) {
	if s.Over() {
		return Presented{}, false, nil
	}
	if s.current == nil {
		q, err := s.opts.Questions[s.at].Resolve(ctx, s.opts.Predict)
		if err != nil {
			return Presented{}, true, err
		}
		shown := Present(q, s.opts.Rand)
		s.current, s.asked = &shown, s.opts.Now()
	}
	return *s.current, true, nil
}

// Answer marks the answer to the current question. again tells that it is
// nearly right and asked once more; otherwise the session goes on. In an exam
// nothing is asked again and an answer after the end is not taken.
func (s *Session) Answer(a Answer) (r Result, again bool) {
	if s.current == nil || s.Over() {
		return Result{}, false
	}
	r = s.current.Mark(a)
	if r.Verdict == Near && !s.opts.Exam && !s.nearly {
		s.nearly = true
		return r, true
	}
	if s.nearly {
		// What was nearly right at first is not wrong, and not quite right.
		r.Verdict = Near
	}
	s.record(Record{Given: s.current.Told(a), Result: r})
	return r, false
}

// Skip leaves the current question unanswered.
func (s *Session) Skip() {
	if !s.Over() {
		s.record(Record{Skipped: true})
	}
}

func (s *Session) record(r Record) {
	r.Question, r.At = s.opts.Questions[s.at], s.opts.Now()
	if s.current != nil {
		r.Question, r.Took = s.current.Question, r.At.Sub(s.asked)
	}
	s.records = append(s.records, r)
	s.at++
	s.current, s.nearly = nil, false
}

// Records are the questions answered and skipped so far.
func (s *Session) Records() []Record { return slices.Clone(s.records) }

// Told is an answer in words.
func (q *Question) Told(a Answer) string {
	if q.Kind == Short {
		return a.Text
	}
	choices := q.choices()
	var told []string
	for i, n := range a.Picks {
		if n < 0 || n >= len(choices) {
			continue
		}
		text := choices[n]
		if q.Kind == Match && i < len(q.Pairs) {
			text = q.Pairs[i].Left + ": " + text
		}
		told = append(told, text)
	}
	return strings.Join(told, "; ")
}

// Draw takes n questions at random, as evenly from their sections as they
// allow. Questions of one section keep together in the order of the list.
func Draw(from []*Question, n int, r *rand.Rand) []*Question {
	bySection := map[string][]int{}
	var sections []string
	for _, i := range r.Perm(len(from)) {
		name := from[i].Section
		if bySection[name] == nil {
			sections = append(sections, name)
		}
		bySection[name] = append(bySection[name], i)
	}
	var drawn []int
	for round := 0; len(drawn) < min(n, len(from)); round++ {
		for _, name := range sections {
			if list := bySection[name]; round < len(list) && len(drawn) < n {
				drawn = append(drawn, list[round])
			}
		}
	}
	slices.Sort(drawn)
	list := make([]*Question, len(drawn))
	for i, at := range drawn {
		list[i] = from[at]
	}
	return list
}
