package decide_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/quiz"
)

const small = `
section: which
steps:
- id: where
  ask: Here?
  answers:
  - {value: "yes", text: Here, next: who}
  - {value: "no", text: Elsewhere, end: alias}
- id: who
  ask: Who calls?
  answers:
  - {value: pods, text: Pods, end: inside}
  - {value: world, text: Everybody, end: outside}
ends:
- {id: alias, type: ExternalName, why: An alias., manifest: m}
- {id: inside, type: ClusterIP, why: Inside., manifest: m}
- {id: outside, type: LoadBalancer, why: Outside., manifest: m}
`

func parse(t *testing.T, text string) *decide.Guide {
	t.Helper()
	g, err := decide.Parse("decide.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestWalk(t *testing.T) {
	w := parse(t, small).Walk()
	if w.Back() {
		t.Error("went back from the beginning")
	}
	w.Choose(9)
	w.Choose(-1)
	if step, ok := w.Step(); !ok || step.ID != "where" || w.End() != nil {
		t.Fatalf("begins at %+v", step)
	}
	w.Choose(1)
	if _, ok := w.Step(); ok || w.End().Type != "ExternalName" {
		t.Fatalf("arrived at %+v", w.End())
	}
	w.Choose(0) // after the end: nothing
	if !w.Back() || w.End() != nil {
		t.Fatal("could not go back from the end")
	}
	w.Choose(0)
	w.Choose(1)
	if w.End().ID != "outside" || len(w.Path()) != 2 {
		t.Errorf("arrived at %+v by %+v", w.End(), w.Path())
	}
}

func TestBrokenGuides(t *testing.T) {
	change := func(from, to string) string {
		if !strings.Contains(small, from) {
			t.Fatalf("%q is not in the guide", from)
		}
		return strings.Replace(small, from, to, 1)
	}
	for want, text := range map[string]string{
		"is empty":                         "",
		"needs steps":                      "steps: []",
		"field colour not found":           "colour: red",
		`there is no step "whom"`:          change("next: who", "next: whom"),
		`there is no end "nowhere"`:        change("end: alias", "end: nowhere"),
		`two answers lead to step "where"`: change("end: inside", "next: where"),
		`no answer leads to end "outside"`: change("end: outside", "end: inside"),
		"give either next or end":          change("end: inside", "end: inside, next: where"),
		"a value of its own":               change("value: world", "value: pods"),
		"why and manifest are all needed":  change("why: Inside., ", ""),
		`two answers or more are needed`:   change("Who calls?", ""),
	} {
		if _, err := decide.Parse("decide.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

const drills = `
workloads:
- {id: db, text: A database., facts: {where: "yes", who: pods}, end: inside}
patterns:
- end: outside
  facts: {where: "yes", who: world}
  subjects: [a game, a chat]
  sentences: [["You run {it}.", "{It} runs."], ["It is fast.", ""]]
`

func TestDrills(t *testing.T) {
	g := parse(t, small)
	d, err := decide.ParseDrills("drills.yaml", []byte(drills), g)
	if err != nil {
		t.Fatal(err)
	}
	q := d.Questions()[0]
	if q.ID != "drill-db" || q.Section != "which" || q.RightAnswer() != "ClusterIP" || !strings.HasPrefix(q.Prompt, "A database.") {
		t.Errorf("question %+v", q)
	}
	// Each wrong option is answered where its way parts from the right one.
	if f := q.Options[0].Feedback; !strings.Contains(f, "That type answers: Elsewhere. Here it is: Here.") {
		t.Errorf("ExternalName: %q", f)
	}
	if f := q.Options[2].Feedback; !strings.Contains(f, "Who calls? That type answers: Everybody. Here it is: Pods.") {
		t.Errorf("LoadBalancer: %q", f)
	}

	made := func(seed uint64) (texts []string) {
		for _, q := range d.Make(20, rand.New(rand.NewPCG(seed, 0))) {
			if q.RightAnswer() != "LoadBalancer" || strings.Contains(q.Prompt, "{") {
				t.Errorf("made %+v", q)
			}
			texts = append(texts, q.Prompt)
		}
		return texts
	}
	if a, b := strings.Join(made(1), "|"), strings.Join(made(1), "|"); a != b {
		t.Error("the same seed made other drills")
	}
	if a, b := strings.Join(made(1), "|"), strings.Join(made(2), "|"); a == b {
		t.Error("two seeds made the same drills")
	}
}

func TestBrokenDrills(t *testing.T) {
	g := parse(t, small)
	for want, change := range map[string][2]string{
		`lead to "inside", it says "outside"`: {"end: inside", "end: outside"},
		`step "who" has no answer "dogs"`:     {"who: pods", "who: dogs"},
		"the guide asks for 1":                {`where: "yes", who: pods`, `where: "no", who: pods`},
		"id and text are needed":              {"id: db, ", ""},
		"subjects and sentences are needed":   {"subjects: [a game, a chat]", "subjects: []"},
		"a sentence without words":            {`["It is fast.", ""]`, "[]"},
	} {
		text := strings.Replace(drills, change[0], change[1], 1)
		if _, err := decide.ParseDrills("drills.yaml", []byte(text), g); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestLessonsGuide: the lesson's own guide and drills hold together, and every
// drill has feedback for every option.
func TestLessonsGuide(t *testing.T) {
	dir := filepath.Join("..", "lessons", "service-types")
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	g, err := decide.Parse("decide.yaml", read("decide.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := decide.ParseDrills("drills.yaml", read("drills.yaml"), g)
	if err != nil {
		t.Fatal(err)
	}
	list := d.Questions()
	if len(list) < 40 {
		t.Errorf("%d described workloads, want 40 or more", len(list))
	}
	ends := map[string]int{}
	for _, q := range append(list, d.Make(200, rand.New(rand.NewPCG(7, 7)))...) {
		ends[q.RightAnswer()]++
		for _, o := range q.Options {
			if o.Feedback == "" {
				t.Errorf("%s: no feedback for %s", q.ID, o.Text)
			}
		}
		if q.Mark(quiz.Answer{Picks: []int{0}}).Answer == "" {
			t.Errorf("%s has no right answer", q.ID)
		}
	}
	if len(ends) != len(g.Ends) {
		t.Errorf("drills ask for %v, the guide has %d ends", ends, len(g.Ends))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small), []byte(drills))
	f.Fuzz(func(t *testing.T, guide, list []byte) {
		g, err := decide.Parse("g", guide)
		if err != nil {
			return
		}
		if d, err := decide.ParseDrills("d", list, g); err == nil {
			d.Questions()
			d.Make(3, rand.New(rand.NewPCG(1, 1)))
		}
	})
}
