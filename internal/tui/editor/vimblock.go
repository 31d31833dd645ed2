package editor

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// block is a rectangle of the text: lines and, as drawn, columns.
type block struct {
	top, bottom, left, right int
	toEnd                    bool // up to the end of each line
}

// visualBlock is what is selected as a block.
func (e *Editor) visualBlock() block {
	s := ordered(e.sel.anchor, e.sel.cursor)
	b := block{top: s.from.Line, bottom: s.to.Line, toEnd: e.goal == endOfLine}
	b.left, b.right = e.cellColumns(s.from)
	left, right := e.cellColumns(s.to)
	b.left, b.right = min(b.left, left), max(b.right, right)
	return b
}

// cellColumns are the first and the last column of the character at a place.
func (e *Editor) cellColumns(p Pos) (first, last int) {
	line := e.buf.lines[p.Line]
	first = column(line, p.Col, e.method)
	return first, max(column(line, next(line, p.Col, e.method), e.method)-1, first)
}

// blockAgain is as large a block as a command took, from the cursor on.
func (e *Editor) blockAgain(c command) block {
	at := e.sel.cursor
	left := column(e.buf.lines[at.Line], at.Col, e.method)
	return block{at.Line, min(at.Line+c.lines, len(e.buf.lines)-1), left, left + c.cols - 1, c.cols == endOfLine}
}

// blockCols are the bytes of a line that a block takes.
func (e *Editor) blockCols(b block, line string) (from, to int) {
	from = colAt(line, b.left, e.method)
	if b.toEnd {
		return from, len(line)
	}
	return from, max(colAt(line, b.right+1, e.method), from)
}

func (e *Editor) blockStart(b block) Pos {
	return Pos{b.top, colAt(e.buf.lines[b.top], b.left, e.method)}
}

// changeBlock changes each line of a block, and leaves the cursor at its start.
func (e *Editor) changeBlock(b block, change func(line string, from, to int) string) {
	e.moveTo(e.blockStart(b), false)
	changed := append([]string(nil), e.buf.lines[b.top:b.bottom+1]...)
	for i, line := range changed {
		from, to := e.blockCols(b, line)
		changed[i] = change(line, from, to)
	}
	at := e.sel.cursor
	e.replaceLines(b.top, b.bottom+1, changed)
	e.moveTo(at, false)
}

// onBlock carries out a command on a block.
func (e *Editor) onBlock(c command, b block) tea.Cmd {
	var cmd tea.Cmd
	if c.op == "y" || c.op == "d" || c.op == "c" {
		cmd = e.yankBlock(c, b)
	}
	switch c.op {
	case "y":
		e.moveTo(e.blockStart(b), false)
	case "d", "c":
		e.changeBlock(b, func(line string, from, to int) string { return line[:from] + line[to:] })
		if c.op == "c" {
			e.typeInBlock(b, false)
			e.vim.columns.stay = true
		}
	case "gu", "gU", "g~":
		e.changeBlock(b, func(line string, from, to int) string { return line[:from] + inCase(c.op, line[from:to]) + line[to:] })
	case ">":
		e.changeBlock(b, func(line string, from, _ int) string {
			if from == len(line) {
				return line
			}
			return line[:from] + strings.Repeat(" ", shift*c.times()) + line[from:]
		})
	case "<":
		e.changeBlock(b, func(line string, from, _ int) string {
			return line[:from] + line[from+min(indentOf(line[from:]), shift*c.times()):]
		})
	case "gc":
		return e.apply(c, span{Pos{Line: b.top}, Pos{Line: b.bottom}}, true)
	}
	switch c.act {
	case "r":
		if isText(c.arg) {
			e.changeBlock(b, func(line string, from, to int) string {
				return line[:from] + strings.Repeat(c.arg, len(cells(line[from:to], e.method))) + line[to:]
			})
		}
	case "I", "A":
		e.typeInBlock(b, c.act == "A")
	}
	return cmd
}

// yankBlock keeps a block in its register, a line for each row.
func (e *Editor) yankBlock(c command, b block) tea.Cmd {
	rows := make([]string, 0, b.bottom-b.top+1)
	for _, line := range e.buf.lines[b.top : b.bottom+1] {
		from, to := e.blockCols(b, line)
		rows = append(rows, line[from:to])
	}
	return e.keep(c, register{text: strings.Join(rows, "\n"), block: true})
}

