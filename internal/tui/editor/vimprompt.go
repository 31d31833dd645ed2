package editor

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// prompt is the line below the text in which : / and ? are typed.
type prompt struct {
	kind     string  // ":", "/" or "?", "" while it is not open
	text     string  // what was typed
	then     command // the operator that waits for what is searched
	before   string  // what was searched for before
	from, to int     // the lines that were selected
}

func (p *prompt) open() bool { return p.kind != "" }

func (e *Editor) openPrompt(kind string, then command) {
	e.vim.prompt = prompt{kind: kind, then: then, before: e.find.query}
	if kind != ":" {
		e.find.query, e.find.whole = "", false
	}
}

func (e *Editor) promptKey(k string, msg tea.KeyPressMsg) tea.Cmd {
	p := &e.vim.prompt
	switch {
	case isEsc(k), k == "backspace" && p.text == "":
		e.closePrompt()
		return nil
	case k == "enter":
		return e.entered()
	case k == "backspace":
		p.text = p.text[:previous(p.text, len(p.text), e.method)]
	case k == "ctrl+u":
		p.text = ""
	case k == "ctrl+w":
		p.text = strings.TrimRightFunc(strings.TrimRightFunc(p.text, func(r rune) bool { return !isWordRune(r) }), isWordRune)
	case msg.Text != "" && isText(msg.Text):
		p.text += msg.Text
	}
	if p.kind != ":" {
		e.find.query = p.text
	}
	return nil
}

func (e *Editor) closePrompt() {
	if e.vim.prompt.kind != ":" {
		e.find.query = e.vim.prompt.before
	}
	e.vim.prompt = prompt{}
}

// entered searches, or carries out a command.
func (e *Editor) entered() tea.Cmd {
	v := e.vim
	p := v.prompt
	v.prompt = prompt{}
	if p.kind == ":" {
		e.command(p)
		return nil
	}
	if p.text == "" {
		e.find.query = p.before
	}
	v.up = p.kind == "?"
	c := p.then
	c.motion = "n"
	return e.do(c)
}

// command carries out what was typed after the colon.
func (e *Editor) command(p prompt) {
	text := strings.TrimSpace(p.text)
	from, to, rest, ok := e.lineRange(p, text)
	v := e.vim
	switch {
	case !ok:
		e.notice = e.words.NoVimKey(":" + text)
	case rest == "" && text == "":
	case rest == "":
		e.moveTo(e.firstOf(to), false)
	case oneOf(rest, "w", "write", "wa", "w!", "up", "update", "x", "xit", "wq", "wq!", "wqa", "x!", "xa"):
		v.asked = AskCheck
	case oneOf(rest, "q", "quit", "q!", "qa", "qa!", "quit!", "close"):
		v.asked = AskLeave
	case oneOf(rest, "noh", "nohlsearch"):
		v.marking = false
	case oneOf(rest, "d", "delete", "y", "yank", ">", "<"):
		e.buf.history.begin()
		e.apply(command{op: rest[:1]}, span{Pos{Line: from}, Pos{Line: to}}, true)
		e.buf.history.group = ungrouped
	case strings.HasPrefix(rest, "s") && len(rest) > 1 && !isWordRune(rune(rest[1])) && rest[1] != ' ':
		e.substitute(rest[1:], from, to)
	default:
		e.notice = e.words.NoVimKey(":" + text)
	}
	e.stayOnText()
}

func oneOf(s string, all ...string) bool { return slices.Contains(all, s) }

// lineRange reads the lines that a command is for, from 0: the cursor's where
// none are named.
func (e *Editor) lineRange(p prompt, text string) (from, to int, rest string, ok bool) {
	here, last := e.sel.cursor.Line, len(e.buf.lines)-1
	if rest, ok := strings.CutPrefix(text, "%"); ok {
		return 0, last, rest, true
	}
	if rest, ok := strings.CutPrefix(text, "'<,'>"); ok {
		return p.from, min(p.to, last), rest, true
	}
	from, text = e.lineNumber(text, here, last)
	to = from
	if after, two := strings.CutPrefix(text, ","); two {
		to, text = e.lineNumber(after, here, last)
	}
	return from, to, text, from <= to
}

// lineNumber reads one line's number or sign off a text; the cursor's line
// where there is none.
func (e *Editor) lineNumber(text string, here, last int) (line int, rest string) {
	switch {
	case strings.HasPrefix(text, "."):
		return here, text[1:]
	case strings.HasPrefix(text, "$"):
		return last, text[1:]
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	n, err := strconv.Atoi(text[:digits])
	if err != nil {
		return here, text
	}
	return min(max(n-1, 0), last), text[digits:]
}

// substitute is :s; the text is looked for as it stands, and a search without
// a text is for what was searched last.
func (e *Editor) substitute(s string, from, to int) {
	slash := s[:1]
	parts := strings.SplitN(strings.ReplaceAll(s[1:], `\`+slash, "\x00"), slash, 3)
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	what, with := strings.ReplaceAll(parts[0], "\x00", slash), strings.ReplaceAll(parts[1], "\x00", slash)
	if what == "" {
		what = e.find.query
	}
	if what == "" {
		e.notice = e.words.NotFound
		return
	}
	e.find.query = what
	most := 1
	if strings.Contains(parts[2], "g") {
		most = -1
	}
	e.replaceIn(from, to, with, most, func(line string) int { return strings.Index(line, what) })
}

// statusLine is the row below the text: the prompt, or the mode and what was
// typed of a command.
func (e *Editor) statusLine() string {
	v := e.vim
	if v.prompt.open() {
		return e.styles.Warn.Render(lastColumns(v.prompt.kind+v.prompt.text, max(e.width-1, 0), e.method))
	}
	mode := e.words.Modes[v.mode]
	if v.macros.recording != "" {
		mode += "  " + e.words.Recording + v.macros.recording
	}
	keys := lastColumns(joined(v.keys), max(e.width/3, 1), e.method)
	gap := e.width - e.method.StringWidth(mode) - e.method.StringWidth(keys) - 2
	if gap < 1 {
		return e.styles.Dim.Render(firstColumns(mode, e.width, e.method))
	}
	look := e.styles.Dim
	if v.mode != Normal {
		look = e.styles.Strong
	}
	return look.Render(mode) + strings.Repeat(" ", gap) + e.styles.Dim.Render(keys)
}

// Replacing with a text of several lines keeps lines and positions apart, so
// the prompt takes one line of a paste.
func (p *prompt) paste(s string) {
	line, _, _ := strings.Cut(clean(s), "\n")
	p.text += line
}
