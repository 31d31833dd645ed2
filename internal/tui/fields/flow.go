package fields

import "strings"

// flow is what stands between two brackets, as far as they are there.
type flow struct {
	open     byte
	from, to int // the brackets' bytes, to behind the closing one
	entries  []entry
}

// entry is what stands between two commas: a key with its value, or an item.
type entry struct {
	from, to int
	key      string
	colon    int   // the key's, -1 without one
	inner    *flow // brackets in it
}

// flowAt is the place where brackets tell it, from the outermost on; not ok
// where none are open.
func flowAt(lines []string, first, last, line, col int) (p Place, ok bool) {
	for start := line; start >= first; start-- {
		r, isRow := read(lines[start])
		if !isRow {
			continue
		}
		at := valueAt(lines[start], r)
		if at == len(lines[start]) || lines[start][at] != '{' && lines[start][at] != '[' {
			continue
		}
		text, cursor := flowText(lines[start:last], line-start, col)
		f := (&flowReader{text: text, at: at}).read()
		if cursor <= f.from || cursor >= f.to {
			continue
		}
		path := above(lines[first:start], r.indent)
		if r.colon >= 0 {
			path = append(path, r.key)
		}
		p, ok = f.place(text, cursor, path), true
	}
	return p, ok
}

// valueAt is where a row's value begins: behind its colon or its dashes.
func valueAt(line string, r row) int {
	at := r.indent
	if r.colon >= 0 {
		at = r.colon + 1
	}
	return skipBlanks(line, at, len(line))
}

// flowText are the lines that flow style may take which begins on the first: as
// long as they are deeper, or shut a bracket. The cursor is a byte of it, or
// behind it where its line is none of them.
func flowText(lines []string, line, col int) (text string, cursor int) {
	indent := indentation(lines[0])
	n := 1
	for n < len(lines) && (indentation(lines[n]) > indent || strings.Trim(lines[n], " ]},") == "") {
		n++
	}
	text = strings.Join(lines[:n], "\n")
	if line >= n {
		return text, len(text) + 2
	}
	for _, l := range lines[:line] {
		cursor += len(l) + 1
	}
	return text, cursor + col
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// skipBlanks is the first byte from one on that is no blank, or to.
func skipBlanks(text string, from, to int) int {
	for from < to && (text[from] == ' ' || text[from] == '\n') {
		from++
	}
	return from
}

// flowReader reads flow style from left to right.
type flowReader struct {
	text string
	at   int
}

// read reads from one bracket to the one that shuts it, or to the text's end.
func (r *flowReader) read() *flow {
	f := &flow{open: r.text[r.at], from: r.at}
	r.at++
	e := entry{from: r.at, colon: -1}
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '{' || c == '[':
			e.inner = r.read()
			r.at-- // the loop steps on
		case c == '}' || c == ']':
			e.to = r.at
			r.at++
			f.to, f.entries = r.at, append(f.entries, e)
			return f
		case c == ',':
			e.to = r.at
			f.entries = append(f.entries, e)
			e = entry{from: r.at + 1, colon: -1}
		case c == '"' || c == '\'':
			r.skipQuoted(c)
		case c == '#' && strings.IndexByte(" \n", r.text[r.at-1]) >= 0:
			r.at += len(r.rest())
		case c == ':' && f.open == '{' && e.colon < 0 && r.endsKey():
			e.colon, e.key = r.at, strings.Trim(r.text[e.from:r.at], " \n\"'")
		}
	}
	r.at = len(r.text)
	e.to = r.at
	f.to, f.entries = r.at+1, append(f.entries, e)
	return f
}

// rest is what is left of the line, but for its last character.
func (r *flowReader) rest() string {
	line, _, _ := strings.Cut(r.text[r.at+1:], "\n")
	return line
}

// skipQuoted goes to the quote that ends a text, or to the end of the line.
func (r *flowReader) skipQuoted(quote byte) {
	line := r.rest()
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
		case line[i] == quote:
			r.at += i + 1
			return
		}
	}
	r.at += len(line)
}

// endsKey tells whether the colon ends a key: a blank follows, or, as in JSON, a
// quote stands before it.
func (r *flowReader) endsKey() bool {
	next := r.text[r.at+1:]
	return next == "" || strings.IndexByte(" \n,}]", next[0]) >= 0 || strings.IndexByte(`"'`, r.text[r.at-1]) >= 0
}

// place is the place of the cursor, below a path.
func (f *flow) place(text string, cursor int, path []string) Place {
	here := 0
	for i, e := range f.entries {
		if cursor >= e.from && cursor <= e.to {
			here = i
		}
	}
	e := f.entries[here]
	p := Place{InFlow: true, OnKey: e.colon >= cursor, InValue: e.colon >= 0 && e.colon < cursor, Path: path}
	if e.colon >= 0 {
		p.Path = append(p.Path, e.key)
	}
	if e.inner != nil && cursor > e.inner.from && cursor < e.inner.to {
		return e.inner.place(text, cursor, p.Path)
	}
	begin := e.from
	if p.InValue {
		begin = e.colon + 1
	}
	lineStart := strings.LastIndexByte(text[:cursor], '\n') + 1
	begin = skipBlanks(text, max(begin, lineStart), cursor)
	p.Typed, p.From = text[begin:cursor], begin-lineStart
	for i, other := range f.entries {
		if i != here && other.key != "" {
			p.present = append(p.present, other.key)
		}
	}
	return p
}
