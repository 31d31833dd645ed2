// Package lessons is the model of lesson packs and the loader that reads them.
//
// A pack is a folder (any fs.FS) of plain files:
//
//	lesson.yaml            id, title, objectives, minutes, the parts in order, what comes next
//	sections/ID.md         Markdown; see [Section] for what its fenced blocks mean
//	reference/ID.md        pages to look things up in: a glossary, a cheat sheet
//	scenarios/ID/          see [Scenario]
//	labs/ID/               the same, starting from a broken world
//	questions/*.yaml       practice, quizzes, predictions: package quiz's format
//	decide.yaml            the decision guide, drills.yaml its drills: package decide's
//	worlds/NAME.yaml       worlds of the pack's own, beside those in assets;
//	                       one that begins with "# base: NAME" is laid over that
//	figures/NAME.txt       pictures for a terminal, beside those in assets
//
// Nothing in a pack is executed but by the simulator. A broken pack gives
// [yamlfile.Problems], each with its file and line:
//
//	pack, err := lessons.Load(os.DirFS("my-lesson"))
//	pack.Scenario("pricing-engine").Brief
//
// Most of a lesson is not looked at in a run. What lists and counts need is
// known of a pack at once; a scenario and the questions of a file are read when
// they are first asked for, once. [Load] asks for all of them, to tell what is
// wrong.
package lessons

import (
	"io/fs"
	"path"
	"slices"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/internal/yamlfile"
)

// Pack is one lesson with everything that belongs to it.
type Pack struct {
	ID         string   `yaml:"id"`
	Title      string   `yaml:"title"`
	Objectives []string `yaml:"objectives"`
	// Minutes is how long the whole lesson takes, about.
	Minutes int `yaml:"minutes"`
	// Parts are the sections in their order, each with what is done after it.
	Parts []Part `yaml:"parts"`
	Next  Next   `yaml:"next"`

	// Sections, Scenarios and Labs stand in the order of Parts; those that no
	// part names follow by id.
	Sections  []*Section `yaml:"-"`
	Scenarios []*Head    `yaml:"-"`
	Labs      []*Head    `yaml:"-"`

	// Reference are pages to look things up in, by id.
	Reference []*Section `yaml:"-"`

	fsys fs.FS
	// tasks read the scenarios and labs, by their folders.
	tasks     map[string]func() (*Scenario, yamlfile.Problems)
	questions []questionFile
}

// Part is one step of the lesson: a section and what is practised after it.
type Part struct {
	Section   string   `yaml:"section"`
	Minutes   int      `yaml:"minutes"`
	Scenarios []string `yaml:"scenarios"`
	Labs      []string `yaml:"labs"`
}

// Next is what comes after the lesson.
type Next struct {
	Title string `yaml:"title"`
	About string `yaml:"about"`
}

// Section returns the section of that id, nil if there is none.
func (p *Pack) Section(id string) *Section {
	return find(p.Sections, id)
}

// Page returns the section, or else the page of reference, of that id; nil if
// there is neither.
func (p *Pack) Page(id string) *Section {
	if s := p.Section(id); s != nil {
		return s
	}
	return find(p.Reference, id)
}

// Scenario reads the scenario of that id; nil if there is none.
func (p *Pack) Scenario(id string) *Scenario { return p.task("scenarios", id) }

// Lab reads the lab of that id; nil if there is none.
func (p *Pack) Lab(id string) *Scenario { return p.task("labs", id) }

func (p *Pack) task(dir, id string) *Scenario {
	read := p.tasks[path.Join(dir, id)]
	if read == nil {
		return nil
	}
	s, _ := read() // what is wrong was told by Load
	return s
}

// Tasks are the scenarios, then the labs.
func (p *Pack) Tasks() []*Head { return slices.Concat(p.Scenarios, p.Labs) }

// Head is the scenario or else the lab of that id, unread; nil if there is
// none.
func (p *Pack) Head(id string) *Head {
	for _, list := range [][]*Head{p.Scenarios, p.Labs} {
		for _, h := range list {
			if h.ID == id {
				return h
			}
		}
	}
	return nil
}

// Task reads the scenario or else the lab of that id; nil if there is none.
func (p *Pack) Task(id string) *Scenario {
	if s := p.Scenario(id); s != nil {
		return s
	}
	return p.Lab(id)
}

// PartOf returns the part that names a scenario or lab, nil if none does.
func (p *Pack) PartOf(id string) *Part {
	for i := range p.Parts {
		if slices.Contains(p.Parts[i].Scenarios, id) || slices.Contains(p.Parts[i].Labs, id) {
			return &p.Parts[i]
		}
	}
	return nil
}

// FS is the folder that the pack was read from.
func (p *Pack) FS() fs.FS { return p.fsys }

// World returns the text of a world file: the pack's own worlds/NAME.yaml, or
// else the one of that name in assets. The error satisfies
// errors.Is(err, fs.ErrNotExist) where neither has it.
func (p *Pack) World(name string) ([]byte, error) {
	return p.own("worlds", name+".yaml")
}

// Figure returns a picture for the terminal, the pack's own or from assets.
func (p *Pack) Figure(name string) ([]byte, error) {
	return p.own("figures", name+".txt")
}

func (p *Pack) own(dir, name string) ([]byte, error) {
	file := path.Join(dir, name)
	if !fs.ValidPath(file) || path.Dir(file) != dir {
		return nil, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
	}
	if b, err := fs.ReadFile(p.fsys, file); err == nil {
		return b, nil
	}
	return fs.ReadFile(assets.FS, file)
}

func find(list []*Section, id string) *Section {
	for _, s := range list {
		if s.ID == id {
			return s
		}
	}
	return nil
}
