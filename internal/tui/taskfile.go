package tui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/atomicfile"
	"github.com/kubetutor/tutor/internal/filewatch"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/editor"
)

// taskFile is a task's text as a file, so that any editor outside works on it
// too: what is typed here is written there, and what is saved there shows here.
type taskFile struct {
	disk    *disk // nil: there is none
	watcher *filewatch.Watcher
	// known is what the file holds, as far as is known, and version the text
	// that it was compared with last.
	known   string
	version int
	opened  bool
	// busy tells that a command is at the file; again that it is to be looked at
	// once more afterwards.
	busy, again bool
	failed      string // the last failure, told once
}

// disk is the file itself. Its methods run in commands, one at a time.
type disk struct {
	path string
	mu   sync.Mutex
}

// synced is what came of a look at the file.
type synced struct {
	text    string // what the file holds now
	outside bool   // somebody else wrote that
	aside   string // an older text that was overwritten
	err     error
}

// sync brings file and text together. known is what the file held before: if it
// holds something else by now, that is somebody's work and is left as it is.
func (d *disk) sync(text, known string) synced {
	d.mu.Lock()
	defer d.mu.Unlock()
	found, err := d.read()
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && found == known && found != text:
		return synced{text: text, err: d.write(text)}
	case err != nil:
		return synced{text: known, err: err}
	}
	return synced{text: found, outside: found != text && found != known}
}

// open makes the file, or finds out who wrote last: what was saved after the
// text was stored is taken over, anything older makes way for it.
func (d *disk) open(text string, stored time.Time) synced {
	d.mu.Lock()
	defer d.mu.Unlock()
	found, err := d.read()
	info, statErr := os.Stat(d.path)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return synced{text: text, err: err}
	case err != nil || statErr != nil:
		return synced{text: text, err: d.write(text)}
	case found == text:
		return synced{text: text}
	case !stored.IsZero() && info.ModTime().After(stored):
		return synced{text: found, outside: true}
	}
	return synced{text: text, aside: found, err: d.write(text)}
}

// watch begins to watch the file, in a folder that is made for it.
func (d *disk) watch() (*filewatch.Watcher, error) {
	if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of your file: %w", err)
	}
	return filewatch.New(d.path)
}

func (d *disk) read() (string, error) {
	f, err := os.Open(d.path)
	if err != nil {
		return "", fmt.Errorf("read your file: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, editor.MaxBytes+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read your file: %w", err)
	case len(b) > editor.MaxBytes || bytes.IndexByte(b, 0) >= 0:
		return "", fmt.Errorf("%s holds no manifest: it is larger than 1 MiB or not a text", d.path)
	}
	return editor.Clean(string(b)), nil
}

func (d *disk) write(text string) error {
	if err := atomicfile.Write(d.path, []byte(text)); err != nil {
		return fmt.Errorf("write your file: %w", err)
	}
	return nil
}

// Messages about a task's file.
type (
	fileOpenedMsg struct {
		of      *task
		synced  synced
		watcher *filewatch.Watcher
	}
	fileSavedMsg  struct{ of *task }
	fileSyncedMsg struct {
		of     *task
		synced synced
	}
)

// openFile makes the task's file and watches it.
func (t *task) openFile() tea.Cmd {
	f := &t.file
	if f.opened || t.Files == "" {
		return nil
	}
	f.opened, f.busy = true, true
	f.disk = &disk{path: filepath.Join(t.Files, t.scenario.ID+".yaml")}
	f.version = t.editor.Version()
	d, text, stored := f.disk, t.editor.Text(), t.state().Draft.Saved
	return func() tea.Msg {
		// The watch comes first, so that nothing done to the file is missed.
		watcher, err := d.watch()
		s := d.open(text, stored)
		if err != nil {
			s.err = err
		}
		return fileOpenedMsg{of: t, synced: s, watcher: watcher}
	}
}

// closeFile writes what is not written yet and ends the watch, out of the way
// of the screen.
func (t *task) closeFile() {
	f := &t.file
	if f.disk == nil {
		return
	}
	d, text, known, w := f.disk, t.editor.Text(), f.known, f.watcher
	if w != nil {
		t.ending.Go(func() {
			w.Close()
			d.sync(text, known)
		})
	}
	f.disk, f.watcher = nil, nil
}

// fileMsg handles what the task's file sends.
func (t *task) fileMsg(msg tea.Msg) tea.Cmd {
	f := &t.file
	switch msg := msg.(type) {
	case fileOpenedMsg:
		if f.disk == nil { // left meanwhile
			if msg.watcher != nil {
				msg.watcher.Close()
			}
			return nil
		}
		f.watcher = msg.watcher
		f.known = t.editor.Text() // what was stored is no loss
		if f.version != t.editor.Version() {
			f.known = ""
		}
		return tea.Batch(t.synced(msg.synced), t.awaitSaved())
	case fileSavedMsg:
		return tea.Batch(t.syncFile(), t.awaitSaved())
	case fileSyncedMsg:
		return t.synced(msg.synced)
	}
	return nil
}

func (t *task) awaitSaved() tea.Cmd {
	w := t.file.watcher
	if w == nil {
		return nil
	}
	return func() tea.Msg {
		if _, open := <-w.Saved(); !open {
			return nil
		}
		return fileSavedMsg{t}
	}
}

// syncChanged writes the text if it is another than the file's.
func (t *task) syncChanged() tea.Cmd {
	if t.file.version == t.editor.Version() {
		return nil
	}
	return t.syncFile()
}

// syncFile brings file and text together.
func (t *task) syncFile() tea.Cmd {
	f := &t.file
	if f.disk == nil {
		return nil
	}
	if f.busy {
		f.again = true
		return nil
	}
	f.busy, f.again = true, false
	f.version = t.editor.Version()
	d, text, known := f.disk, t.editor.Text(), f.known
	return func() tea.Msg { return fileSyncedMsg{t, d.sync(text, known)} }
}

// synced takes over what somebody else saved. What was typed here meanwhile is
// kept: undo brings it back, and the progress has it.
func (t *task) synced(s synced) tea.Cmd {
	f := &t.file
	f.busy = false
	if s.err != nil {
		if told := s.err.Error(); told != f.failed {
			f.failed, t.notice = told, t.words.Task.FileFailed(s.err)
		}
		return nil
	}
	f.failed = ""
	before := f.known
	f.known = s.text
	var cmds []tea.Cmd
	if mine := t.editor.Text(); s.outside && s.text != mine {
		t.notice = t.words.Task.FileTaken
		if mine != before {
			t.notice = t.words.Task.FileConflict
			cmds = append(cmds, t.putAside(mine))
		}
		t.takeOver(s.text)
		cmds = append(cmds, t.keep(), t.diagnoseSoon())
	}
	if s.aside != "" {
		cmds = append(cmds, t.putAside(s.aside))
	}
	if f.again || f.version != t.editor.Version() && t.editor.Text() != f.known {
		cmds = append(cmds, t.syncFile())
	}
	return tea.Batch(cmds...)
}

// takeOver puts another text in the editor, as one step that undo takes back,
// and stays at the line.
func (t *task) takeOver(text string) {
	line, col, top := t.editor.Position()
	t.editor.Replace(text)
	t.editor.SetPosition(line, col, top)
	t.cluster.byHand = false
	t.popup = nil
}

// putAside keeps a text in the progress.
func (t *task) putAside(text string) tea.Cmd {
	id, d := t.scenario.ID, progress.Draft{Text: text, Saved: t.Now()}
	return t.record(func(p *progress.Progress) error {
		p.Task(id).Keep(d)
		return nil
	})
}
