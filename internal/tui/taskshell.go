package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/console"
	"github.com/kubetutor/tutor/internal/tui/editor"
)

// shellKey gives a key to the shell, or to the text that a command of it has
// edited.
func (t *task) shellKey(msg tea.Msg) tea.Cmd {
	c := &t.cluster
	switch {
	case c.edited != nil:
		return t.writeEdited(msg)
	case c.shell == nil:
		return nil
	}
	if k, ok := msg.(tea.KeyPressMsg); ok && (k.Code == tea.KeyEnter || k.Code == tea.KeyTab) {
		t.lendText()
	}
	return c.shell.Key(t.ctx, msg)
}

// shellKeys are what works in the terminal.
func (t *task) shellKeys() []binding {
	c, k, w := &t.cluster, &t.words.Keys, &t.words.Map
	if c.edited != nil {
		return t.editedKeys()
	}
	bs := []binding{
		{keys: []string{"f5"}, show: "F5", does: k.Check, run: t.check},
		t.applyKey(),
		{keys: []string{"f6", "ctrl+o"}, show: "F6", does: k.NextPane, run: func() tea.Cmd { return t.nextPane(1) }},
	}
	if c.shell != nil && c.shell.Searching() {
		return append([]binding{{keys: []string{"enter"}, does: w.Run}, {keys: []string{"ctrl+r"}, does: w.Older}, {keys: []string{"esc"}, does: k.Edit}}, bs...)
	}
	bs = append(bs, binding{keys: []string{"esc"}, does: w.Leave, run: func() tea.Cmd { return t.openPane(paneBrief) }})
	if c.shell != nil && c.shell.Running() {
		bs = append([]binding{{keys: []string{"ctrl+c"}, does: w.Stop}}, bs...)
	}
	clear := func() {
		if c.shell != nil {
			c.shell.Clear()
		}
	}
	return append(bs,
		binding{keys: []string{"tab"}, does: w.Complete},
		binding{keys: []string{"up"}, show: "↑↓ ctrl+r", does: w.History},
		binding{keys: []string{"pgup"}, show: "pgup pgdn", does: w.ScrollBack, minor: true},
		binding{keys: []string{"ctrl+l"}, does: w.Clear, minor: true, run: do(clear)},
		binding{keys: []string{"ctrl+p"}, does: w.History, minor: true, run: func() tea.Cmd { return t.shellKey(tea.KeyPressMsg{Code: tea.KeyUp}) }},
		binding{keys: []string{"f4"}, show: "F4", does: t.words.Task.HintKey(t.state().Hints, len(t.scenario.Hints)), minor: true, run: t.hint},
		binding{keys: []string{"f8"}, show: "F8", does: k.StartAgain, minor: true, run: t.reset},
	)
}

// edited is a text that a command, such as kubectl edit, waits for.
type edited struct {
	*editor.Editor
	command *console.Editing
	before  string
	asked   bool // whether to leave without what was typed
}

// editText opens a text in the place of the terminal.
func (t *task) editText(e *console.Editing) {
	ed := editor.New(t.styles, &t.words.Editor)
	ed.SetText(e.Text)
	ed.SetVim(t.vimIsOn())
	t.cluster.edited = &edited{Editor: ed, command: e, before: e.Text}
}

// writeEdited gives a key to the text.
func (t *task) writeEdited(msg tea.Msg) tea.Cmd {
	e := t.cluster.edited
	version := e.Version()
	cmd := e.Update(msg)
	e.asked = e.asked && e.Version() == version
	t.notice = e.Notice()
	switch e.Asked() {
	case editor.AskCheck: // :w, :wq
		t.endEdit(e.Text())
	case editor.AskLeave: // :q
		t.leaveEdit()
	}
	return cmd
}

// endEdit gives the command its text.
func (t *task) endEdit(text string) {
	t.cluster.edited.command.Done(text)
	t.cluster.edited = nil
}

// leaveEdit gives the command the text as it was, as leaving an editor without
// saving does; what was typed is not lost without a question.
func (t *task) leaveEdit() {
	e := t.cluster.edited
	if e.Text() != e.before && !e.asked {
		e.asked = true
		t.notice = t.words.Map.NotSavedYet
		return
	}
	t.endEdit(e.before)
}

func (t *task) editedKeys() []binding {
	e, w := t.cluster.edited, &t.words.Map
	bs := append(shownKeys(e.FindKeys()), binding{keys: []string{"f7"}, show: "F7", does: w.SaveEdit, run: do(func() { t.endEdit(e.Text()) })})
	switch {
	case e.Mode() != editor.Ordinary:
		bs = append(bs, binding{keys: []string{":q"}, does: w.LeaveEdit})
		return append(bs, listed(t.words.VimKeys)...)
	case !e.WantsEsc():
		bs = append(bs, binding{keys: []string{"esc"}, does: w.LeaveEdit, run: do(t.leaveEdit)})
	}
	return append(bs, listed(t.words.EditorKeys)...)
}

// editedLines draws the text below a line that says whose it is.
func (t *task) editedLines(a area) []string {
	e := t.cluster.edited
	e.SetSize(a.width, max(a.height-1, 1))
	head := t.styles.Accent.Render(t.words.Map.Editing(e.command.Name))
	return append([]string{head}, strings.Split(e.View(), "\n")...)
}
