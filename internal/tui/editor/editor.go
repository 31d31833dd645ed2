// Package editor is a text editor for YAML in a pane of the screen: line
// numbers, colours, undo, selection, find, and the messages of whoever checks
// the text, shown below the line they mean.
//
// An Editor is changed through methods and drawn by [Editor.View]; it does no
// input or output of its own. What a key asks of the terminal, such as putting
// text on its clipboard, comes back as a command.
//
//	e := editor.New(styles, &words.Editor)
//	e.SetText("kind: Service\n")
//	e.SetSize(40, 20)
//	cmd := e.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
//	fmt.Println(e.View())
package editor

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text"
)

// MaxBytes is the largest text the editor takes in. Kubernetes itself refuses
// objects above 1.5 MiB.
const MaxBytes = 1 << 20

// selection is the cursor and, where text is selected, the other end.
type selection struct {
	cursor, anchor Pos
	on             bool
}

// Diagnostic is what a checker of the text has to say about one line.
type Diagnostic struct {
	Line     int    // from 0
	Col, End int    // bytes of the line that are meant; equal: all but its indentation
	Message  string // in one sentence or two
	Warning  bool   // worth a look, but no error
}

// Editor is one text with its cursor, as shown in a pane.
type Editor struct {
	buf    *buffer
	colour highlighter
	styles *style.Styles
	words  *text.Editor
	method ansi.Method

	sel  selection
	goal int // the screen column that up and down try to keep, -1: none

	width, height int
	top, left     int // first line and column shown

	diagnostics []Diagnostic
	find        find
	clip        string
	notice      string
	dragging    bool
	vim         *vim // nil: ordinary keys
}

// New is an empty editor.
func New(styles *style.Styles, words *text.Editor) *Editor {
	e := &Editor{styles: styles, words: words, goal: -1, method: ansi.WcWidth}
	e.setBuffer("")
	return e
}

func (e *Editor) setBuffer(text string) {
	e.buf = newBuffer(text)
	e.colour = highlighter{}
	e.buf.changed = e.colour.touched
	e.sel = selection{}
	e.top, e.left, e.goal = 0, 0, -1
	e.diagnostics = nil
}

// SetText replaces text, history and cursor: another file.
func (e *Editor) SetText(text string) { e.setBuffer(text) }

// Replace puts another text in the place of this one as one step that undo
// takes back.
func (e *Editor) Replace(text string) {
	h := &e.buf.history
	typing := h.group
	h.sealed, h.group = true, ungrouped
	e.replace(span{Pos{}, e.buf.end()}, clean(text), single)
	if typing != ungrouped {
		h.group = opening
	}
	e.moveTo(Pos{}, false)
	e.top, e.left = 0, 0
}

// Text is the text, its lines ended by \n.
func (e *Editor) Text() string { return e.buf.text() }

// TextLines are the lines of the text, which must not be changed.
func (e *Editor) TextLines() []string { return e.buf.lines }

// InWord tells whether the cursor stands right behind a letter, with nothing
// of the line after it but what shuts brackets.
func (e *Editor) InWord() bool {
	line := e.buf.lines[e.sel.cursor.Line]
	before, after := line[:e.sel.cursor.Col], line[e.sel.cursor.Col:]
	r, n := utf8.DecodeLastRuneInString(before)
	return !e.sel.on && n > 0 && isWordRune(r) && strings.Trim(after, " ]},") == ""
}

// Version grows with every change of the text.
func (e *Editor) Version() int { return e.buf.version }

// Lines is how many lines there are.
func (e *Editor) Lines() int { return len(e.buf.lines) }

// SetStyles changes the looks.
func (e *Editor) SetStyles(s *style.Styles) { e.styles = s }

// SetWidthMethod tells how the terminal counts the cells of a character.
func (e *Editor) SetWidthMethod(m ansi.Method) { e.method = m }

// SetSize gives the pane's size in cells.
func (e *Editor) SetSize(width, height int) {
	if e.width == width && e.height == height {
		return
	}
	e.width, e.height = width, height
	e.follow()
}

// Position is the cursor's line from 0 and its column in runes, and the first
// line shown: what must be kept to come back to the same place.
func (e *Editor) Position() (line, col, top int) {
	p := e.sel.cursor
	return p.Line, utf8.RuneCountInString(e.buf.lines[p.Line][:p.Col]), e.top
}

// SetPosition goes where Position was; places that are gone become the nearest.
func (e *Editor) SetPosition(line, col, top int) {
	p := e.buf.clamp(Pos{Line: line})
	if p.Line == line {
		for range col {
			_, n := utf8.DecodeRuneInString(e.buf.lines[p.Line][p.Col:])
			if n == 0 {
				break
			}
			p.Col += n
		}
	}
	e.moveTo(p, false)
	e.top = min(max(top, 0), len(e.buf.lines)-1)
	e.follow()
}

