package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
)

// check asks for the prediction once, then has the manifest graded.
func (t *task) check() tea.Cmd {
	if t.checking {
		return nil
	}
	if t.scenario.Predict != nil && t.state().Prediction == "" && len(t.state().Attempts) == 0 {
		return t.openDialog(newPrediction(t))
	}
	return t.runCheck()
}

func (t *task) runCheck() tea.Cmd {
	t.checking = true
	t.layout()
	if _, _, result := t.areas(); result.height == 0 {
		t.notice = t.words.Task.Checking
	}
	var ctx context.Context
	ctx, t.cancel = context.WithCancel(t.ctx)
	check := t.checker()
	unchanged := false
	if !t.gradedByHand {
		unchanged, t.tried = t.graded == t.tried, t.graded
	}
	return tea.Batch(t.keep(), func() tea.Msg {
		v, err := check(ctx)
		return checkedMsg{t, v, unchanged, err}
	})
}

// checked shows the verdict and records the attempt.
func (t *task) checked(msg checkedMsg) tea.Cmd {
	t.checking, t.verdict, t.failure, t.chosen = false, msg.verdict, msg.err, 0
	if t.notice == t.words.Task.Checking {
		t.notice = ""
	}
	t.result.top, t.brief.top = 0, 0
	if t.cluster.chart != nil {
		t.cluster.chart.Mark()
	}
	t.focus = paneResult
	if t.passed() {
		t.focus = paneBrief // the debrief
		t.compareWithOurs()
	}
	t.layout()
	if msg.err != nil || msg.verdict.Unusable {
		return t.here()
	}
	a := progress.Attempt{At: t.Now(), Passed: msg.verdict.Passed, Unchanged: msg.unchanged}
	for _, f := range msg.verdict.Failures {
		a.Diagnoses = append(a.Diagnoses, f.Diagnosis.ID)
	}
	if t.untouched() {
		t.verdict = msg.verdict.Symptoms()
	}
	id := t.scenario.ID
	t.record(func(p *progress.Progress) error {
		p.Task(id).Record(a)
		return nil
	})
	return tea.Batch(t.here(), t.store(), t.playDebrief())
}

// compareWithOurs finds what a debrief tells of the text that passed.
func (t *task) compareWithOurs() {
	mine := t.graded
	if t.gradedByHand {
		mine = t.scenario.Starter
	}
	t.compared = compare(mine, t.scenario.Solution)
}

// debriefAgain checks a task that was left at its debrief, which is no attempt.
func (t *task) debriefAgain() tea.Cmd {
	if !t.again || t.Check == nil {
		return nil
	}
	check, ctx := t.checker(), t.ctx
	t.notice = ""
	return func() tea.Msg {
		v, err := check(ctx)
		return passedMsg{t, v, err}
	}
}

// passedAgain shows the debrief where one left it, if the task still passes and
// nothing else has been done meanwhile.
func (t *task) passedAgain(msg passedMsg) tea.Cmd {
	t.again = false
	if msg.err != nil || !msg.verdict.Passed || t.hasResult() || t.focus != paneBrief || t.graded != t.editor.Text() {
		return t.here()
	}
	t.verdict = msg.verdict
	t.compareWithOurs()
	t.layout()
	return t.playDebrief()
}

// untouched tells that a lab was checked as it was found, and no hint was
// taken: to find the cause is still the learner's.
func (t *task) untouched() bool {
	return t.scenario.IsLab && !t.gradedByHand && t.graded == t.scenario.Starter && t.state().Hints == 0
}

// playDebrief runs the debrief's commands once the task is passed.
func (t *task) playDebrief() tea.Cmd {
	if !t.passed() || t.debrief != "" || t.Played == nil {
		return nil
	}
	ctx, play, text := t.ctx, t.Played, t.scenario.DebriefText()
	return func() tea.Msg {
		s, err := play(ctx, text)
		if err != nil { // without output it still reads well
			return nil
		}
		return debriefMsg{t, s.Body}
	}
}

// reset puts the starter in the place of the text; undo brings the text back.
func (t *task) reset() tea.Cmd {
	id, old, now := t.scenario.ID, progress.Draft{Text: t.editor.Text(), Saved: t.Now()}, t.Now()
	t.editor.Replace(t.scenario.Starter)
	t.notice = t.words.Task.ResetDone
	t.focus = paneEditor
	t.layout()
	t.verdict, t.failure = nil, nil
	t.closeCluster()
	t.cluster.anew = true
	t.gone = false
	var opening tea.Cmd
	if t.startsCluster() {
		opening = t.openCluster()
	}
	return tea.Batch(t.keep(), t.diagnoseSoon(), opening, t.record(func(p *progress.Progress) error {
		task := p.Task(id)
		task.Keep(old)
		task.Started = now
		return nil
	}))
}

