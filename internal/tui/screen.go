package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// screen is one place in the app.
type screen interface {
	// title says where the learner is, for the top line.
	title() string
	// tabs are the panes, and which is open; none where there is only one.
	tabs() (names []string, open int)
	openTab(i int) tea.Cmd
	// keys are those that work now. While typing tells true, no plain letter
	// may be among them.
	keys() []binding
	typing() bool
	// update takes what no key of keys matched.
	update(msg tea.Msg) tea.Cmd
	// resize gives the room between the top and bottom lines.
	resize(width, height int)
	// view draws that room.
	view() string
	// cursor is where the terminal's cursor belongs in it; nil hides it.
	cursor() *tea.Cursor
	// place is what brings the learner back here.
	place() progress.Place
	// leave ends what the screen has running.
	leave()
}

// singlePane is what screens with one pane have in common.
type singlePane struct{ width, height int }

func (*singlePane) tabs() ([]string, int)      { return nil, 0 }
func (*singlePane) openTab(int) tea.Cmd        { return nil }
func (*singlePane) typing() bool               { return false }
func (*singlePane) update(tea.Msg) tea.Cmd     { return nil }
func (*singlePane) cursor() *tea.Cursor        { return nil }
func (*singlePane) leave()                     {}
func (s *singlePane) resize(width, height int) { s.width, s.height = width, height }

// scrolled draws a list of a width on the whole screen, the line from in sight.
func (s *singlePane) scrolled(p *pane, lines []string, from, width int, more style.Style) string {
	p.resize(width+margin, max(s.height-1, 1))
	p.set(lines)
	p.show(from, from+1)
	return s.column(p.box(more), width)
}

// column draws rows on the whole screen, in the middle as if they had a width.
func (s *singlePane) column(rows []string, width int) string {
	rows = append([]string{""}, indented(rows, inset(s.width, width))...)
	return strings.Join(box(rows, s.width, s.height), "\n")
}

// listWidth is the room for a list: about a half where there is room beside it
// for what is known of the chosen row.
func (s *singlePane) listWidth() int {
	if s.width < besideWidth {
		return min(s.width-2*margin, listMeasure)
	}
	return min((s.width-bar)/2-margin, listMeasure)
}

// overList tells whether a column of the window is the list's.
func (s *singlePane) overList(x int) bool {
	return s.width < besideWidth || x < margin+s.listWidth()+margin
}

// listed draws the rows of a list, and beside them, in a wide window, what is
// known of the chosen one.
func (s *singlePane) listed(rows []string, about func(width int) []string, line style.Style) string {
	width := s.listWidth()
	if s.width < besideWidth {
		return s.column(rows, width)
	}
	left := box(append([]string{""}, indented(rows, margin)...), margin+width+margin, s.height)
	room := s.width - margin - width - margin - bar
	right := box(append([]string{""}, about(min(room-margin, measure))...), room, s.height)
	return strings.Join(beside(left, right, line), "\n")
}

// binding is a key that works: what it is called on the screen, what it does
// in a word or two, and the doing.
type binding struct {
	keys []string // as tea names them; the first is shown unless show is set
	show string
	does string
	// minor keys stand in the help only, not in the bottom line.
	minor bool
	run   func() tea.Cmd
}

func (b binding) label() string {
	if b.show != "" || len(b.keys) == 0 {
		return b.show
	}
	return b.keys[0]
}

// match finds the binding of a key.
func match(bs []binding, msg tea.KeyPressMsg) (binding, bool) {
	name := msg.String()
	i := slices.IndexFunc(bs, func(b binding) bool { return b.run != nil && slices.Contains(b.keys, name) })
	if i < 0 {
		return binding{}, false
	}
	return bs[i], true
}

// do wraps what needs no command.
func do(f func()) func() tea.Cmd {
	return func() tea.Cmd {
		f()
		return nil
	}
}

// Messages with which screens go elsewhere.
type (
	// pushMsg opens a screen over this one.
	pushMsg struct{ screen screen }
	// goMsg opens a screen over home, leaving those between.
	goMsg struct{ screen screen }
	// popMsg goes one step back.
	popMsg struct{}
	// dialogMsg opens a dialog.
	dialogMsg struct{ dialog dialog }
	// closeMsg closes the dialog on top.
	closeMsg struct{}
	// placeMsg asks for the current place to be remembered.
	placeMsg struct{}
)

// push and the others go there at once: the next key is the new screen's.
func (e *env) push(s screen) tea.Cmd       { return e.act(pushMsg{s}) }
func (e *env) pop() tea.Cmd                { return e.act(popMsg{}) }
func (e *env) openDialog(d dialog) tea.Cmd { return e.act(dialogMsg{d}) }
func (e *env) closeDialog() tea.Cmd        { return e.act(closeMsg{}) }
func (e *env) here() tea.Cmd               { return e.act(placeMsg{}) }

// dialog is something small over a screen that takes all keys while it is open.
type dialog interface {
	title() string
	keys() []binding
	// view draws the content for a width and at most a height of cells.
	view(width, height int) string
}
