package grader_test

import (
	"encoding/json"
	"testing"

	"github.com/kubetutor/tutor/grader"
)

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
