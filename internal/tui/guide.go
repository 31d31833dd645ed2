package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// guide asks its way to the type that a workload needs.
type guide struct {
	singlePane
	*env
	walk   *decide.Walk
	chosen int
	text   pane
}

// guide opens the decision guide.
func (e *env) guide() tea.Cmd {
	if g := newGuide(e); g != nil {
		return e.push(g)
	}
	return nil
}

// newGuide is nil where the lesson's guide cannot be read.
func newGuide(e *env) *guide {
	if e.Guide == nil {
		return nil
	}
	g := e.Guide()
	if g == nil {
		return nil
	}
	return &guide{env: e, walk: g.Walk()}
}

func (g *guide) title() string         { return g.words.Guide.Title }
func (g *guide) place() progress.Place { return progress.Place{Screen: placeGuide} }

func (g *guide) keys() []binding {
	k, w := &g.words.Keys, &g.words.Guide
	var bs []binding
	ask, ok := g.walk.Step()
	switch {
	case ok:
		n := len(ask.Answers)
		bs = append(bs, binding{keys: []string{"enter", "right"}, does: g.words.Question.Answer, run: do(func() { g.answer(g.chosen) })},
			binding{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { g.move(-1, n) })},
			binding{keys: []string{"down", "j"}, minor: true, run: do(func() { g.move(1, n) })})
		for i := range min(n, 9) {
			b := binding{keys: []string{string(rune('1' + i))}, minor: true, run: do(func() { g.answer(i) })}
			if i == 0 {
				b.show, b.does = "1…"+string(rune('0'+min(n, 9))), g.words.Question.Answer
			}
			bs = append(bs, b)
		}
	default:
		if s := g.course.Section(g.walk.End().Section); s != nil {
			goal := step{section: s}
			bs = append(bs, binding{keys: []string{"enter"}, does: w.More(s.Title), run: func() tea.Cmd { return g.push(g.env.open(goal)) }})
		}
		bs = append(bs, binding{keys: []string{"n"}, does: w.Again, run: do(g.again)})
		bs = append(bs, scrollKeys(&g.text, k.Scroll)...)
	}
	if len(g.walk.Path()) > 0 {
		bs = append(bs, binding{keys: []string{"left", "b", "backspace"}, show: "←", does: w.StepBack, run: do(g.stepBack)})
	}
	return bs
}

func (g *guide) move(by, n int) { g.chosen = min(max(g.chosen+by, 0), n-1) }

func (g *guide) answer(i int) {
	g.walk.Choose(i)
	g.chosen, g.text.top = 0, 0
}

// stepBack takes the last answer back; it stands chosen.
func (g *guide) stepBack() {
	path := g.walk.Path()
	last := path[len(path)-1]
	g.walk.Back()
	g.text.top = 0
	for i, a := range last.Step.Answers {
		if a.Value == last.Answer.Value {
			g.chosen = i
		}
	}
}

func (g *guide) again() {
	for g.walk.Back() {
	}
	g.chosen, g.text.top = 0, 0
}

func (g *guide) update(msg tea.Msg) tea.Cmd {
	if w, ok := msg.(tea.MouseWheelMsg); ok {
		g.text.scroll(wheel(w) * 3)
	}
	return nil
}

func (g *guide) view() string {
	width := min(g.width-2*margin, measure)
	g.text.resize(g.width-inset(g.width, width), max(g.height-1, 1))
	g.text.set(g.lines(width))
	return g.column(g.text.box(g.styles.Dim), width)
}

// lines are the answers so far, and below them the next question or the end.
func (g *guide) lines(width int) []string {
	var lines []string
	for _, c := range g.walk.Path() {
		lines = append(lines, styled(hanging("  ", c.Step.Ask+" "+c.Answer.Text+".", width), 2, g.styles.Dim)...)
	}
	if len(lines) > 0 {
		lines = append(lines, "")
	}
	step, ok := g.walk.Step()
	if !ok {
		return append(lines, g.endLines(g.walk.End(), width)...)
	}
	lines = append(lines, styled(wrap(step.Ask, width), 0, g.styles.Strong)...)
	if step.Help != "" {
		lines = append(lines, "")
		lines = append(lines, g.prose(step.Help, width)...)
	}
	lines = append(lines, "")
	for i, a := range step.Answers {
		lines = append(lines, g.option(i, i == g.chosen, a.Text, width)...)
	}
	return lines
}

func (g *guide) endLines(end *decide.End, width int) []string {
	var b strings.Builder
	b.WriteString(end.Why + "\n\n")
	for _, m := range end.Mind {
		b.WriteString("- " + m + "\n")
	}
	b.WriteString("\n```yaml\n" + strings.TrimRight(end.Manifest, "\n") + "\n```\n")
	lines := []string{g.styles.Accent.Render(style.SignNext + " " + end.Type), ""}
	return append(lines, g.prose(b.String(), width)...)
}
