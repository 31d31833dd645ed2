package tui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/editor"
)

// The setting that says how the editor's keys work, and its value for vim's.
const (
	settingKeys = "keys"
	vimKeys     = "vim"
)

// vimIsOn tells whether the learner's keys are vim's: as this run was told to,
// or else as they chose before.
func (e *env) vimIsOn() bool {
	if keys, chosen := e.progress.Settings[settingKeys]; e.Keys == "" || e.keysChosen {
		return chosen && keys == vimKeys
	}
	return e.Keys == vimKeys
}

// turnVim changes the keys to vim's or back, for good.
func (t *task) turnVim() tea.Cmd {
	value, says := vimKeys, t.words.Task.VimIsOn
	if t.vimIsOn() {
		value, says = "", t.words.Task.VimIsOff
	}
	t.keysChosen = true
	cmd := t.record(func(p *progress.Progress) error {
		p.Set(settingKeys, value)
		return nil
	})
	t.editor.SetVim(t.vimIsOn())
	t.notice = says
	return cmd
}

// writingKeys are the keys in the editor: those shown first are the task's.
// With vim's keys what vim has a use for is left to it.
func (t *task) writingKeys(check, hint, panes, again binding) []binding {
	if t.popup != nil {
		return t.completionKeys()
	}
	w, vim := &t.words.LookUp, t.editor.Mode() != editor.Ordinary
	leave := binding{keys: []string{"esc"}, does: t.words.Keys.LeaveEditor, run: t.leaveEditor}
	complete := binding{keys: []string{"ctrl+space", "ctrl+k", "ctrl+@"}, show: "ctrl+space", does: w.Complete, minor: true, run: t.complete}
	turn := binding{keys: []string{"f3"}, show: "F3", does: t.words.Task.Vim, minor: true, run: t.turnVim}
	if vim {
		check.keys, hint.keys, panes.keys = []string{"f5"}, []string{"f4"}, []string{"f6"}
		turn.does = t.words.Task.NoVim
		leave.keys, leave.run = []string{":q"}, nil
		if t.editor.Mode() == editor.Insert {
			complete.keys = append(complete.keys, "ctrl+n")
		}
	} else if t.editor.WantsEsc() {
		leave = binding{}
	}
	bs := append(shownKeys(t.editor.FindKeys()), check, binding{keys: []string{"f2"}, show: "F2", does: w.Explain, run: t.explain}, hint, leave, t.applyKey(), panes, complete, again)
	if t.Class == nil { // which has another use for the key
		bs = append(bs, turn)
	}
	if own := t.ownKey(); own.run != nil {
		own.keys, own.show = []string{"alt+o"}, "alt+o"
		bs = append(bs, own)
	}
	shown := t.words.EditorKeys
	if vim {
		shown = t.words.VimKeys
	}
	return append(bs, listed(shown)...)
}

// shownKeys are keys that the editor knows by itself, for the bottom line.
func shownKeys(keys [][2]string) []binding {
	bs := listed(keys)
	for i := range bs {
		bs[i].minor = false
	}
	return bs
}

// listed are keys that the editor knows by itself, for the help.
func listed(keys [][2]string) []binding {
	var bs []binding
	for _, k := range keys {
		bs = append(bs, binding{keys: []string{k[0]}, show: k[0], does: k[1], minor: true})
	}
	return bs
}

func (t *task) leaveEditor() tea.Cmd { return t.openPane(paneBrief) }

// write gives a key to the editor and sees to what follows from a change.
func (t *task) write(msg tea.Msg) tea.Cmd {
	if cmd, done := t.completeByTab(msg); done {
		return cmd
	}
	version := t.editor.Version()
	cmd := t.editor.Update(msg)
	t.notice = t.editor.Notice()
	cmd = tea.Batch(cmd, t.asked())
	if t.editor.Version() == version {
		t.popup = nil
		return tea.Batch(cmd, t.keepSoon())
	}
	if t.popup != nil {
		t.offer()
	}
	t.cluster.byHand = false
	return tea.Batch(cmd, t.keepSoon(), t.diagnoseSoon())
}

// asked does what a command of vim asks of the task.
func (t *task) asked() tea.Cmd {
	switch t.editor.Asked() {
	case editor.AskCheck:
		if t.Check != nil {
			return t.check()
		}
	case editor.AskLeave:
		return t.leaveEditor()
	case editor.AskExplain:
		return t.explain()
	}
	return nil
}

// completeByTab takes a tab behind a word that has not ended yet for a wish to
// have it completed, as a shell does.
func (t *task) completeByTab(msg tea.Msg) (tea.Cmd, bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || k.String() != "tab" || t.popup != nil || t.editor.Finding() || !t.editor.InWord() ||
		!slices.Contains([]editor.Mode{editor.Ordinary, editor.Insert}, t.editor.Mode()) {
		return nil, false
	}
	t.offer()
	if t.popup == nil {
		return nil, false
	}
	if len(t.popup.list) == 1 {
		return t.insertChosen(), true
	}
	return nil, true
}

// cursorShape is a block where a key is a command, and a bar where it is text.
func (t *task) cursorShape(c *tea.Cursor) *tea.Cursor {
	if t.editor.Mode() == editor.Insert {
		c.Shape = tea.CursorBar
	}
	return c
}

// tilde writes the home folder as a shell does.
func tilde(path string) string {
	home, err := os.UserHomeDir()
	if rest, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok && err == nil && home != "" {
		return filepath.Join("~", rest)
	}
	return path
}
