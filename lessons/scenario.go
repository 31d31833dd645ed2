package lessons

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/kubetutor/tutor/internal/yamlfile"
)

// Scenario is a task: a cluster, what is asked for, and how to tell. A lab is
// a Scenario whose cluster is broken.
//
//	scenario.yaml     everything below with a yaml tag
//	brief.md          what is asked for, complete; of a lab: the symptoms
//	world.yaml        objects added to the base world (optional)
//	starter.yaml      what the editor opens with
//	solution.yaml     ours
//	debrief.md        shown after passing
//	also/*.yaml       other right answers
//	mistakes/*.yaml   wrong ones; each begins with "# diagnosis: ID"
//
// A file of also/ and mistakes/ may end in .json: then its name gives the
// diagnosis, as in selector-missing.json or selector-missing-2.json.
type Scenario struct {
	Head `yaml:",inline"`
	// World is the name of the base world; the folder's world.yaml is added.
	World string `yaml:"world"`
	// Objects are those the brief asks for, each by its name.
	Objects []Object `yaml:"objects"`
	// Expect is what must hold, each graded by itself.
	Expect []Expectation `yaml:"expect"`
	// Hints are a ladder of four: where to look, which field, the field half
	// written, the solution.
	Hints []string `yaml:"hints"`
	// Predict is asked before the first check.
	Predict *Prediction `yaml:"predict"`
	// Misconceptions are the numbers that a lab is made from.
	Misconceptions []int `yaml:"misconceptions"`

	Brief    string `yaml:"-"`
	Debrief  string `yaml:"-"`
	Starter  string `yaml:"-"`
	Solution string `yaml:"-"`
	// Overlay is the text of world.yaml, "" without one.
	Overlay string `yaml:"-"`

	fsys fs.FS
}

// Head is what is known of a scenario before it is read.
type Head struct {
	ID      string `yaml:"id"`
	Title   string `yaml:"title"`
	Minutes int    `yaml:"minutes"`
	// IsLab tells that the scenario stands under labs/.
	IsLab bool `yaml:"-"`
}

// Object is something the brief asks the learner to write.
type Object struct {
	Kind      string `yaml:"kind"`
	Name      string `yaml:"name"` // "" where any name will do
	Namespace string `yaml:"namespace"`
	// App is the label app of the pods that a Service is for.
	App string `yaml:"app"`
	// Existing tells that the world holds it already.
	Existing bool `yaml:"existing"`
	// DataStore tells that its pods keep data nobody outside should reach.
	DataStore bool `yaml:"dataStore"`
}

// Prediction is a question about what the scenario's solution will do.
type Prediction struct {
	Question string   `yaml:"question"`
	Options  []Option `yaml:"options"`
}

// Option is one answer to a Prediction.
type Option struct {
	Text     string `yaml:"text"`
	Right    bool   `yaml:"right"`
	Feedback string `yaml:"feedback"`
}

// Example is a manifest of also/ or mistakes/.
type Example struct {
	// Name is the file's name within the scenario: mistakes/quoted-port.yaml.
	Name string
	Text string
	// Diagnosis is the id that a mistake must get, "" for a right answer.
	Diagnosis string
}

// Folder is the scenario's folder in its pack: scenarios/ID or labs/ID.
func (h *Head) Folder() string {
	if h.IsLab {
		return path.Join("labs", h.ID)
	}
	return path.Join("scenarios", h.ID)
}

// Object returns the object asked for of that kind and name.
func (s *Scenario) Object(kind, name string) (Object, bool) {
	for _, o := range s.Objects {
		if o.Kind == kind && o.Name == name {
			return o, true
		}
	}
	return Object{}, false
}

// Also reads the other right answers.
func (s *Scenario) Also() ([]Example, error) { return s.examples("also") }

// Mistakes reads the wrong answers. The error names the first file that says
// no diagnosis.
func (s *Scenario) Mistakes() ([]Example, error) {
	list, err := s.examples("mistakes")
	if err != nil {
		return nil, err
	}
	for i, e := range list {
		list[i].Diagnosis = diagnosisOf(e)
		if list[i].Diagnosis == "" {
			return nil, &yamlfile.Problem{File: path.Join(s.Folder(), e.Name), Line: 1, Message: `says no diagnosis: begin with "# diagnosis: ID"`}
		}
	}
	return list, nil
}

func (s *Scenario) examples(dir string) ([]Example, error) {
	entries, err := fs.ReadDir(s.fsys, path.Join(s.Folder(), dir))
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", path.Join(s.Folder(), dir), err)
	}
	var list []Example
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := path.Join(dir, e.Name())
		b, err := fs.ReadFile(s.fsys, path.Join(s.Folder(), name))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path.Join(s.Folder(), name), err)
		}
		list = append(list, Example{Name: name, Text: string(b)})
	}
	return list, nil
}

// diagnosisOf is what a mistake's leading comment or, for JSON, its file name
// says.
func diagnosisOf(e Example) string {
	first, _, _ := strings.Cut(e.Text, "\n")
	if id, ok := strings.CutPrefix(strings.TrimSpace(first), "# diagnosis:"); ok {
		return strings.TrimSpace(id)
	}
	if base, ok := strings.CutSuffix(path.Base(e.Name), ".json"); ok {
		return strings.TrimRight(base, "-0123456789")
	}
	return ""
}

// DebriefText is the debrief as a text whose commands run in the scenario's
// own cluster, as the learner found it; solution.yaml lies beside them.
func (s *Scenario) DebriefText() *Section { return s.text(s.Debrief) }

// BriefText is the brief in the same way.
func (s *Scenario) BriefText() *Section { return s.text(s.Brief) }

func (s *Scenario) text(body string) *Section {
	return &Section{
		ID: s.ID, Title: s.Title, World: s.World, Overlays: s.Overlays(),
		Files: map[string]string{"solution.yaml": s.Solution},
		Body:  body, Untitled: true,
	}
}

// Overlays are what is laid over the base world.
func (s *Scenario) Overlays() []string {
	if s.Overlay == "" {
		return nil
	}
	return []string{s.Overlay}
}
