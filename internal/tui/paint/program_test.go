package paint

import (
	"io"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// sized is a model that notes the last size it was told.
type sized struct{ tea.WindowSizeMsg }

func (s *sized) Init() tea.Cmd  { return nil }
func (s *sized) View() tea.View { return tea.View{} }
func (s *sized) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		s.WindowSizeMsg = size
	}
	return s, nil
}

// TestFirstSizeComesLate: Bubble Tea sends a program its first size in a
// goroutine of its own, which a new size may overtake.
func TestFirstSizeComesLate(t *testing.T) {
	screen := New(io.Discard, 1, 1, colorprofile.NoTTY)
	defer screen.Close()
	inner := &sized{}
	m := &painted{Model: inner, screen: screen}
	for _, msg := range []tea.Msg{sizeMsg{100, 30}, tea.WindowSizeMsg{Width: 1, Height: 1}} {
		m.Update(msg)
	}
	if want := (tea.WindowSizeMsg{Width: 100, Height: 30}); inner.WindowSizeMsg != want {
		t.Errorf("the model has %v", inner.WindowSizeMsg)
	}
	if screen.width != 100 || screen.height != 30 {
		t.Errorf("the screen has %dx%d", screen.width, screen.height)
	}
}
