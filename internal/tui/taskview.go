package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// area is where a pane is drawn, in cells of the screen's room.
type area struct{ x, y, width, height int }

func (a area) has(x, y int) bool {
	return x >= a.x && x < a.x+a.width && y >= a.y && y < a.y+a.height
}

func (t *task) resize(width, height int) {
	t.width, t.height = width, height
	t.editor.SetStyles(t.styles)
	t.editor.SetWidthMethod(t.method)
	t.layout()
}

// areas places the panes. A pane that is not seen has no height. The brief is
// always left, the editor right, the result below the editor.
func (t *task) areas() (brief, edit, result area) {
	if t.focus == paneMap || t.focus == paneShell {
		if a := t.clusterArea(); a.x > margin {
			brief = area{margin, 0, a.x - margin - 3, t.height}
		}
		return brief, area{}, area{}
	}
	if t.width < wideWidth {
		switch t.focus {
		case paneEditor:
			return area{}, area{margin, 0, t.width - margin, t.height}, area{}
		case paneResult: // its last cell is for the sign that there is more
			return area{}, area{}, area{margin, 0, t.width - 2*margin + 1, t.height}
		}
		return area{margin, 0, t.width - margin, t.height}, area{}, area{}
	}
	left := min(t.width*9/20, measure+margin+1)
	brief = area{margin, 0, left - margin, t.height}
	right := area{left + 3, 0, t.width - left - 3, t.height}
	if !t.showsResult() {
		return brief, right, area{}
	}
	text := right.width - margin + 1
	below := min(len(t.resultLines(text)), t.height/2)
	if t.height < 16 {
		if t.focus == paneResult {
			return brief, area{}, area{right.x, 0, text, t.height}
		}
		return brief, right, area{}
	}
	edit = area{right.x, 0, right.width, t.height - below - 1}
	return brief, edit, area{right.x, t.height - below, text, below}
}

// clusterArea is where the map or the shell is drawn while it has the keys; from
// besideWidth on the brief stands beside it.
func (t *task) clusterArea() area {
	if t.width < besideWidth {
		return area{margin, 0, max(t.width-2*margin, 1), t.height}
	}
	left := measure + margin + 1
	return area{left + 3, 0, t.width - left - 3 - margin, t.height}
}

// layout gives the panes their sizes and texts.
func (t *task) layout() {
	if t.width <= 0 || t.height <= 0 {
		return
	}
	brief, edit, result := t.areas()
	t.brief.resize(brief.width, brief.height)
	t.result.resize(result.width, result.height)
	if edit.height > 0 {
		t.editor.SetSize(edit.width, edit.height)
	}
	if brief.height > 0 {
		t.brief.set(t.briefLines(brief.width - 1))
	}
	if result.height > 0 {
		t.result.set(t.resultLines(result.width))
	}
}

func (t *task) briefLines(width int) []string {
	if t.passed() {
		return t.debriefLines(width)
	}
	lines := []string{""}
	if t.Check != nil && t.state().IsPassed() {
		lines = append(append(lines, hanging(t.styles.Good.Render(style.SignGood)+" ", t.words.Task.SolvedBefore, width)...), "")
	}
	lines = append(lines, t.prose(t.scenario.Brief, width)...)
	if t.file.disk != nil {
		about := wrap(t.words.Task.File(tilde(t.file.disk.path)), width)
		lines = append(append(lines, ""), styled(about, 0, t.styles.Dim)...)
	}
	return lines
}

