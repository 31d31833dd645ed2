package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/editor"
	"github.com/kubetutor/tutor/internal/tui/fields"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// completion is the list of what may be typed where the cursor is.
type completion struct {
	place  fields.Place
	list   []fields.Field
	chosen int
}

// place is the place of the cursor in the manifest.
func (t *task) at() fields.Place {
	p := t.editor.Caret()
	return fields.Find(t.editor.TextLines(), p.Line, p.Col)
}

// lookAround finds the names that are there to be offered.
func (t *task) lookAround() tea.Cmd {
	if t.Cluster == nil || t.named != nil {
		return nil
	}
	look, of := t.Cluster, t.scenario
	return func() tea.Msg { return namedMsg{t, look(of)} }
}

// complete offers what may stand here; a single choice is typed at once.
func (t *task) complete() tea.Cmd {
	t.offer()
	switch {
	case t.popup == nil:
		t.notice = t.words.LookUp.NoCompletion
	case len(t.popup.list) == 1:
		return t.insertChosen()
	}
	return nil
}

// offer opens the list, or closes it where there is nothing to offer.
func (t *task) offer() {
	t.popup = nil
	place := t.at()
	if list := place.Complete(t.named); len(list) > 0 && (len(list) > 1 || list[0].Name != place.Typed) {
		t.popup = &completion{place: place, list: list}
	}
}

// insertChosen types what is chosen, a field with its colon.
func (t *task) insertChosen() tea.Cmd {
	c := t.popup
	t.popup = nil
	f := c.list[c.chosen]
	text := f.Name
	_, line := t.editor.CurrentLine()
	if from := c.place.From; c.place.InValue && from > 0 && from <= len(line) && line[from-1] == ':' {
		text = " " + text
	}
	if !c.place.InValue && !c.place.OnKey && f.Type != "" {
		text += ":"
		if c.place.InFlow || !strings.HasPrefix(f.Type, "[]") && !strings.HasPrefix(f.Type, "map") {
			text += " "
		}
	}
	t.editor.Complete(c.place.From, text)
	return tea.Batch(t.keepSoon(), t.diagnoseSoon())
}

func (t *task) completionKeys() []binding {
	w, k, c := &t.words.LookUp, &t.words.Keys, t.popup
	shut := do(func() { t.popup = nil })
	if t.editor.Mode() == editor.Insert {
		// Vim's esc ends what is typed, too.
		shut = func() tea.Cmd { return t.shut(tea.KeyPressMsg{Code: tea.KeyEscape}) }
	}
	return []binding{
		{keys: []string{"enter", "tab"}, does: w.Insert, run: t.insertChosen},
		{keys: []string{"up", "ctrl+p"}, show: "↑↓", does: k.Choose, run: do(func() { c.chosen = max(c.chosen-1, 0) })},
		{keys: []string{"down", "ctrl+n"}, minor: true, run: do(func() { c.chosen = min(c.chosen+1, len(c.list)-1) })},
		{keys: []string{"esc"}, does: k.Close, run: shut},
	}
}

// shut closes the list and gives the key on.
func (t *task) shut(key tea.Msg) tea.Cmd {
	t.popup = nil
	return t.write(key)
}

// The popup's size in cells, its frame not counted.
const popupWidth, popupItems, popupDoc = 56, 6, 3

// overlay lays the popup over the editor's rows: below the cursor's line, or
// above it where there is no room, and never on it.
func (t *task) overlay(rows []string, width int) []string {
	x, y, ok := t.editor.Cursor()
	if t.popup == nil || !ok || width < 24 {
		return rows
	}
	inner := min(popupWidth, width-4)
	box := strings.Split(t.styles.Dialog.Width(inner+4).Render(strings.Join(t.popupLines(inner), "\n")), "\n")
	x = max(min(x, width-inner-4), 0)
	from := y + 1
	if from+len(box) > len(rows) && y > len(rows)-y-1 {
		from = max(y-len(box), 0)
		box = box[:min(len(box), y-from)]
	}
	lay(box, rows, x, from)
	return rows
}

func (t *task) popupLines(width int) []string {
	c := t.popup
	first := min(max(c.chosen-popupItems/2, 0), max(len(c.list)-popupItems, 0))
	var lines []string
	for i := first; i < min(first+popupItems, len(c.list)); i++ {
		f := c.list[i]
		arrow, look := "  ", t.styles.Text
		if i == c.chosen {
			arrow, look = t.styles.Accent.Render(style.SignNext)+" ", t.styles.Accent
		}
		name, about := f.Name, f.Type
		if room := width - 2; ansi.StringWidth(name)+ansi.StringWidth(about)+2 > room {
			// Long names differ at their ends.
			if about = ""; ansi.StringWidth(name) > room {
				name = "…" + ansi.TruncateLeft(name, ansi.StringWidth(name)-room+1, "")
			}
		}
		lines = append(lines, between(arrow+look.Render(name), t.styles.Dim.Render(about), width))
	}
	doc := wrap(strings.ReplaceAll(c.list[c.chosen].Doc, "\n", " "), width)
	if len(doc) > popupDoc {
		doc = append(doc[:popupDoc-1], ansi.Truncate(doc[popupDoc-1], width-1, "")+"…")
	}
	for _, d := range doc {
		if d != "" {
			lines = append(lines, t.styles.Dim.Render(d))
		}
	}
	return lines
}

// explain shows the documentation of the field under the cursor.
func (t *task) explain() tea.Cmd {
	f, ok := t.at().Field()
	if !ok {
		t.notice = t.words.LookUp.NoField
		return nil
	}
	return t.openDialog(&fieldDoc{env: t.env, field: f})
}

// fieldDoc is what kubectl explain says of a field.
type fieldDoc struct {
	*env
	field fields.Field
	pane  pane
}

func (d *fieldDoc) title() string { return d.field.Path }

func (d *fieldDoc) keys() []binding {
	return append([]binding{{keys: []string{"enter", "f2"}, does: d.words.Keys.Close, run: d.closeDialog}}, scrollKeys(&d.pane, d.words.Keys.Scroll)...)
}

func (d *fieldDoc) view(width, height int) string {
	about := "<" + d.field.Type + ">"
	if d.field.Required {
		about += "  " + d.words.LookUp.Required
	}
	lines := []string{d.styles.Dim.Render(about)}
	if len(d.field.Values) > 0 {
		lines = append(lines, wrap(strings.Join(d.field.Values, "  "), width-1)...)
	}
	for paragraph := range strings.SplitSeq(d.field.Doc, "\n\n") {
		lines = append(append(lines, ""), wrap(strings.ReplaceAll(strings.TrimSpace(paragraph), "\n", " "), width-1)...)
	}
	d.pane.resize(width, min(height, len(lines)))
	d.pane.set(lines)
	return strings.Join(d.pane.box(d.styles.Dim), "\n")
}
