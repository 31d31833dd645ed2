package editor

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/paint"
)

// operate does an operator's work on what its motion reaches.
func (e *Editor) operate(c command) tea.Cmd {
	if c.motion == "/" || c.motion == "?" {
		e.openPrompt(c.motion, c)
		return nil
	}
	s, lines, ok := e.target(c)
	if !ok {
		e.vim.failed = true
		return nil
	}
	return e.apply(c, s, lines)
}

// target is what a command's motion or text object stands for.
func (e *Editor) target(c command) (s span, lines, ok bool) {
	at := e.sel.cursor
	switch {
	case c.motion == "line":
		if c.times() > 1 && c.lines == 0 && e.isLast(at) {
			return s, true, false
		}
		s = span{at, e.buf.clamp(Pos{at.Line + c.times() - 1, at.Col})}
		if first := e.firstOf(at.Line); c.times() == 1 && c.op != "y" && c.op != "d" && first.Before(at) {
			s.from = first
		}
		return s, true, true
	case c.motion == "visual":
		return e.asMuch(c), false, true
	case c.op == "c" && (c.motion == "w" || c.motion == "W") && e.classAt(at, false) != blank:
		return span{at, e.right(e.endOfThisWord(c))}, false, true
	}
	if len(c.motion) == 2 && (c.motion[0] == 'i' || c.motion[0] == 'a') {
		s, lines, ok = e.object(c)
		return s, lines || ok && e.leavesBlanks(c, s), ok
	}
	to, how, ok := e.motion(c)
	if !ok {
		return s, false, false
	}
	if how == linewise && isVertical(c.motion) {
		goal := e.goal
		to.Col = e.columnFor(to.Line, &goal)
	}
	s = ordered(at, to)
	switch {
	case how == linewise:
		return s, true, true
	case how == inclusive:
		s.to.Col = next(e.buf.lines[s.to.Line], s.to.Col, e.method)
	case s.to.Line > s.from.Line && s.to.Col == 0:
		// Up to the start of a line means up to the end of the one before.
		s.to = Pos{s.to.Line - 1, len(e.buf.lines[s.to.Line-1])}
		return s, e.inIndent(s.from), true
	}
	return s, e.leavesBlanks(c, s), true
}

func (e *Editor) inIndent(p Pos) bool { return p.Col <= indentOf(e.buf.lines[p.Line]) }

// leavesBlanks tells of a delete over lines that would leave nothing but
// blanks: it takes the lines whole.
func (e *Editor) leavesBlanks(c command, s span) bool {
	return c.op == "d" && s.to.Line > s.from.Line && e.inIndent(s.from) && strings.TrimSpace(e.buf.lines[s.to.Line][s.to.Col:]) == ""
}

// endOfThisWord is where cw ends, which takes no blanks.
func (e *Editor) endOfThisWord(c command) Pos {
	to := e.sel.cursor
	for i := range c.times() {
		to, _ = e.endOfWord(to, c.motion == "W", i == 0, false)
	}
	return to
}

// asMuch is as much text from the cursor on as a visual operator took.
func (e *Editor) asMuch(c command) span {
	from := e.sel.cursor
	to := from
	if c.lines > 0 {
		to = e.buf.clamp(Pos{Line: from.Line + c.lines})
	}
	for range c.cols {
		to.Col = next(e.buf.lines[to.Line], to.Col, e.method)
	}
	return span{from, to}
}

// apply does an operator's work on a stretch of text, or on its lines.
func (e *Editor) apply(c command, s span, lines bool) tea.Cmd {
	e.moveTo(s.from, false)
	switch c.op {
	case "y":
		return e.yank(c, s, lines)
	case "d":
		cmd := e.yank(c, s, lines)
		e.remove(s, lines)
		return cmd
	case "c":
		cmd := e.yank(c, s, lines)
		if lines {
			in := indentOf(e.buf.lines[s.from.Line])
			s = span{Pos{s.from.Line, in}, Pos{s.to.Line, len(e.buf.lines[s.to.Line])}}
		}
		e.replace(s, "", single)
		e.typeAt(s.from)
		return cmd
	case "put":
		e.putOver(c, s, lines)
	case ">", "<", "gc":
		e.changeLines(c, s)
	case "gu", "gU", "g~":
		at := s.from
		if lines {
			s = span{Pos{Line: at.Line}, Pos{s.to.Line, len(e.buf.lines[s.to.Line])}}
		}
		e.replace(s, inCase(c.op, e.buf.slice(s)), single)
		e.moveTo(at, false)
	default:
		e.notice = e.words.NoVimKey(c.op)
	}
	return nil
}

