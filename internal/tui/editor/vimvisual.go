package editor

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// visualSpan is what is selected in a visual mode: with the character under
// the cursor, or whole lines.
func (e *Editor) visualSpan() span {
	s := ordered(e.sel.anchor, e.sel.cursor)
	if e.vim.mode == VisualLine {
		return span{Pos{Line: s.from.Line}, Pos{s.to.Line, len(e.buf.lines[s.to.Line])}}
	}
	s.to = e.right(s.to)
	return s
}

// visualLines are the lines of the selection, from where vim puts the cursor
// afterwards: the start of the line, or the cursor where it went up.
func (e *Editor) visualLines() span {
	if e.sel.cursor.Line < e.sel.anchor.Line {
		return span{e.sel.cursor, e.sel.anchor}
	}
	return span{Pos{Line: e.sel.anchor.Line}, e.sel.cursor}
}

// inVisual carries out a command on what is selected. An operator becomes
// one that . can do again from anywhere.
func (e *Editor) inVisual(c *command) tea.Cmd {
	switch {
	case e.vim.mode == VisualBlock && c.isForBlock():
		return e.inBlock(c)
	case c.op != "":
		return e.onSelected(c)
	case len(c.motion) == 2 && (c.motion[0] == 'i' || c.motion[0] == 'a'):
		e.selectObject(*c)
	case c.motion != "":
		e.travel(*c)
	default:
		return e.visualAct(c)
	}
	return nil
}

// onSelected does an operator's work on the selection.
func (e *Editor) onSelected(c *command) tea.Cmd {
	s, lines := e.visualSpan(), e.vim.mode == VisualLine || c.motion == "line"
	shifts := c.times()
	if lines {
		s = e.visualLines()
		c.motion, c.count = "line", s.to.Line-s.from.Line+1
		c.lines = c.count
	} else {
		from := 0
		if c.op == ">" || c.op == "<" || c.op == "gc" {
			s.to = ordered(e.sel.anchor, e.sel.cursor).to
		}
		if s.to.Line == s.from.Line {
			from = s.from.Col
		}
		c.motion, c.count = "visual", 0
		c.lines, c.cols = s.to.Line-s.from.Line, len(cells(e.buf.lines[s.to.Line][from:s.to.Col], e.method))
	}
	e.vim.mode = Normal
	e.moveTo(s.from, false)
	if c.op != ">" && c.op != "<" {
		shifts = 1
	}
	var cmd tea.Cmd
	for range shifts {
		cmd = e.apply(*c, s, lines)
	}
	return cmd
}

// selectObject selects a text object.
func (e *Editor) selectObject(c command) {
	if kind := c.motion[1]; (kind == 'w' || kind == 'W') && e.sel.anchor.Before(e.sel.cursor) {
		e.selectMoreWords(c)
		return
	}
	s, lines, ok := e.object(c)
	if !ok {
		return
	}
	if e.vim.mode == VisualLine {
		e.vim.mode = Visual
	}
	if lines {
		e.vim.mode = VisualLine
		s.to.Col = 0
	} else if s.from != s.to {
		s.to = e.leftOf(s.to)
	}
	e.sel = selection{cursor: s.to, anchor: s.from, on: true}
	e.follow()
}

// selectMoreWords lets the selection grow by words.
func (e *Editor) selectMoreWords(c command) {
	to := e.sel.cursor
	for range c.times() {
		end, how, ok := e.moreWords(to, c.motion[1] == 'W', c.motion[0] == 'a')
		if !ok {
			e.vim.failed = true
			return
		}
		if to = end; how == exclusive {
			to, _ = e.walkBack(to)
		}
	}
	if e.sel.cursor = to; e.vim.mode == VisualLine {
		e.vim.mode = Visual
	}
	e.follow()
}

// visualAct is what else there is to do with a selection.
func (e *Editor) visualAct(c *command) tea.Cmd {
	v := e.vim
	switch c.act {
	case "o", "O":
		if v.mode == VisualBlock && c.act == "O" {
			e.swapColumns()
			break
		}
		e.sel.cursor, e.sel.anchor = e.sel.anchor, e.sel.cursor
		e.follow()
	case "v", "V", "ctrl+v":
		mode := visualModes[c.act]
		if v.mode == mode {
			e.normal()
		} else {
			v.mode = mode
		}
	case "I", "A":
		s := e.visualSpan()
		at := s.from
		if c.act == "A" {
			at = s.to
		}
		e.typeAt(at)
	case "m":
		e.setMark(c.arg)
	case "J":
		s := ordered(e.sel.anchor, e.sel.cursor)
		v.mode = Normal
		e.moveTo(s.from, false)
		e.join(s.from.Line, max(s.to.Line-s.from.Line, 1))
	case "r":
		s := e.visualSpan()
		v.mode = Normal
		e.moveTo(s.from, false)
		if isText(c.arg) {
			e.replace(s, overwritten(e, s, c.arg), single)
		}
		e.moveTo(s.from, false)
	case ":":
		e.openPrompt(":", command{})
		v.prompt.text = "'<,'>"
		s := e.visualSpan()
		v.prompt.from, v.prompt.to = s.from.Line, s.to.Line
		e.normal()
	default:
		e.actSeen(*c)
	}
	return nil
}

// overwritten is the text of a stretch with each character replaced.
func overwritten(e *Editor, s span, with string) string {
	lines := strings.Split(e.buf.slice(s), "\n")
	for i, l := range lines {
		lines[i] = strings.Repeat(with, len(cells(l, e.method)))
	}
	return strings.Join(lines, "\n")
}

// putOver puts a register's text in the place of the selection, which goes to
// the register without a name.
func (e *Editor) putOver(c command, s span, lines bool) {
	r := e.vim.registers[c.register]
	if c.act != "P" { // which keeps the register
		e.yank(command{op: "d"}, s, lines)
	}
	switch {
	case lines:
		s = span{Pos{Line: s.from.Line}, Pos{s.to.Line, len(e.buf.lines[s.to.Line])}}
		e.replace(s, strings.TrimSuffix(r.text, "\n"), single)
		e.moveTo(e.firstOf(s.from.Line), false)
	case r.lines:
		e.replace(s, "\n"+r.text, single)
		e.moveTo(e.firstOf(s.from.Line+1), false)
	case r.text == "":
		e.replace(s, "", single)
	default:
		e.replace(s, r.text, single)
		e.moveTo(e.leftOf(e.sel.cursor), false)
	}
}

// isForBlock tells whether the command is for a block as such: the others take
// the lines it touches.
func (c command) isForBlock() bool {
	return c.op != "" && (c.motion != "line" || c.act != "") || slices.Contains([]string{"I", "A", "r"}, c.act)
}

// swapColumns goes to the block's other corner on the same line.
func (e *Editor) swapColumns() {
	cursor, anchor := e.sel.cursor, e.sel.anchor
	at := func(line int, like Pos) Pos {
		return Pos{line, colAt(e.buf.lines[line], column(e.buf.lines[like.Line], like.Col, e.method), e.method)}
	}
	e.sel.cursor, e.sel.anchor = at(cursor.Line, anchor), at(anchor.Line, cursor)
	e.follow()
}