func (t *task) view() string {
	t.layout()
	brief, edit, result := t.areas()
	if t.focus == paneMap || t.focus == paneShell {
		return t.clusterView(brief)
	}
	if t.width < wideWidth {
		var rows []string
		switch {
		case brief.height > 0:
			rows = t.brief.box(t.styles.Dim)
		case edit.height > 0:
			rows = t.overlay(box(strings.Split(t.editor.View(), "\n"), edit.width, edit.height), edit.width)
		default:
			rows = t.result.box(t.styles.Dim)
		}
		return strings.Join(box(indented(rows, margin), t.width, t.height), "\n")
	}
	left := box(indented(t.brief.box(t.styles.Dim), margin), brief.x+brief.width, t.height)
	var right []string
	if edit.height > 0 {
		right = t.overlay(box(strings.Split(t.editor.View(), "\n"), edit.width, edit.height), edit.width)
	}
	if result.height > 0 {
		if edit.height > 0 {
			right = append(right, t.styles.Line.Render(strings.Repeat("─", edit.width)))
		}
		right = append(right, t.result.box(t.styles.Dim)...)
	}
	return strings.Join(beside(left, box(right, t.width-brief.x-brief.width-3, t.height), t.styles.Line), "\n")
}

// clusterView draws the map or the shell, with the brief beside it where there
// is room.
func (t *task) clusterView(brief area) string {
	a := t.clusterArea()
	lines := t.clusterLines(a)
	if brief.height == 0 {
		return strings.Join(box(indented(lines, margin), t.width, t.height), "\n")
	}
	left := box(indented(t.brief.box(t.styles.Dim), margin), brief.x+brief.width, t.height)
	return strings.Join(beside(left, box(lines, t.width-a.x, t.height), t.styles.Line), "\n")
}

func (t *task) cursor() *tea.Cursor {
	if a := t.clusterArea(); t.focus == paneShell && t.cluster.edited != nil {
		if x, y, ok := t.cluster.edited.Cursor(); ok {
			return tea.NewCursor(a.x+x, a.y+1+y)
		}
		return nil
	} else if t.focus == paneShell && t.cluster.shell != nil {
		if x, y, ok := t.cluster.shell.Cursor(a.width, a.height); ok {
			return tea.NewCursor(a.x+x, a.y+y)
		}
		return nil
	}
	_, edit, _ := t.areas()
	if t.focus != paneEditor || edit.height == 0 {
		return nil
	}
	x, y, ok := t.editor.Cursor()
	if !ok {
		return nil
	}
	return t.cursorShape(tea.NewCursor(edit.x+x, edit.y+y))
}

// mouse gives an event to the pane it is over, and the keys with a click.
func (t *task) mouse(msg tea.MouseMsg) tea.Cmd {
	m := msg.Mouse()
	brief, edit, result := t.areas()
	var cmd tea.Cmd
	if w, ok := msg.(tea.MouseWheelMsg); ok && t.focus == paneShell && t.cluster.shell != nil && t.clusterArea().has(m.X, m.Y) {
		t.cluster.shell.Scroll(-wheel(w) * 3)
	}
	if _, click := msg.(tea.MouseClickMsg); click {
		for i, a := range []area{brief, edit, result} {
			if a.has(m.X, m.Y) && i != t.focus {
				cmd = t.openPane(i)
			}
		}
	}
	w, isWheel := msg.(tea.MouseWheelMsg)
	switch {
	case isWheel && brief.has(m.X, m.Y):
		t.brief.scroll(wheel(w) * 3)
	case isWheel && result.has(m.X, m.Y):
		t.result.scroll(wheel(w) * 3)
	case edit.height > 0 && (edit.has(m.X, m.Y) || !isWheel):
		return tea.Batch(cmd, t.editorMouse(msg, edit))
	}
	return cmd
}

func (t *task) editorMouse(msg tea.MouseMsg, edit area) tea.Cmd {
	m := msg.Mouse()
	inside := edit.has(m.X, m.Y)
	m.X, m.Y = m.X-edit.x, max(m.Y-edit.y, 0)
	switch msg.(type) {
	case tea.MouseClickMsg:
		if inside {
			return t.write(tea.MouseClickMsg(m))
		}
	case tea.MouseMotionMsg:
		return t.write(tea.MouseMotionMsg(m))
	case tea.MouseReleaseMsg:
		return t.write(tea.MouseReleaseMsg(m))
	case tea.MouseWheelMsg:
		return t.write(tea.MouseWheelMsg(m))
	}
	return nil
}
