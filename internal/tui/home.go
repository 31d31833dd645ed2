package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/lessons"
)

// home is the lesson at a glance: how far one is and what comes next.
type home struct {
	singlePane
	*env
	rows   []homeRow
	chosen int
	list   pane
	// at are the rows' first lines in the list.
	at []int
}

// homeRow is something that can be chosen and opened.
type homeRow struct {
	step step
	goOn bool // the row on top that goes on where one stopped
	part int  // number of the part from 1, 0 for what belongs to one
}

func newHome(e *env) *home {
	h := &home{env: e}
	h.build()
	return h
}

// build lists the rows; the tasks are shown of the part that is chosen.
func (h *home) build() {
	open := -1
	if h.chosen < len(h.rows) && !h.rows[h.chosen].goOn {
		open = h.course.partOf(h.rows[h.chosen].step)
	}
	h.rows = nil
	if s, ok := h.course.next("", h.progress); ok {
		h.rows = append(h.rows, homeRow{step: s, goOn: true})
	}
	for i, p := range h.course.parts {
		h.rows = append(h.rows, homeRow{step: step{section: p.section}, part: i + 1})
		if i == open {
			for _, t := range p.tasks {
				h.rows = append(h.rows, homeRow{step: step{task: t}})
			}
		}
	}
	for _, s := range sets {
		if h.course.size(string(s)) > 0 {
			h.rows = append(h.rows, homeRow{step: step{set: string(s)}})
		}
	}
	h.chosen = min(h.chosen, max(len(h.rows)-1, 0))
}

// choose moves to a row and keeps it when others appear or go.
func (h *home) choose(i int) {
	if len(h.rows) == 0 {
		return
	}
	row := h.rows[min(max(i, 0), len(h.rows)-1)]
	h.chosen = min(max(i, 0), len(h.rows)-1)
	h.build()
	for j, r := range h.rows {
		if r.goOn == row.goOn && r.step.id() == row.step.id() {
			h.chosen = j
		}
	}
}

// start is called whenever home is seen again: what was done shows.
func (h *home) start() tea.Cmd {
	h.chosen = 0
	h.build()
	return nil
}

func (h *home) title() string         { return h.course.Title }
func (h *home) place() progress.Place { return progress.Place{Screen: placeHome} }

func (h *home) keys() []binding {
	k := &h.words.Keys
	does := k.Open
	if len(h.rows) > 0 && h.rows[h.chosen].goOn {
		does = k.GoOn
	}
	bs := []binding{
		{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { h.choose(h.chosen - 1) })},
		{keys: []string{"down", "j"}, run: do(func() { h.choose(h.chosen + 1) }), minor: true},
		{keys: []string{"home"}, show: "home end", does: k.Ends, run: do(func() { h.choose(0) }), minor: true},
		{keys: []string{"end"}, run: do(func() { h.choose(len(h.rows) - 1) }), minor: true},
	}
	for _, f := range h.features() {
		if f.key != "" && !f.everywhere {
			bs = append(bs, binding{keys: []string{f.key}, does: f.does, minor: true, run: f.open})
		}
	}
	if len(h.rows) > 0 {
		enter := binding{keys: []string{"enter", "right"}, does: does, run: func() tea.Cmd { return h.push(h.open(h.rows[h.chosen].step)) }}
		bs = append([]binding{enter}, bs...)
	}
	return bs
}

func (h *home) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		h.choose(h.chosen + wheel(msg))
	case tea.MouseClickMsg:
		if !h.overList(msg.X) {
			break
		}
		line := msg.Y + h.list.top - 1
		for i := len(h.at) - 1; i >= 0; i-- {
			if line >= h.at[i] {
				if i == h.chosen {
					return h.push(h.env.open(h.rows[i].step))
				}
				h.choose(i)
				break
			}
		}
	}
	return nil
}

// wheel is how many rows a notch of the mouse wheel moves.
func wheel(msg tea.MouseWheelMsg) int {
	switch msg.Button {
	case tea.MouseWheelUp:
		return -1
	case tea.MouseWheelDown:
		return 1
	}
	return 0
}

func (h *home) view() string {
	width := h.listWidth()
	h.list.resize(width+margin, max(h.height-1-len(h.footer(width)), 1))
	lines, from, to := h.lines(width, true)
	if len(lines) > h.list.height {
		lines, from, to = h.lines(width, false)
	}
	h.list.set(lines)
	h.list.show(from, to)
	return h.listed(append(h.list.box(h.styles.Dim), h.footer(width)...), h.about, h.styles.Line)
}

// lines draws all rows and says where the chosen one is. Where there is little
// room the sets of questions do not stand apart.
func (h *home) lines(width int, apart bool) (lines []string, from, to int) {
	h.at = h.at[:0]
	ticks := h.ticks(width)
	for i, r := range h.rows {
		if i > 0 && (h.rows[i-1].goOn || apart && r.step.set != "" && h.rows[i-1].step.set == "") {
			lines = append(lines, "")
		}
		h.at = append(h.at, len(lines))
		if i == h.chosen {
			from = len(lines)
		}
		lines = append(lines, h.row(i, r, width, ticks)...)
		if i == h.chosen {
			to = len(lines)
		}
	}
	if len(h.rows) == 0 {
		lines = append(lines, wrap(h.words.Home.Empty, min(width, measure))...)
	} else if !h.rows[0].goOn {
		done := []string{between(h.styles.Good.Render(style.SignGood)+" "+h.words.Home.AllDone, h.bar(), width)}
		if next := h.course.Next; next.Title != "" {
			done = append(done, "  "+h.styles.Dim.Render(h.words.Home.UpNext(next.Title)))
		}
		for i := range h.at {
			h.at[i] += len(done) + 1
		}
		lines = append(append(done, ""), lines...)
		from, to = from+len(done)+1, to+len(done)+1
		if h.chosen == 0 {
			from = 0
		}
	}
	return lines, from, to
}

