package tui

import (
	"errors"
	"os/exec"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/paint"
)

type (
	// ownMsg says that the text is in its file, for the learner's own editor.
	ownMsg struct {
		of     *task
		synced synced
	}
	// ownDoneMsg says that the editor has ended.
	ownDoneMsg struct {
		of  *task
		err error
	}
)

// ownKey opens the learner's own editor, if there is one and a file for it.
func (t *task) ownKey() binding {
	if t.EditorCommand == "" || t.Files == "" {
		return binding{}
	}
	return binding{keys: []string{"e", "o"}, show: "e", does: t.words.LookUp.Own, minor: true, run: t.openOwn}
}

// openOwn writes the text to its file for the learner's own editor.
func (t *task) openOwn() tea.Cmd {
	f := &t.file
	if f.disk == nil {
		return nil
	}
	d, text, known := f.disk, t.editor.Text(), f.known
	f.version = t.editor.Version()
	return tea.Batch(t.keep(), func() tea.Msg { return ownMsg{t, d.sync(text, known)} })
}

// runOwn gives the terminal to the editor until it ends.
func (t *task) runOwn(msg ownMsg) tea.Cmd {
	cmd := t.synced(msg.synced)
	if msg.synced.err != nil || t.file.disk == nil {
		return cmd
	}
	return tea.Batch(cmd, paint.Exec(t.ownCommand(), func(err error) tea.Msg { return ownDoneMsg{t, err} }))
}

// ownCommand starts the editor on the file. The shell splits the command into
// words, as git and kubectl have it do.
func (t *task) ownCommand() *exec.Cmd {
	return exec.CommandContext(t.ctx, "sh", "-c", t.EditorCommand+` "$1"`, "sh", t.file.disk.path)
}

// notFound is how a shell ends that knows no such command.
const notFound = 127

// ownDone looks at what the editor left in the file.
func (t *task) ownDone(msg ownDoneMsg) tea.Cmd {
	var ended *exec.ExitError
	switch {
	case errors.As(msg.err, &ended) && ended.ExitCode() == notFound:
		t.notice = t.words.LookUp.OwnMissing(t.EditorCommand)
	case msg.err != nil:
		t.notice = t.words.LookUp.OwnFailed(msg.err)
	}
	t.focus = paneEditor
	t.layout()
	return tea.Batch(t.syncFile(), t.here())
}
