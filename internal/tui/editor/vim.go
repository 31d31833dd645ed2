package editor

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Mode is how keys are understood.
type Mode uint8

// Ordinary keys have one mode; vim's keys have those of vim.
const (
	Ordinary Mode = iota
	Normal
	Insert
	Visual
	VisualLine
	VisualBlock
)

func (m Mode) isVisual() bool { return m >= Visual }

// Ask is what a vim command wants of the screen that the editor is in.
type Ask uint8

// What may be asked.
const (
	AskNothing Ask = iota
	AskCheck       // :w
	AskLeave       // :q
	AskExplain     // K
)

// vim is the state of vim's keys: a subset that does what vim does, and says
// so where it does nothing.
type vim struct {
	mode      Mode
	keys      []string // of a command that is not whole yet
	registers map[string]register
	prompt    prompt
	up        bool // the last search went up
	marking   bool // what was searched for is marked
	charFind  command
	last      change
	begun     change         // what Insert was begun with, and what was typed since
	literal   bool           // the next key in Insert names a register
	opened    bool           // the line was just begun: nothing but its indentation was typed
	columns   *typingInBlock // what is typed goes to a block's other lines too
	macros    macros
	failed    bool // the last command could do nothing, which ends a macro
	asked     Ask
}

// register is text that was yanked or deleted.
type register struct {
	text  string
	lines bool // whole lines
	block bool // the rows of a block
}

// change is what . does again: a command and, where it led to Insert, what was
// typed there.
type change struct {
	command command
	typed   []tea.Msg
}

// SetVim turns vim's keys on or off.
func (e *Editor) SetVim(on bool) {
	switch {
	case !on:
		e.buf.history.group = ungrouped
		e.vim = nil
	case e.vim == nil:
		e.vim = &vim{mode: Normal, registers: map[string]register{"": {text: e.clip, lines: isLines(e.clip)}}}
		e.vim.macros.keys = map[string][]tea.KeyPressMsg{}
		e.moveTo(e.sel.cursor, false)
		e.stayOnText()
	}
	e.follow()
}

func isLines(s string) bool { return s != "" && s[len(s)-1] == '\n' }

// Mode tells how keys are understood now.
func (e *Editor) Mode() Mode {
	if e.vim == nil {
		return Ordinary
	}
	return e.vim.mode
}

// WantsEsc tells whether esc means something to the editor now.
func (e *Editor) WantsEsc() bool { return e.find.open || e.vim != nil }

// Asked is what the last key wants of the screen; asking forgets it.
func (e *Editor) Asked() Ask {
	if e.vim == nil {
		return AskNothing
	}
	a := e.vim.asked
	e.vim.asked = AskNothing
	return a
}

// name is a key as commands spell it: the letter it types or its own name.
func name(msg tea.KeyPressMsg) string {
	if msg.Text != "" && msg.Mod&^tea.ModShift == 0 {
		return msg.Text
	}
	return msg.String()
}

func isEsc(k string) bool { return k == "esc" || k == "ctrl+c" || k == "ctrl+[" }

// vimKey does what a key means to vim.
func (e *Editor) vimKey(msg tea.KeyPressMsg) tea.Cmd {
	v := e.vim
	if v.mode.isVisual() && !e.sel.on {
		v.mode = Normal // something else has moved the cursor
	}
	k := name(msg)
	v.macros.heard(msg)
	switch {
	case v.prompt.open():
		return e.promptKey(k, msg)
	case v.mode == Insert:
		return e.insertKey(k, msg)
	case isEsc(k):
		v.keys = nil
		e.normal()
		return nil
	}
	if k == "q" && len(v.keys) == 0 && v.macros.recording != "" {
		e.record("")
		return nil
	}
	v.keys = append(v.keys, k)
	c, is := parse(v.keys, v.mode.isVisual())
	switch is {
	case unfinished:
		return nil
	case unknown:
		v.failed = true
		e.notice = e.words.NoVimKey(joined(v.keys))
		v.keys = nil
		return nil
	}
	v.keys = nil
	return e.do(c)
}

// do carries out a command as one step of the history.
func (e *Editor) do(c command) tea.Cmd {
	v := e.vim
	e.buf.history.begin()
	version, was := e.buf.version, v.mode
	v.failed = false
	var cmd tea.Cmd
	switch {
	case was.isVisual():
		cmd = e.inVisual(&c)
	case c.motion == "block":
		cmd = e.onBlock(c, e.blockAgain(c))
	case c.op != "":
		cmd = e.operate(c)
	case c.motion != "":
		e.travel(c)
	default:
		cmd = e.act(c)
	}
	if v.mode == Insert {
		v.begun = change{command: c}
		return cmd
	}
	e.endStep()
	if c.repeats() && (e.buf.version != version || c.changes() && !v.failed) {
		v.last = change{command: c}
	}
	if v.mode == Normal {
		e.stayOnText()
	}
	return cmd
}