func (h *home) row(i int, r homeRow, width int, ticks []string) []string {
	arrow, name := "  ", h.styles.Text
	if i == h.chosen {
		arrow, name = h.styles.Accent.Render(style.SignNext)+" ", h.styles.Accent
	}
	switch {
	case r.goOn:
		first := between(arrow+name.Render(h.label(r.step)), h.bar(), width)
		stopped := "  " + h.stopped(r.step)
		course, labs := h.course.minutesLeft(h.progress)
		left := h.words.Home.Left(course, labs)
		if course > 0 && cells(stopped)+cells(left)+2 > width { // where one stopped is not cut for the labs
			left = h.words.Home.Left(course, 0)
		}
		return []string{first, between(h.styles.Dim.Render(stopped), h.styles.Dim.Render(left), width)}
	case r.part > 0:
		left := fmt.Sprintf("%s%s %2d  %s", arrow, h.sign(r.step), r.part, name.Render(h.label(r.step)))
		return []string{between(left, ticks[r.part-1], width)}
	case r.step.task != nil:
		left := arrow + "      " + h.sign(r.step) + " " + name.Render(h.label(r.step))
		return []string{between(left, h.styles.Dim.Render(h.kind(r.step.task)), width)}
	default:
		n := h.course.size(r.step.set)
		left := arrow + h.sign(r.step) + " " + name.Render(h.label(r.step))
		return []string{between(left, h.styles.Dim.Render(h.words.Home.Answered(h.course.answered(r.step.set, h.progress), n)), width)}
	}
}

// kind says whether a task is a scenario or a lab, and how long it takes.
func (h *home) kind(t *lessons.Head) string {
	kind := h.words.Palette.Scenario
	if t.IsLab {
		kind = h.words.Palette.Lab
	}
	if t.Minutes == 0 {
		return kind
	}
	return kind + "  " + fmt.Sprintf("%6s", h.words.Home.Minutes(t.Minutes))
}

// sign is the state of a step in one cell.
func (e *env) sign(s step) string {
	switch {
	case e.course.isDone(s, e.progress):
		return e.styles.Good.Render(style.SignGood)
	case s.task != nil && e.progress.Tasks[s.task.ID] != nil && !e.progress.Tasks[s.task.ID].SolutionSeen.IsZero():
		return e.styles.Dim.Render("○")
	case s.task != nil:
		return e.styles.Dim.Render(style.SignOpen)
	}
	return " "
}

// ticks are the scenarios of the parts, each as a sign, and how many are
// passed, in the longest form that all of them have room for.
func (h *home) ticks(width int) []string {
	for form := range tickForms {
		lines := make([]string, len(h.course.parts))
		fits := true
		for i, p := range h.course.parts {
			lines[i] = h.tick(p, form)
			fits = fits && cells(lines[i])+numberCells+cells(p.section.Title)+2 <= width
		}
		if fits || form == tickForms-1 {
			return lines
		}
	}
	return nil
}

// numberCells is the room before a part's title: arrow, sign and number.
const numberCells = 8

// tickForms is how many ways there are to tell of a part's scenarios: signs and
// words, signs and numbers, numbers.
const tickForms = 3

func (h *home) tick(p part, form int) string {
	if h.course.isClosed(step{section: p.section}) {
		return h.styles.Dim.Render(h.words.Class.Closed)
	}
	if len(p.scenarios) == 0 {
		return ""
	}
	passed := h.course.passed(p.scenarios, h.progress)
	text := h.words.Home.Of(passed, len(p.scenarios))
	if form == 0 {
		text = h.words.Home.Passed(passed, len(p.scenarios))
		text = strings.Repeat(" ", max(lipgloss.Width(h.words.Home.Passed(9, 9))-lipgloss.Width(text), 0)) + text
	}
	signs := ""
	if form < tickForms-1 {
		for _, t := range p.scenarios {
			signs += h.sign(step{task: t}) + " "
		}
		signs += "  "
	}
	return signs + h.styles.Dim.Render(text)
}

// barCells is the length of the bar that shows the progress.
const barCells = 10

func (h *home) bar() string {
	percent := h.course.done(h.progress)
	full := percent * barCells / 100
	return fmt.Sprintf("%d %%  ", percent) + h.styles.Good.Render(strings.Repeat("▰", full)) + h.styles.Dim.Render(strings.Repeat("▱", barCells-full))
}

// about says what is known of the chosen row.
func (h *home) about(width int) []string {
	if h.chosen >= len(h.rows) {
		return nil
	}
	return h.aboutStep(h.rows[h.chosen].step, width)
}
