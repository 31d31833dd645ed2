package lessons

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/kubetutor/tutor/internal/yamlfile"
)

// Load reads a pack, all of it. It reports everything wrong at once as
// [yamlfile.Problems]; a pack is returned only without any.
func Load(fsys fs.FS) (*Pack, error) {
	l := newLoader(fsys)
	l.open()
	l.readAll()
	return l.result()
}

// open is Load for a pack in which nothing is wrong: tasks and questions are
// read when they are asked for.
func open(fsys fs.FS) (*Pack, error) {
	l := newLoader(fsys)
	l.open()
	return l.result()
}

// lessonFile names a pack's parts in their order.
const lessonFile = "lesson.yaml"

type loader struct {
	fsys   fs.FS
	pack   *Pack
	places yamlfile.Places // in lesson.yaml
	// unread tells that a file of questions could not be read.
	unread   bool
	problems yamlfile.Problems
}

func newLoader(fsys fs.FS) *loader {
	return &loader{fsys: fsys, pack: &Pack{fsys: fsys, tasks: map[string]func() (*Scenario, yamlfile.Problems){}}}
}

// open finds out what there is.
func (l *loader) open() {
	l.lesson()
	l.pack.Sections = l.sections("sections")
	l.pack.Reference = l.sections("reference")
	l.pack.Scenarios = l.scenarios("scenarios")
	l.pack.Labs = l.scenarios("labs")
	l.questions()
	l.parts()
}

// readAll reads what is there.
func (l *loader) readAll() {
	for _, h := range l.pack.Tasks() {
		_, wrong := l.pack.tasks[h.Folder()]()
		l.problems = append(l.problems, wrong...)
	}
	for _, f := range l.pack.questions {
		_, wrong := f.read()
		l.problems = append(l.problems, wrong...)
	}
}

func (l *loader) result() (*Pack, error) {
	if err := l.problems.OrNil(); err != nil {
		return nil, err
	}
	return l.pack, nil
}

func (l *loader) lesson() {
	text, ok := l.read(lessonFile)
	if !ok || !l.problems.Decode(lessonFile, text, l.pack) {
		return
	}
	l.places.Text = text
	for field, value := range map[string]string{"id": l.pack.ID, "title": l.pack.Title} {
		if value == "" {
			l.problems.Add(lessonFile, 1, "%s is missing", field)
		}
	}
}

// sections reads the Markdown files of a folder.
func (l *loader) sections(dir string) []*Section {
	var list []*Section
	for _, name := range l.list(dir) {
		id, ok := strings.CutSuffix(name, ".md")
		if !ok {
			continue
		}
		file := path.Join(dir, name)
		text, ok := l.read(file)
		if !ok {
			continue
		}
		s, wrong := section(id, string(text))
		if wrong != "" {
			l.problems.Add(file, 1, "%s", wrong)
		}
		list = append(list, s)
	}
	return list
}

// scenarios finds the scenarios in a folder.
func (l *loader) scenarios(kind string) []*Head {
	var list []*Head
	for _, id := range l.list(kind) {
		dir := path.Join(kind, id)
		if info, err := fs.Stat(l.fsys, dir); err != nil || !info.IsDir() {
			continue
		}
		read := sync.OnceValues(func() (*Scenario, yamlfile.Problems) {
			one := &loader{fsys: l.fsys, pack: l.pack}
			return one.scenario(dir), one.problems
		})
		l.pack.tasks[dir] = read
		list = append(list, l.head(dir, read))
	}
	return list
}

// scenarioFile holds a scenario, but for its texts.
const scenarioFile = "scenario.yaml"

// head is what a list shows of a scenario. It mostly stands on the first lines
// of the file, which are a small part of it; if not, the scenario is read.
func (l *loader) head(dir string, read func() (*Scenario, yamlfile.Problems)) *Head {
	head := Head{ID: path.Base(dir), IsLab: path.Dir(dir) == "labs"}
	file := path.Join(dir, scenarioFile)
	var first Scenario
	var ignored yamlfile.Problems
	text, err := fs.ReadFile(l.fsys, file)
	if err != nil || !ignored.Decode(file, firstFields(text), &first) || first.Title == "" || first.Minutes == 0 {
		if s, _ := read(); s != nil {
			first.Head = s.Head
		}
	}
	head.Title, head.Minutes = first.Title, first.Minutes
	return &head
}

// firstFields is a YAML mapping up to its first field that goes over lines.
func firstFields(text []byte) []byte {
	end := 0
	for line := range bytes.Lines(text) {
		if bytes.HasSuffix(bytes.TrimSpace(line), []byte(":")) {
			break
		}
		end += len(line)
	}
	return text[:end]
}

