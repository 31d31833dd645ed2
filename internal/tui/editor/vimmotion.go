package editor

import (
	"slices"
	"strings"
)

// reach is which text an operator takes between two places.
type reach uint8

const (
	exclusive reach = iota // up to the later place
	inclusive              // with the character there
	linewise               // the lines from one to the other
)

// travel moves the cursor.
func (e *Editor) travel(c command) {
	goal := e.goal
	to, how, ok := e.motion(c)
	if !ok {
		e.vim.failed = true
		return
	}
	from := e.sel.cursor
	if how == linewise && isVertical(c.motion) {
		to.Col = e.columnFor(to.Line, &goal)
	}
	if e.vim.mode.isVisual() {
		e.sel.cursor = e.buf.clamp(to)
		e.buf.history.sealed = true
	} else {
		e.moveTo(to, false)
	}
	switch {
	case isVertical(c.motion):
		e.goal = goal
	case c.motion == "$" || c.motion == "end":
		e.goal = endOfLine
	default:
		e.goal = -1
	}
	if isJump(c.motion) && e.sel.cursor != from {
		e.buf.marks[jumpedFrom] = from
	}
	e.follow()
}

// endOfLine is a column that no line reaches: up and down stay at the ends.
const endOfLine = 1 << 30

func isVertical(m string) bool {
	return slices.Contains([]string{"j", "k", "up", "down", "ctrl+d", "ctrl+u", "ctrl+f", "ctrl+b", "pgup", "pgdown"}, m)
}

// columnFor is the byte of a line at the column that vertical moves keep.
func (e *Editor) columnFor(line int, goal *int) int {
	at := e.sel.cursor
	if *goal < 0 {
		*goal = column(e.buf.lines[at.Line], at.Col, e.method)
	}
	return colAt(e.buf.lines[line], *goal, e.method)
}

// motion is where a motion leads from the cursor.
func (e *Editor) motion(c command) (to Pos, how reach, ok bool) {
	at, n := e.sel.cursor, c.times()
	line := e.buf.lines[at.Line]
	to = at
	switch c.motion {
	case "h", "left":
		for range n {
			to.Col = previous(line, to.Col, e.method)
		}
	case "backspace":
		for range n {
			if to.Col == 0 {
				to, _ = e.walkBack(to) // from behind the last character
			}
			if to.Col > 0 {
				to, _ = e.walkBack(to)
			}
		}
	case " ":
		return e.space(c)
	case "l", "right":
		for range n {
			to.Col = next(line, to.Col, e.method)
		}
	case "j", "down", "+", "enter":
		return e.lineAt(at.Line + n)
	case "k", "up", "-":
		return e.lineAt(at.Line - n)
	case "ctrl+d":
		return e.lineAt(at.Line + max(e.textHeight()/2, 1))
	case "ctrl+u":
		return e.lineAt(at.Line - max(e.textHeight()/2, 1))
	case "ctrl+f", "pgdown":
		return e.lineAt(at.Line + n*max(e.textHeight()-2, 1))
	case "ctrl+b", "pgup":
		return e.lineAt(at.Line - n*max(e.textHeight()-2, 1))
	case "gg", "ctrl+home":
		return e.firstOf(c.count - 1), linewise, true
	case "G", "ctrl+end":
		if c.count == 0 {
			return e.firstOf(len(e.buf.lines) - 1), linewise, true
		}
		return e.firstOf(c.count - 1), linewise, true
	case "H":
		return e.firstOf(min(e.top+n-1, e.lastShown())), linewise, true
	case "M":
		return e.firstOf(e.top + (e.lastShown()-e.top)/2), linewise, true
	case "L":
		return e.firstOf(max(e.lastShown()-n+1, e.top)), linewise, true
	case "0", "home":
		to.Col = 0
	case "^":
		to.Col = indentOf(line)
	case "|":
		to.Col = min(colAt(line, n-1, e.method), previous(line, len(line), e.method))
	case "$", "end":
		if to.Line = min(at.Line+n-1, len(e.buf.lines)-1); n > 1 && to.Line == at.Line {
			return to, inclusive, false
		}
		to.Col = len(e.buf.lines[to.Line])
		return to, inclusive, true
	case "g_":
		if to.Line = min(at.Line+n-1, len(e.buf.lines)-1); n > 1 && to.Line == at.Line {
			return to, inclusive, false
		}
		line = e.buf.lines[to.Line]
		to.Col = previous(line, len(strings.TrimRight(line, " \t")), e.method)
		return to, inclusive, true
	case "f", "F", "t", "T", ";", ",":
		return e.charMotion(c)
	case "%":
		if c.count > 0 {
			return e.firstOf((n*len(e.buf.lines)+99)/100 - 1), linewise, n <= 100
		}
		return e.pair()
	case "n", "N", "*", "#":
		return e.searchMotion(c)
	case "{", "}":
		return e.paragraph(c)
	case "'", "`":
		return e.markMotion(c)
	default:
		return e.wordMotion(c)
	}
	return to, exclusive, true
}

// space is the motion that goes on over the ends of lines, which count as a
// character for an operator.
func (e *Editor) space(c command) (to Pos, how reach, ok bool) {
	to = e.sel.cursor
	for i := range c.times() {
		var s stride
		switch to, s = e.walk(to); {
		case s == stuck:
			return to, exclusive, i > 0
		case s == toEnd && c.op == "" && !e.vim.mode.isVisual():
			if to, s = e.walk(to); s == stuck {
				return to, exclusive, i > 0
			}
		}
	}
	return to, exclusive, true
}

// lineAt is the first text of a line that may lie outside; not ok where the
// cursor would stay.
func (e *Editor) lineAt(line int) (Pos, reach, bool) {
	to := e.firstOf(line)
	return to, linewise, to.Line != e.sel.cursor.Line
}

