package quiz

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is what an answer is worth.
type Verdict int

// The verdicts. Near is the right idea, misspelled or half told: it is said
// so, and never counts as wrong.
const (
	Wrong Verdict = iota
	Near
	Right
)

func (v Verdict) String() string { return [...]string{"wrong", "near", "right"}[v] }

// Answer is what a learner gave: Picks for choice, choices, predict, order and
// match, Text for short.
type Answer struct {
	// Picks are indexes into Options, for order into Items in the learner's
	// order, for match into RightSides, one for each pair.
	Picks []int
	Text  string
}

// Result is an answer marked.
type Result struct {
	Verdict Verdict
	// Note is about how the answer was given: a spelling, a part that is
	// missing. "" if there is nothing to say.
	Note string
	// Feedback is about the content, one entry for each thing that the learner
	// chose or missed.
	Feedback []Feedback
	// Answer is the right answer in words.
	Answer string
}

// Feedback is what to say about one thing that was chosen or left out.
type Feedback struct {
	About string // the option, item or pair
	Holds bool   // whether that option is right
	Text  string
}

// Mark marks an answer. A predict question must have been resolved.
func (q *Question) Mark(a Answer) Result {
	var r Result
	switch q.Kind {
	case Short:
		r = q.markShort(a.Text)
	case Order:
		r = q.markOrder(a.Picks)
	case Match:
		r = q.markMatch(a.Picks)
	default:
		r = q.markOptions(a.Picks)
	}
	r.Answer = q.RightAnswer()
	return r
}

// RightAnswer is the right answer in words: one line, or one a part.
func (q *Question) RightAnswer() string {
	switch q.Kind {
	case Short:
		return q.Accept[0]
	case Order:
		return strings.Join(q.Items, "\n")
	case Match:
		lines := make([]string, len(q.Pairs))
		for i, p := range q.Pairs {
			lines[i] = p.Left + ": " + p.Right
		}
		return strings.Join(lines, "\n")
	}
	var right []string
	for _, o := range q.Options {
		if o.Right {
			right = append(right, o.Text)
		}
	}
	return strings.Join(right, "\n")
}

func (q *Question) markOptions(picks []int) Result {
	r := Result{Verdict: Right}
	if len(picks) == 0 {
		r.Verdict = Wrong
	}
	for i, o := range q.Options {
		picked := slices.Contains(picks, i)
		if picked != o.Right {
			r.Verdict = Wrong
		}
		if picked || (q.Kind == Choices && o.Right) {
			r.Feedback = append(r.Feedback, Feedback{About: o.Text, Holds: o.Right, Text: strings.TrimSpace(o.Feedback)})
		}
	}
	if q.Kind != Choices && len(picks) > 1 {
		r.Verdict = Wrong
	}
	return r
}

func (q *Question) markOrder(picks []int) Result {
	for i := range q.Items {
		if i >= len(picks) || picks[i] != i {
			return Result{Verdict: Wrong, Feedback: []Feedback{{
				About: q.Items[i],
				Text:  fmt.Sprintf("belongs at place %d, where your order first differs.", i+1),
			}}}
		}
	}
	return Result{Verdict: Right}
}

func (q *Question) markMatch(picks []int) Result {
	r := Result{Verdict: Right}
	sides := q.RightSides()
	for i, p := range q.Pairs {
		if i < len(picks) && picks[i] >= 0 && picks[i] < len(sides) && sides[picks[i]] == p.Right {
			continue
		}
		r.Verdict = Wrong
		r.Feedback = append(r.Feedback, Feedback{About: p.Left, Text: p.Right + ". " + strings.TrimSpace(p.Feedback)})
	}
	return r
}
