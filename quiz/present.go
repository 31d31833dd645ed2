package quiz

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Presented is a question in the order in which its choices are shown.
type Presented struct {
	*Question
	// Shown are the places of the choices (options, items, or right sides) in
	// the question, in the order in which they are shown.
	Shown []int
}

// Present puts a question's choices into an order to show them in: a random
// one, or with a nil r that of the file, which for order and match is turned
// around so that it does not give the answer away.
func Present(q *Question, r *rand.Rand) Presented {
	n := len(q.choices())
	shown := make([]int, n)
	for i := range shown {
		shown[i] = i
	}
	switch {
	case r != nil:
		r.Shuffle(n, func(i, j int) { shown[i], shown[j] = shown[j], shown[i] })
		if q.Kind == Order && slices.IsSorted(shown) {
			slices.Reverse(shown)
		}
	case q.Kind == Order || q.Kind == Match:
		slices.Reverse(shown)
	}
	return Presented{Question: q, Shown: shown}
}

// Choices are the texts to pick from, in the order shown.
func (p Presented) Choices() []string {
	own := p.choices()
	texts := make([]string, len(p.Shown))
	for i, n := range p.Shown {
		texts[i] = own[n]
	}
	return texts
}

// HowTo tells how to answer this kind of question on a line.
func (p Presented) HowTo() string {
	switch p.Kind {
	case Choice, Predict:
		return "one number"
	case Choices:
		return "all numbers that fit, as in: 1 3"
	case Order:
		return "the numbers in order, as in: 2 1 3"
	case Match:
		return "a letter and its number each, as in: a2 b1"
	}
	return "a few words"
}

var pairForm = regexp.MustCompile(`(?i)([a-z])\s*[-:=.)]*\s*(\d+)`)

// Read takes an answer as it is typed on one line: the numbers shown (or the
// letters, or a choice's own words) for choices, "a2 b1" or the numbers alone
// for match, any text for short. The error tells what was expected.
func (p Presented) Read(line string) (Answer, error) {
	line = strings.TrimSpace(line)
	if line == "" {
		return Answer{}, fmt.Errorf("nothing typed: answer with %s", p.HowTo())
	}
	switch p.Kind {
	case Short:
		return Answer{Text: line}, nil
	case Match:
		return p.readMatch(line)
	}
	if i := p.byWords(line); i >= 0 && p.Kind != Order {
		return Answer{Picks: []int{i}}, nil
	}
	picks, err := p.readNumbers(line)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case p.Kind != Choices && p.Kind != Order && len(picks) != 1:
		return Answer{}, fmt.Errorf("one of them is right: answer with %s", p.HowTo())
	case p.Kind == Order && len(picks) != len(p.Shown):
		return Answer{}, fmt.Errorf("%d of %d places given: answer with %s", len(picks), len(p.Shown), p.HowTo())
	}
	return Answer{Picks: picks}, nil
}

// byWords is the choice whose text was typed, -1 if none was.
func (p Presented) byWords(line string) int {
	typed := newWords(line, p.Field).squashed()
	for i, text := range p.choices() {
		if len(typed) > 1 && newWords(text, p.Field).squashed() == typed {
			return i
		}
	}
	return -1
}

// readNumbers reads numbers or letters, each at most once, and gives the
// places they stand for.
func (p Presented) readNumbers(line string) ([]int, error) {
	var picks []int
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,;.)>\t", r) }) {
		at, ok := position(w)
		if !ok || at < 1 || at > len(p.Shown) {
			return nil, fmt.Errorf("%q is none of the choices 1 to %d: answer with %s", w, len(p.Shown), p.HowTo())
		}
		i := p.Shown[at-1]
		if slices.Contains(picks, i) {
			return nil, fmt.Errorf("%q is there twice: answer with %s", w, p.HowTo())
		}
		picks = append(picks, i)
	}
	if len(picks) == 0 {
		return nil, fmt.Errorf("no number in %q: answer with %s", line, p.HowTo())
	}
	return picks, nil
}

// position reads "3" or "c" as 3.
func position(w string) (int, bool) {
	if n, err := strconv.Atoi(w); err == nil {
		return n, true
	}
	if w = strings.ToLower(w); len(w) == 1 && 'a' <= w[0] && w[0] <= 'z' {
		return int(w[0]-'a') + 1, true
	}
	return 0, false
}

func (p Presented) readMatch(line string) (Answer, error) {
	picks := make([]int, len(p.Pairs))
	given := make([]bool, len(p.Pairs))
	pick := func(left, right int) error {
		if left < 0 || left >= len(picks) || right < 1 || right > len(p.Shown) || given[left] {
			return fmt.Errorf("each letter needs one number from 1 to %d: answer with %s", len(p.Shown), p.HowTo())
		}
		picks[left], given[left] = p.Shown[right-1], true
		return nil
	}
	if pairs := pairForm.FindAllStringSubmatch(line, -1); len(pairs) > 0 {
		for _, m := range pairs {
			left, _ := position(m[1])
			right, _ := position(m[2])
			if err := pick(left-1, right); err != nil {
				return Answer{}, err
			}
		}
	} else {
		for i, w := range strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
			right, _ := strconv.Atoi(w)
			if err := pick(i, right); err != nil {
				return Answer{}, err
			}
		}
	}
	if slices.Contains(given, false) {
		return Answer{}, fmt.Errorf("some letters have no number yet: answer with %s", p.HowTo())
	}
	return Answer{Picks: picks}, nil
}
