package editor

import (
	"strings"
	"unicode/utf8"
)

// Pos is a place between two characters of the text: a line from 0 and a
// column counted in bytes of that line.
type Pos struct{ Line, Col int }

// Before tells whether p comes before q in the text.
func (p Pos) Before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Col < q.Col
}

// span is a stretch of text, from before to.
type span struct{ from, to Pos }

func ordered(a, b Pos) span {
	if b.Before(a) {
		a, b = b, a
	}
	return span{a, b}
}

// buffer is the text, as lines without their newlines, with its history.
// There is always at least one line.
type buffer struct {
	lines   []string
	size    int // bytes, newlines included
	version int // grows with every change
	history history
	topmost int            // the first line changed since somebody set it
	marks   map[string]Pos // places with a name, which stay on their lines
	// changed is told the first line that a change touched.
	changed func(line int)
}

func newBuffer(text string) *buffer {
	b := &buffer{changed: func(int) {}, marks: map[string]Pos{}}
	b.reset(text)
	return b
}

// reset replaces the text and forgets the history.
func (b *buffer) reset(text string) {
	text = clean(text)
	b.lines = strings.Split(text, "\n")
	b.size = len(text)
	b.version++
	b.history = history{}
	clear(b.marks)
	b.changed(0)
}

// Clean is a text as the editor holds it.
func Clean(s string) string { return clean(s) }

// clean makes every line end in \n, since pasted text may have \r\n or \r, and
// replaces bytes that are no UTF-8.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func (b *buffer) text() string { return strings.Join(b.lines, "\n") }

func (b *buffer) end() Pos {
	last := len(b.lines) - 1
	return Pos{last, len(b.lines[last])}
}

// clamp returns the nearest place to p that exists.
func (b *buffer) clamp(p Pos) Pos {
	if p.Line < 0 {
		return Pos{}
	}
	if p.Line >= len(b.lines) {
		return b.end()
	}
	line := b.lines[p.Line]
	p.Col = min(max(p.Col, 0), len(line))
	for p.Col > 0 && p.Col < len(line) && !utf8.RuneStart(line[p.Col]) {
		p.Col--
	}
	return p
}

// slice is the text in s.
func (b *buffer) slice(s span) string {
	if s.from.Line == s.to.Line {
		return b.lines[s.from.Line][s.from.Col:s.to.Col]
	}
	var out strings.Builder
	out.WriteString(b.lines[s.from.Line][s.from.Col:])
	for _, l := range b.lines[s.from.Line+1 : s.to.Line] {
		out.WriteByte('\n')
		out.WriteString(l)
	}
	out.WriteByte('\n')
	out.WriteString(b.lines[s.to.Line][:s.to.Col])
	return out.String()
}

// splice puts text in the place of s, without a note in the history, and
// returns where the new text ends.
func (b *buffer) splice(s span, text string) Pos {
	head := b.lines[s.from.Line][:s.from.Col]
	tail := b.lines[s.to.Line][s.to.Col:]
	b.size += len(text) - len(b.slice(s))
	b.version++

	lines := len(b.lines)
	end := Pos{s.from.Line, s.from.Col + len(text)}
	if !strings.Contains(text, "\n") && s.from.Line == s.to.Line {
		b.lines[s.from.Line] = head + text + tail
	} else {
		added := strings.Split(head+text+tail, "\n")
		end = Pos{s.from.Line + len(added) - 1, len(added[len(added)-1]) - len(tail)}
		b.lines = replaceLines(b.lines, s.from.Line, s.to.Line+1, added)
	}
	b.moveMarks(s, text, len(b.lines)-lines)
	b.topmost = min(b.topmost, s.from.Line)
	b.changed(s.from.Line)
	return end
}

func replaceLines(lines []string, from, to int, with []string) []string {
	if len(with) == to-from {
		copy(lines[from:to], with)
		return lines
	}
	out := make([]string, 0, len(lines)-(to-from)+len(with)+16)
	out = append(out, lines[:from]...)
	out = append(out, with...)
	return append(out, lines[to:]...)
}
