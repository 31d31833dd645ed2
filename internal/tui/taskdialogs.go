package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// prediction asks before the first check what will happen.
type prediction struct {
	*env
	task   *task
	chosen int
}

func newPrediction(t *task) *prediction { return &prediction{env: t.env, task: t} }

func (d *prediction) title() string { return d.words.Task.BeforeYouCheck }

func (d *prediction) keys() []binding {
	n := len(d.task.scenario.Predict.Options)
	bs := []binding{
		{keys: []string{"enter"}, does: d.words.Keys.Check, run: func() tea.Cmd { return d.answer(d.chosen) }},
		{keys: []string{"up", "k"}, show: "↑↓", does: d.words.Keys.Choose, run: do(func() { d.chosen = max(d.chosen-1, 0) })},
		{keys: []string{"down", "j"}, minor: true, run: do(func() { d.chosen = min(d.chosen+1, n-1) })},
	}
	for i := range min(n, 9) {
		bs = append(bs, binding{keys: []string{string(rune('1' + i))}, minor: true, run: func() tea.Cmd { return d.answer(i) }})
	}
	return bs
}

// answer keeps the prediction and runs the check.
func (d *prediction) answer(i int) tea.Cmd {
	id, text := d.task.scenario.ID, d.task.scenario.Predict.Options[i].Text
	return tea.Batch(d.closeDialog(), d.record(func(p *progress.Progress) error {
		p.Task(id).Prediction = text
		return nil
	}), d.task.runCheck())
}

func (d *prediction) view(width, _ int) string {
	p := d.task.scenario.Predict
	lines := append(wrap(inLine(p.Question), width), "")
	for i, o := range p.Options {
		lines = append(lines, d.option(i, i == d.chosen, o.Text, width)...)
	}
	return strings.Join(lines, "\n")
}

// option draws one of several answers to choose from, a line of Markdown.
func (e *env) option(i int, chosen bool, text string, width int) []string {
	arrow, name := "  ", e.styles.Text
	if chosen {
		arrow, name = e.styles.Accent.Render(style.SignNext)+" ", e.styles.Accent
	}
	return styled(hanging(arrow+e.styles.Dim.Render(string(rune('1'+i)))+"  ", inLine(text), width), 5, name)
}

// hints is the ladder: rung by rung, the solution last.
type hints struct {
	*env
	task *task
	pane pane
	// newest: the rung that was uncovered last is to be in sight.
	newest bool
}

// hint opens the ladder, with its first rung at least.
func (t *task) hint() tea.Cmd {
	if t.room.HoldHints {
		t.notice = t.words.Class.HintsHeld
		return nil
	}
	var first tea.Cmd
	if t.state().Hints == 0 {
		first = t.showHint()
	}
	return tea.Batch(first, t.openDialog(&hints{env: t.env, task: t}))
}

// showHint uncovers the next rung, if it may be uncovered.
func (t *task) showHint() tea.Cmd {
	state := *t.state()
	id, n, all, now := t.scenario.ID, state.Hints+1, len(t.scenario.Hints), t.Now()
	if t.room.HoldHints || !state.ShowHint(n, all, now) {
		return nil
	}
	return t.record(func(p *progress.Progress) error {
		p.Task(id).ShowHint(n, all, now)
		return nil
	})
}

func (h *hints) title() string {
	return h.words.Task.HintTitle(h.task.state().Hints, len(h.task.scenario.Hints))
}

func (h *hints) keys() []binding {
	w, n, all := &h.words.Task, h.task.state().Hints, len(h.task.scenario.Hints)
	bs := scrollKeys(&h.pane, h.words.Keys.Scroll)
	next := func() tea.Cmd {
		h.newest = true
		return h.task.showHint()
	}
	switch {
	case n+1 < all:
		bs = append([]binding{{keys: []string{"enter", "f4", "ctrl+n"}, does: w.NextHint, run: next}}, bs...)
	case n+1 == all && h.task.state().MayShowSolution():
		bs = append([]binding{{keys: []string{"enter"}, does: w.ShowSolution, run: next}}, bs...)
	}
	return bs
}

func (h *hints) view(width, height int) string {
	w, n, all := &h.words.Task, h.task.state().Hints, len(h.task.scenario.Hints)
	var lines []string
	newest := 0
	for i, hint := range h.task.scenario.Hints[:min(n, all)] {
		if i > 0 {
			lines = append(lines, "")
		}
		newest = len(lines)
		lines = append(lines, h.prose(hint, width-1)...)
	}
	switch {
	case n == all && all > 0 && h.task.scenario.Solution != "":
		lines = append(append(lines, ""), h.prose("```yaml\n"+h.task.scenario.Solution+"\n```", width-1)...)
	case n+1 == all && !h.task.state().MayShowSolution():
		lines = append(append(lines, ""), styled(wrap(w.SolutionLater(progress.SolutionTries, h.task.state().HonestTries()), width-1), 0, h.styles.Dim)...)
	case n+1 == all:
		lines = append(append(lines, ""), styled(wrap(w.SolutionNow, width-1), 0, h.styles.Warn)...)
	case all == 0:
		lines = append(lines, w.NoHints)
	}
	h.pane.resize(width, min(height, len(lines)))
	h.pane.set(lines)
	if h.newest {
		h.pane.show(newest, len(lines))
		h.newest = false
	}
	return strings.Join(h.pane.box(h.styles.Dim), "\n")
}