// GoToLine puts the cursor on the first character of a line, from 0.
func (e *Editor) GoToLine(line int) {
	p := e.buf.clamp(Pos{Line: line})
	p.Col = indentOf(e.buf.lines[p.Line])
	e.moveTo(p, false)
	if !e.isShown(p.Line) {
		e.top = max(p.Line-e.height/3, 0)
	}
	e.follow()
}

// CurrentLine is the line of the cursor, from 0, and its text.
func (e *Editor) CurrentLine() (int, string) {
	return e.sel.cursor.Line, e.buf.lines[e.sel.cursor.Line]
}

// SetDiagnostics shows what a checker said of the text of a version; what it
// says of an older text is dropped.
func (e *Editor) SetDiagnostics(version int, ds []Diagnostic) {
	if version != e.buf.version {
		return
	}
	e.diagnostics = ds
	e.follow()
}

// Diagnostics is what was said of the text last.
func (e *Editor) Diagnostics() []Diagnostic { return e.diagnostics }

// Notice is what the last key has to tell, such as that nothing was found;
// empty most of the time.
func (e *Editor) Notice() string { return e.notice }

// replace puts text in the place of s, as a step of the history, and the
// cursor behind it.
func (e *Editor) replace(s span, text string, kind stepKind) {
	removed := e.buf.slice(s)
	if removed == "" && text == "" {
		return
	}
	if e.buf.size-len(removed)+len(text) > MaxBytes {
		e.notice = e.words.TooLarge
		return
	}
	e.buf.history.record(edit{s.from, removed, text}, kind, e.sel)
	lines := len(e.buf.lines)
	end := e.buf.splice(s, text)
	e.moveDiagnostics(s.from.Line, len(e.buf.lines)-lines)
	e.sel = selection{cursor: end}
	e.goal = -1
	e.follow()
}

// moveDiagnostics keeps messages on their lines until the checker speaks again.
func (e *Editor) moveDiagnostics(line, by int) {
	if by == 0 || len(e.diagnostics) == 0 {
		return
	}
	kept := make([]Diagnostic, 0, len(e.diagnostics))
	for _, d := range e.diagnostics {
		if d.Line > line {
			d.Line += by
			if d.Line <= line {
				continue
			}
		}
		kept = append(kept, d)
	}
	e.diagnostics = kept
}

// moveTo puts the cursor at p; with extend what lies between is selected.
func (e *Editor) moveTo(p Pos, extend bool) {
	if extend && !e.sel.on {
		e.sel.anchor = e.sel.cursor
	}
	e.sel.on = extend
	e.sel.cursor = e.buf.clamp(p)
	if extend && e.sel.anchor == e.sel.cursor {
		e.sel.on = false
	}
	e.buf.history.sealed = true
	e.goal = -1
	e.follow()
}

// selected is the selected stretch; empty at the cursor if there is none.
func (e *Editor) selected() span {
	switch {
	case !e.sel.on:
		return span{e.sel.cursor, e.sel.cursor}
	case e.Mode().isVisual():
		return e.visualSpan()
	}
	return ordered(e.sel.anchor, e.sel.cursor)
}

// Update takes a key, a paste or a mouse event at coordinates of the pane.
func (e *Editor) Update(msg tea.Msg) tea.Cmd {
	e.notice = ""
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch {
		case e.find.open:
			return e.findKey(msg)
		case e.vim != nil:
			return e.vimKey(msg)
		}
		return e.key(msg)
	case tea.PasteMsg:
		e.paste(msg)
	case tea.MouseClickMsg:
		e.click(msg)
		e.afterMouse()
	case tea.MouseMotionMsg:
		e.drag(msg)
		e.afterMouse()
	case tea.MouseReleaseMsg:
		e.dragging = false
	case tea.MouseWheelMsg:
		e.wheel(msg)
	}
	return nil
}

// paste takes text in where the cursor is, as one step.
func (e *Editor) paste(msg tea.PasteMsg) {
	switch v := e.vim; {
	case e.find.open:
		e.find.paste(msg.Content)
	case v != nil && v.prompt.open():
		v.prompt.paste(msg.Content)
	case v != nil && v.mode == Insert:
		v.begun.typed = append(v.begun.typed, msg)
		e.insert(clean(msg.Content), single)
	default:
		e.insert(clean(msg.Content), single)
		if v != nil {
			e.normal()
		}
	}
}

// insert types text over the selection.
func (e *Editor) insert(text string, kind stepKind) {
	if e.sel.on {
		kind = single
	}
	e.replace(e.selected(), text, kind)
}

// Caret is the place of the cursor.
func (e *Editor) Caret() Pos { return e.sel.cursor }

// Complete puts text in the place of what stands between byte from of the
// cursor's line and the cursor, as one step of the history.
func (e *Editor) Complete(from int, text string) {
	at := e.sel.cursor
	e.buf.history.sealed = true
	e.replace(span{e.buf.clamp(Pos{at.Line, min(from, at.Col)}), at}, text, single)
}
