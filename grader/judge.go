package grader

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/apply"
)

// ranked is a failure with its place in the order of mending.
type ranked struct {
	Failure
	rank int
}

// judge tries everything that is asked for and fills the verdict. What is
// about an object that was not stored stays untried, since it would only fail
// for the same cause again.
func (s *scene) judge(v *Verdict) (*Verdict, error) {
	for _, r := range s.results {
		v.Warnings = append(v.Warnings, r.Warnings...)
	}
	var failures []ranked
	s.missing = map[string]bool{}
	for _, o := range s.scenario.Objects {
		m := s.tryObject(o)
		if m != nil && m.elsewhere && s.allHold() {
			continue // what is there does all, and another object does no harm
		}
		if m != nil {
			s.missing[o.Name] = true
			f := s.explain(m)
			failures = append(failures, f)
			for _, further := range s.furtherRefusals(m, f.Diagnosis) {
				failures = append(failures, ranked{further, f.rank})
			}
		}
	}
	broken := map[string]bool{}
	for i := range s.scenario.Expect {
		e := &s.scenario.Expect[i]
		if s.blocked(e, broken) {
			broken[e.ID] = true
			v.Untried = append(v.Untried, e.Title)
			continue
		}
		m, err := s.try(e)
		switch {
		case errors.Is(err, errUntried):
			broken[e.ID] = true
			v.Untried = append(v.Untried, e.Title)
		case err != nil:
			return nil, fmt.Errorf("scenario %s: expectation %s: %w", s.scenario.ID, e.ID, err)
		case m == nil:
			v.Held = append(v.Held, e.Title)
		default:
			broken[e.ID] = true
			m.expect, m.title = e, e.Title
			failures = append(failures, s.explain(m))
		}
	}
	slices.SortStableFunc(failures, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	for _, f := range failures {
		v.Failures = append(v.Failures, f.Failure)
	}
	v.Passed = len(failures) == 0
	for _, r := range s.results {
		if v.Passed && r.Err != nil { // else it is among the failures, or their cause
			v.Warnings = append(v.Warnings, fmt.Sprintf("the object in line %d was not applied: %s", r.Line, oneLine(apply.Message(r.Err))))
		}
	}
	return v, nil
}

// allHold tells whether everything that is asked for holds in the cluster,
// whatever the file says.
func (s *scene) allHold() bool {
	for i := range s.scenario.Expect {
		if m, err := s.try(&s.scenario.Expect[i]); m != nil || err != nil {
			return false
		}
	}
	return true
}

// blocked tells whether an expectation cannot be tried: what it is about is
// missing, or what it builds on does not hold.
func (s *scene) blocked(e *lessons.Expectation, broken map[string]bool) bool {
	for _, id := range e.Needs {
		if broken[id] {
			return true
		}
	}
	for _, name := range e.About() {
		if s.missing[name] {
			return true
		}
	}
	// What is missing may be all that the meter shows too much of.
	return e.Meter != nil && len(s.missing) > 0 && len(s.stillPaid()) == 0
}

// explain finds a miss's cause: the first of the catalogue that the evidence
// proves.
func (s *scene) explain(m *miss) ranked {
	if m.scene == nil {
		m.scene = s
	}
	f := Failure{Expectation: m.title, Evidence: m.evidence}
	for rank, find := range catalogue {
		if d, ok := find(m); ok {
			f.Diagnosis = d
			return ranked{f, rank}
		}
	}
	f.Diagnosis = Diagnosis{
		ID:      "unexplained",
		Message: "None of the causes that are known here is proved; what was tried and met stands above.",
		Next:    "Follow the way hop by hop, and compare each with what you meant.",
	}
	return ranked{f, len(catalogue)}
}
