package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/editor"
	"github.com/kubetutor/tutor/internal/tui/fields"
	"github.com/kubetutor/tutor/lessons"
)

// The panes of a task.
const (
	paneBrief = iota
	paneEditor
	paneResult
	paneMap
	paneShell
)

var paneNames = []string{"brief", "editor", "result", "map", "shell"}

// placeDebrief is the pane of a place at which the debrief was shown.
const placeDebrief = "debrief"

// task is the workbench for a scenario or lab: what is asked for, the
// learner's manifest, and what the cluster makes of it.
type task struct {
	*env
	scenario      *lessons.Scenario
	width, height int
	focus         int
	brief, result pane
	editor        *editor.Editor

	// stored is the version of the text that was recorded last, and place the
	// cursor with it.
	stored  int
	touched bool // a tick is on its way that records the text

	verdict  *grader.Verdict
	failure  error  // why the check could not be run
	chosen   int    // the failure that enter goes to
	debrief  string // with what its commands print, "" until that is known
	checking bool
	// again: the task was left at its debrief, which is to be shown again.
	again  bool
	tried  string // the text of the last check, at first the starter
	drawn  drawn
	cancel context.CancelFunc
	// graded is the text that the check was for; gradedByHand: it was for the
	// cluster as it stood. compared is what it was like beside ours.
	graded       string
	gradedByHand bool
	compared     *comparison

	diagnosing bool
	popup      *completion // nil: not open
	named      *fields.Cluster

	file    taskFile
	cluster taskCluster
	gone    bool // the task was left
}

func newTask(e *env, s *lessons.Scenario, pane string) *task {
	t := &task{env: e, scenario: s, editor: editor.New(e.styles, &e.words.Editor), tried: s.Starter}
	for i, n := range paneNames {
		if n == pane {
			t.focus = i
		}
	}
	t.again = pane == placeDebrief
	text := s.Starter
	if d := t.state().Draft; d.Rev > 0 {
		text = d.Text
		t.editor.SetText(text)
		t.editor.SetSize(wideWidth, 20)
		t.editor.SetPosition(d.Line, d.Col, d.Top)
	} else {
		t.editor.SetText(text)
	}
	t.editor.SetVim(e.vimIsOn())
	t.stored = t.editor.Version()
	if t.focus == paneResult || t.focus > paneResult && e.Lesson.Live == nil {
		t.focus = paneEditor // the result is not kept
	}
	return t
}

// state is what is known of the learner's work; never nil.
func (t *task) state() *progress.Task {
	if s := t.progress.Tasks[t.scenario.ID]; s != nil {
		return s
	}
	return new(progress.Task)
}

func (t *task) start() tea.Cmd {
	t.gone = false
	t.editor.SetVim(t.vimIsOn())
	cmd := tea.Batch(t.openFile(), t.lookAround(), t.diagnoseSoon())
	if t.focus == paneMap || t.focus == paneShell {
		return tea.Batch(cmd, t.openCluster())
	}
	if t.startsCluster() { // which may be what passes
		return tea.Batch(cmd, t.openCluster())
	}
	return tea.Batch(cmd, t.debriefAgain())
}

// startsCluster tells of a lab, whose cluster starts at once: kubectl in another
// window works on it.
func (t *task) startsCluster() bool { return t.scenario.IsLab && t.Live != nil }

func (t *task) title() string { return t.scenario.Title }

func (t *task) place() progress.Place {
	pane := paneNames[t.focus]
	if t.focus == paneBrief && (t.again || t.passed()) {
		pane = placeDebrief
	}
	return progress.Place{Screen: placeTask, ID: t.scenario.ID, Pane: pane}
}

func (t *task) typing() bool { return t.focus == paneEditor || t.focus == paneShell }

func (t *task) tabs() ([]string, int) {
	w := &t.words.Task
	names := []string{w.Brief, w.Editor, w.Result, t.words.Map.Map, t.words.Map.Shell}
	if t.passed() {
		names[paneBrief] = w.Debrief
	}
	var shown []string
	open := 0
	for i, p := range t.panes() {
		shown = append(shown, names[p])
		if p == t.focus {
			open = i
		}
	}
	return shown, open
}

// panes are those that there are now, in the order of their tabs.
func (t *task) panes() []int {
	ps := []int{paneBrief, paneEditor}
	if t.showsResult() {
		ps = append(ps, paneResult)
	}
	if t.Live != nil {
		ps = append(ps, paneMap, paneShell)
	}
	return ps
}

func (t *task) openTab(i int) tea.Cmd {
	ps := t.panes()
	if i < 0 || i >= len(ps) {
		return nil
	}
	return t.openPane(ps[i])
}

// openPane gives a pane the keys.
func (t *task) openPane(p int) tea.Cmd {
	if !slices.Contains(t.panes(), p) {
		p = paneBrief
	}
	t.focus = p
	t.layout()
	var cmd tea.Cmd
	if p == paneMap || p == paneShell {
		cmd = tea.Batch(t.openCluster(), t.look())
	}
	return tea.Batch(cmd, t.keep(), t.here())
}

