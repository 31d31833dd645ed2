package editor

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// gutter is how many columns line numbers and the space after them take.
func (e *Editor) gutter() int {
	return max(len(strconv.Itoa(len(e.buf.lines))), 2) + 3
}

// textWidth is how many columns of text are shown.
func (e *Editor) textWidth() int { return max(e.width-e.gutter(), 1) }

// textHeight is how many rows are there for text and messages.
func (e *Editor) textHeight() int {
	if e.find.open || e.vim != nil {
		return max(e.height-1, 1)
	}
	return max(e.height, 1)
}

// messageRows bounds one message; its end stands in the result pane too.
const messageRows = 4

// messages are the rows below a line.
func (e *Editor) messages(line int) []string {
	var rows []string
	for _, d := range e.diagnostics {
		if d.Line != line {
			continue
		}
		looks := e.styles.Editor.Message
		if d.Warning {
			looks = e.styles.Editor.WarningMessage
		}
		wrapped := strings.Split(e.method.Wrap(visible(d.Message), max(e.textWidth()-2, 1), ""), "\n")
		if len(wrapped) > messageRows {
			wrapped = append(wrapped[:messageRows-1], wrapped[messageRows-1]+" …")
		}
		for i, w := range wrapped {
			sign := "! "
			if i > 0 {
				sign = "  "
			}
			w = strings.TrimRight(w, " ") // a blank may stand behind the last word that fits
			rows = append(rows, looks.Render(sign+e.method.Truncate(w, max(e.textWidth()-2, 1), "…")))
		}
	}
	return rows
}

// visible makes a message one line of printable text.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, ansi.Strip(s))
}

// isShown tells whether a line is on the screen.
func (e *Editor) isShown(line int) bool {
	return line >= e.top && e.rowOf(line) < e.textHeight()
}

// rowOf is the row of a line at or below the first one shown, counted up to
// the height only.
func (e *Editor) rowOf(line int) int {
	row := 0
	for l := e.top; l < line && row < e.textHeight(); l++ {
		row += 1 + len(e.messages(l))
	}
	return row
}

// follow scrolls so that the cursor is seen, with the messages of its line if
// there is room.
func (e *Editor) follow() {
	e.top = min(e.top, len(e.buf.lines)-1)
	if e.width <= 0 || e.height <= 0 {
		return
	}
	line, height := e.sel.cursor.Line, e.textHeight()
	e.top = min(max(e.top, line-height+1, 0), line)
	for e.top < line && e.rowOf(line)+1+min(len(e.messages(line)), messageRows) > height {
		e.top++
	}
	x := column(e.buf.lines[line], e.sel.cursor.Col, e.method)
	width := e.textWidth()
	margin := min(4, width/4)
	switch {
	case x < e.left+margin:
		e.left = max(x-margin, 0)
	case x >= e.left+width-margin:
		e.left = max(x-width+margin+1, 0)
	}
	if x < width-1 && column(e.buf.lines[line], len(e.buf.lines[line]), e.method) < width {
		e.left = 0
	}
}

// Cursor is where the terminal's cursor belongs, relative to the pane; false
// when it is scrolled out of sight.
func (e *Editor) Cursor() (x, y int, ok bool) {
	if e.find.open {
		return min(e.method.StringWidth(e.findText()), e.width-1), e.height - 1, e.height > 0
	}
	if e.vim != nil && e.vim.prompt.open() {
		return min(e.method.StringWidth(e.vim.prompt.kind+e.vim.prompt.text), e.width-1), e.height - 1, e.height > 0
	}
	p := e.sel.cursor
	if !e.isShown(p.Line) {
		return 0, 0, false
	}
	x = e.gutter() + column(e.buf.lines[p.Line], p.Col, e.method) - e.left
	return x, e.rowOf(p.Line), x >= e.gutter() && x < e.width
}

// View draws the pane: exactly its height of rows, none wider than it.
func (e *Editor) View() string {
	if e.width <= 0 || e.height <= 0 {
		return ""
	}
	rows := make([]string, 0, e.height)
	height := e.textHeight()
	line := e.top
	for ; line < len(e.buf.lines) && len(rows) < height; line++ {
		rows = append(rows, e.number(line)+e.drawLine(line))
		blank := strings.Repeat(" ", e.gutter())
		for _, m := range e.messages(line) {
			if len(rows) < height {
				rows = append(rows, blank+m)
			}
		}
	}
	for len(rows) < height {
		rows = append(rows, "")
	}
	switch {
	case e.height < 2:
	case e.find.open:
		rows = append(rows, e.findLine())
	case e.vim != nil:
		rows = append(rows, e.statusLine())
	}
	for i, r := range rows {
		if e.method.StringWidth(r) > e.width {
			rows[i] = firstColumns(ansi.Strip(r), e.width, e.method)
		}
	}
	return strings.Join(rows[:e.height], "\n")
}

// number draws a line's number.
func (e *Editor) number(line int) string {
	looks := e.styles.Editor.LineNumber
	if line == e.sel.cursor.Line {
		looks = e.styles.Editor.LineNumberHere
	}
	n := strconv.Itoa(line + 1)
	return looks.Render(strings.Repeat(" ", e.gutter()-2-len(n))+n) + "  "
}

// look is how one character is drawn.
type look struct {
	kind                   kind
	odd, selected, matched bool
	problem, warning       bool
}

