package editor

import (
	"unicode"
	"unicode/utf8"
)

// The classes of characters that words are made of.
const (
	blank = iota
	letters
	signs
	han
	kana
)

// classAt is the class of the character at a place, blank at a line's end; big
// words know no signs.
func (e *Editor) classAt(p Pos, big bool) int {
	r, n := utf8.DecodeRuneInString(e.buf.lines[p.Line][p.Col:])
	switch {
	case n == 0 || unicode.IsSpace(r):
		return blank
	case big:
		return letters
	case unicode.Is(unicode.Han, r):
		return han
	case unicode.In(r, unicode.Hiragana, unicode.Katakana):
		return kana
	case isWordRune(r):
		return letters
	}
	return signs
}

func (e *Editor) isEmpty(p Pos) bool { return e.buf.lines[p.Line] == "" }

func (e *Editor) isLast(p Pos) bool { return p.Line+1 == len(e.buf.lines) }

// stride is what one step through the text came to.
type stride uint8

const (
	inLine  stride = iota
	toEnd          // behind the line's last character
	newLine        // on another line
	stuck          // there is nothing more
)

// walk is one step of vim's walks, which know a place behind the last
// character of a line.
func (e *Editor) walk(p Pos) (Pos, stride) {
	line := e.buf.lines[p.Line]
	switch {
	case p.Col < len(line):
		if p.Col = next(line, p.Col, e.method); p.Col == len(line) {
			return p, toEnd
		}
		return p, inLine
	case e.isLast(p):
		return p, stuck
	}
	return Pos{Line: p.Line + 1}, newLine
}

func (e *Editor) walkBack(p Pos) (Pos, stride) {
	switch {
	case p.Col > 0:
		p.Col = previous(e.buf.lines[p.Line], p.Col, e.method)
		return p, inLine
	case p.Line == 0:
		return p, stuck
	}
	return Pos{p.Line - 1, len(e.buf.lines[p.Line-1])}, newLine
}

// step is the next character; an empty line counts as one.
func (e *Editor) step(p Pos) (Pos, bool) {
	p, s := e.walk(p)
	if s == toEnd {
		p, s = e.walk(p)
	}
	return p, s != stuck
}

// stepBack is the character before.
func (e *Editor) stepBack(p Pos) (Pos, bool) {
	p, s := e.walkBack(p)
	if s == newLine && p.Col > 0 {
		p, _ = e.walkBack(p)
	}
	return p, s != stuck
}

// wordMotion is w b e ge and their big sisters.
func (e *Editor) wordMotion(c command) (Pos, reach, bool) {
	at := e.sel.cursor
	big := c.motion == "W" || c.motion == "B" || c.motion == "E" || c.motion == "gE"
	to, how, ok := at, exclusive, true
	switch c.motion {
	case "b", "B", "ctrl+left":
		for range c.times() {
			to, ok = e.wordBefore(to, big)
		}
	case "ge", "gE":
		how = inclusive
		for range c.times() {
			to, ok = e.endBefore(to, big)
		}
	case "e", "E":
		how = inclusive
		for range c.times() {
			to, ok = e.endOfWord(to, big, false, false)
		}
	default:
		for i := range c.times() {
			// An operator up to the next word does not take the end of the line.
			to, ok = e.nextWord(to, big, c.op != "" && i == c.times()-1)
		}
	}
	if c.op == "" && to.Col > 0 && to.Col == len(e.buf.lines[to.Line]) {
		to.Col = previous(e.buf.lines[to.Line], to.Col, e.method)
	}
	return to, how, ok || to != at
}

// nextWord is the start of the next word; with stay it does not leave the line.
func (e *Editor) nextWord(p Pos, big, stay bool) (Pos, bool) {
	class, last := e.classAt(p, big), e.isLast(p)
	p, s := e.walk(p)
	switch {
	case s == stuck, s != inLine && last:
		return p, false
	case s != inLine && stay:
		return p, true
	}
	for class != blank && e.classAt(p, big) == class {
		if p, s = e.walk(p); s == stuck || s != inLine && stay {
			return p, true
		}
	}
	for e.classAt(p, big) == blank && !e.isEmpty(p) {
		if p, s = e.walk(p); s == stuck || s != inLine && last || s == toEnd && stay {
			return p, true
		}
	}
	return p, true
}