func (t *task) hasResult() bool { return t.verdict != nil || t.failure != nil || t.checking }

// showsResult tells whether there is a result pane: the debrief takes its place.
func (t *task) showsResult() bool { return t.hasResult() && !t.passed() }

// passed tells whether the last check passed.
func (t *task) passed() bool { return t.verdict != nil && t.verdict.Passed }

func (t *task) leave() {
	t.popup = nil
	t.unsaved()
	if t.cancel != nil {
		t.cancel()
	}
	t.closeCluster()
}

// Messages of a task, each with the task it is for.
type (
	keepMsg  struct{ of *task }
	namedMsg struct {
		of    *task
		named *fields.Cluster
	}
	diagnoseMsg struct {
		of      *task
		version int
	}
	diagnosedMsg struct {
		of      *task
		version int
		found   []editor.Diagnostic
	}
	checkedMsg struct {
		of        *task
		verdict   *grader.Verdict
		unchanged bool // it is the manifest of the check before
		err       error
	}
	// passedMsg says what a check makes of a task that was left at its debrief.
	passedMsg struct {
		of      *task
		verdict *grader.Verdict
		err     error
	}
	debriefMsg struct {
		of   *task
		text string
	}
)

func (t *task) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case debriefMsg:
		if msg.of == t {
			t.debrief = msg.text
			t.layout()
		}
	case keepMsg:
		if msg.of == t {
			t.touched = false
			return t.keep()
		}
	case namedMsg:
		if msg.of == t {
			t.named = msg.named
		}
	case diagnoseMsg:
		switch {
		case msg.of != t:
		case msg.version != t.editor.Version(): // still typing
			t.diagnosing = false
			return t.diagnoseSoon()
		default:
			return t.diagnose()
		}
	case diagnosedMsg:
		if msg.of == t {
			t.diagnosing = false
			t.editor.SetDiagnostics(msg.version, msg.found)
			if msg.version != t.editor.Version() {
				return t.diagnoseSoon()
			}
		}
	case checkedMsg:
		if msg.of == t {
			return t.checked(msg)
		}
	case passedMsg:
		if msg.of == t {
			return t.passedAgain(msg)
		}
	case ownMsg:
		if msg.of == t {
			return t.runOwn(msg)
		}
	case ownDoneMsg:
		if msg.of == t {
			return t.ownDone(msg)
		}
	case tea.MouseMsg:
		return t.mouse(msg)
	case tea.KeyPressMsg, tea.PasteMsg:
		switch t.focus {
		case paneEditor:
			return t.write(msg)
		case paneShell:
			return t.shellKey(msg)
		}
	case fileOpenedMsg, fileSavedMsg, fileSyncedMsg:
		return t.fileMsg(msg)
	default:
		cmd, _ := t.clusterMsg(msg)
		return cmd
	}
	return nil
}

// keepDelay and the saver's delay together bound what a crash can lose.
const keepDelay = 500 * time.Millisecond

func (t *task) keepSoon() tea.Cmd {
	if t.touched {
		return nil
	}
	t.touched = true
	return tea.Tick(keepDelay, func(time.Time) tea.Msg { return keepMsg{t} })
}

// keep records the text and the cursor.
func (t *task) keep() tea.Cmd {
	line, col, top := t.editor.Position()
	old := t.state().Draft
	if t.stored == t.editor.Version() && (old.Rev == 0 || old.Line == line && old.Col == col && old.Top == top) {
		return nil
	}
	t.stored = t.editor.Version()
	id := t.scenario.ID
	d := progress.Draft{Text: t.editor.Text(), Line: line, Col: col, Top: top, Rev: old.Rev, Saved: t.Now()}
	return tea.Batch(t.syncChanged(), t.record(func(p *progress.Progress) error {
		p.Task(id).Save(d)
		return nil
	}))
}

// unsaved records the text at once, without a tick, and lets go of its file.
func (t *task) unsaved() {
	t.keep()
	t.closeFile()
}

// diagnoseDelay is the pause in typing after which the text is looked at.
const diagnoseDelay = 250 * time.Millisecond

func (t *task) diagnoseSoon() tea.Cmd {
	if t.Diagnose == nil || t.diagnosing {
		return nil
	}
	t.diagnosing = true
	version := t.editor.Version()
	return tea.Tick(diagnoseDelay, func(time.Time) tea.Msg { return diagnoseMsg{t, version} })
}

func (t *task) diagnose() tea.Cmd {
	ctx, look, of := t.ctx, t.Diagnose, t.scenario
	version, text := t.editor.Version(), t.editor.Text()
	return func() tea.Msg { return diagnosedMsg{t, version, look(ctx, of, []byte(text))} }
}
