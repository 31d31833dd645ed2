package decide

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kubetutor/tutor/internal/yamlfile"
	"github.com/kubetutor/tutor/quiz"
)

// Drills are workloads to name the type of: described ones, and patterns to
// make more from.
type Drills struct {
	Workloads []Workload `yaml:"workloads"`
	Patterns  []Pattern  `yaml:"patterns"`

	guide *Guide
}

// Workload is something that needs a Service, in a sentence or two.
type Workload struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
	// Facts are what the description says, as answers to the guide's steps.
	Facts map[string]string `yaml:"facts"`
	// End is where the guide must arrive with them: written down so that an
	// error in either is found.
	End string `yaml:"end"`
}

// Pattern makes descriptions that share their facts.
type Pattern struct {
	Facts map[string]string `yaml:"facts"`
	End   string            `yaml:"end"`
	// Subjects are what {it} stands for in the sentences, {It} at their
	// beginning.
	Subjects []string `yaml:"subjects"`
	// Sentences are said in order, one of each list.
	Sentences [][]string `yaml:"sentences"`
}

// ParseDrills reads drills for a guide; name is what errors call the file. The
// error is [yamlfile.Problems], with everything that is wrong in it.
func ParseDrills(name string, text []byte, g *Guide) (*Drills, error) {
	d := &Drills{guide: g}
	c := checker{file: name, places: yamlfile.Places{Text: text}}
	if c.problems.Decode(name, text, d) {
		c.drills(d)
	}
	if err := c.problems.OrNil(); err != nil {
		return nil, err
	}
	return d, nil
}

func (c *checker) drills(d *Drills) {
	seen := map[string]bool{}
	for i, w := range d.Workloads {
		at := []any{"workloads", i}
		if w.ID == "" || w.Text == "" || seen[w.ID] {
			c.wrong(at, "workload %d (%q): id and text are needed, and each id once", i+1, w.ID)
		}
		seen[w.ID] = true
		if err := d.guide.agrees(w.Facts, w.End); err != nil {
			c.wrong(at, "workload %q: %v", w.ID, err)
		}
	}
	for i, p := range d.Patterns {
		at := []any{"patterns", i}
		if len(p.Subjects) == 0 || len(p.Sentences) == 0 {
			c.wrong(at, "pattern %d: subjects and sentences are needed", i+1)
		}
		for j, s := range p.Sentences {
			if len(s) == 0 {
				c.wrong(append(at, "sentences", j), "pattern %d: a sentence without words", i+1)
			}
		}
		if err := d.guide.agrees(p.Facts, p.End); err != nil {
			c.wrong(at, "pattern %d: %v", i+1, err)
		}
	}
}

// agrees tells whether the guide arrives at an end with these facts.
func (g *Guide) agrees(facts map[string]string, end string) error {
	w, err := g.Follow(facts)
	if err != nil {
		return err
	}
	if got := w.End().ID; got != end {
		return fmt.Errorf("its facts lead to %q, it says %q", got, end)
	}
	return nil
}

// Questions are the described workloads as questions.
func (d *Drills) Questions() []*quiz.Question {
	list := make([]*quiz.Question, len(d.Workloads))
	for i, w := range d.Workloads {
		list[i] = d.question(w)
	}
	return list
}

// Question is the described workload of a question's id, nil if there is none
// or d is nil.
func (d *Drills) Question(id string) *quiz.Question {
	workload, ok := strings.CutPrefix(id, drillPrefix)
	if d == nil || !ok {
		return nil
	}
	for _, w := range d.Workloads {
		if w.ID == workload {
			return d.question(w)
		}
	}
	return nil
}

// Make makes n questions that stand in no file. The same r makes the same.
func (d *Drills) Make(n int, r *rand.Rand) []*quiz.Question {
	var list []*quiz.Question
	for i := range n {
		if len(d.Patterns) == 0 {
			break
		}
		p := d.Patterns[r.IntN(len(d.Patterns))]
		list = append(list, d.question(Workload{
			ID: fmt.Sprintf("made-%d", i+1), Text: p.make(r), Facts: p.Facts, End: p.End,
		}))
	}
	return list
}

// Draw takes n questions for a drill, in any order: two thirds described ones
// as far as there are enough, the rest made up.
func (d *Drills) Draw(n int, r *rand.Rand) []*quiz.Question {
	list := d.Questions()
	shuffle := func() { r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] }) }
	shuffle()
	list = list[:min(len(list), (2*n+2)/3)]
	list = append(list, d.Make(n-len(list), r)...)
	shuffle()
	return list
}

func (p *Pattern) make(r *rand.Rand) string {
	subject := p.Subjects[r.IntN(len(p.Subjects))]
	first, size := utf8.DecodeRuneInString(subject)
	names := strings.NewReplacer("{it}", subject, "{It}", string(unicode.ToUpper(first))+subject[size:])
	var said []string
	for _, s := range p.Sentences {
		if text := s[r.IntN(len(s))]; text != "" {
			said = append(said, names.Replace(text))
		}
	}
	return strings.Join(said, " ")
}

const drillPrefix = "drill-"

// question asks for the type of a workload. A wrong option's feedback names
// the step of the guide at which the ways part.
func (d *Drills) question(w Workload) *quiz.Question {
	walk, err := d.guide.Follow(w.Facts)
	if err != nil {
		panic("decide: workload was not checked: " + err.Error()) // ParseDrills has followed it
	}
	q := &quiz.Question{
		ID: drillPrefix + w.ID, Kind: quiz.Choice, Set: quiz.Drill, Section: d.guide.Section,
		Prompt: w.Text + "\n\nWhich type?", Explain: walk.reason(),
	}
	for _, e := range d.guide.Ends {
		right := e.ID == w.End
		o := quiz.Option{Text: e.Type, Right: right, Feedback: e.Why}
		if !right {
			o.Feedback = walk.partsFrom(e.ID)
		}
		q.Options = append(q.Options, o)
	}
	return q
}

// reason retells a walk: each question and its answer.
func (w *Walk) reason() string {
	var b strings.Builder
	for _, c := range w.chosen {
		fmt.Fprintf(&b, "%s %s. ", c.Step.Ask, c.Answer.Text)
	}
	return b.String() + "So: " + w.End().Type + "."
}

// partsFrom says at which step the way to another end parts from this walk.
func (w *Walk) partsFrom(end string) string {
	for _, c := range w.chosen {
		for _, a := range c.Step.Answers {
			if a.Value != c.Answer.Value && w.guide.leads(a, end) {
				return fmt.Sprintf("%s That type answers: %s. Here it is: %s.", c.Step.Ask, a.Text, c.Answer.Text)
			}
		}
	}
	return ""
}

// leads tells whether an answer's branch has that end.
func (g *Guide) leads(a Answer, end string) bool {
	if a.End != "" {
		return a.End == end
	}
	for _, next := range g.step(a.Next).Answers {
		if g.leads(next, end) {
			return true
		}
	}
	return false
}
