package editor

import "strings"

// object is a text object around the cursor.
func (e *Editor) object(c command) (s span, lines, ok bool) {
	around := c.motion[0] == 'a'
	switch c.motion[1:] {
	case "w", "W":
		s, ok = e.wordObject(c, around)
	case "p":
		s, ok = e.blockObject(c, around)
		return s, true, ok
	case `"`, "'", "`":
		s, ok = e.quoteObject(c.motion[1], around)
	case "(", ")", "b":
		return e.bracketObject(c, '(', ')', around)
	case "{", "}", "B":
		return e.bracketObject(c, '{', '}', around)
	case "[", "]":
		return e.bracketObject(c, '[', ']', around)
	}
	return s, false, ok
}

// blockObject is the lines between empty ones, with around the empty ones
// after them too; a count goes on to the blocks that follow.
func (e *Editor) blockObject(c command, around bool) (span, bool) {
	last := len(e.buf.lines) - 1
	isBlank := func(i int) bool { return strings.TrimSpace(e.buf.lines[i]) == "" }
	from := e.sel.cursor.Line
	blankFirst := isBlank(from)
	for from > 0 && isBlank(from-1) == blankFirst {
		from--
	}
	to := from - 1
	skip := func(blank bool) {
		for to < last && isBlank(to+1) == blank {
			to++
		}
	}
	skip(true)
	n := c.times()
	if blankFirst && !around {
		n--
	}
	for i := n; i > 0; i-- {
		if to == last {
			return span{}, false
		}
		blanks := isBlank(to + 1)
		if around || !blanks {
			skip(false)
		}
		if (around && (i > 1 || !blankFirst)) || !around && blanks {
			skip(true)
		}
	}
	if around && !blankFirst && !isBlank(to) {
		for from > 0 && isBlank(from-1) {
			from--
		}
	}
	return span{Pos{Line: from}, Pos{to, len(e.buf.lines[to])}}, true
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

// bracketObject is what stands between brackets, over lines too; a count
// means those further out.
func (e *Editor) bracketObject(c command, open, shut byte, around bool) (s span, lines, ok bool) {
	at := e.sel.cursor
	line := e.buf.lines[at.Line]
	from := at
	onOpen := at.Col < len(line) && line[at.Col] == open
	for i := range c.times() {
		if i > 0 || !onOpen {
			if from, ok = e.bracket(from, shut, open, false); !ok && c.times() == 1 {
				from, ok = e.nextOf(at, open)
			}
			if !ok {
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
