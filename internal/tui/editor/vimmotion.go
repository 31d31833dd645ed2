package editor

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
		return
	}
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
			to = e.leftOf(to)
		}
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
		return e.firstOf(e.top), linewise, true
	case "M":
		return e.firstOf(e.top + (e.lastShown()-e.top)/2), linewise, true
	case "L":
		return e.firstOf(e.lastShown()), linewise, true
	case "0", "home":
		to.Col = 0
	case "^":
		to.Col = indentOf(line)
	case "|":
		to.Col = colAt(line, n-1, e.method)
	case "$", "end":
		to.Line = min(at.Line+n-1, len(e.buf.lines)-1)
		to.Col = len(e.buf.lines[to.Line])
		return to, exclusive, true
	case "g_":
		to.Col = len(strings.TrimRight(line, " \t"))
		to.Col = previous(line, to.Col, e.method)
		return to, inclusive, true
	case "f", "F", "t", "T", ";", ",":
		return e.charMotion(c)
	case "%":
		return e.pair()
	case "n", "N", "*", "#":
		return e.searchMotion(c)
	case "{", "}":
		return e.paragraph(c)
	default:
		return e.wordMotion(c)
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

// The classes of characters that words are made of.
const (
	blank = iota
	letters
	signs
)

// classAt is the class of the character at a place; big words know no signs.
func (e *Editor) classAt(p Pos, big bool) int {
	r, n := utf8.DecodeRuneInString(e.buf.lines[p.Line][p.Col:])
	switch {
	case n == 0 || unicode.IsSpace(r):
		return blank
	case big || isWordRune(r):
		return letters
	}
	return signs
}

// step is the next character; an empty line counts as one.
func (e *Editor) step(p Pos) (Pos, bool) {
	if line := e.buf.lines[p.Line]; p.Col < len(line) {
		if p.Col = next(line, p.Col, e.method); p.Col < len(line) {
			return p, true
		}
	}
	if p.Line+1 == len(e.buf.lines) {
		return e.buf.end(), false
	}
	return Pos{p.Line + 1, 0}, true
}

// stepBack is the character before.
func (e *Editor) stepBack(p Pos) (Pos, bool) {
	if p.Col > 0 {
		return Pos{p.Line, previous(e.buf.lines[p.Line], p.Col, e.method)}, true
	}
	if p.Line == 0 {
		return p, false
	}
	line := e.buf.lines[p.Line-1]
	return Pos{p.Line - 1, previous(line, len(line), e.method)}, true
}

func (e *Editor) isEmpty(p Pos) bool { return e.buf.lines[p.Line] == "" }

// wordMotion is w b e ge and their big sisters.
func (e *Editor) wordMotion(c command) (Pos, reach, bool) {
	at := e.sel.cursor
	big := c.motion == "W" || c.motion == "B" || c.motion == "E"
	walk, how := e.nextWord, exclusive
	switch c.motion {
	case "b", "B", "ctrl+left":
		walk = e.wordBefore
	case "e", "E":
		walk, how = e.endOfWord, inclusive
	case "ge":
		walk, how = e.endBefore, inclusive
	}
	to := at
	for i := range c.times() {
		from := to
		if to = walk(to, big); to == from {
			break
		}
		// An operator up to the next word does not take the end of the line.
		if c.op != "" && how == exclusive && to.Line > from.Line && i == c.times()-1 {
			to = Pos{from.Line, len(e.buf.lines[from.Line])}
		}
	}
	back := to.Before(at) || c.motion == "b" || c.motion == "B" || c.motion == "ge"
	return to, how, !back || to != at
}

func (e *Editor) nextWord(p Pos, big bool) Pos {
	class, ok := e.classAt(p, big), true
	if class != blank {
		for from := p.Line; ok && p.Line == from && e.classAt(p, big) == class; {
			p, ok = e.step(p)
		}
	} else if e.isEmpty(p) {
		p, ok = e.step(p)
	}
	for ok && e.classAt(p, big) == blank && !e.isEmpty(p) {
		p, ok = e.step(p)
	}
	return p
}

func (e *Editor) endOfWord(p Pos, big bool) Pos {
	p, ok := e.step(p)
	for ok && e.classAt(p, big) == blank {
		p, ok = e.step(p)
	}
	class := e.classAt(p, big)
	for ok {
		after, more := e.step(p)
		if !more || after.Line != p.Line || e.classAt(after, big) != class {
			break
		}
		p = after
	}
	return p
}

func (e *Editor) wordBefore(p Pos, big bool) Pos {
	p, ok := e.stepBack(p)
	for ok && e.classAt(p, big) == blank && !e.isEmpty(p) {
		p, ok = e.stepBack(p)
	}
	class := e.classAt(p, big)
	for ok {
		before, more := e.stepBack(p)
		if !more || before.Line != p.Line || e.classAt(before, big) != class {
			break
		}
		p = before
	}
	return p
}

func (e *Editor) endBefore(p Pos, big bool) Pos {
	class, line := e.classAt(p, big), p.Line
	p, ok := e.stepBack(p)
	for ok && class != blank && p.Line == line && e.classAt(p, big) == class {
		p, ok = e.stepBack(p)
	}
	for ok && e.classAt(p, big) == blank && !e.isEmpty(p) {
		p, ok = e.stepBack(p)
	}
	return p
}

// paragraph is the empty line before or after the block of lines, or an end of
// the text.
func (e *Editor) paragraph(c command) (Pos, reach, bool) {
	line, by, last := e.sel.cursor.Line, 1, len(e.buf.lines)-1
	if c.motion == "{" {
		by, last = -1, 0
	}
	for range c.times() {
		if line == last {
			return Pos{}, exclusive, false
		}
		for inBlock := false; line != last; {
			inBlock = inBlock || e.buf.lines[line] != ""
			if line += by; inBlock && e.buf.lines[line] == "" {
				break
			}
		}
	}
	if text := e.buf.lines[line]; line == last && by > 0 && text != "" {
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
		e.find.query, v.up = e.buf.slice(word), c.motion == "#"
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
	word := func(r rune) bool { return isWordRune(r) }
	from := len(strings.TrimRightFunc(line[:at.Col], word))
	if i := strings.IndexFunc(line[from:], word); i > 0 {
		from += i
	} else if i < 0 {
		return span{}
	}
	to := len(line) - len(strings.TrimLeftFunc(line[from:], word))
	return span{Pos{at.Line, from}, Pos{at.Line, to}}
}
