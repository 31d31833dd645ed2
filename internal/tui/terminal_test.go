package tui

import (
	"image/color"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// TestEnvironment reads what terminals say of themselves by their environment.
func TestEnvironment(t *testing.T) {
	for _, test := range []struct {
		env          tea.EnvMsg
		light, ascii bool
	}{
		{env: tea.EnvMsg{}},
		{env: tea.EnvMsg{"LANG=C.UTF-8", "COLORFGBG=15;0"}},
		{env: tea.EnvMsg{"COLORFGBG=0;default;15"}, light: true},
		{env: tea.EnvMsg{"COLORFGBG=0;7"}, light: true},
		{env: tea.EnvMsg{"COLORFGBG=default;default"}},
		{env: tea.EnvMsg{"COLORFGBG=0;8"}},
		{env: tea.EnvMsg{"LANG=C"}, ascii: true},
		{env: tea.EnvMsg{"LANG=de_AT.ISO-8859-1"}, ascii: true},
		{env: tea.EnvMsg{"LANG=de_AT.UTF-8", "TERM=linux"}, ascii: true},
	} {
		var term terminal
		term.hear(test.env)
		if term.light != test.light || term.ascii != test.ascii {
			t.Errorf("%q: light %v, ASCII %v", test.env, term.light, term.ascii)
		}
		term.hear(tea.BackgroundColorMsg{Color: color.White})
		term.hear(test.env)
		if !term.light {
			t.Errorf("%q counts for more than what the terminal says", test.env)
		}
	}
}

// TestGround looks when a theme brings its background.
func TestGround(t *testing.T) {
	dark, light := style.ForBackground(true), style.ForBackground(false)
	own := light
	own.Background = "#fdf6e3"
	for name, test := range map[string]struct {
		term    terminal
		theme   style.Palette
		painted bool
	}{
		"dark on dark":      {terminal{}, dark, false},
		"light on light":    {terminal{light: true}, light, false},
		"dark on light":     {terminal{light: true}, dark, true},
		"light on dark":     {terminal{}, light, true},
		"one that says so":  {terminal{light: true}, own, true},
		"16 colours":        {terminal{light: true, sixteen: true}, dark, true},
		"no colours at all": {terminal{light: true, colourless: true}, own, false},
	} {
		got := test.term.suit(test.theme)
		if painted := got.Background != ""; painted != test.painted || painted && got.Text == "" {
			t.Errorf("%s: background %q, text %q", name, got.Background, got.Text)
		}
		if frame := style.New(got).Paint("a\x1b[0;1mb\x1b[mc", 5); (frame != "a\x1b[0;1mb\x1b[mc") != test.painted {
			t.Errorf("%s: %q", name, frame)
		}
	}
	var term terminal
	if term.hear(tea.ColorProfileMsg{Profile: colorprofile.ASCII}); !term.colourless {
		t.Error("ASCII has colours")
	}
}
