package style

import (
	"os"
	"strings"
	"testing"
)

func TestEveryThemeIsValid(t *testing.T) {
	for _, name := range Names() {
		p, ok := Named(name)
		if !ok {
			t.Fatalf("no theme %q", name)
		}
		for field, c := range p.fields() {
			if !colourForm.MatchString(*c) {
				t.Errorf("theme %s: %s is %q", name, field, *c)
			}
		}
		if s := New(p); !strings.Contains(s.Accent.Render("x"), "x") {
			t.Errorf("theme %s does not render", name)
		}
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ in, accent, err string }{
		{`{"dark":true,"accent":"#112233"}`, "#112233", ""},
		{"# mine\nname: mine\naccent: 12\n", "12", ""},
		{"dark: true\n", palettes[0].Accent, ""},
		{"accent:\n", "", ""},
		{"dark: true\n\naccent: blue\n", "", `my.yaml:3: accent is "blue": write`},
		{"accent: 300\n", "", `my.yaml:1: accent is "300"`},
		{"dark: true\naccent: #112233\ncolour: 3\n", "", `my.yaml:3: there is no colour "colour": the names are`},
		{"\ndark: dim\n", "", `my.yaml:2: dark is "dim"`},
		{"good: [1]\n", "", "my.yaml:1: good is not a single value"},
		{"good: \"1\n", "", "my.yaml: yaml: line 2"},
		{"", "", "a theme is a list"},
		{"- 1", "", "a theme is a list"},
	} {
		p, err := Parse("my.yaml", []byte(tt.in))
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q: error %v, want %q", tt.in, err, tt.err)
			}
		case err != nil || p.Accent != tt.accent || p.Good == "":
			t.Errorf("%q: %+v, %v", tt.in, p, err)
		}
	}
}

// TestDocumentedTheme reads the example of the documentation.
func TestDocumentedTheme(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/themes.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	p, err := Parse("themes.md", []byte(example))
	if !ok || err != nil || p.Name != "forest" || p.Text != "" {
		t.Errorf("%+v, %v", p, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("dark: true\naccent: \"#112233\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := Parse("f", data); err == nil {
			New(p).Markdown()
		}
	})
}
