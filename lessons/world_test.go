package lessons_test

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/lessons"
)

func TestOpenWorld(t *testing.T) {
	pack := small()
	pack["worlds/two.yaml"] = file(`# base: lesson
apiVersion: tutor/v1
kind: World
metadata: {name: two}
spec:
  workloads:
  - {name: order-api, namespace: production, nodes: [node-eu-west-1a, node-eu-west-1b]}
`)
	pack["worlds/round.yaml"] = file("# base: round\n")
	pack["worlds/lost.yaml"] = file("# base: nowhere\n")
	pack["worlds/broken.yaml"] = file("kind: [\n")
	p, err := lessons.Load(pack)
	if err != nil {
		t.Fatal(err)
	}
	count := func(name string, overlays ...string) int {
		t.Helper()
		w, err := p.OpenWorld(name, overlays...)
		if err != nil {
			t.Fatal(err)
		}
		return len(w.Objects)
	}
	if base, two := count("lesson"), count("two"); two != base-1 {
		t.Errorf("%d objects, based on %d: order-api should have one pod less", two, base)
	}
	over := "apiVersion: v1\nkind: Namespace\nmetadata: {name: more}\n"
	if base, more := count("two"), count("two", over); more != base+1 {
		t.Errorf("%d objects with one laid over %d", more, base)
	}
	for name, want := range map[string]string{
		"round": "around in a circle", "lost": `no world "nowhere"`, "missing": `no world "missing"`, "broken": `read world "broken"`, "../lesson": "no world",
	} {
		if _, err := p.OpenWorld(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

func TestQuestions(t *testing.T) {
	const inline = "set: quiz\nquestions:\n- {id: a, kind: short, section: one, prompt: p, explain: e, accept: [x]}\n"
	pack := small()
	delete(pack, "questions/q.yaml")
	pack["questions/a.yaml"] = file(inline)
	p, err := lessons.Load(pack)
	if err != nil {
		t.Fatal(err)
	}
	if q := p.Question("a"); q == nil || len(p.QuestionsOf("quiz")) != 1 || len(p.QuestionsOf("practice")) != 0 {
		t.Errorf("questions %v", p.Questions())
	}

	pack["questions/b.yaml"] = file(inline + "- {id: b, kind: short, section: two, prompt: p, explain: e, accept: [x]}\n")
	pack["questions/c.yaml"] = file("set: [\n")
	pack["questions/d.yaml"] = file("questions:\n- id: b\n" + question)
	pack["sections/one.md"] = file("# One\n```predict\nwhat\n```\n")
	_, err = lessons.Load(pack)
	for _, want := range []string{
		`questions/b.yaml:3: question id "a" is used in questions/a.yaml:3 already`,
		`questions/b.yaml:4: question "b": there is no section "two"`,
		`questions/c.yaml`,
		`questions/d.yaml:2: question id "b" is used in questions/b.yaml:4 already`,
		`questions/d.yaml:2: question "b": set is ""`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	// What a file that cannot be read may hold is not called missing.
	const missing = `sections/one.md:2: there is no question "what" to predict with`
	if strings.Contains(err.Error(), missing) {
		t.Errorf("error %v", err)
	}
	delete(pack, "questions/c.yaml")
	if _, err = lessons.Load(pack); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("error %v, want %q", err, missing)
	}
}