// kindStyle is the colour of a kind of token.
func kindStyle(s *style.Editor, k kind) style.Style {
	switch k {
	case key:
		return s.Key
	case str:
		return s.String
	case number, word, anchor:
		return s.Number
	case comment:
		return s.Comment
	case punctuation, mark:
		return s.Punctuation
	default:
		return s.Text
	}
}

func (e *Editor) render(l look) style.Style {
	s := &e.styles.Editor
	var out style.Style
	switch {
	case l.selected && l.matched:
		return style.Of(s.Found.Inherit(s.Selected.Style))
	case l.selected: // in one piece, whatever is in it
		return s.Selected
	case l.matched:
		out = s.Found
	case l.problem:
		out = s.Problem
	case l.warning:
		out = s.Warning
	case l.odd:
		out = s.Odd
	default:
		out = kindStyle(s, l.kind)
	}
	return out
}

// drawLine draws the part of a line that is in sight.
func (e *Editor) drawLine(n int) string {
	line, width := e.buf.lines[n], e.textWidth()
	marks := e.marks(n)
	tokens := e.colour.line(e.buf.lines, n)
	var out, run strings.Builder
	var last look
	flush := func() {
		if run.Len() > 0 {
			out.WriteString(e.render(last).Render(run.String()))
			run.Reset()
		}
	}
	put := func(s string, l look) {
		if l != last {
			flush()
			last = l
		}
		run.WriteString(s)
	}
	x, i, t := 0, 0, -1
	if e.left > 0 && isPlain(line) {
		x = min(e.left, len(line))
		i = x
	}
	for i < len(line) {
		c := nextCell(line, i, e.method)
		for t+1 < len(tokens) && tokens[t+1].from <= i {
			t++
		}
		var l look
		if t >= 0 {
			l.kind = tokens[t].kind
		}
		l.odd = c.odd
		marks.apply(&l, i)
		switch at := x - e.left; {
		case at+c.width <= 0:
		case at < 0 || e.left > 0 && at == 0:
			put("…"+strings.Repeat(" ", at+c.width-1), look{kind: punctuation})
		case at+c.width > width || at+c.width == width && c.to < len(line):
			put("…", look{kind: punctuation})
			i = len(line)
			continue
		default:
			put(c.show, l)
		}
		x += c.width
		i = c.to
	}
	if x <= e.left && line != "" {
		put("…", look{kind: punctuation})
	}
	if marks.newline && x-e.left < width && x >= e.left {
		put(" ", look{selected: true})
	}
	flush()
	return out.String()
}

// marks are the stretches of a line that are drawn differently.
type marks struct {
	from, to int // selected bytes
	newline  bool
	found    []span
	problems []Diagnostic
}

func (e *Editor) marks(n int) marks {
	var m marks
	line := e.buf.lines[n]
	m.from, m.to, m.newline = e.selectedOn(n)
	m.found = e.found(line)
	for _, d := range e.diagnostics {
		if d.Line == n {
			if d.End <= d.Col || d.Col >= len(line) {
				d.Col, d.End = indentOf(line), len(line)
			}
			m.problems = append(m.problems, d)
		}
	}
	return m
}

// selectedOn are the bytes of a line that are drawn as selected, and whether its
// end is.
func (e *Editor) selectedOn(n int) (from, to int, newline bool) {
	if !e.sel.on {
		return 0, 0, false
	}
	s := e.selected()
	if e.vim != nil && e.vim.mode.isVisual() {
		s = e.visualSpan()
	}
	switch {
	case n < s.from.Line || n > s.to.Line:
		return 0, 0, false
	case e.vim != nil && e.vim.mode == VisualBlock:
		from, to = e.blockCols(e.visualBlock(), e.buf.lines[n])
		return from, to, false
	}
	if to = len(e.buf.lines[n]); n == s.from.Line {
		from = s.from.Col
	}
	if n == s.to.Line {
		to = s.to.Col
	}
	return from, to, n < s.to.Line
}

func (m *marks) apply(l *look, i int) {
	l.selected = i >= m.from && i < m.to
	for _, f := range m.found {
		l.matched = l.matched || i >= f.from.Col && i < f.to.Col
	}
	for _, d := range m.problems {
		if i >= d.Col && i < d.End {
			l.problem = l.problem || !d.Warning
			l.warning = l.warning || d.Warning
		}
	}
}

// place is the text position at a cell of the pane.
func (e *Editor) place(x, y int) Pos {
	row, line := 0, e.top
	for line < len(e.buf.lines)-1 {
		rows := 1 + len(e.messages(line))
		if y < row+rows {
			break
		}
		row += rows
		line++
	}
	return Pos{line, colAt(e.buf.lines[line], max(x-e.gutter(), 0)+e.left, e.method)}
}

func (e *Editor) click(msg tea.MouseClickMsg) {
	if msg.Button != tea.MouseLeft {
		return
	}
	e.moveTo(e.place(msg.X, msg.Y), msg.Mod.Contains(tea.ModShift))
	e.dragging = true
}

func (e *Editor) drag(msg tea.MouseMotionMsg) {
	if e.dragging {
		e.moveTo(e.place(msg.X, msg.Y), true)
	}
}

// wheelLines is how far one notch of the wheel scrolls.
const wheelLines = 3

func (e *Editor) wheel(msg tea.MouseWheelMsg) {
	by := wheelLines
	if msg.Button == tea.MouseWheelUp {
		by = -by
	}
	e.top = min(max(e.top+by, 0), len(e.buf.lines)-1)
}
