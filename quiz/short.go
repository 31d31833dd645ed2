package quiz

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// markShort marks a typed answer: what is right however it is written, then
// what is known to be wrong, then what is but a typing error.
func (q *Question) markShort(text string) Result {
	if letters(text) == "" {
		return Result{Verdict: Wrong}
	}
	given := newWords(text, q.Field)
	for _, said := range q.sayings(text) {
		if r, known := q.markSaying(said); known {
			return r
		}
	}
	if r, known := q.markAlternatives(text); known {
		return r
	}
	for _, accept := range q.Accept {
		if note := q.nearly(text, given, accept); note != "" {
			return Result{Verdict: Near, Note: note}
		}
	}
	return q.misspeltMistake(given)
}

// A remark stands in brackets or behind #, a reason behind its because, a
// subject before its is; a contrast tells what the answer is not, and a change
// what it was before.
var (
	remark   = regexp.MustCompile(`\s*\([^()]*\)|\s+#.*$`)
	subject  = regexp.MustCompile(`(?i)^.*\bis\s+|^not\s.*[\s,;]but\s+`)
	reason   = regexp.MustCompile(`(?i)(\S)[,;]?\s+(?:because|since|so that)\s.*$`)
	contrast = regexp.MustCompile(`(?i)(\S)[,;]?\s+(?:and\s+)?(?:not|instead of|rather than)\s.*$`)
	change   = regexp.MustCompile(`(?i)\bfrom\s+\S+\s+to\s`)
	either   = regexp.MustCompile(`(?i)\s*\(?\bor\b\s*`)
)

// sayings are an answer as it was typed, and without what is but said beside
// it.
func (q *Question) sayings(text string) []string {
	list := []string{text}
	if !either.MatchString(text) {
		list = append(list, remark.ReplaceAllString(text, ""), subject.ReplaceAllString(text, ""), reason.ReplaceAllString(text, "$1"), contrast.ReplaceAllString(text, "$1"), change.ReplaceAllString(text, " "))
	}
	return slices.Compact(list)
}

// markSaying marks an answer that is one of those the question knows.
func (q *Question) markSaying(text string) (r Result, known bool) {
	given := newWords(text, q.Field)
	right, asked := amounts(q.Accept), unit{}
	if len(right) > 0 {
		asked = right[0].unit
	}
	if sameAmount(text, right, asked) {
		return Result{Verdict: Right}, true
	}
	for _, accept := range q.Accept {
		want := newWords(accept, q.Field)
		if given.same(want, accept) || sameLetters(text, accept) || isRange(text, accept) {
			return capitals(given, want, accept), true
		}
	}
	for _, m := range q.Mistakes {
		for _, a := range m.Answers {
			sameWords := given.squashed() != "" && given.squashed() == newWords(a, q.Field).squashed()
			if sameWords || len(right) > 0 && sameAmount(text, amounts([]string{a}), asked) || isRange(text, a) {
				return m.result(a), true
			}
		}
	}
	return q.markField(text)
}

// markField marks "field: value" where a field or a header alone was asked for.
func (q *Question) markField(text string) (r Result, known bool) {
	field, _ := fieldAndValue(text)
	given := newWords(field, "")
	for _, accept := range q.Accept {
		isName := unicode.IsLower(rune(accept[0])) || strings.Contains(accept, "-")
		if want := newWords(accept, ""); field != "" && isName && given.squashed() == want.squashed() {
			return capitals(given, want, accept), true
		}
	}
	return r, false
}

// markAlternatives marks an answer that leaves a choice: right if each of the
// things that it names is.
func (q *Question) markAlternatives(text string) (r Result, known bool) {
	parts := either.Split(text, -1)
	if len(parts) < 2 {
		return r, false
	}
	for _, part := range parts {
		r, known = q.markSaying(strings.Trim(part, "() ,"))
		if !known || r.Verdict == Wrong {
			return r, known
		}
	}
	return Result{Verdict: Right}, true
}

