package tui

import (
	"os"
	"os/exec"
	"path/filepath"

	tea "charm.land/bubbletea/v2"
)

type (
	// ownMsg says that the text is in a file for the learner's own editor.
	ownMsg struct {
		of   *task
		file string
		err  error
	}
	// ownDoneMsg brings the text that the learner's own editor left.
	ownDoneMsg struct {
		of   *task
		text []byte
		err  error
	}
)

// openOwn puts the text into a file for the learner's own editor.
func (t *task) openOwn() tea.Cmd {
	id, text := t.scenario.ID, t.editor.Text()
	return tea.Batch(t.keep(), func() tea.Msg {
		dir, err := os.MkdirTemp("", "tutor-")
		if err != nil {
			return ownMsg{t, "", err}
		}
		file := filepath.Join(dir, id+".yaml")
		return ownMsg{t, file, os.WriteFile(file, []byte(text), 0o600)}
	})
}

// runOwn gives the terminal to the editor until it ends. The shell splits the
// command into words, as git and kubectl have it do.
func (t *task) runOwn(msg ownMsg) tea.Cmd {
	if msg.err != nil {
		t.notice = t.words.LookUp.OwnFailed(msg.err)
		return nil
	}
	cmd := exec.CommandContext(t.ctx, "sh", "-c", t.EditorCommand+` "$1"`, "sh", msg.file)
	return tea.ExecProcess(cmd, func(err error) tea.Msg {
		defer os.RemoveAll(filepath.Dir(msg.file))
		if err != nil {
			return ownDoneMsg{t, nil, err}
		}
		text, err := os.ReadFile(msg.file)
		return ownDoneMsg{t, text, err}
	})
}

// ownDone takes the text over, as one step that undo takes back.
func (t *task) ownDone(msg ownDoneMsg) tea.Cmd {
	if msg.err != nil {
		t.notice = t.words.LookUp.OwnFailed(msg.err)
		return nil
	}
	if string(msg.text) != t.editor.Text() {
		t.editor.Replace(string(msg.text))
	}
	t.focus = paneEditor
	t.layout()
	return tea.Batch(t.keep(), t.diagnoseSoon(), t.here())
}
