package grader_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// What nobody asked for may be refused; one who passes is told so.
func TestRefusedBesideARightAnswer(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	s := pack.Scenario("pricing-engine")
	v, err := grader.New(pack).Check(context.Background(), s, []byte(s.Solution+"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not A Name, namespace: production}\n"))
	if err != nil || !v.Passed {
		t.Fatalf("%+v, %v", v, err)
	}
	if !slices.ContainsFunc(v.Warnings, func(w string) bool {
		return strings.Contains(w, "was not applied") && strings.Contains(w, "Not A Name")
	}) {
		t.Errorf("warnings %q", v.Warnings)
	}
}

// TestVerdictJSON keeps the form that scripts read.
func TestVerdictJSON(t *testing.T) {
	v := &grader.Verdict{Scenario: "s", Failures: []grader.Failure{{
		Expectation: "it answers",
		Evidence:    grader.Evidence{Tried: "a → b:80", Met: "connection refused", Trace: []string{"one", "two"}},
		Diagnosis:   grader.Diagnosis{ID: "ports-swapped", Message: "m", Line: 3, Field: "spec.ports[0].port", Next: "n"},
	}}}
	for _, c := range []struct {
		v    *grader.Verdict
		want string
	}{
		{&grader.Verdict{Scenario: "s", Passed: true}, `{"scenario":"s","passed":true,"failures":[]}`},
		{v, `{"scenario":"s","passed":false,"failures":[{"expectation":"it answers",` +
			`"evidence":"a → b:80: connection refused\none\ntwo",` +
			`"diagnosis":{"id":"ports-swapped","message":"m","line":3,"field":"spec.ports[0].port","next":"n"}}]}`},
	} {
		got, err := json.Marshal(c.v)
		if err != nil || string(got) != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
	}
}
