package editor

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// find is the line at the bottom of the pane that looks for text.
type find struct {
	open  bool
	query string
	whole bool // the query is a whole word
	from  Pos  // where the search began
	// replacing means that with is typed, what takes the query's place.
	replacing bool
	with      string
}

// typed is the text that keys change.
func (f *find) typed() *string {
	if f.replacing {
		return &f.with
	}
	return &f.query
}

func (f *find) paste(s string) {
	line, _, _ := strings.Cut(clean(s), "\n")
	*f.typed() += line
}

// Finding tells whether the find line is open, and takes the letters.
func (e *Editor) Finding() bool { return e.find.open }

func (e *Editor) openFind() {
	e.find.open, e.find.whole = true, false
	e.find.from = e.sel.cursor
	if s := e.selected(); e.sel.on && s.from.Line == s.to.Line {
		e.find.query = e.buf.slice(s)
		e.find.from = s.from
	}
	e.follow()
}

func (e *Editor) findKey(msg tea.KeyPressMsg) tea.Cmd {
	typed := e.find.typed()
	switch name := msg.String(); name {
	case "esc", "ctrl+f":
		e.find.open, e.find.replacing = false, false
		e.follow()
		return nil
	case "tab", "shift+tab":
		e.find.replacing = !e.find.replacing
		return nil
	case "ctrl+a":
		if e.find.replacing && e.find.query != "" {
			e.replaceIn(0, len(e.buf.lines)-1, e.find.with, -1, e.matcher())
		}
		return nil
	case "enter", "down":
		if name == "enter" && e.find.replacing {
			e.replaceFound()
		}
		e.jump(e.search(e.selected().to, true))
		return nil
	case "up", "shift+enter":
		e.jump(e.search(e.selected().from, false))
		return nil
	case "backspace":
		*typed = (*typed)[:previous(*typed, len(*typed), e.method)]
	case "ctrl+u":
		*typed = ""
	case "ctrl+v":
		e.find.paste(e.clip)
	default:
		if msg.Text == "" || !isText(msg.Text) {
			return nil
		}
		*typed += msg.Text
	}
	if !e.find.replacing {
		e.jump(e.search(e.find.from, true))
	}
	return nil
}

// replaceFound replaces the match that is selected.
func (e *Editor) replaceFound() {
	s := e.selected()
	if found := e.buf.slice(s); e.sel.on && len(found) == len(e.find.query) && e.matcher()(found) == 0 {
		e.buf.history.sealed = true
		e.replace(s, e.find.with, single)
	}
}

// replaceIn replaces what index finds in lines, so often in each, as one step.
func (e *Editor) replaceIn(from, to int, with string, most int, index func(string) int) {
	changed := append([]string(nil), e.buf.lines[from:to+1]...)
	n, last := 0, from
	for i, l := range changed {
		line, found := replaced(l, with, len(e.find.query), most, index)
		if found > 0 {
			n, last, changed[i] = n+found, from+i, line
		}
	}
	if n == 0 {
		e.notice = e.words.NotFound
		return
	}
	e.replaceLines(from, to+1, changed)
	e.moveTo(Pos{last, indentOf(e.buf.lines[last])}, false)
	e.notice = e.words.Replaced(n)
}

// replaced replaces what index finds, at most so often where most is not
// negative, and counts.
func replaced(line, with string, length, most int, index func(string) int) (string, int) {
	var out strings.Builder
	n := 0
	for n != most {
		at := index(line)
		if at < 0 {
			break
		}
		out.WriteString(line[:at] + with)
		line = line[at+length:]
		n++
	}
	return out.String() + line, n
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
	if e.find.whole {
		return func(line string) int { return indexWord(line, q) }
	}
	if q == strings.ToLower(q) {
		return func(line string) int { return indexFold(line, q) }
	}
	return func(line string) int { return strings.Index(line, q) }
}

// indexWord is the index of a whole word.
func indexWord(s, word string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return -1
		}
		from += i
		before, _ := utf8.DecodeLastRuneInString(s[:from])
		after, _ := utf8.DecodeRuneInString(s[from+len(word):])
		if !isWordRune(before) && !isWordRune(after) {
			return from
		}
		from += len(word)
	}
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
	p = e.buf.clamp(p) // the text may have changed since
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
	marking := e.find.open || e.vim != nil && (e.vim.marking || e.vim.prompt.open())
	if !marking || e.find.query == "" {
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

// findText is what the find line shows up to the cursor.
func (e *Editor) findText() string {
	line := e.words.Find + e.find.query
	if e.find.replacing {
		line += e.words.ReplaceBy + e.find.with
	}
	return line
}

// findLine draws the find line.
func (e *Editor) findLine() string {
	line := e.findText()
	if e.method.StringWidth(line) >= e.width {
		line = "…" + lastColumns(line, max(e.width-2, 0), e.method)
	}
	return e.styles.Warn.Render(line)
}

// FindKeys are the keys of the find line and what they do, nil while it is
// closed.
func (e *Editor) FindKeys() [][2]string {
	switch {
	case !e.find.open:
		return nil
	case e.find.replacing:
		return e.words.ReplaceKeys
	}
	return e.words.FindKeys
}