// endStep ends the step of the history that a command is, or a whole macro.
func (e *Editor) endStep() {
	if e.vim.macros.depth == 0 {
		e.buf.history.group = ungrouped
	}
}

// normal goes back to Normal from Visual.
func (e *Editor) normal() {
	e.vim.mode = Normal
	e.moveTo(e.sel.cursor, false)
	e.stayOnText()
}

// stayOnText keeps the cursor on a character: Normal knows no place behind the
// last one.
func (e *Editor) stayOnText() {
	p := e.sel.cursor
	if line := e.buf.lines[p.Line]; p.Col >= len(line) && p.Col > 0 {
		goal := e.goal
		e.sel.cursor.Col = previous(line, len(line), e.method)
		e.goal = goal
		e.follow()
	}
}

// insert begins typing at a place.
func (e *Editor) typeAt(p Pos) {
	e.vim.mode = Insert
	e.moveTo(p, false)
}

// insertKey is a key in Insert: the ordinary keys, but for those that vim
// has another use for.
func (e *Editor) insertKey(k string, msg tea.KeyPressMsg) tea.Cmd {
	v := e.vim
	if v.literal {
		v.literal = false
		e.insert(v.registers[unnamed(k)].text, single)
		return nil
	}
	switch {
	case isEsc(k):
		e.endInsert()
		return nil
	case k == "ctrl+r":
		v.literal = true
		return nil
	case k == "ctrl+z":
		e.endInsert()
		e.restore(e.buf.undo, e.words.NoUndo)
		return nil
	case slices.Contains([]string{"ctrl+a", "ctrl+e", "ctrl+f", "ctrl+x", "ctrl+y"}, k):
		return nil
	}
	v.begun.typed = append(v.begun.typed, msg)
	opened := v.opened
	v.opened = k == "enter" || opened && (k == "ctrl+d" || k == "ctrl+t")
	switch k {
	case "ctrl+u":
		p := e.sel.cursor
		e.erase(span{Pos{p.Line, min(indentOf(e.buf.lines[p.Line]), p.Col)}, p})
	case "enter":
		cmd := e.key(msg)
		if opened {
			e.leaveBlank(e.sel.cursor.Line - 1)
		}
		return cmd
	case "ctrl+t":
		e.indent(1)
	case "ctrl+d":
		e.indent(-1)
	default:
		return e.key(msg)
	}
	return nil
}

// unnamed is the register that k names; the quote and the system's clipboard
// are the one without a name.
func unnamed(k string) string {
	if k == `"` || k == "+" || k == "*" {
		return ""
	}
	return k
}

// endInsert goes back to Normal, and types again what a count asks for.
func (e *Editor) endInsert() {
	v := e.vim
	if v.opened {
		e.leaveBlank(e.sel.cursor.Line)
	}
	v.opened = false
	done := v.begun
	if done.command.repeatsTyping() {
		for range min(done.command.times()-1, maxTyped/done.length()) {
			e.retype(done)
		}
	}
	v.last, v.begun = done, change{}
	v.mode = Normal
	if v.columns != nil {
		e.endBlock()
	} else if p := e.sel.cursor; p.Col > 0 {
		e.moveTo(e.leftOf(p), false)
	}
	e.endStep()
}

// leaveBlank takes the indentation back from a line that was begun and left
// without a letter.
func (e *Editor) leaveBlank(line int) {
	at, text := e.sel.cursor, e.buf.lines[line]
	if text == "" || strings.TrimSpace(text) != "" {
		return
	}
	e.replace(span{Pos{Line: line}, Pos{line, len(text)}}, "", single)
	e.moveTo(at, false)
}

// length is about how many characters were typed.
func (c *change) length() int {
	n := 1
	for _, msg := range c.typed {
		if p, ok := msg.(tea.PasteMsg); ok {
			n += len(p.Content)
		}
		n++
	}
	return n
}

func (e *Editor) retype(c change) {
	if c.command.act == "o" || c.command.act == "O" {
		e.open(false)
	}
	for _, msg := range c.typed {
		e.typed(msg)
	}
}

// typed gives the editor again what was typed in Insert.
func (e *Editor) typed(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		e.insertKey(name(msg), msg)
	case tea.PasteMsg:
		e.insert(clean(msg.Content), single)
	}
}

// again does the last change once more, with another count if one is given.
func (e *Editor) again(count int) {
	v := e.vim
	last := v.last
	if last.command.isNone() {
		return
	}
	if count > 0 && last.command.lines == 0 {
		last.command.count = count
	}
	e.do(last.command)
	if v.mode == Insert {
		for _, msg := range last.typed {
			e.typed(msg)
		}
		e.endInsert()
	}
	v.last = last
}

// afterMouse makes what the mouse selected vim's selection.
func (e *Editor) afterMouse() {
	v := e.vim
	switch {
	case v == nil || v.mode == Insert:
	case e.sel.on:
		v.mode = Visual
	default:
		v.keys, v.mode = nil, Normal
		e.stayOnText()
	}
}
