package editor

import (
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
	} else {
		from := 0
		if s.to.Line == s.from.Line {
			from = s.from.Col
		}
		c.motion, c.count = "visual", 0
		c.lines, c.cols = s.to.Line-s.from.Line, len(cells(e.buf.lines[s.to.Line][from:s.to.Col], e.method))
	}
	last := s.to
	if !lines && last.Col == 0 && last.Line > s.from.Line {
		last = Pos{last.Line - 1, 0}
	}
	e.vim.mode = Normal
	e.moveTo(s.from, false)
	if c.op != ">" && c.op != "<" {
		shifts = 1
	}
	if c.op == ">" || c.op == "<" || c.op == "gc" {
		s.to = last
	}
	var cmd tea.Cmd
	for range shifts {
		cmd = e.apply(*c, s, lines)
	}
	return cmd
}

// selectObject selects a text object.
func (e *Editor) selectObject(c command) {
	s, lines, ok := e.object(c)
	if !ok {
		return
	}
	e.vim.mode = Visual
	if lines {
		e.vim.mode = VisualLine
		s.to.Col = 0
	} else if s.from != s.to {
		s.to = e.leftOf(s.to)
	}
	e.sel = selection{cursor: s.to, anchor: s.from, on: true}
	e.follow()
}

// visualAct is what else there is to do with a selection.
func (e *Editor) visualAct(c *command) tea.Cmd {
	v := e.vim
	switch c.act {
	case "o", "O":
		e.sel.cursor, e.sel.anchor = e.sel.anchor, e.sel.cursor
		e.follow()
	case "v", "V":
		mode := Visual
		if c.act == "V" {
			mode = VisualLine
		}
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
	case "J":
		s := e.visualSpan()
		v.mode = Normal
		e.join(s.from.Line, max(s.to.Line-s.from.Line, 1))
	case "r":
		s := e.visualSpan()
		v.mode = Normal
		e.moveTo(s.from, false)
		if isText(c.arg) {
			e.replace(s, overwritten(e, s, c.arg), single)
		}
		e.moveTo(s.from, false)
	case "p", "P":
		e.putOver(*c)
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
func (e *Editor) putOver(c command) {
	v := e.vim
	r := v.registers[c.register]
	s, lines := e.visualSpan(), v.mode == VisualLine
	v.mode = Normal
	e.moveTo(s.from, false)
	e.yank(command{op: "d"}, s, lines)
	switch {
	case lines:
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

// object is a text object around the cursor.
func (e *Editor) object(c command) (s span, lines, ok bool) {
	around := c.motion[0] == 'a'
	switch c.motion[1:] {
	case "w", "W":
		s, ok = e.wordObject(c, around)
	case "p":
		s, ok = e.blockObject(around)
		return s, true, ok
	case `"`, "'", "`":
		s, ok = e.quoteObject(c.motion[1], around)
	case "(", ")", "b":
		return e.bracketObject('(', ')', around)
	case "{", "}", "B":
		return e.bracketObject('{', '}', around)
	case "[", "]":
		return e.bracketObject('[', ']', around)
	}
	return s, false, ok
}

// wordObject is a word, or with around one and the blanks beside it.
func (e *Editor) wordObject(c command, around bool) (span, bool) {
	at, big := e.sel.cursor, c.motion[1] == 'W'
	line := e.buf.lines[at.Line]
	if line == "" {
		return span{at, at}, false
	}
	class := func(col int) int { return e.classAt(Pos{at.Line, col}, big) }
	end := func(col int) int {
		for own := class(col); col < len(line) && class(col) == own; {
			col = next(line, col, e.method)
		}
		return col
	}
	at.Col = min(at.Col, previous(line, len(line), e.method))
	from := at.Col
	for from > 0 && class(previous(line, from, e.method)) == class(at.Col) {
		from = previous(line, from, e.method)
	}
	to := end(at.Col)
	trailing := false
	for i := range c.times() {
		if i > 0 && to < len(line) {
			to = end(to)
		}
		if trailing = around && to < len(line) && (class(to) == blank || class(at.Col) == blank); trailing {
			to = end(to)
		}
	}
	if around && !trailing {
		for from > 0 && class(previous(line, from, e.method)) == blank {
			from = previous(line, from, e.method)
		}
	}
	return span{Pos{at.Line, from}, Pos{at.Line, to}}, true
}

// blockObject is the lines between empty ones, with around the empty ones
// after them too.
func (e *Editor) blockObject(around bool) (span, bool) {
	lines := e.buf.lines
	isBlank := func(i int) bool { return strings.TrimSpace(lines[i]) == "" }
	from := e.sel.cursor.Line
	to, own := from, isBlank(from)
	for from > 0 && isBlank(from-1) == own {
		from--
	}
	for to+1 < len(lines) && isBlank(to+1) == own {
		to++
	}
	if around {
		after := to
		for to+1 < len(lines) && isBlank(to+1) != own {
			to++
		}
		for ; to == after && from > 0 && isBlank(from-1); from-- {
		}
	}
	return span{Pos{Line: from}, Pos{to, len(lines[to])}}, true
}

// quoteObject is what stands between quotes on the line, with around the
// quotes too.
func (e *Editor) quoteObject(quote byte, around bool) (span, bool) {
	at := e.sel.cursor
	line := e.buf.lines[at.Line]
	open := -1
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
		case line[i] != quote:
		case open < 0:
			open = i
		case i < at.Col:
			open = -1
		case around:
			from, to := open, i+1
			if to += indentOf(line[to:]); to == i+1 {
				from = len(strings.TrimRight(line[:from], " \t"))
			}
			return span{Pos{at.Line, from}, Pos{at.Line, to}}, true
		default:
			return span{Pos{at.Line, open + 1}, Pos{at.Line, i}}, true
		}
	}
	return span{}, false
}

// nextOf is the next place of a bracket: where there is none around the cursor,
// the one that follows is meant.
func (e *Editor) nextOf(p Pos, bracket byte) (Pos, bool) {
	for line, from := p.Line, p.Col; line < len(e.buf.lines); line, from = line+1, 0 {
		if i := strings.IndexByte(e.buf.lines[line][from:], bracket); i >= 0 {
			return Pos{line, from + i}, true
		}
	}
	return p, false
}

// bracketObject is what stands between brackets, over lines too.
func (e *Editor) bracketObject(open, shut byte, around bool) (s span, lines, ok bool) {
	at := e.sel.cursor
	line := e.buf.lines[at.Line]
	from := at
	if at.Col >= len(line) || line[at.Col] != open {
		if from, ok = e.bracket(at, shut, open, false); !ok {
			if from, ok = e.nextOf(at, open); !ok {
				return s, false, false
			}
		}
	}
	to, ok := e.bracket(from, open, shut, true)
	if !ok {
		return s, false, false
	}
	if around {
		return span{from, Pos{to.Line, to.Col + 1}}, false, true
	}
	inside := span{Pos{from.Line, from.Col + 1}, to}
	onOwnLines := strings.TrimSpace(e.buf.lines[from.Line][from.Col+1:]) == "" && indentOf(e.buf.lines[to.Line]) == to.Col
	if onOwnLines && to.Line > from.Line+1 {
		return span{Pos{Line: from.Line + 1}, Pos{to.Line - 1, len(e.buf.lines[to.Line-1])}}, true, true
	}
	return inside, false, true
}