// endOfWord is a word's last character: the next one's at a word's end, unless
// stay is set. With empty, an empty line is a word.
func (e *Editor) endOfWord(p Pos, big, stay, empty bool) (Pos, bool) {
	class := e.classAt(p, big)
	p, s := e.walk(p)
	if s == stuck {
		return p, false
	}
	if inWord := class != blank && e.classAt(p, big) == class; !inWord {
		if stay && class != blank {
			p, _ = e.walkBack(p)
			return p, true
		}
		for e.classAt(p, big) == blank {
			if empty && e.isEmpty(p) {
				return p, true
			}
			if p, s = e.walk(p); s == stuck {
				return p, false
			}
		}
		class = e.classAt(p, big)
	}
	for e.classAt(p, big) == class {
		if p, s = e.walk(p); s == stuck {
			return p, false
		}
	}
	p, _ = e.walkBack(p)
	return p, true
}

// wordBefore is the start of the word, or of the one before.
func (e *Editor) wordBefore(p Pos, big bool) (Pos, bool) {
	p, s := e.walkBack(p)
	if s == stuck {
		return p, false
	}
	for e.classAt(p, big) == blank {
		if e.isEmpty(p) {
			return p, true
		}
		if p, s = e.walkBack(p); s == stuck {
			return p, true
		}
	}
	for class := e.classAt(p, big); e.classAt(p, big) == class; {
		if p, s = e.walkBack(p); s == stuck {
			return p, true
		}
	}
	p, _ = e.walk(p)
	return p, true
}

// endBefore is the end of the word before.
func (e *Editor) endBefore(p Pos, big bool) (Pos, bool) {
	class := e.classAt(p, big)
	p, s := e.walkBack(p)
	if s == stuck {
		return p, false
	}
	for class != blank && e.classAt(p, big) == class {
		if p, s = e.walkBack(p); s == stuck {
			return p, true
		}
	}
	for e.classAt(p, big) == blank && !e.isEmpty(p) {
		if p, s = e.walkBack(p); s == stuck {
			return p, true
		}
	}
	return p, true
}

// startOfRun is where the run of one class begins in which a place stands.
func (e *Editor) startOfRun(p Pos, big bool) Pos {
	line := e.buf.lines[p.Line]
	for class := e.classAt(p, big); p.Col > 0; {
		before := Pos{p.Line, previous(line, p.Col, e.method)}
		if e.classAt(before, big) != class {
			break
		}
		p = before
	}
	return p
}

// wordObject is a word or the blanks between two, with around both; a count
// goes on from there, over the ends of lines too.
func (e *Editor) wordObject(c command, around bool) (s span, ok bool) {
	big := c.motion[1] == 'W'
	from := e.startOfRun(e.sel.cursor, big)
	to, last, blanksAfter := from, inclusive, false
	if (e.classAt(from, big) == blank) == around {
		if to, ok = e.endOfWord(from, big, true, true); !ok && !e.isEnd(to) {
			return s, false
		}
	} else {
		to = e.endOfRun(from, big)
		blanksAfter = around
	}
	for range c.times() - 1 {
		if to, last, ok = e.moreWords(to, big, around); !ok {
			return s, false
		}
	}
	if blanksAfter && (e.classAt(to, big) != blank || to.Col == 0 && last == exclusive) {
		// Without blanks behind those before are taken, but no indentation.
		if before, moved := e.walkBack(from); moved == inLine && e.classAt(before, big) == blank {
			if before = e.startOfRun(before, big); before.Col > 0 {
				from = before
			}
		}
	}
	if last == inclusive {
		to.Col = next(e.buf.lines[to.Line], to.Col, e.method)
	}
	return span{from, to}, true
}

func (e *Editor) isEnd(p Pos) bool { return p == e.buf.end() }

// endOfRun is the last character before the next word, or of the line.
func (e *Editor) endOfRun(p Pos, big bool) Pos {
	to, ok := e.nextWord(p, big, true)
	if !ok && to == p {
		return p
	}
	if to.Col == 0 {
		to, _ = e.walkBack(to)
		return to
	}
	to.Col = previous(e.buf.lines[to.Line], to.Col, e.method)
	return to
}

// moreWords goes on to the end of one more word, or of the blanks before it.
func (e *Editor) moreWords(p Pos, big, around bool) (Pos, reach, bool) {
	p, s := e.walk(p)
	if s == toEnd {
		p, s = e.walk(p)
	}
	if s == stuck {
		return p, inclusive, false
	}
	switch blanks := e.classAt(p, big) == blank; {
	case around && !blanks, !around && blanks:
		to, ok := e.nextWord(p, big, true)
		if !ok && !e.isEnd(to) {
			return to, inclusive, false
		}
		if to.Col == 0 {
			return to, exclusive, true
		}
		to.Col = previous(e.buf.lines[to.Line], to.Col, e.method)
		return to, inclusive, true
	default:
		to, ok := e.endOfWord(p, big, true, true)
		return to, inclusive, ok || e.isEnd(to)
	}
}
