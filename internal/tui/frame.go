package tui

import (
	"slices"
	"sort"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// topRows and bottomRows are the lines around a screen.
const topRows, bottomRows = 2, 2

func (a *App) tooSmall() bool { return a.width < minWidth || a.height < minHeight }

func (a *App) layout() {
	s := a.top()
	if s == nil || a.width <= 0 || a.height <= 0 {
		return
	}
	s.resize(a.width, max(a.height-topRows-bottomRows, 1))
}

// View is everything as it is now.
func (a *App) View() tea.View {
	if a.drawn == nil {
		v := a.draw()
		a.drawn = &v
	}
	return *a.drawn
}

func (a *App) draw() tea.View {
	content := a.styles.Paint(a.content(), a.width)
	if a.ascii {
		content = style.ASCII(content)
	}
	v := tea.NewView(content)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = a.words.AppName
	s := a.top()
	if s == nil {
		return v
	}
	v.WindowTitle = a.words.Window(s.title())
	if a.dialog() == nil && !a.tooSmall() {
		if c := s.cursor(); c != nil {
			c.Y += topRows
			c.Color = a.styles.Cursor()
			v.Cursor = c
		}
	}
	return v
}

func (a *App) content() string {
	if a.width <= 0 || a.height <= 0 {
		return ""
	}
	switch {
	case a.failed != nil:
		return strings.Join(a.failure(), "\n")
	case a.tooSmall():
		return strings.Join(box([]string{a.words.TooSmall(minWidth, minHeight)}, a.width, a.height), "\n")
	case a.top() == nil:
		return strings.Repeat("\n", a.height-1)
	}
	s := a.top()
	rows := []string{a.topLine(), a.rule(a.classLine())}
	rows = append(rows, strings.Split(s.view(), "\n")...)
	frame := a.frame()
	rows = append(rows, a.rule(a.notice), a.bottomLine(a.shownKeys()))
	for i, r := range rows {
		if cells(r) > a.width {
			rows[i] = ansi.Truncate(r, a.width, "…")
		}
	}
	rows = rows[:min(len(rows), a.height)]
	if len(frame) > 0 {
		rest := a.height - len(frame)
		lay(frame, rows, (a.width-cells(frame[0]))/2, max(rest/3, min(topRows, rest), 0))
	}
	return strings.Join(rows, "\n")
}

// problem says why something is not shown.
func (e *env) problem(text string, width int) []string {
	return styled(wrap(style.SignBad+" "+text, width), 0, e.styles.Bad)
}

// failure says why there is no lesson to show.
func (a *App) failure() []string {
	room := max(a.height-topRows-bottomRows, 1)
	rows := append([]string{""}, a.problem(a.words.CannotOpen(a.failed), a.width-2*margin)...)
	rows = box(indented(rows, margin), a.width, room)
	rows = append([]string{"  " + a.styles.Strong.Render(a.words.AppName), a.rule("")}, rows...)
	quit := []binding{{keys: []string{"q"}, does: a.words.Keys.Quit}}
	return box(append(rows, a.rule(""), a.bottomLine(quit)), a.width, a.height)
}

func (a *App) shownKeys() []binding {
	if d := a.dialog(); d != nil {
		return a.dialogKeys(d)
	}
	return a.allKeys()
}

// topLine says where the learner is and which panes there are.
func (a *App) topLine() string {
	right := a.tabLine()
	if s, ok := a.top().(interface{ aside() string }); ok {
		right = a.styles.Dim.Render(s.aside())
	}
	right += strings.Repeat(" ", margin)
	title, room := a.top().title(), a.width-margin-cells(right)-2
	if s, ok := a.top().(interface{ shorter(room int) string }); ok && cells(title) > room {
		title = s.shorter(room)
	}
	return between(strings.Repeat(" ", margin)+a.styles.Strong.Render(title), right, a.width)
}

func (a *App) tabLine() string {
	names, open := a.top().tabs()
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = a.styles.Tab.Render(n)
		if i == open {
			shown[i] = a.styles.TabOn.Render(n)
		}
	}
	return strings.Join(shown, "  ")
}

// tabAt is the tab at a column of the top line, -1 for none.
func (a *App) tabAt(x int) int {
	names, _ := a.top().tabs()
	at := a.width - margin - ansi.StringWidth(a.tabLine())
	for i, n := range names {
		w := ansi.StringWidth(n)
		if x >= at && x < at+w {
			return i
		}
		at += w + 2
	}
	return -1
}

// rule is a line across, with what happened last in it.
func (a *App) rule(notice string) string {
	if notice == "" {
		return a.styles.Line.Render(strings.Repeat("─", a.width))
	}
	notice = ansi.Truncate(" "+strings.ReplaceAll(notice, "\n", " ")+" ", max(a.width-4, 1), "… ")
	rest := max(a.width-margin-ansi.StringWidth(notice), 0)
	return a.styles.Line.Render(strings.Repeat("─", margin)) + a.styles.Warn.Render(notice) + a.styles.Line.Render(strings.Repeat("─", rest))
}

// bottomLine names the keys that work, as many as there is room for; the way
// to all keys is always among them, and says so where there are more. Long
// names are cut before a key is left out.
func (a *App) bottomLine(bs []binding) string {
	k := &a.words.Keys
	line, all := a.keyLine(bs, a.width, k.AllKeys)
	if !all {
		// As little is cut as has to be.
		cut := sort.Search(a.width-longestDoes, func(cut int) bool {
			_, all := a.keyLine(bs, a.width-cut, k.AllKeys)
			return all
		})
		line, all = a.keyLine(bs, a.width-cut, k.AllKeys)
	}
	if !all {
		line, _ = a.keyLine(bs, longestDoes, k.MoreKeys)
	}
	return fit(line, a.width)
}

// longestDoes is how many cells of what a key does are shown at least.
const longestDoes = 20

// isBack tells that a key leads away and is to be shown.
func isBack(b binding) bool { return !b.minor && slices.Contains(b.keys, "esc") }

// keyLine names keys in a line, and tells whether there was room for all. The
// key to all of them is called help.
func (a *App) keyLine(bs []binding, longest int, help string) (line string, all bool) {
	item := func(b binding) string {
		return a.styles.Key.Render(b.label()) + " " + a.styles.Dim.Render(ansi.Truncate(b.does, longest, "…"))
	}
	line, last := strings.Repeat(" ", margin), ""
	rest := 0 // what has a place in any case: the way back, and to all keys
	for i, b := range bs {
		switch {
		case b.does == a.words.Keys.AllKeys:
			b.does = help
			last = item(b)
			rest += cells(last)
		case i > 0 && isBack(b):
			rest += cells(item(b)) + 3
		}
	}
	all = true
	for i, b := range bs {
		if b.minor || b.does == "" || b.does == a.words.Keys.AllKeys {
			continue
		}
		next := item(b) + "   "
		if i > 0 && isBack(b) {
			rest -= cells(next)
		}
		if cells(line)+cells(next)+rest <= a.width {
			line += next
		} else {
			all = false
		}
	}
	return line + last, all
}

// frame draws the dialog on top, if there is one.
func (a *App) frame() []string {
	d := a.dialog()
	if d == nil {
		return nil
	}
	width := min(a.width-8, measure)
	body := d.view(width, max(a.height-8, 1))
	return strings.Split(a.styles.Dialog.Width(width+4).Render(a.styles.Strong.Render(d.title())+"\n\n"+body), "\n")
}
