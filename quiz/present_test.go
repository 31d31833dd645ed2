package quiz_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/quiz"
)

func TestRead(t *testing.T) {
	choice := options(quiz.Choice, true, false, false)
	choice.Options[2].Text = "Connection refused"
	choices := options(quiz.Choices, true, true, false)
	order := &quiz.Question{Kind: quiz.Order, Items: []string{"one", "two", "three"}}
	match := &quiz.Question{Kind: quiz.Match, Pairs: []quiz.Pair{{Left: "l1", Right: "r1"}, {Left: "l2", Right: "r2"}}, Extra: []string{"r3"}}
	for _, tt := range []struct {
		q    *quiz.Question
		line string
		want []int
		err  string
	}{
		{choice, "1", []int{0}, ""},
		{choice, " b. ", []int{1}, ""},
		{choice, "3)", []int{2}, ""},
		{choice, "connection refused", []int{2}, ""},
		{choice, "1 2", nil, "one of them is right"},
		{choice, "4", nil, `"4" is none of the choices 1 to 3`},
		{choice, "0", nil, "none of the choices"},
		{choice, "-1", nil, "none of the choices"},
		{choice, "maybe", nil, "none of the choices"},
		{choice, "  ", nil, "nothing typed"},
		{choice, ",", nil, "no number"},
		{choices, "1,2", []int{0, 1}, ""},
		{choices, "a c", []int{0, 2}, ""},
		{choices, "1 1", nil, "twice"},
		{order, "1 2 3", []int{2, 1, 0}, ""}, // shown turned around
		{order, "3,2,1", []int{0, 1, 2}, ""},
		{order, "3 2", nil, "2 of 3 places"},
		{match, "a1 b2", []int{2, 1}, ""},
		{match, "b:3, a=2", []int{1, 0}, ""},
		{match, "3 2", []int{0, 1}, ""},
		{match, "a1", nil, "no number yet"},
		{match, "a1 a2", nil, "each letter needs one number"},
		{match, "a9 b1", nil, "each letter needs one number"},
		{match, "c1 b1", nil, "each letter needs one number"},
		{match, "x", nil, "each letter needs one number"},
	} {
		a, err := quiz.Present(tt.q, nil).Read(tt.line)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s %q: error %v, want %q", tt.q.Kind, tt.line, err, tt.err)
			}
			continue
		}
		if err != nil || !slices.Equal(a.Picks, tt.want) {
			t.Errorf("%s %q: %v, %v; want %v", tt.q.Kind, tt.line, a.Picks, err, tt.want)
		}
	}
}

// TestShuffled: in whatever order choices are shown, the number beside a
// choice stands for it.
func TestShuffled(t *testing.T) {
	q := options(quiz.Choice, false, false, true, false)
	for seed := range uint64(50) {
		p := quiz.Present(q, rand.New(rand.NewPCG(seed, 0)))
		at := slices.Index(p.Choices(), "C") + 1
		a, err := p.Read(string(rune('0' + at)))
		if err != nil || p.Mark(a).Verdict != quiz.Right {
			t.Fatalf("seed %d: C is shown as %d, and that is not right: %v", seed, at, err)
		}
	}
}

func TestOrderIsNeverShownSolved(t *testing.T) {
	q := &quiz.Question{Kind: quiz.Order, Items: []string{"one", "two"}}
	for seed := range uint64(20) {
		if p := quiz.Present(q, rand.New(rand.NewPCG(seed, 0))); p.Choices()[0] == "one" {
			t.Fatalf("seed %d shows the right order", seed)
		}
	}
}

func FuzzRead(f *testing.F) {
	match := &quiz.Question{Kind: quiz.Match, Pairs: []quiz.Pair{{Left: "l1", Right: "r1"}, {Left: "l2", Right: "r2"}}}
	f.Add("1 2")
	f.Add("a2b1")
	f.Add("99999999999999999999")
	f.Fuzz(func(t *testing.T, line string) {
		for _, q := range []*quiz.Question{options(quiz.Choices, true, false), match} {
			p := quiz.Present(q, nil)
			if a, err := p.Read(line); err == nil {
				p.Mark(a)
			}
		}
	})
}
