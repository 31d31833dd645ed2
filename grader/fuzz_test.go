package grader_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// FuzzCheck: whatever a file holds, a check ends with a verdict that says
// passed or why not.
func FuzzCheck(f *testing.F) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		f.Fatal(err)
	}
	g := grader.New(pack)
	for i, h := range pack.Scenarios {
		s := pack.Scenario(h.ID)
		f.Add([]byte(s.Solution), i)
		f.Add([]byte(s.Starter), i)
	}
	// Once this never came to rest: two objects had one uid.
	f.Add(bytes.Replace([]byte(pack.Scenario("pick-the-type").Solution), []byte("targetPort"), []byte("tagetPort"), 1), 13)
	f.Add([]byte("kind: Service\nspec: {ports: [{targetPort: {a: b}}]}"), 0)
	f.Add([]byte("apiVersion: v1\nkind: List\nitems: [1, [], {}]"), 1)
	f.Add([]byte("\xff\xfek\x00"), 2)
	f.Fuzz(func(t *testing.T, text []byte, which int) {
		s := pack.Scenario(pack.Scenarios[uint(which)%uint(len(pack.Scenarios))].ID)
		v, err := g.Check(context.Background(), s, text)
		if err != nil {
			t.Fatal(err)
		}
		if v.Passed != (len(v.Failures) == 0) {
			t.Fatalf("passed %v with %d failures", v.Passed, len(v.Failures))
		}
		for _, failure := range v.Failures {
			if d := failure.Diagnosis; d.ID == "" || d.Message == "" || d.Line > 1+bytes.Count(text, []byte("\n")) {
				t.Fatalf("%+v", d)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		b.Fatal(err)
	}
	g := grader.New(pack)
	for _, id := range []string{"pricing-engine", "metrics-only-monitoring", "pick-the-type"} {
		s := pack.Scenario(id)
		b.Run(id, func(b *testing.B) {
			for b.Loop() {
				if _, err := g.Check(context.Background(), s, []byte(s.Solution)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