func (l *loader) scenario(dir string) *Scenario {
	file := path.Join(dir, scenarioFile)
	s := &Scenario{fsys: l.fsys}
	text, ok := l.read(file)
	if !ok || !l.problems.Decode(file, text, s) {
		return nil
	}
	s.IsLab = path.Dir(dir) == "labs"
	for name, into := range map[string]*string{
		"brief.md": &s.Brief, "debrief.md": &s.Debrief,
		"starter.yaml": &s.Starter, "solution.yaml": &s.Solution,
	} {
		if b, ok := l.read(path.Join(dir, name)); ok {
			*into = string(b)
		}
	}
	if b, err := fs.ReadFile(l.fsys, path.Join(dir, "world.yaml")); err == nil {
		s.Overlay = string(b)
	}
	l.checkScenario(dir, text, s)
	return s
}

func (l *loader) checkScenario(dir string, text []byte, s *Scenario) {
	places := &yamlfile.Places{Text: text}
	wrong := func(at []any, format string, args ...any) {
		l.problems.Add(path.Join(dir, scenarioFile), places.Line(at...), format, args...)
	}
	if want := path.Base(dir); s.ID != want {
		wrong([]any{"id"}, "id is %q, the folder is called %q", s.ID, want)
	}
	if s.Title == "" {
		wrong([]any{"title"}, "title is missing")
	}
	if len(s.Hints) != 4 {
		wrong([]any{"hints"}, "hints: %d given, a ladder has four: where to look, which field, the field half written, the solution", len(s.Hints))
	}
	if len(s.Expect) == 0 {
		wrong([]any{"expect"}, "expect is empty: nothing would be graded")
	}
	seen := map[string]bool{}
	for i, e := range s.Expect {
		at := []any{"expect", i}
		switch {
		case e.ID == "" || e.Title == "":
			wrong(at, "expect[%d]: id and title are both needed", i)
		case seen[e.ID]:
			wrong(at, "expect[%d]: id %q is there twice", i, e.ID)
		}
		seen[e.ID] = true
		for _, id := range e.Needs {
			if !seen[id] {
				wrong(append(at, "needs"), "expect[%d] (%s): needs %q, which no expectation before it is", i, e.ID, id)
			}
		}
		if n := e.kinds(); n != 1 {
			wrong(at, "expect[%d] (%s): %d kinds of expectation given, want one", i, e.ID, n)
		}
	}
	if s.World == "" {
		wrong([]any{"world"}, "world is missing: the name of the world to start from")
	} else if _, err := l.pack.World(s.World); err != nil {
		wrong([]any{"world"}, "world %q is neither in worlds/ nor built in", s.World)
	}
}

// kinds counts the kinds of expectation that are set.
func (e *Expectation) kinds() int {
	n := 0
	for _, set := range []bool{
		e.Reach != nil, e.Shut != nil, e.Sees != nil, e.Opens != nil, e.Replicas != nil, e.Addresses != nil, e.Alias != nil,
		e.Balancer != nil, e.Admits != nil, e.Sticky != nil, e.Route != nil, e.Meter != nil, e.Unchanged != nil, e.Calls != nil,
	} {
		if set {
			n++
		}
	}
	return n
}

// parts checks that what lesson.yaml names exists, and puts sections,
// scenarios and labs into its order.
func (l *loader) parts() {
	order := map[string]int{}
	place := func(kind, id string, there bool, at ...any) {
		line := func() int { return l.places.Line(append([]any{"parts"}, at...)...) }
		switch {
		case order[kind+id] > 0:
			l.problems.Add(lessonFile, line(), "parts: %s %q is there twice", kind, id)
		case !there:
			l.problems.Add(lessonFile, line(), "parts: there is no %s %q", kind, id)
		}
		order[kind+id] = len(order) + 1
	}
	for i, part := range l.pack.Parts {
		place("section", part.Section, l.pack.Section(part.Section) != nil, i, "section")
		for j, id := range part.Scenarios {
			place("scenario", id, l.pack.tasks["scenarios/"+id] != nil, i, "scenarios", j)
		}
		for j, id := range part.Labs {
			place("lab", id, l.pack.tasks["labs/"+id] != nil, i, "labs", j)
		}
	}
	rank := func(kind, id string) int {
		if n := order[kind+id]; n > 0 {
			return n
		}
		return len(order) + 1
	}
	slices.SortStableFunc(l.pack.Sections, func(a, b *Section) int {
		return cmp.Compare(rank("section", a.ID), rank("section", b.ID))
	})
	slices.SortStableFunc(l.pack.Scenarios, func(a, b *Head) int {
		return cmp.Compare(rank("scenario", a.ID), rank("scenario", b.ID))
	})
	slices.SortStableFunc(l.pack.Labs, func(a, b *Head) int {
		return cmp.Compare(rank("lab", a.ID), rank("lab", b.ID))
	})
}

// read reads a file that must be there.
func (l *loader) read(file string) ([]byte, bool) {
	b, err := fs.ReadFile(l.fsys, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.problems.Add(file, 0, "is missing")
	case err != nil:
		l.problems.Add(file, 0, "%v", err)
	}
	return b, err == nil
}

// list is the names in a folder, none where there is no such folder.
func (l *loader) list(dir string) []string {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.problems.Add(dir, 0, "%v", err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}
