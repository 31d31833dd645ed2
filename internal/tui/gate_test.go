package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/internal/tui/text/en"
)

// asking asks for a join code.
func asking() *gate {
	words := en.Strings()
	return newGate(context.Background(), Options{Words: words}, Ask{
		Title: words.Class.JoinTitle("Services 101"), Prompt: words.Class.CodePrompt,
		Accept: func(_ context.Context, code string) error {
			if code != "plum-42" {
				return errors.New("that is not the class's join code")
			}
			return nil
		},
	})
}

// TestGate plays testdata/gate/*.txtar: what is asked before a class lets
// somebody in.
func TestGate(t *testing.T) {
	screentest.Run(t, "testdata/gate", *update, func(*testing.T) tea.Model { return asking() })
}

// TestGateOfNames plays testdata/gatename/*.txtar: a name is asked for, and looked
// at for as long as the script lasts.
func TestGateOfNames(t *testing.T) {
	screentest.Run(t, "testdata/gatename", *update, func(*testing.T) tea.Model {
		words := en.Strings()
		return newGate(t.Context(), Options{Words: words}, Ask{
			Title: words.Class.JoinTitle(""), Prompt: words.Class.NamePrompt,
			Accept: func(ctx context.Context, _ string) error {
				<-ctx.Done()
				return ctx.Err()
			},
		})
	})
}

// TestGateASCII asks on a terminal that shows nothing else, in any window.
func TestGateASCII(t *testing.T) {
	g := asking()
	g.Update(tea.EnvMsg{"LANG=C"})
	g.Update(answeredMsg{errors.New("that is not the class's join code")})
	for width := range 90 {
		for height := range 30 {
			g.Update(tea.WindowSizeMsg{Width: width, Height: height})
			lines := strings.Split(ansi.Strip(g.content()), "\n")
			if len(lines) != max(height, 1) {
				t.Fatalf("%d lines in a window of %d", len(lines), height)
			}
			for _, l := range lines {
				if w := ansi.StringWidth(l); w > width || w != len(l) {
					t.Fatalf("%dx%d: %q", width, height, l)
				}
			}
		}
	}
	if got := g.content(); !strings.Contains(got, "x that is not") {
		t.Errorf("what was wrong is not said:\n%s", got)
	}
}