// jump goes to the line of the chosen failure.
func (t *task) jump() tea.Cmd {
	line := 0
	if t.verdict != nil && t.chosen < len(t.verdict.Failures) {
		line = t.verdict.Failures[t.chosen].Diagnosis.Line
	}
	t.focus = paneEditor
	t.layout()
	if line > 0 {
		t.editor.GoToLine(line - 1)
	}
	return t.here()
}

// on goes to what comes after this task.
func (t *task) on() tea.Cmd {
	if s, ok := t.course.next(placeTask+t.scenario.ID, t.progress); ok {
		return tea.Batch(t.pop(), t.push(t.open(s)))
	}
	return t.pop()
}

func (t *task) keys() []binding {
	k, w := &t.words.Keys, &t.words.Task
	check := binding{keys: []string{"f5", "ctrl+r"}, show: "F5", does: k.Check, run: t.check}
	if t.Check == nil {
		check = binding{}
	}
	hint := binding{keys: []string{"f4", "ctrl+n"}, show: "F4", does: w.HintKey(t.state().Hints, len(t.scenario.Hints)), run: t.hint}
	panes := binding{keys: []string{"f6", "ctrl+o"}, show: "F6", does: k.NextPane, minor: t.focus != paneEditor, run: func() tea.Cmd { return t.nextPane(1) }}
	again := binding{keys: []string{"f8"}, show: "F8", does: k.StartAgain, minor: true, run: t.reset}
	switch t.focus {
	case paneShell:
		return t.shellKeys()
	case paneEditor:
		return t.writingKeys(check, hint, panes, again)
	}
	again.keys, panes.keys = append(again.keys, "s"), append(panes.keys, "tab")
	again.show, panes.show = "s", "tab"
	panes.minor = false
	back := binding{keys: []string{"shift+tab"}, minor: true, run: func() tea.Cmd { return t.nextPane(-1) }}
	if t.focus == paneMap {
		return append(t.mapKeys(panes, back), check, hint, again)
	}
	own := t.ownKey() // takes e where there is one
	edit := binding{keys: []string{"i"}, does: k.Edit, minor: true, run: func() tea.Cmd { return t.openPane(paneEditor) }}
	if len(own.keys) == 0 {
		edit.keys = []string{"e", "i"}
	}
	var bs []binding
	switch {
	case t.passed():
		next := binding{keys: []string{"enter"}, does: k.Back, run: t.on}
		if s, ok := t.course.next(placeTask+t.scenario.ID, t.progress); ok {
			next.does = t.words.GoOnTo(t.label(s))
		}
		bs = append(bs, next)
	case t.focus == paneResult && t.verdict != nil && len(t.verdict.Failures) > 0:
		bs = append(bs, binding{keys: []string{"enter"}, does: t.jumpDoes(), run: t.jump}, check, hint,
			binding{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, minor: len(t.verdict.Failures) == 1, run: do(func() { t.choose(-1) })},
			binding{keys: []string{"down", "j"}, minor: true, run: do(func() { t.choose(1) })})
	default:
		edit.keys, edit.minor = append([]string{"enter"}, edit.keys...), false
		bs = append(bs, edit, check, hint)
	}
	bs = append(bs, panes, back, again, t.applyKey())
	if t.passed() || t.focus != paneResult {
		bs = append(bs, scrollKeys(t.scrolled(), k.Scroll)...)
	}
	if edit.minor {
		bs = append(bs, edit)
	}
	return append(bs, own)
}

// scrolled is the pane that the scroll keys move.
func (t *task) scrolled() *pane {
	if t.focus == paneResult {
		return &t.result
	}
	return &t.brief
}

// jumpDoes says where enter goes.
func (t *task) jumpDoes() string {
	if line := t.verdict.Failures[t.chosen].Diagnosis.Line; line > 0 {
		return t.words.Task.ToLine(line)
	}
	return t.words.Keys.Edit
}

func (t *task) choose(by int) {
	n := len(t.verdict.Failures)
	if t.chosen+by < 0 || t.chosen+by >= n {
		t.result.scroll(by * 2)
		return
	}
	t.chosen += by
	t.layout()
	t.showChosen()
}

// nextPane moves the keys to the next pane.
func (t *task) nextPane(by int) tea.Cmd {
	names, open := t.tabs()
	return t.openTab((open + by + len(names)) % len(names))
}
