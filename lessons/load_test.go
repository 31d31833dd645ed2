package lessons_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

// question is a question without its id.
const question = "  kind: choice\n  section: one\n  prompt: |\n    What?\n  options:\n  - {text: a, right: true, feedback: b}\n  - {text: c, feedback: d}\n  explain: e\n"

// small is a whole pack with one section and one scenario.
func small() fstest.MapFS {
	return fstest.MapFS{
		"lesson.yaml":      file("id: small\ntitle: Small\nparts:\n- section: one\n  scenarios: [s]\n"),
		"sections/one.md":  file("# One\nFirst.\n\n```console pod:client\n$ curl web\nold output\n```\n## Then\nMore.\n```yaml file=web.yaml\nkind: Service\n```\n"),
		"sections/more.md": file("# More\n<!-- world: eks -->\n"),
		"scenarios/s/scenario.yaml": file(`id: s
title: A scenario
world: lesson
expect:
- {id: in, title: pods reach it, reach: {service: web, port: 80}}
hints: [a, b, c, d]
`),
		"questions/q.yaml":                    file("# More.\nset: quiz\nquestions:\n- id: first\n" + question + "\n- id: second\n  set: practice\n" + question),
		"scenarios/s/brief.md":                file("Do."),
		"scenarios/s/debrief.md":              file("Done."),
		"scenarios/s/starter.yaml":            file("kind: Service"),
		"scenarios/s/solution.yaml":           file("kind: Service"),
		"scenarios/s/mistakes/a.yaml":         file("# diagnosis: port-wrong\nkind: Service"),
		"scenarios/s/mistakes/no-pods-2.json": file("{}"),
	}
}

func TestLoad(t *testing.T) {
	p, err := lessons.Load(small())
	if err != nil {
		t.Fatal(err)
	}
	if p.Sections[0].ID != "one" || p.Sections[1].World != "eks" {
		t.Errorf("sections %+v", p.Sections)
	}
	pages := p.Section("one").Pages()
	if len(pages) != 2 || pages[1].Title != "Then" {
		t.Errorf("pages %+v", pages)
	}
	blocks := p.Section("one").Blocks()
	client, commands, ok := blocks[0].Console()
	if !ok || client != "pod:client" || !cmp.Equal(commands, []string{"curl web"}) || blocks[0].Line != 4 {
		t.Errorf("console block: client %q, commands %q, line %d", client, commands, blocks[0].Line)
	}
	if name, ok := blocks[1].File(); !ok || name != "web.yaml" {
		t.Errorf("manifest block: %q %v", name, ok)
	}
	mistakes, err := p.Scenario("s").Mistakes()
	if err != nil || len(mistakes) != 2 || mistakes[0].Diagnosis != "port-wrong" || mistakes[1].Diagnosis != "no-pods" {
		t.Errorf("mistakes %+v, error %v", mistakes, err)
	}
}

