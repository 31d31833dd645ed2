package style

import (
	"strings"
	"testing"
)

func TestEveryThemeIsValid(t *testing.T) {
	for _, name := range Names() {
		p, ok := Named(name)
		if !ok {
			t.Fatalf("no theme %q", name)
		}
		for field, c := range p.colours() {
			if !colourForm.MatchString(c) {
				t.Errorf("theme %s: %s is %q", name, field, c)
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
		{`{"name":"mine","accent":"12"}`, "12", ""},
		{`{"dark":true}`, palettes[0].Accent, ""},
		{`{"accent":"blue"}`, "", "accent is"},
		{`{"accent":"300"}`, "", "accent is"},
		{`{`, "", "read the theme"},
	} {
		p, err := Parse([]byte(tt.in))
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: error %v", tt.in, err)
			}
		case err != nil || p.Accent != tt.accent || p.Good == "":
			t.Errorf("%s: %+v, %v", tt.in, p, err)
		}
	}
}