// result is what a known mistake gets.
func (m *Mistake) result(answer string) Result {
	return Result{Verdict: Wrong, Feedback: []Feedback{{About: answer, Text: strings.TrimSpace(m.Say)}}}
}

// misspeltMistake is what a wrong answer gets: the words for the mistake that
// it is a typing error for, if there is one.
func (q *Question) misspeltMistake(given words) Result {
	if given.negated() {
		return Result{Verdict: Wrong}
	}
	for i := range q.Mistakes {
		for _, a := range q.Mistakes[i].Answers {
			if given.resembles(newWords(a, q.Field), nil) {
				return q.Mistakes[i].result(a)
			}
		}
	}
	return Result{Verdict: Wrong}
}

// same tells whether two answers say the same. Where one has a field and its
// value, or two things, their order does not matter.
func (w words) same(want words, accept string) bool {
	return w.squashed() == want.squashed() ||
		(strings.Contains(accept, ": ") || strings.Contains(accept, " and ")) && w.sorted().squashed() == want.sorted().squashed()
}

// sameLetters tells whether two texts differ in what stands between their
// letters alone. Between digits it may matter.
func sameLetters(a, b string) bool { return digits(b) == "" && letters(a) == letters(b) }

// letters are the letters and digits of a text, in small letters.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// isRange tells whether a text is the range of two numbers that is wanted.
func isRange(text, want string) bool {
	ends := rangeForm.FindStringSubmatch(want)
	return ends != nil && slices.Equal(rangeOf(text), ends[1:])
}

// fieldAndValue take an answer of the form "field: value" apart; "" for any
// other.
func fieldAndValue(text string) (field, value string) {
	i := strings.IndexAny(text, ":=")
	if i < 0 {
		return "", ""
	}
	field, value = strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:])
	if value == "" || strings.HasPrefix(value, "//") || strings.ContainsAny(field, " \t") {
		return "", ""
	}
	return field, value
}

// capitals judges those of an answer that is right but for them. They
// matter where the right answer has capitals beside small letters.
func capitals(given, want words, accept string) Result {
	matters := !want.oneCase() && !strings.Contains(accept, "-") // X-Forwarded-For: no field is spelled so
	switch {
	case matters && len(given) > len(want) && given.squashed() == want.squashed() && given.spelled() != want.spelled():
		return Result{Verdict: Right, Note: fmt.Sprintf("In a manifest it is spelled `%s`, as one word.", accept)}
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
func (q *Question) nearly(text string, given words, accept string) string {
	if given.negated() {
		return ""
	}
	if note := halfARange(text, accept); note != "" {
		return note
	}
	rivals := q.rivals()
	if field, value, both := strings.Cut(accept, ": "); both {
		other, _ := fieldAndValue(text)
		switch {
		case given.squashed() == newWords(field, "").squashed():
			return "That is the field. Say its value too."
		case given.resembles(newWords(field, ""), rivals):
			return fmt.Sprintf("That is the field, and it is spelled `%s`. Say its value too.", field)
		case given.squashed() == newWords(value, "").squashed() && other == "":
			return "That is the value. Say which field it belongs to."
		}
	}
	want := newWords(accept, q.Field)
	if given.resembles(want, rivals) || given.endOf(want, rivals) {
		return fmt.Sprintf("The right idea, but it is spelled `%s`.", accept)
	}
	return ""
}

// resembles tells whether each word is the wanted one or a typing error for it.
func (w words) resembles(want words, rivals []string) bool {
	if len(want) == 1 {
		return isNear(w.lettered(), want.lettered(), rivals)
	}
	if len(want) != len(w) {
		return false
	}
	for i := range want {
		g, w := w[i:i+1], want[i:i+1]
		if g.squashed() != w.squashed() && !isNear(g.lettered(), w.lettered(), rivals) {
			return false
		}
	}
	return true
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
