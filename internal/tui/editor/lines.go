package editor

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/paint"
)

// shift is how far Tab and an opened block indent.
const shift = 2

// newline breaks the line and indents the new one: as the old one, deeper
// after what opens a block, and below the text of a list item.
func (e *Editor) newline() {
	s := e.selected()
	line := e.buf.lines[s.from.Line][:s.from.Col]
	e.replace(s, "\n"+strings.Repeat(" ", indentAfter(line)), single)
}

// indentAfter is the indentation for the line below one that begins so.
func indentAfter(line string) int {
	in := indentOf(line)
	content := line[in:]
	for strings.HasPrefix(content, "- ") {
		in += 2
		content = content[2:]
	}
	if i := strings.Index(content, " #"); i >= 0 {
		content = content[:i]
	}
	content = strings.TrimRight(content, " ")
	for _, opens := range []string{":", "|", ">", "|-", ">-", "{", "["} {
		if strings.HasSuffix(content, opens) && !strings.HasPrefix(content, "#") {
			return in + shift
		}
	}
	return in
}

// tab inserts spaces up to the next stop, or indents what is selected.
func (e *Editor) tab() {
	if e.sel.on && e.sel.anchor.Line != e.sel.cursor.Line {
		e.indent(1)
		return
	}
	x := column(e.buf.lines[e.sel.cursor.Line], e.selected().from.Col, e.method)
	e.insert(strings.Repeat(" ", shift-x%shift), typing)
}

// backspace takes the character before the cursor, or in an indentation the
// spaces back to the last stop.
func (e *Editor) backspace() {
	p := e.sel.cursor
	line := e.buf.lines[p.Line][:p.Col]
	if !e.sel.on && p.Col > 0 && strings.Trim(line, " ") == "" {
		e.erase(span{Pos{p.Line, (p.Col - 1) / shift * shift}, p})
		return
	}
	e.erase(span{e.leftOf(p), p})
}

// erase removes the selection, or s where nothing is selected.
func (e *Editor) erase(s span) {
	if e.sel.on {
		s = e.selected()
	}
	kind := erasing
	if s.from.Line != s.to.Line || e.sel.on {
		kind = single
	}
	e.replace(s, "", kind)
}

// touchedLines are the lines that the selection touches: to is not included.
func (e *Editor) touchedLines() (from, to int) {
	s := e.selected()
	to = s.to.Line + 1
	if s.to.Col == 0 && s.to.Line > s.from.Line {
		to--
	}
	return s.from.Line, to
}

// rewrite changes the lines the selection touches as one step, and moves both
// ends of the selection as their lines' starts grew or shrank.
func (e *Editor) rewrite(change func(line string) string) {
	from, to := e.touchedLines()
	before := e.sel
	old := e.buf.lines[from:to]
	changed := make([]string, len(old))
	for i, l := range old {
		changed[i] = change(l)
	}
	moved := func(p Pos) Pos {
		if p.Line < from || p.Line >= to {
			return p
		}
		p.Col = max(p.Col+len(changed[p.Line-from])-len(e.buf.lines[p.Line]), 0)
		return p
	}
	after := selection{moved(before.cursor), moved(before.anchor), before.on}
	e.replaceLines(from, to, changed)
	e.sel = selection{e.buf.clamp(after.cursor), e.buf.clamp(after.anchor), after.on}
	e.follow()
}

// replaceLines replaces whole lines.
func (e *Editor) replaceLines(from, to int, with []string) {
	e.replace(span{Pos{from, 0}, Pos{to - 1, len(e.buf.lines[to-1])}}, strings.Join(with, "\n"), single)
}

// indent moves the lines the selection touches in or out.
func (e *Editor) indent(by int) {
	e.rewrite(func(line string) string {
		if by > 0 {
			if line == "" {
				return line
			}
			return strings.Repeat(" ", shift) + line
		}
		if strings.HasPrefix(line, "\t") {
			return line[1:]
		}
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		return line[min(spaces, shift):]
	})
}

// comment makes the touched lines comments, or text again if they all are.
func (e *Editor) comment() {
	from, to := e.touchedLines()
	all, least := true, -1
	for _, l := range e.buf.lines[from:to] {
		if strings.TrimSpace(l) == "" {
			continue
		}
		in := indentOf(l)
		if least < 0 || in < least {
			least = in
		}
		all = all && strings.HasPrefix(l[in:], "#")
	}
	e.rewrite(func(line string) string {
		in := indentOf(line)
		switch {
		case strings.TrimSpace(line) == "":
			return line
		case all:
			return line[:in] + strings.TrimPrefix(line[in+1:], " ")
		default:
			return line[:least] + "# " + line[least:]
		}
	})
}

// duplicate repeats the selected text, or the line.
func (e *Editor) duplicate() {
	if e.sel.on {
		s := e.selected()
		e.replace(span{s.to, s.to}, e.buf.slice(s), single)
		return
	}
	p := e.sel.cursor
	line := e.buf.lines[p.Line]
	end := Pos{p.Line, len(line)}
	e.replace(span{end, end}, "\n"+line, single)
	e.moveTo(Pos{p.Line + 1, p.Col}, false)
}

// moveLines swaps the touched lines with the one above or below.
func (e *Editor) moveLines(by int) {
	from, to := e.touchedLines()
	if from+by < 0 || to+by > len(e.buf.lines) {
		return
	}
	sel := e.sel
	lines := e.buf.lines
	if by < 0 {
		with := append(append([]string(nil), lines[from:to]...), lines[from-1])
		e.replaceLines(from-1, to, with)
	} else {
		with := append([]string{lines[to]}, lines[from:to]...)
		e.replaceLines(from, to+1, with)
	}
	sel.cursor.Line += by
	sel.anchor.Line += by
	e.sel = selection{e.buf.clamp(sel.cursor), e.buf.clamp(sel.anchor), sel.on}
	e.follow()
}

// copy puts the selection, or the line, on the clipboard: ours and, through
// the terminal (OSC 52), the system's.
func (e *Editor) copy() tea.Cmd {
	e.clip = e.buf.slice(e.selected())
	if !e.sel.on {
		e.clip = e.buf.lines[e.sel.cursor.Line] + "\n"
	}
	e.notice = e.words.Copied
	return paint.Copy(e.clip)
}

// cut copies and removes.
func (e *Editor) cut() tea.Cmd {
	cmd := e.copy()
	s := e.selected()
	if !e.sel.on {
		line := e.sel.cursor.Line
		s = span{Pos{line, 0}, e.buf.clamp(Pos{line + 1, 0})}
		if line+1 == len(e.buf.lines) {
			s.to = e.buf.end()
		}
	}
	e.replace(s, "", single)
	return cmd
}
