// Package grader tells whether a manifest does what a scenario asks for, and
// where it does not, why.
//
// It grades behaviour: a fresh copy of the scenario's cluster gets the
// manifest as kubectl apply would send it, runs to rest, and is then asked
// what the scenario's expectations ask: connections, names, balancers, the
// meter. However a manifest is written, what behaves right passes.
//
//	g := grader.New(pack)
//	verdict, err := g.Check(ctx, pack.Scenario("pricing-engine"), manifest)
//
// Each expectation that does not hold is a [Failure] with its evidence and one
// [Diagnosis] from the catalogue, the most specific that the evidence proves.
package grader

import (
	"encoding/json"
	"strings"
)

// Verdict is the outcome of one check. Its JSON form is what `tutor check -o
// json` prints and is kept stable.
type Verdict struct {
	Scenario string    `json:"scenario"`
	Passed   bool      `json:"passed"`
	Failures []Failure `json:"failures"` // the first is the one to mend first

	// Held are the titles of the expectations that hold, in the scenario's
	// order.
	Held []string `json:"-"`
	// Untried are those that could not be tried, since what they are about
	// was not stored.
	Untried []string `json:"-"`
	// Unusable tells that the file was empty or not YAML at all: nothing was
	// tried.
	Unusable bool `json:"-"`
	// Warnings are the API server's, for what was stored.
	Warnings []string `json:"-"`
}

// Count tells how many of the expectations do not hold, and how many there are;
// one that fails for several causes counts once.
func (v *Verdict) Count() (failed, all int) {
	titles := map[string]bool{}
	for _, f := range v.Failures {
		titles[f.Expectation] = true
	}
	return len(titles), len(titles) + len(v.Held) + len(v.Untried)
}

// Symptoms is the verdict without the causes: what was tried and met, for who
// is to find out why.
func (v *Verdict) Symptoms() *Verdict {
	s := *v
	s.Failures = make([]Failure, len(v.Failures))
	for i, f := range v.Failures {
		s.Failures[i] = Failure{Expectation: f.Expectation, Evidence: Evidence{Tried: f.Evidence.Tried, Met: f.Evidence.Met}}
	}
	return &s
}

// Failure is one expectation that does not hold.
type Failure struct {
	// Expectation is the sentence that the learner reads.
	Expectation string    `json:"expectation"`
	Evidence    Evidence  `json:"evidence"`
	Diagnosis   Diagnosis `json:"diagnosis"`
}

// Evidence is what was tried and what happened, without a judgement.
type Evidence struct {
	Tried string
	Met   string
	// Trace are the hops of the packet, where one was sent.
	Trace []string
}

// MarshalJSON writes the evidence as one text: what was tried and met, and
// each hop on a line of its own.
func (e Evidence) MarshalJSON() ([]byte, error) {
	lines := append([]string{e.Tried + ": " + e.Met}, e.Trace...)
	return json.Marshal(strings.Join(lines, "\n"))
}

// Diagnosis is the cause of a failure.
type Diagnosis struct {
	ID      string `json:"id"` // stable
	Message string `json:"message"`
	// Line is where in the learner's file, from 1; 0 where it is nowhere.
	Line int `json:"line"`
	// Field is the path of the field, such as spec.ports[0].targetPort.
	Field string `json:"field"`
	// Next is one thing to do.
	Next string `json:"next"`
}

// MarshalJSON writes an empty list of failures as [] rather than null.
func (v *Verdict) MarshalJSON() ([]byte, error) {
	type plain Verdict
	p := plain(*v)
	if p.Failures == nil {
		p.Failures = []Failure{}
	}
	return json.Marshal(p)
}