// firstOf is the first character of a line that is no blank.
func (e *Editor) firstOf(line int) Pos {
	line = min(max(line, 0), len(e.buf.lines)-1)
	return Pos{line, indentOf(e.buf.lines[line])}
}

// lastShown is the last line on the screen.
func (e *Editor) lastShown() int {
	line := e.top
	for line+1 < len(e.buf.lines) && e.isShown(line+1) {
		line++
	}
	return line
}

// paragraph is the empty line before or after the block of lines, or an end of
// the text.
func (e *Editor) paragraph(c command) (Pos, reach, bool) {
	line, by, last := e.sel.cursor.Line, 1, len(e.buf.lines)-1
	if c.motion == "{" {
		by, last = -1, 0
	}
	atEnd := false
	for range c.times() {
		if atEnd {
			return Pos{}, exclusive, false
		}
		inBlock := false
		for atEnd = true; line != last; {
			inBlock = inBlock || e.buf.lines[line] != ""
			if line += by; inBlock && e.buf.lines[line] == "" {
				atEnd = false
				break
			}
		}
	}
	if text := e.buf.lines[line]; atEnd && by > 0 && text != "" {
		return Pos{line, previous(text, len(text), e.method)}, inclusive, true
	}
	return Pos{Line: line}, exclusive, true
}

// charMotion is f F t T and their repetition.
func (e *Editor) charMotion(c command) (Pos, reach, bool) {
	find := c
	switch c.motion {
	case ";", ",":
		if find = e.vim.charFind; find.motion == "" {
			return Pos{}, exclusive, false
		}
		if c.motion == "," {
			find.motion = turned[find.motion]
		}
	default:
		e.vim.charFind = command{motion: c.motion, arg: c.arg}
	}
	at, line := e.sel.cursor, e.buf.lines[e.sel.cursor.Line]
	till := find.motion == "t" || find.motion == "T"
	repeated := till && c.motion != find.motion
	col := at.Col
	for i := range c.times() {
		if find.motion == "f" || find.motion == "t" {
			from := next(line, col, e.method)
			if repeated && i == 0 && strings.HasPrefix(line[from:], find.arg) {
				from = next(line, from, e.method)
			}
			j := strings.Index(line[from:], find.arg)
			if j < 0 {
				return Pos{}, exclusive, false
			}
			col = from + j
			continue
		}
		before := line[:col]
		if repeated && i == 0 {
			before = strings.TrimSuffix(before, find.arg)
		}
		j := strings.LastIndex(before, find.arg)
		if j < 0 {
			return Pos{}, exclusive, false
		}
		col = j
	}
	switch find.motion {
	case "t":
		return Pos{at.Line, previous(line, col, e.method)}, inclusive, true
	case "T":
		return Pos{at.Line, next(line, col, e.method)}, exclusive, true
	case "f":
		return Pos{at.Line, col}, inclusive, true
	}
	return Pos{at.Line, col}, exclusive, true
}

var turned = map[string]string{"f": "F", "F": "f", "t": "T", "T": "t"}

// pair is the bracket that belongs to the first one at or after the cursor.
func (e *Editor) pair() (Pos, reach, bool) {
	at := e.sel.cursor
	line := e.buf.lines[at.Line]
	i := strings.IndexAny(line[at.Col:], "()[]{}")
	if i < 0 {
		return at, inclusive, false
	}
	from := Pos{at.Line, at.Col + i}
	for _, b := range []string{"()", "[]", "{}"} {
		switch line[from.Col] {
		case b[0]:
			to, ok := e.bracket(from, b[0], b[1], true)
			return to, inclusive, ok
		case b[1]:
			to, ok := e.bracket(from, b[1], b[0], false)
			return to, inclusive, ok
		}
	}
	return at, inclusive, false
}

// bracket finds the bracket that closes, or with forward false opens, the one
// at a place.
func (e *Editor) bracket(p Pos, own, other byte, forward bool) (Pos, bool) {
	walk := e.step
	if !forward {
		walk = e.stepBack
	}
	for depth := 1; ; {
		var ok bool
		if p, ok = walk(p); !ok {
			return p, false
		}
		line := e.buf.lines[p.Line]
		if p.Col >= len(line) {
			continue
		}
		switch line[p.Col] {
		case own:
			depth++
		case other:
			if depth--; depth == 0 {
				return p, true
			}
		}
	}
}

// searchMotion is n N * #.
func (e *Editor) searchMotion(c command) (Pos, reach, bool) {
	v, at := e.vim, e.sel.cursor
	if c.motion == "*" || c.motion == "#" {
		word := e.wordHere()
		if word == (span{}) {
			return Pos{}, exclusive, false
		}
		e.find.query, e.find.whole, v.up = e.buf.slice(word), true, c.motion == "#"
		at = word.from
	}
	v.marking = true
	forward := v.up == (c.motion == "N")
	for range c.times() {
		from := at
		if forward {
			from, _ = e.step(at)
		}
		s, ok := e.search(from, forward)
		if !ok {
			e.notice = e.words.NotFound
			return at, exclusive, false
		}
		at = s.from
	}
	return at, exclusive, true
}

// wordHere is the word under the cursor, or the next one on its line.
func (e *Editor) wordHere() span {
	at := e.sel.cursor
	line := e.buf.lines[at.Line]
	i := strings.IndexFunc(line[at.Col:], isWordRune)
	if i < 0 {
		return span{}
	}
	from := at.Col + i
	if i == 0 {
		from = len(strings.TrimRightFunc(line[:at.Col], isWordRune))
	}
	to := len(line) - len(strings.TrimLeftFunc(line[from:], isWordRune))
	return span{Pos{at.Line, from}, Pos{at.Line, to}}
}