func TestLoadProblems(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, want string }{
		"no lesson":         {"lesson.yaml", "", "lesson.yaml:1: is empty"},
		"not yaml":          {"lesson.yaml", "id: a\n\ttitle: b\n", "lesson.yaml:2: "},
		"unknown field":     {"scenarios/s/scenario.yaml", "id: s\ntitel: A\n", "scenarios/s/scenario.yaml:2: field titel not found"},
		"wrong type":        {"scenarios/s/scenario.yaml", "id: s\nhints: none\n", "scenarios/s/scenario.yaml:2: cannot unmarshal"},
		"too few hints":     {"scenarios/s/scenario.yaml", "id: s\nhints: [a]\n", "scenarios/s/scenario.yaml:2: hints: 1 given"},
		"a part twice":      {"lesson.yaml", "id: a\ntitle: b\nparts:\n- section: one\n- section: one\n", "lesson.yaml:5: parts: section \"one\" is there twice"},
		"no kind":           {"scenarios/s/scenario.yaml", "id: s\nexpect: [{id: a, title: b}]\n", "expect[0] (a): 0 kinds"},
		"two kinds":         {"scenarios/s/scenario.yaml", "id: s\nexpect: [{id: a, title: b, meter: {}, opens: {}}]\n", "expect[0] (a): 2 kinds"},
		"another id":        {"scenarios/s/scenario.yaml", "id: other\n", `id is "other", the folder is called "s"`},
		"unknown world":     {"scenarios/s/scenario.yaml", "id: s\nworld: moon\n", `world "moon" is neither`},
		"a world elsewhere": {"scenarios/s/scenario.yaml", "id: s\nworld: ../lesson\n", `world "../lesson" is neither`},
		"no such section":   {"lesson.yaml", "id: a\ntitle: b\nparts: [{section: moon}]\n", `there is no section "moon"`},
		"no title":          {"sections/one.md", "Text\n", "sections/one.md:1: begin with a line"},
	} {
		t.Run(name, func(t *testing.T) {
			pack := small()
			pack[tc.file] = file(tc.text)
			_, err := lessons.Load(pack)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestMistakeWithoutDiagnosis(t *testing.T) {
	pack := small()
	pack["scenarios/s/mistakes/a.yaml"] = file("kind: Service")
	p, err := lessons.Load(pack)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Scenario("s").Mistakes(); err == nil || !strings.Contains(err.Error(), "mistakes/a.yaml:1: says no diagnosis") {
		t.Errorf("error %v", err)
	}
}

// TestBuiltIn: nothing is wrong in the pack that is not read at once.
func TestBuiltIn(t *testing.T) {
	p, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lessons.Load(p.FS()); err != nil {
		t.Fatal(err)
	}
	foundIsRead(t, p)
	if len(p.Tasks()) < 40 || len(p.Questions()) < 100 {
		t.Errorf("%d tasks, %d questions", len(p.Tasks()), len(p.Questions()))
	}
}

// foundIsRead holds what is known of tasks and questions before they are read
// to what is read.
func foundIsRead(t *testing.T, p *lessons.Pack) {
	t.Helper()
	for _, h := range p.Tasks() {
		s := p.Task(h.ID)
		if s == nil {
			t.Errorf("%s cannot be read", h.Folder())
		} else if s.Head != *h {
			t.Errorf("found %+v, read %+v", *h, s.Head)
		}
	}
	n := 0
	for _, set := range []quiz.Set{quiz.Practice, quiz.Quiz, quiz.Inline} {
		var read []string
		for _, q := range p.QuestionsOf(set) {
			read = append(read, q.ID)
			if !slices.Contains(p.SectionQuestionIDs(set, q.Section), q.ID) {
				t.Errorf("question %s is not found in its section %s", q.ID, q.Section)
			}
		}
		slices.Sort(read)
		if found := slices.Sorted(slices.Values(p.QuestionIDs(set))); !slices.Equal(found, read) {
			t.Errorf("set %s: found %q, read %q", set, found, read)
		}
		n += len(read)
	}
	if all := len(p.Questions()); all != n {
		t.Errorf("%d questions, of which %d are in a set", all, n)
	}
}

// TestFindsLaterFields: what a list shows of a task need not stand first.
func TestFindsLaterFields(t *testing.T) {
	for _, text := range []string{
		"expect:\n- {id: in, title: inner, meter: {}}\ntitle: A title\nminutes: 5\nid: s\nworld: lesson\nhints: [a, b, c, d]\n",
		"title: A title\nobjects:\n- {kind: Service, name: a}\nminutes: 5\nid: s\nworld: lesson\nhints: [a, b, c, d]\nexpect: [{id: in, title: inner, meter: {}}]\n",
		"id: s\ntitle: >-\n  A\n  title\nminutes: 5\nworld: lesson\nhints: [a, b, c, d]\nexpect: [{id: in, title: inner, meter: {}}]\n",
	} {
		pack := small()
		pack["scenarios/s/scenario.yaml"] = file(text)
		p, err := lessons.Load(pack)
		if err != nil {
			t.Fatal(err)
		}
		if want := (lessons.Head{ID: "s", Title: "A title", Minutes: 5}); *p.Scenarios[0] != want {
			t.Errorf("%+v, want %+v", *p.Scenarios[0], want)
		}
		foundIsRead(t, p)
	}
}

// FuzzLoad: whatever a scenario, lesson, section or question file holds, the
// loader ends with a pack or with problems, and has found what is there.
func FuzzLoad(f *testing.F) {
	for name, text := range small() {
		f.Add(name, string(text.Data))
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		pack := small()
		if _, ok := pack[name]; !ok {
			name = "scenarios/s/scenario.yaml"
		}
		pack[name] = file(text)
		p, err := lessons.Load(pack)
		if (p == nil) == (err == nil) {
			t.Fatalf("pack %v, error %v", p, err)
		}
		if p != nil {
			for _, s := range p.Sections {
				s.Pages()
				s.Blocks()
			}
			foundIsRead(t, p)
		}
	})
}
