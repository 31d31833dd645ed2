package editor

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// The mark of the place that a jump was made from.
const jumpedFrom = "'"

// isJump tells of motions that keep the place they leave.
func isJump(motion string) bool {
	return slices.Contains([]string{"gg", "G", "ctrl+home", "ctrl+end", "H", "M", "L", "n", "N", "*", "#", "%", "{", "}", "'", "`"}, motion)
}

// setMark keeps the cursor's place under a letter.
func (e *Editor) setMark(letter string) {
	if letter == "`" {
		letter = jumpedFrom
	}
	e.buf.marks[letter] = e.sel.cursor
}

// markMotion is ' to a mark's line and ` to its very place.
func (e *Editor) markMotion(c command) (Pos, reach, bool) {
	letter := c.arg
	if letter == "`" {
		letter = jumpedFrom
	}
	p, ok := e.buf.marks[letter]
	switch p = e.buf.clamp(p); {
	case !ok && letter != jumpedFrom:
		e.notice = e.words.NoMark(c.arg)
		return p, exclusive, false
	case c.motion == "'":
		return e.firstOf(p.Line), linewise, true
	}
	return p, exclusive, true
}

// moveMarks keeps marks on their lines when text takes the place of s.
func (b *buffer) moveMarks(s span, text string, by int) {
	wholeLines := s.from.Col == 0 && s.to.Col == 0
	for letter, p := range b.marks {
		switch {
		case p.Line >= s.to.Line && (p.Line > s.from.Line || wholeLines && isLines(text)):
			p.Line += by
		case p.Line < s.from.Line, p.Line == s.from.Line && !(wholeLines && text == "" && by < 0):
			continue
		case wholeLines && text == "":
			delete(b.marks, letter)
			continue
		default:
			p = s.from
		}
		b.marks[letter] = p
	}
}

// macros are keys that were recorded, to be played again.
type macros struct {
	keys      map[string][]tea.KeyPressMsg
	recording string // the letter, "" while nothing is recorded
	last      string // the letter that was played last
	depth     int    // of macros that play macros
	budget    int    // how many keys may still be played
}

// maxPlayed bounds the keys that one command may play.
const maxPlayed = 100_000

// record begins to record keys, or ends it.
func (e *Editor) record(letter string) {
	m := &e.vim.macros
	if m.recording != "" {
		keys := m.keys[m.recording]
		m.keys[m.recording] = keys[:max(len(keys)-1, 0)] // without the q that ends it
		m.recording = ""
		return
	}
	m.recording = letter
	m.keys[letter] = nil
}

// heard records a key.
func (m *macros) heard(msg tea.KeyPressMsg) {
	if m.recording != "" && m.depth == 0 {
		m.keys[m.recording] = append(m.keys[m.recording], msg)
	}
}

// play gives the editor the keys of a macro again, as one step of the history,
// until one of its commands can do nothing.
func (e *Editor) play(c command) tea.Cmd {
	m := &e.vim.macros
	letter := c.arg
	if letter == "@" {
		letter = m.last
	}
	keys := m.keys[letter]
	if len(keys) == 0 || letter == m.recording {
		e.notice = e.words.NoMacro(c.arg)
		e.vim.failed = true
		return nil
	}
	m.last = letter
	if m.depth == 0 {
		m.budget = maxPlayed
	}
	m.depth++
	defer func() { m.depth-- }()
	var cmd tea.Cmd
	for range c.times() {
		for _, k := range keys {
			if m.budget--; m.budget < 0 {
				e.vim.failed = true
			}
			if e.vim.failed {
				return cmd
			}
			if asked := e.vimKey(k); asked != nil {
				cmd = asked
			}
		}
	}
	return cmd
}
