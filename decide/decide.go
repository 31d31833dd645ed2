// Package decide is the decision guide: a few questions, asked in order, that
// end in a type of Service with the reason and a manifest to start from. The
// guide is data, in a pack's decide.yaml; drills about described workloads are
// made from the same data, in drills.yaml, so that both always agree.
//
//	guide, err := decide.Parse("decide.yaml", text)
//	w := guide.Walk()
//	for step, ok := w.Step(); ok; step, ok = w.Step() {
//		w.Choose(ask(step))
//	}
//	w.End().Type // "ClusterIP"
package decide

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Guide is a tree of questions; the first step is where it begins.
type Guide struct {
	// Section is the section that teaches the guide; drills belong to it.
	Section string `yaml:"section"`
	Steps   []Step `yaml:"steps"`
	Ends    []End  `yaml:"ends"`
}

// Step is one question of the guide.
type Step struct {
	ID  string `yaml:"id"`
	Ask string `yaml:"ask"`
	// Help says how to find the answer out.
	Help    string   `yaml:"help"`
	Answers []Answer `yaml:"answers"`
}

// Answer leads to another step or to an end.
type Answer struct {
	// Value names the answer in drills.
	Value string `yaml:"value"`
	Text  string `yaml:"text"`
	Next  string `yaml:"next"`
	End   string `yaml:"end"`
}

// End is where the guide arrives.
type End struct {
	ID string `yaml:"id"`
	// Type is what to write, in words: "LoadBalancer", "ClusterIP + Ingress".
	Type string `yaml:"type"`
	Why  string `yaml:"why"`
	// Mind lists what to mind about it.
	Mind []string `yaml:"mind"`
	// Section is the section that teaches it.
	Section string `yaml:"section"`
	// Manifest is one to start from, with names to replace.
	Manifest string `yaml:"manifest"`
}

// Parse reads a guide; name is what errors call the file.
func Parse(name string, text []byte) (*Guide, error) {
	g := new(Guide)
	if err := decode(name, text, g); err != nil {
		return nil, err
	}
	if err := g.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

func decode(name string, text []byte, v any) error {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// check makes sure that every walk ends, at an end that exists.
func (g *Guide) check() error {
	if len(g.Steps) == 0 || len(g.Ends) < 2 {
		return fmt.Errorf("needs steps, and two ends or more")
	}
	reached := map[string]bool{}
	if err := g.checkStep(g.Steps[0].ID, reached); err != nil {
		return err
	}
	for _, s := range g.Steps {
		if !reached["step "+s.ID] {
			return fmt.Errorf("no answer leads to step %q", s.ID)
		}
	}
	for _, e := range g.Ends {
		if !reached["end "+e.ID] {
			return fmt.Errorf("no answer leads to end %q", e.ID)
		}
		if e.Type == "" || e.Why == "" || e.Manifest == "" {
			return fmt.Errorf("end %q: type, why and manifest are all needed", e.ID)
		}
	}
	return nil
}

// checkStep checks a step and all that follows. A step that two answers lead
// to would make the guide no tree, or go around in a circle.
func (g *Guide) checkStep(id string, reached map[string]bool) error {
	step := g.step(id)
	switch {
	case step == nil:
		return fmt.Errorf("there is no step %q", id)
	case reached["step "+id]:
		return fmt.Errorf("two answers lead to step %q", id)
	case step.Ask == "" || len(step.Answers) < 2:
		return fmt.Errorf("step %q: ask and two answers or more are needed", id)
	}
	reached["step "+id] = true
	values := map[string]bool{}
	for _, a := range step.Answers {
		if a.Text == "" || a.Value == "" || values[a.Value] {
			return fmt.Errorf("step %q: each answer needs a text and a value of its own", id)
		}
		values[a.Value] = true
		switch {
		case (a.Next == "") == (a.End == ""):
			return fmt.Errorf("step %q, answer %q: give either next or end", id, a.Value)
		case a.Next != "":
			if err := g.checkStep(a.Next, reached); err != nil {
				return err
			}
		case g.End(a.End) == nil:
			return fmt.Errorf("step %q, answer %q: there is no end %q", id, a.Value, a.End)
		default:
			reached["end "+a.End] = true
		}
	}
	return nil
}

func (g *Guide) step(id string) *Step {
	for i := range g.Steps {
		if g.Steps[i].ID == id {
			return &g.Steps[i]
		}
	}
	return nil
}

// End returns the end of that id, nil if there is none.
func (g *Guide) End(id string) *End {
	for i := range g.Ends {
		if g.Ends[i].ID == id {
			return &g.Ends[i]
		}
	}
	return nil
}

// Walk is one way through a guide.
type Walk struct {
	guide  *Guide
	chosen []Choice
}

// Choice is a step and the answer that was given to it.
type Choice struct {
	Step   Step
	Answer Answer
}

// Walk begins at the guide's first step.
func (g *Guide) Walk() *Walk { return &Walk{guide: g} }

// Step is the question to answer now; ok is false at the end.
func (w *Walk) Step() (step Step, ok bool) {
	if len(w.chosen) == 0 {
		return w.guide.Steps[0], true
	}
	if next := w.guide.step(w.chosen[len(w.chosen)-1].Answer.Next); next != nil {
		return *next, true
	}
	return Step{}, false
}

// Choose answers the current step with its i-th answer, from 0. What is none
// of the answers changes nothing.
func (w *Walk) Choose(i int) {
	if step, ok := w.Step(); ok && i >= 0 && i < len(step.Answers) {
		w.chosen = append(w.chosen, Choice{Step: step, Answer: step.Answers[i]})
	}
}

// Back takes the last answer back, and tells whether there was one.
func (w *Walk) Back() bool {
	if len(w.chosen) == 0 {
		return false
	}
	w.chosen = w.chosen[:len(w.chosen)-1]
	return true
}

// Path are the answers given so far.
func (w *Walk) Path() []Choice { return w.chosen }

// End is where the walk has arrived, nil before the end.
func (w *Walk) End() *End {
	if len(w.chosen) == 0 {
		return nil
	}
	return w.guide.End(w.chosen[len(w.chosen)-1].Answer.End)
}

// Follow walks the guide with answers that are known beforehand, by step.
func (g *Guide) Follow(facts map[string]string) (*Walk, error) {
	w := g.Walk()
	for step, ok := w.Step(); ok; step, ok = w.Step() {
		before := len(w.chosen)
		for i, a := range step.Answers {
			if a.Value == facts[step.ID] {
				w.Choose(i)
				break
			}
		}
		if len(w.chosen) == before {
			return nil, fmt.Errorf("step %q has no answer %q", step.ID, facts[step.ID])
		}
	}
	if len(w.chosen) != len(facts) {
		return nil, fmt.Errorf("%d facts are given, the guide asks for %d of them", len(facts), len(w.chosen))
	}
	return w, nil
}
