package editor

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// key does what a key means in the text.
func (e *Editor) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	if extend := strings.Contains(name, "shift+"); e.moveKey(strings.Replace(name, "shift+", "", 1), extend) {
		return nil
	}
	switch name {
	case "enter", "shift+enter", "ctrl+m":
		e.newline()
	case "tab":
		e.tab()
	case "shift+tab":
		e.indent(-1)
	case "backspace", "shift+backspace", "ctrl+h":
		e.backspace()
	case "delete":
		e.erase(span{e.sel.cursor, e.right(e.sel.cursor)})
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		e.erase(span{e.wordLeft(e.sel.cursor), e.sel.cursor})
	case "alt+d", "ctrl+delete", "alt+delete":
		e.erase(span{e.sel.cursor, e.wordRight(e.sel.cursor)})
	case "ctrl+z":
		e.restore(e.buf.undo, e.words.NoUndo)
	case "ctrl+y", "ctrl+shift+z":
		e.restore(e.buf.redo, e.words.NoRedo)
	case "ctrl+a":
		e.moveTo(Pos{}, false)
		e.moveTo(e.buf.end(), true)
	case "ctrl+c", "ctrl+insert":
		return e.copy()
	case "ctrl+x", "shift+delete":
		return e.cut()
	case "ctrl+v", "shift+insert":
		e.insert(e.clip, single)
	case "ctrl+d":
		e.duplicate()
	case "alt+up", "ctrl+up":
		e.moveLines(-1)
	case "alt+down", "ctrl+down":
		e.moveLines(1)
	case "ctrl+_", "ctrl+/", "ctrl+t":
		e.comment()
	case "ctrl+f":
		e.openFind()
	default:
		if msg.Text != "" && msg.Mod&^tea.ModShift == 0 && isText(msg.Text) {
			e.insert(msg.Text, typing)
		}
	}
	return nil
}

func isText(s string) bool {
	return !strings.ContainsFunc(s, unicode.IsControl)
}

// moveKey moves the cursor, if that is what the key does.
func (e *Editor) moveKey(name string, extend bool) bool {
	at := e.sel.cursor
	switch name {
	case "left":
		if e.sel.on && !extend {
			e.moveTo(e.selected().from, false)
			return true
		}
		e.moveTo(e.leftOf(at), extend)
	case "right":
		if e.sel.on && !extend {
			e.moveTo(e.selected().to, false)
			return true
		}
		e.moveTo(e.right(at), extend)
	case "ctrl+left", "alt+left", "alt+b":
		e.moveTo(e.wordLeft(at), extend)
	case "ctrl+right", "alt+right", "alt+f":
		e.moveTo(e.wordRight(at), extend)
	case "up":
		e.vertical(-1, extend)
	case "down":
		e.vertical(1, extend)
	case "pgup":
		e.vertical(-max(e.height-1, 1), extend)
	case "pgdown":
		e.vertical(max(e.height-1, 1), extend)
	case "home":
		e.moveTo(e.home(at), extend)
	case "end", "ctrl+e":
		e.moveTo(Pos{at.Line, len(e.buf.lines[at.Line])}, extend)
	case "ctrl+home":
		e.moveTo(Pos{}, extend)
	case "ctrl+end":
		e.moveTo(e.buf.end(), extend)
	default:
		return false
	}
	return true
}

// vertical moves by lines and keeps the screen column.
func (e *Editor) vertical(by int, extend bool) {
	at := e.sel.cursor
	goal := e.goal
	if goal < 0 {
		goal = column(e.buf.lines[at.Line], at.Col, e.method)
	}
	line := at.Line + by
	switch {
	case line < 0:
		e.moveTo(Pos{}, extend)
	case line >= len(e.buf.lines):
		e.moveTo(e.buf.end(), extend)
	default:
		e.moveTo(Pos{line, colAt(e.buf.lines[line], goal, e.method)}, extend)
	}
	e.goal = goal
}

func (e *Editor) leftOf(p Pos) Pos {
	if p.Col > 0 {
		return Pos{p.Line, previous(e.buf.lines[p.Line], p.Col, e.method)}
	}
	if p.Line > 0 {
		return Pos{p.Line - 1, len(e.buf.lines[p.Line-1])}
	}
	return p
}

func (e *Editor) right(p Pos) Pos {
	if p.Col < len(e.buf.lines[p.Line]) {
		return Pos{p.Line, next(e.buf.lines[p.Line], p.Col, e.method)}
	}
	if p.Line+1 < len(e.buf.lines) {
		return Pos{p.Line + 1, 0}
	}
	return p
}

// home is the first character of the line that is no space, or the line's
// start for whoever is there already.
func (e *Editor) home(p Pos) Pos {
	if in := indentOf(e.buf.lines[p.Line]); p.Col != in {
		return Pos{p.Line, in}
	}
	return Pos{p.Line, 0}
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func (e *Editor) wordLeft(p Pos) Pos {
	line := e.buf.lines[p.Line][:p.Col]
	if line == "" {
		return e.leftOf(p)
	}
	line = strings.TrimRightFunc(line, func(r rune) bool { return !isWordRune(r) })
	line = strings.TrimRightFunc(line, isWordRune)
	return Pos{p.Line, len(line)}
}

func (e *Editor) wordRight(p Pos) Pos {
	line := e.buf.lines[p.Line]
	rest := line[p.Col:]
	if rest == "" {
		return e.right(p)
	}
	rest = strings.TrimLeftFunc(rest, func(r rune) bool { return !isWordRune(r) })
	rest = strings.TrimLeftFunc(rest, isWordRune)
	return Pos{p.Line, len(line) - len(rest)}
}

// restore takes a step back or forth.
func (e *Editor) restore(step func(selection) (selection, bool), none string) {
	sel, ok := step(e.sel)
	if !ok {
		e.notice = none
		return
	}
	e.sel = selection{e.buf.clamp(sel.cursor), e.buf.clamp(sel.anchor), sel.on}
	e.goal = -1
	e.follow()
}