// changeLines indents lines or makes them comments.
func (e *Editor) changeLines(c command, s span) {
	e.vim.mode = Normal
	// The cursor at the start, since undo returns to it.
	e.sel = selection{cursor: s.from, anchor: Pos{s.to.Line, len(e.buf.lines[s.to.Line])}, on: true}
	switch c.op {
	case ">":
		e.indent(1)
	case "<":
		e.indent(-1)
	default:
		e.comment()
	}
	e.moveTo(e.firstOf(s.from.Line), false)
}

func inCase(op, s string) string {
	switch op {
	case "gu":
		return strings.ToLower(s)
	case "gU":
		return strings.ToUpper(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// yank keeps text in its register; what is yanked, not deleted, goes to the
// system's clipboard too.
func (e *Editor) yank(c command, s span, lines bool) tea.Cmd {
	if lines {
		return e.keep(c, register{text: strings.Join(e.buf.lines[s.from.Line:s.to.Line+1], "\n") + "\n", lines: true})
	}
	if s.from == s.to {
		return nil
	}
	return e.keep(c, register{text: e.buf.slice(s)})
}

// keep puts text into the register that a command names.
func (e *Editor) keep(c command, r register) tea.Cmd {
	if c.register == "_" {
		return nil
	}
	all := e.vim.registers
	all[""], all[c.register] = r, r
	e.clip = r.text
	if c.op != "y" {
		return nil
	}
	all["0"] = r
	return paint.Copy(r.text)
}

// remove deletes text, or whole lines.
func (e *Editor) remove(s span, lines bool) {
	if !lines {
		e.replace(s, "", single)
		e.moveTo(s.from, false)
		return
	}
	from, to := Pos{Line: s.from.Line}, Pos{Line: s.to.Line + 1}
	if to.Line == len(e.buf.lines) {
		to = e.buf.end()
		if from.Line > 0 {
			from = Pos{from.Line - 1, len(e.buf.lines[from.Line-1])}
		}
	}
	e.replace(span{from, to}, "", single)
	e.moveTo(e.firstOf(s.from.Line), false)
}

// act does what is neither a motion nor an operator.
func (e *Editor) act(c command) tea.Cmd {
	v, at := e.vim, e.sel.cursor
	line := e.buf.lines[at.Line]
	switch c.act {
	case "i", "insert":
		e.typeAt(at)
	case "a":
		e.typeAt(Pos{at.Line, next(line, at.Col, e.method)})
	case "I":
		e.typeAt(Pos{at.Line, indentOf(line)})
	case "A":
		e.typeAt(Pos{at.Line, len(line)})
	case "o", "O":
		e.open(c.act == "O")
		e.typeAt(e.sel.cursor)
	case "p", "P":
		e.put(c)
	case "J":
		e.join(at.Line, max(c.times()-1, 1))
	case "u", "ctrl+z":
		e.takeBack(c, e.buf.undo, e.words.NoUndo)
	case "ctrl+r":
		e.takeBack(c, e.buf.redo, e.words.NoRedo)
	case "~":
		s := e.asMuch(command{cols: c.times()})
		e.replace(s, inCase("g~", e.buf.slice(s)), single)
	case "r":
		e.replaceChars(c)
	case ".":
		e.again(c.count)
	case "m":
		e.setMark(c.arg)
	case "q":
		e.record(c.arg)
	case "@":
		return e.play(c)
	case "v", "V", "ctrl+v":
		v.mode = visualModes[c.act]
		e.sel = selection{cursor: at, anchor: at, on: true}
	case "ctrl+down", "alt+down":
		e.moveLines(1)
	case "ctrl+up", "alt+up":
		e.moveLines(-1)
	default:
		e.actSeen(c)
	}
	return nil
}

// actSeen are the commands that change no text, in every mode but Insert.
func (e *Editor) actSeen(c command) {
	line := e.sel.cursor.Line
	switch c.act {
	case "/", "?", ":":
		e.openPrompt(c.act, command{})
	case "zz", "z.":
		e.top = max(line-e.textHeight()/2, 0)
		e.follow()
	case "zt":
		e.top = line
	case "zb":
		e.top = 0
		e.follow()
	case "ctrl+e", "ctrl+y":
		by := c.times()
		if c.act == "ctrl+y" {
			by = -by
		}
		e.top = min(max(e.top+by, 0), len(e.buf.lines)-1)
		if shown := min(max(line, e.top), e.lastShown()); shown != line {
			e.sel.cursor = e.firstOf(shown)
		}
	case "ZZ":
		e.vim.asked = AskCheck
	case "ZQ":
		e.vim.asked = AskLeave
	case "K":
		e.vim.asked = AskExplain
	default:
		e.notice = e.words.NoVimKey(c.act + c.arg)
	}
}

// visualModes are the modes that keys begin.
var visualModes = map[string]Mode{"v": Visual, "V": VisualLine, "ctrl+v": VisualBlock}

// open makes an empty line above or below the cursor's, as a key for a new
// line would indent it.
func (e *Editor) open(above bool) {
	at := e.sel.cursor
	e.vim.opened = true
	if line := e.buf.lines[at.Line]; !above {
		end := Pos{at.Line, len(line)}
		e.replace(span{end, end}, "\n"+strings.Repeat(" ", indentAfter(line)), single)
		return
	}
	in := strings.Repeat(" ", indentOf(e.buf.lines[at.Line]))
	e.replace(span{Pos{Line: at.Line}, Pos{Line: at.Line}}, in+"\n", single)
	e.moveTo(Pos{at.Line, len(in)}, false)
}

// put puts a register's text after the cursor, or before it.
func (e *Editor) put(c command) {
	if r := e.vim.registers[c.register]; r.text != "" {
		e.putText(r, c.act, c.times())
	}
}

// putText puts text after the cursor, or before it for P.
func (e *Editor) putText(r register, act string, times int) {
	at := e.sel.cursor
	if !r.lines && act == "p" {
		at.Col = next(e.buf.lines[at.Line], at.Col, e.method)
	}
	if r.block {
		rows := strings.Split(r.text, "\n")
		for range times {
			e.putBlock(at, rows)
		}
		return
	}
	text := strings.Repeat(r.text, times)
	if !r.lines {
		e.replace(span{at, at}, text, single)
		if strings.Contains(text, "\n") {
			e.moveTo(at, false)
		} else {
			e.moveTo(e.leftOf(e.sel.cursor), false)
		}
		return
	}
	if act == "P" {
		e.replace(span{Pos{Line: at.Line}, Pos{Line: at.Line}}, text, single)
		e.moveTo(e.firstOf(at.Line), false)
		return
	}
	end := Pos{at.Line, len(e.buf.lines[at.Line])}
	e.replace(span{end, end}, "\n"+strings.TrimSuffix(text, "\n"), single)
	e.moveTo(e.firstOf(at.Line+1), false)
}

// join puts lines one behind the other, a blank between them.
func (e *Editor) join(line, times int) {
	for range times {
		if line+1 >= len(e.buf.lines) {
			return
		}
		here, below := e.buf.lines[line], e.buf.lines[line+1]
		from := Pos{line, len(here)}
		glue := " "
		if rest := strings.TrimSpace(below); rest == "" || rest[0] == ')' || strings.TrimRight(here, " ") != here || here == "" {
			glue = ""
		}
		e.replace(span{from, Pos{line + 1, indentOf(below)}}, glue, single)
		e.moveTo(from, false)
	}
}

// takeBack undoes or redoes as often as the count says. The cursor goes where
// the change was begun, if that is near what changed, as vim has it.
func (e *Editor) takeBack(c command, step func(selection) (selection, bool), none string) {
	e.buf.history.group = ungrouped
	for range c.times() {
		before, lines := e.buf.version, len(e.buf.lines)
		e.buf.topmost = lines
		e.restore(step, none)
		if e.buf.version == before {
			e.vim.failed = true
			return
		}
		at, begun := e.firstOf(e.buf.topmost), e.buf.history.begun
		if begun.Line >= e.buf.topmost-1 && begun.Line <= e.buf.topmost+max(len(e.buf.lines)-lines, 0)+1 {
			if at = begun; at.Line >= len(e.buf.lines) {
				at = e.firstOf(at.Line)
			}
		}
		e.moveTo(at, false)
	}
}

// replaceChars is r: each character becomes another one.
func (e *Editor) replaceChars(c command) {
	s := e.asMuch(command{cols: c.times()})
	old := e.buf.slice(s)
	if n := len(cells(old, e.method)); n < c.times() {
		return
	}
	with := c.arg
	if with == "enter" {
		e.replace(s, "", single)
		e.newline()
		return
	}
	if !isText(with) || len(cells(with, e.method)) != 1 {
		return
	}
	e.replace(s, strings.Repeat(with, c.times()), single)
	e.moveTo(e.leftOf(e.sel.cursor), false)
}
