package quiz_test

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/quiz"
)

const good = `set: practice
questions:
- id: cache-type
  kind: short
  section: clusterip
  prompt: Which type?
  field: type
  accept: [ClusterIP]
  explain: Narrow.

- id: how-many
  kind: choice
  set: quiz
  section: clusterip
  prompt: How many?
  options:
  - {text: One, right: true, feedback: Yes.}
  - {text: Two, feedback: No.}
  explain: One.
`

func TestParse(t *testing.T) {
	list, err := quiz.Parse("a.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Line != 3 || list[1].Line != 11 || list[0].File != "a.yaml" {
		t.Fatalf("read %+v", list)
	}
	if list[0].Set != quiz.Practice || list[1].Set != quiz.Quiz {
		t.Errorf("sets %s and %s", list[0].Set, list[1].Set)
	}
}

func TestParseErrors(t *testing.T) {
	head := "set: quiz\nquestions:\n"
	base := "- {id: a, section: s, prompt: p, explain: e, "
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "q.yaml:1: is empty"},
		{"no questions", "set: quiz\n", "q.yaml:1: holds no questions"},
		{"not YAML", "a: [", "q.yaml:1: "},
		{"tab", "set: quiz\nquestions:\n\t- id: a\n", "q.yaml:3: found character that cannot start any token"},
		{"binary", "\x00\x01\x02", "q.yaml: control characters are not allowed"},
		{"unknown field", head + "- id: a\n  colour: red\n", "q.yaml:4: field colour not found"},
		{"wrong type", head + "- id: [1]\n", "q.yaml:3: cannot unmarshal !!seq into string"},
		{"null question", head + "-\n", "question 1 is empty"},
		{"bad id", head + "- {id: A b, kind: short, section: s, prompt: p, explain: e, accept: [x]}\n", `q.yaml:3: question "A b": id is not made of`},
		{"twice", head + base + "kind: short, accept: [x]}\n" + base + "kind: short, accept: [y]}\n", `q.yaml:4: question id "a" is used on line 3 already`},
		{"kind", head + base + "kind: essay}\n", `kind is "essay", want choice`},
		{"set", "questions:\n" + base + "kind: short, accept: [x]}\n", `set is ""`},
		{"no accept", head + base + "kind: short}\n", "accept is missing"},
		{"accepts nothing", head + base + "kind: short, accept: ['--']}\n", "has no letter and no digit"},
		{"mistake right", head + base + "kind: short, accept: [x1], mistakes: [{answers: [X1], say: no}]}\n", `"X1" is accepted as right`},
		{"two right", head + base + "kind: choice, options: [{text: a, right: true, feedback: f}, {text: b, right: true, feedback: f}]}\n", "2 options are right, a choice has one"},
		{"none right", head + base + "kind: choices, options: [{text: a, feedback: f}, {text: b, feedback: f}]}\n", "no option is right"},
		{"no feedback", head + base + "kind: choice, options: [{text: a, right: true}, {text: b, feedback: f}]}\n", "option 1: feedback is missing"},
		{"same option", head + base + "kind: choice, options: [{text: a, right: true, feedback: f}, {text: a, feedback: f}]}\n", "two options read the same"},
		{"order of one", head + base + "kind: order, items: [a]}\n", "two or more items"},
		{"match", head + base + "kind: match, pairs: [{left: a, right: b, feedback: f}, {left: c, feedback: f}]}\n", "pair 2 lacks a side"},
		{"match without feedback", head + base + "kind: match, pairs: [{left: a, right: b, feedback: f}, {left: c, right: d}]}\n", "pair 2 has no feedback"},
		{"extra belongs", head + base + "kind: match, pairs: [{left: a, right: b, feedback: f}, {left: c, right: d, feedback: f}], extra: [b]}\n", `"b" belongs to "a"`},
		{"stray field", head + base + "kind: short, accept: [x], items: [a, b]}\n", "items does not belong to kind short"},
		{"predict right", head + base + "kind: predict, try: {world: w, to: 'a:1', from: 'pod:a/b'}, options: [{text: a, right: true, feedback: f}, {text: b, feedback: f, when: {outcome: ok}}]}\n", "found out by the simulator"},
		{"predict outcome", head + base + "kind: predict, try: {world: w, to: 'a:1', from: 'pod:a/b'}, options: [{text: a, feedback: f, when: {outcome: fine}}, {text: b, feedback: f, when: {outcome: ok}}]}\n", `outcome "fine" is not known`},
		{"predict nothing", head + base + "kind: predict, try: {world: w}, options: [{text: a, feedback: f, when: {outcome: ok}}, {text: b, feedback: f, when: {outcome: refused}}]}\n", "says neither to, name, show nor apply"},
		{"predict from", head + base + "kind: predict, try: {world: w, to: 'a:1'}, options: [{text: a, feedback: f, when: {outcome: ok}}, {text: b, feedback: f, when: {outcome: refused}}]}\n", "from is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, err := quiz.Parse("q.yaml", []byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			if list != nil {
				t.Errorf("questions returned beside an error")
			}
			if strings.Contains(err.Error(), "quiz.") {
				t.Errorf("a Go type in %q", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("questions: [{id: a, kind: match, pairs: [{}]}]"))
	f.Add([]byte("questions: [null, {accept: ['']}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := quiz.Parse("f.yaml", b)
		if (err == nil) != (len(list) > 0) {
			t.Fatalf("%d questions, error %v", len(list), err)
		}
		for _, q := range list {
			p := quiz.Present(q, nil)
			q.Mark(quiz.Answer{Text: "x", Picks: []int{0, 5, -1}})
			_, _ = p.Read("1 2 a3 x")
		}
	})
}
