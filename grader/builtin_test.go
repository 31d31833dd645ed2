package grader_test

import (
	"context"
	"testing"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// TestBuiltInPack: each starter fails, each solution and other right answer
// passes, each mistake gets its diagnosis first.
func TestBuiltInPack(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	g := grader.New(pack)
	check := func(t *testing.T, s *lessons.Scenario, text string) *grader.Verdict {
		t.Helper()
		v, err := g.Check(context.Background(), s, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, h := range pack.Tasks() {
		t.Run(h.ID, func(t *testing.T) {
			s := pack.Task(h.ID)
			if v := check(t, s, s.Starter); v.Passed {
				t.Error("the starter passes")
			}
			right := []lessons.Example{{Name: "solution.yaml", Text: s.Solution}}
			also, err := s.Also()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range append(right, also...) {
				for _, f := range check(t, s, e.Text).Failures {
					t.Errorf("%s: %s: %s: %s", e.Name, f.Expectation, f.Evidence.Met, f.Diagnosis.Message)
				}
			}
			mistakes, err := s.Mistakes()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range mistakes {
				v := check(t, s, e.Text)
				if v.Passed {
					t.Errorf("%s passes", e.Name)
				} else if d := v.Failures[0].Diagnosis; d.ID != e.Diagnosis {
					t.Errorf("%s: %s (%s), want %s", e.Name, d.ID, d.Message, e.Diagnosis)
				}
			}
		})
	}
}
