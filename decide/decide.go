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
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/kubetutor/tutor/internal/yamlfile"
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

// The files of a pack that a guide and its drills are read from.
const (
	guideFile  = "decide.yaml"
	drillsFile = "drills.yaml"
)

// Load reads a pack's guide and the drills made for it; each is nil where the
// pack has no such file.
func Load(pack fs.FS) (*Guide, *Drills, error) {
	text, err := fs.ReadFile(pack, guideFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the decision guide: %w", err)
	}
	g, err := Parse(guideFile, text)
	if err != nil {
		return nil, nil, err
	}
	text, err = fs.ReadFile(pack, drillsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return g, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the drills: %w", err)
	}
	d, err := ParseDrills(drillsFile, text, g)
	return g, d, err
}

// Parse reads a guide; name is what errors call the file. The error is
// [yamlfile.Problems], with everything that is wrong in it.
func Parse(name string, text []byte) (*Guide, error) {
	g := new(Guide)
	c := checker{file: name, places: yamlfile.Places{Text: text}}
	if c.problems.Decode(name, text, g) {
		c.guide(g)
	}
	if err := c.problems.OrNil(); err != nil {
		return nil, err
	}
	return g, nil
}

// checker collects what is wrong in a file, with its line.
type checker struct {
	file     string
	places   yamlfile.Places
	problems yamlfile.Problems
}

func (c *checker) wrong(at []any, format string, args ...any) {
	c.problems.Add(c.file, c.places.Line(at...), format, args...)
}

// guide makes sure that every walk ends, at an end that exists.
func (c *checker) guide(g *Guide) {
	if len(g.Steps) == 0 || len(g.Ends) < 2 {
		c.wrong(nil, "needs steps, and two ends or more")
		return
	}
	reached := map[string]bool{}
	c.step(g, 0, reached)
	for i, s := range g.Steps {
		if !reached["step "+s.ID] {
			c.wrong([]any{"steps", i}, "no answer leads to step %q", s.ID)
		}
	}
	for i, e := range g.Ends {
		if !reached["end "+e.ID] {
			c.wrong([]any{"ends", i}, "no answer leads to end %q", e.ID)
		}
		if e.Type == "" || e.Why == "" || e.Manifest == "" {
			c.wrong([]any{"ends", i}, "end %q: type, why and manifest are all needed", e.ID)
		}
	}
}

// step checks a step and all that follows. A step that two answers lead to
// would make the guide no tree, or go around in a circle.
func (c *checker) step(g *Guide, n int, reached map[string]bool) {
	step := &g.Steps[n]
	reached["step "+step.ID] = true
	if step.Ask == "" || len(step.Answers) < 2 {
		c.wrong([]any{"steps", n}, "step %q: ask and two answers or more are needed", step.ID)
	}
	values := map[string]bool{}
	for i, a := range step.Answers {
		at := []any{"steps", n, "answers", i}
		if a.Text == "" || a.Value == "" || values[a.Value] {
			c.wrong(at, "step %q: each answer needs a text and a value of its own", step.ID)
		}
		values[a.Value] = true
		next := slices.IndexFunc(g.Steps, func(s Step) bool { return s.ID == a.Next })
		switch {
		case (a.Next == "") == (a.End == ""):
			c.wrong(at, "step %q, answer %q: give either next or end", step.ID, a.Value)
		case a.Next == "" && g.End(a.End) == nil:
			c.wrong(at, "step %q, answer %q: there is no end %q", step.ID, a.Value, a.End)
		case a.Next == "":
			reached["end "+a.End] = true
		case next < 0:
			c.wrong(at, "there is no step %q", a.Next)
		case reached["step "+a.Next]:
			c.wrong(at, "two answers lead to step %q", a.Next)
		default:
			c.step(g, next, reached)
		}
	}
}

// Sections are the sections that the guide refers to.
func (g *Guide) Sections() []string {
	list := []string{g.Section}
	for _, e := range g.Ends {
		list = append(list, e.Section)
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
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
