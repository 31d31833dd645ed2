package tui

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// beyond are styles that a terminal with 16 colours does not know.
var beyond = regexp.MustCompile(`^(.*;)?[345]8[;:]`)

// TestSixteenColours shows the main screens on a terminal of 16 colours.
func TestSixteenColours(t *testing.T) {
	for _, look := range []string{screentest.Sixteen, screentest.SixteenLight} {
		for name, at := range map[string]struct {
			place progress.Place
			wait  string
			keys  []string
			then  string
		}{
			"home":     {progress.Place{}, "go on", nil, ""},
			"labs":     {progress.Place{Screen: placeLabs}, "min", nil, ""},
			"settings": {progress.Place{Screen: placeSettings}, "fails", nil, ""},
			"result":   {progress.Place{Screen: placeTask, ID: "order-api-nodeport"}, "F5 check", []string{"f5", "enter"}, "does not hold"},
			"map":      {progress.Place{Screen: placeTask, ID: "order-api-nodeport", Pane: "map"}, "F7 apply", nil, ""},
		} {
			t.Run(look+" "+name, func(t *testing.T) {
				o := options(t.TempDir())
				o.Load = builtIn
				_, err := o.Store.Update(context.Background(), func(p *progress.Progress) error {
					p.Place = at.place
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				app := New(context.Background(), o)
				t.Cleanup(func() { _ = app.Close() })
				term := screentest.Open(t, 80, 24, look, app)
				term.Wait(at.wait)
				for _, k := range at.keys {
					term.Key(k)
				}
				term.Wait(at.then)
				for _, ink := range term.Inks() {
					if beyond.MatchString(ink) {
						t.Errorf("a style that there is not: %q\n%s", ink, term.Text())
					}
				}
				if name != "settings" {
					return
				}
				ink := map[string]string{}
				for _, sign := range []string{style.SignNext, style.SignGood, style.SignBad, style.SignWarn, style.SignOpen} {
					look, shown := term.Ink(sign + " ")
					for other, same := range ink {
						if same == look {
							t.Errorf("%s looks like %s: %q", sign, other, look)
						}
					}
					if !shown {
						t.Errorf("no %s on\n%s", sign, term.Text())
					}
					ink[sign] = look
				}
				if line, _ := term.Ink("────"); strings.Contains(line, "30") {
					t.Errorf("lines are black: %q", line)
				}
			})
		}
	}
}

// TestColoursByName reads how many colours a terminal has from its name.
func TestColoursByName(t *testing.T) {
	for _, test := range []struct {
		env  []string
		want colorprofile.Profile
	}{
		{[]string{"TERM=screen-16color"}, colorprofile.ANSI},
		{[]string{"TERM=xterm-16color"}, colorprofile.ANSI},
		{[]string{"TERM=linux"}, colorprofile.ANSI},
		{[]string{"TERM=screen-256color"}, colorprofile.ANSI256},
		{[]string{"TERM=screen-16color", "COLORTERM=truecolor"}, colorprofile.Env([]string{"TERM=screen-16color", "COLORTERM=truecolor"})},
		{[]string{"TERM=screen-16color", "NO_COLOR=1"}, colorprofile.Env([]string{"TERM=screen-16color", "NO_COLOR=1"})},
	} {
		if got := profileOf(test.env); got != test.want {
			t.Errorf("%v: %v, not %v", test.env, got, test.want)
		}
	}
}
