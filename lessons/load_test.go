package lessons_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/lessons"
)

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

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

func TestBuiltIn(t *testing.T) {
	if _, err := lessons.BuiltIn(); err != nil {
		t.Fatal(err)
	}
}

// FuzzLoad: whatever a scenario, lesson or section file holds, the loader ends
// with a pack or with problems.
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
		}
	})
}