// putBlock puts rows beside each other into the lines from a place on. Short
// lines are filled up, and lines that are not there made.
func (e *Editor) putBlock(at Pos, rows []string) {
	x, width := column(e.buf.lines[at.Line], at.Col, e.method), 0
	for _, r := range rows {
		width = max(width, column(r, len(r), e.method))
	}
	last := min(at.Line+len(rows), len(e.buf.lines))
	changed := append([]string(nil), e.buf.lines[at.Line:last]...)
	for i, r := range rows {
		if i == len(changed) {
			changed = append(changed, "")
		}
		line := filled(changed[i], x, e)
		col := colAt(line, x, e.method)
		if col < len(line) {
			r = filled(r, width, e)
		}
		changed[i] = line[:col] + r + line[col:]
	}
	e.replaceLines(at.Line, last, changed)
	e.moveTo(at, false)
}

// filled is a text with blanks up to a width.
func filled(s string, width int, e *Editor) string {
	return s + strings.Repeat(" ", max(width-column(s, len(s), e.method), 0))
}

// typing is what is typed into the first line of a block and goes to the
// others in the end.
type typingInBlock struct {
	block  block
	behind bool // behind the block, not before it
	stay   bool // the cursor stays where the typing ended
	at     Pos
	before int // the line's length when it began
}

// typeInBlock begins to type before a block, or behind it.
func (e *Editor) typeInBlock(b block, behind bool) {
	if behind && !b.toEnd {
		if line := e.buf.lines[b.top]; column(line, len(line), e.method) <= b.right {
			e.moveTo(e.blockStart(b), false)
			e.replaceLines(b.top, b.top+1, []string{filled(line, b.right+1, e)})
		}
	}
	line := e.buf.lines[b.top]
	at := e.blockStart(b)
	if behind {
		_, at.Col = e.blockCols(b, line)
	}
	e.typeAt(at)
	e.vim.columns = &typingInBlock{block: b, behind: behind, at: at, before: len(line)}
}

// endBlock types into the block's other lines what was typed into its first.
func (e *Editor) endBlock() {
	t, end := e.vim.columns, e.leftOf(e.sel.cursor)
	e.vim.columns = nil
	if t.stay {
		defer func() { e.moveTo(end, false) }()
	}
	if e.sel.cursor.Line != t.at.Line {
		return
	}
	line, b := e.buf.lines[t.at.Line], t.block
	grown := len(line) - t.before
	if grown <= 0 || t.at.Col+grown > len(line) {
		return
	}
	typed := line[t.at.Col : t.at.Col+grown]
	if b.top++; b.top <= b.bottom {
		e.changeBlock(b, func(line string, from, to int) string {
			switch {
			case t.behind && b.toEnd:
				return line + typed
			case t.behind:
				line = filled(line, b.right+1, e)
				from = colAt(line, b.right+1, e.method)
			case column(line, len(line), e.method) < b.left:
				return line
			}
			return line[:from] + typed + line[from:]
		})
	}
	b.top--
	e.moveTo(e.blockStart(b), false)
}

// inBlock carries out a command on the block that is selected.
func (e *Editor) inBlock(c *command) tea.Cmd {
	b := e.visualBlock()
	switch {
	case c.op == "put":
		return e.putOverBlock(*c, b)
	case c.op != "" && c.act != "Y" && c.act != "":
		b.toEnd = true
	}
	if c.op != "" {
		c.act = ""
	}
	c.motion, c.lines, c.cols = "block", b.bottom-b.top, b.right-b.left+1
	if b.toEnd {
		c.cols = endOfLine
	}
	e.vim.mode = Normal
	return e.onBlock(*c, b)
}

// putOverBlock puts a register's text in the place of a block: what is one line
// into each of the block's.
func (e *Editor) putOverBlock(c command, b block) tea.Cmd {
	v := e.vim
	r := v.registers[c.register]
	v.mode = Normal
	drop := command{op: "d"}
	if c.act == "P" {
		drop.register = "_"
	}
	cmd := e.onBlock(drop, b)
	at := e.sel.cursor
	switch {
	case r.lines:
		e.moveTo(Pos{Line: b.bottom}, false)
		e.putText(r, "p", 1)
	case !r.block && !strings.Contains(r.text, "\n"):
		rows := make([]string, b.bottom-b.top+1)
		for i := range rows {
			rows[i] = r.text
		}
		e.putBlock(at, rows)
		e.moveTo(Pos{at.Line, previous(e.buf.lines[at.Line], at.Col+len(r.text), e.method)}, false)
	default:
		e.putText(r, "P", 1)
	}
	return cmd
}
