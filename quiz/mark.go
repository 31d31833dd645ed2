package quiz

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
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

func (q *Question) markShort(text string) Result {
	given := newWords(text, q.Field)
	if given.squashed() == "" {
		return Result{Verdict: Wrong}
	}
	for _, accept := range q.Accept {
		want := newWords(accept, q.Field)
		if given.squashed() == want.squashed() ||
			strings.Contains(accept, ": ") && given.sorted().squashed() == want.sorted().squashed() {
			return spelling(given, want, accept)
		}
	}
	for _, m := range q.Mistakes {
		for _, a := range m.Answers {
			if given.squashed() == newWords(a, q.Field).squashed() {
				return Result{Verdict: Wrong, Feedback: []Feedback{{About: a, Text: strings.TrimSpace(m.Say)}}}
			}
		}
	}
	if field := fieldOf(text); field != "" {
		for _, accept := range q.Accept {
			// A field alone was asked for, and no value.
			if want := newWords(accept, ""); unicode.IsLower(rune(accept[0])) && newWords(field, "").squashed() == want.squashed() {
				return spelling(newWords(field, ""), want, accept)
			}
		}
	}
	for _, accept := range q.Accept {
		if note := q.nearly(given, accept); note != "" {
			return Result{Verdict: Near, Note: note}
		}
	}
	return Result{Verdict: Wrong}
}

// fieldOf is the field in an answer of the form "field: value", "" otherwise.
func fieldOf(text string) string {
	field, value, both := strings.Cut(text, ":")
	if !both || strings.TrimSpace(value) == "" || strings.HasPrefix(value, "//") || strings.ContainsAny(strings.TrimSpace(field), " \t") {
		return ""
	}
	return field
}

// spelling judges the capitals of an answer that is right but for them. They
// matter where the right answer has capitals beside small letters.
func spelling(given, want words, accept string) Result {
	matters := !want.oneCase() && !strings.Contains(accept, "-") // X-Forwarded-For: no field is spelled so
	switch {
	case !matters || given.sorted().spelled() == want.sorted().spelled() || given.spelled() == want.spelled():
		return Result{Verdict: Right}
	case given.oneCase() || given.sorted().oneCaseLike(want.sorted()):
		return Result{Verdict: Right, Note: fmt.Sprintf("In a manifest it is spelled `%s`: capitals count there.", accept)}
	}
	return Result{Verdict: Near, Note: fmt.Sprintf("It is spelled `%s`. Capitals count in a manifest: any others are refused.", accept)}
}

// oneCaseLike tells whether each word is spelled as in want or in one case.
func (w words) oneCaseLike(want words) bool {
	for i, word := range w {
		if !(words{word}).oneCase() && (i >= len(want) || word != want[i]) {
			return false
		}
	}
	return true
}

// nearly tells what keeps an answer from being accept, where it is but a typing
// error or half of it; "" if it is something else.
func (q *Question) nearly(given words, accept string) string {
	if given.negated() {
		return ""
	}
	if field, value, both := strings.Cut(accept, ": "); both {
		switch given.squashed() {
		case newWords(field, "").squashed():
			return "That is the field. Say its value too."
		case newWords(value, "").squashed():
			return "That is the value. Say which field it belongs to."
		}
	}
	want := newWords(accept, q.Field)
	rivals := q.rivals()
	spelled := fmt.Sprintf("The right idea, but it is spelled `%s`.", accept)
	if len(want) == 1 && isNear(given.lettered(), want.lettered(), rivals) {
		return spelled
	}
	if len(want) != len(given) || len(want) == 1 {
		return ""
	}
	for i := range want {
		g, w := given[i:i+1], want[i:i+1]
		if g.squashed() != w.squashed() && !isNear(g.lettered(), w.lettered(), rivals) {
			return ""
		}
	}
	return spelled
}

// rivals are the wrong answers that the question knows, lettered.
func (q *Question) rivals() []string {
	var list []string
	for _, m := range q.Mistakes {
		for _, a := range m.Answers {
			list = append(list, newWords(a, q.Field).lettered())
		}
	}
	return list
}
