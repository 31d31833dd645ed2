package editor

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// find is the line at the bottom of the pane that looks for text.
type find struct {
	open  bool
	query string
	from  Pos // where the search began
}

func (f *find) paste(s string) {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i]
	}
	f.query += s
}

// Finding tells whether the find line is open, and takes the letters.
func (e *Editor) Finding() bool { return e.find.open }

func (e *Editor) openFind() {
	e.find.open = true
	e.find.from = e.sel.cursor
	if s := e.selected(); e.sel.on && s.from.Line == s.to.Line {
		e.find.query = e.buf.slice(s)
		e.find.from = s.from
	}
	e.follow()
}

func (e *Editor) findKey(msg tea.KeyPressMsg) tea.Cmd {
	switch name := msg.String(); name {
	case "esc", "ctrl+f":
		e.find.open = false
		e.follow()
		return nil
	case "enter", "down":
		e.jump(e.search(e.selected().to, true))
		return nil
	case "up", "shift+enter":
		e.jump(e.search(e.selected().from, false))
		return nil
	case "backspace":
		if q := e.find.query; q != "" {
			e.find.query = q[:previous(q, len(q), e.method)]
		}
	case "ctrl+u":
		e.find.query = ""
	case "ctrl+v":
		e.find.paste(e.clip)
	default:
		if msg.Text == "" || !isText(msg.Text) {
			return nil
		}
		e.find.query += msg.Text
	}
	e.jump(e.search(e.find.from, true))
	return nil
}

// jump selects what was found.
func (e *Editor) jump(s span, ok bool) {
	if !ok {
		if e.find.query != "" {
			e.notice = e.words.NotFound
		}
		return
	}
	e.moveTo(s.from, false)
	e.moveTo(s.to, true)
}

// matcher finds the query in a line; a query without capitals matches both.
func (e *Editor) matcher() func(line string) int {
	q := e.find.query
	if q == strings.ToLower(q) {
		return func(line string) int { return indexFold(line, q) }
	}
	return func(line string) int { return strings.Index(line, q) }
}

// indexFold is strings.Index without regard to the case of ASCII letters; other
// letters keep their length in bytes that way.
func indexFold(s, q string) int {
	for i := 0; i+len(q) <= len(s); i++ {
		if equalFoldASCII(s[i:i+len(q)], q) {
			return i
		}
	}
	return -1
}

func equalFoldASCII(a, b string) bool {
	for i := 0; i < len(a); i++ {
		c := a[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != b[i] {
			return false
		}
	}
	return true
}

// search finds the query at or after p, or the last one before it, and goes
// round at the ends.
func (e *Editor) search(p Pos, forward bool) (span, bool) {
	if e.find.query == "" {
		return span{}, false
	}
	index := e.matcher()
	n := len(e.buf.lines)
	for i := 0; i <= n; i++ {
		if forward {
			line := (p.Line + i) % n
			from := 0
			if i == 0 {
				from = p.Col
			}
			if at := index(e.buf.lines[line][from:]); at >= 0 {
				return e.match(line, from+at), true
			}
			continue
		}
		line := ((p.Line-i)%n + n) % n
		text := e.buf.lines[line]
		if i == 0 {
			text = text[:p.Col]
		}
		if at := lastIndex(text, index); at >= 0 {
			return e.match(line, at), true
		}
	}
	return span{}, false
}

func (e *Editor) match(line, col int) span {
	return span{Pos{line, col}, Pos{line, col + len(e.find.query)}}
}

func lastIndex(s string, index func(string) int) int {
	last := -1
	for from := 0; from <= len(s); {
		at := index(s[from:])
		if at < 0 {
			break
		}
		last = from + at
		from = last + 1
	}
	return last
}

// found are the stretches of a line that match, for their marks.
func (e *Editor) found(line string) []span {
	if !e.find.open || e.find.query == "" {
		return nil
	}
	index := e.matcher()
	var out []span
	for from := 0; ; {
		at := index(line[from:])
		if at < 0 {
			return out
		}
		out = append(out, span{Pos{0, from + at}, Pos{0, from + at + len(e.find.query)}})
		from += at + len(e.find.query)
	}
}

// findLine draws the find line.
func (e *Editor) findLine() string {
	hint := e.words.FindKeys
	line := e.words.Find + e.find.query
	if gap := e.width - e.method.StringWidth(line) - e.method.StringWidth(hint) - 3; gap >= 0 {
		line += strings.Repeat(" ", gap+2) + hint
		return e.styles.Warn.Render(line[:len(line)-len(hint)]) + e.styles.Dim.Render(hint)
	}
	return e.styles.Warn.Render("…" + lastColumns(line, max(e.width-2, 0), e.method))
}
