package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/lessons"
)

// choice is a line of a chooser: its sign, name and what is known of it.
type choice struct {
	sign, name, about string
	// under is the heading of those that it stands with; "" for none.
	under heading
	open  func() tea.Cmd
	// more says what else is known of it, in lines of a width; nil for nothing.
	more func(width int) []string
	// drop takes it away; nil where it stays.
	drop func() tea.Cmd
}

// heading stands above some choices: what they have in common, and how far one
// is with them.
type heading struct{ name, about string }

// chooser is a screen that lists things to open.
type chooser struct {
	singlePane
	*env
	name, empty string
	at          progress.Place
	list        func() []choice
	rows        []choice
	chosen      int
	pane        pane
	// lines are the lines at which the rows stand.
	lines []int
	// sum is said of all of them, in the top line.
	sum string
}

func (c *chooser) start() tea.Cmd {
	c.rows = c.list()
	c.move(0)
	return nil
}

// resize lists anew: the signs have the colours of the moment.
func (c *chooser) resize(width, height int) {
	c.singlePane.resize(width, height)
	c.start()
}

func (c *chooser) title() string         { return c.name }
func (c *chooser) aside() string         { return c.sum }
func (c *chooser) place() progress.Place { return c.at }

func (c *chooser) keys() []binding {
	k := &c.words.Keys
	if len(c.rows) == 0 {
		return nil
	}
	bs := []binding{
		{keys: []string{"enter", "right"}, does: k.Open, run: c.rows[c.chosen].open},
		{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { c.move(-1) })},
		{keys: []string{"down", "j"}, minor: true, run: do(func() { c.move(1) })},
		{keys: []string{"home"}, show: "home end", does: k.Ends, minor: true, run: do(func() { c.move(-len(c.rows)) })},
		{keys: []string{"end"}, minor: true, run: do(func() { c.move(len(c.rows)) })},
	}
	if drop := c.rows[c.chosen].drop; drop != nil {
		bs = append(bs, binding{keys: []string{"delete", "x"}, show: "x", does: k.Remove, run: func() tea.Cmd {
			cmd := drop()
			c.start()
			return cmd
		}})
	}
	return bs
}

func (c *chooser) move(by int) { c.chosen = min(max(c.chosen+by, 0), max(len(c.rows)-1, 0)) }

func (c *chooser) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		c.move(wheel(msg))
	case tea.MouseClickMsg:
		i := slices.Index(c.lines, msg.Y-1+c.pane.top)
		if i < 0 || !c.overList(msg.X) {
			return nil
		}
		if i == c.chosen {
			return c.rows[i].open()
		}
		c.chosen = i
	}
	return nil
}

func (c *chooser) view() string {
	width := c.listWidth()
	if len(c.rows) == 0 {
		return c.column(wrap(c.empty, min(width, measure)), min(width, measure))
	}
	lines := c.draw(width)
	from := 0
	if c.chosen > 0 { // the first one shows its heading too
		from = c.lines[c.chosen]
	}
	c.pane.resize(width+margin, max(c.height-1, 1))
	c.pane.set(lines)
	c.pane.show(from, from+1)
	return c.listed(c.pane.box(c.styles.Dim), c.about, c.styles.Line)
}

// about says what is known of the chosen row.
func (c *chooser) about(width int) []string {
	if more := c.rows[c.chosen].more; more != nil {
		return more(width)
	}
	return nil
}

// draw writes the rows below their headings.
func (c *chooser) draw(width int) []string {
	var lines []string
	c.lines = c.lines[:0]
	for i, r := range c.rows {
		if h := r.under; h != (heading{}) && (i == 0 || h != c.rows[i-1].under) {
			if i > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, between(c.styles.Dim.Render(h.name), c.styles.Dim.Render(h.about), width))
		}
		arrow, look := "  ", c.styles.Text
		if i == c.chosen {
			arrow, look = c.styles.Accent.Render(style.SignNext)+" ", c.styles.Accent
		}
		sign := r.sign
		if sign != "" {
			sign += " "
		}
		c.lines = append(c.lines, len(lines))
		lines = append(lines, between(arrow+sign+look.Render(r.name), c.styles.Dim.Render(r.about), width))
	}
	return lines
}

// newLabs lists the labs by the sections that they belong to, from the first
// on that is not solved.
func newLabs(e *env) *chooser {
	c := &chooser{env: e, name: e.words.Home.Labs, at: progress.Place{Screen: placeLabs}}
	c.list = func() []choice {
		c.sum = e.words.Home.Solved(e.course.passed(e.course.Labs, e.progress), len(e.course.Labs))
		var rows []choice
		for _, l := range e.course.Labs {
			var under heading // none for one of no part: those are the last
			if i := e.course.partOf(step{task: l}); i >= 0 {
				p := e.course.parts[i]
				labs := p.tasks[len(p.scenarios):]
				under = heading{p.section.Title, e.words.Home.Of(e.course.passed(labs, e.progress), len(labs))}
			}
			rows = append(rows, e.labChoice(l, under))
		}
		return rows
	}
	c.start()
	c.chosen = max(slices.IndexFunc(c.rows, func(r choice) bool { return r.sign == e.styles.Dim.Render(style.SignOpen) }), 0)
	return c
}

// labChoice is a lab in the list of them.
func (e *env) labChoice(l *lessons.Head, under heading) choice {
	s := step{task: l}
	if e.course.isClosed(s) {
		return choice{sign: " ", name: l.Title, about: e.words.Class.Closed, under: under, open: e.notOpen}
	}
	about := ""
	if l.Minutes > 0 {
		about = e.words.Home.Minutes(l.Minutes)
	}
	return choice{sign: e.sign(s), name: l.Title, about: about, under: under, open: func() tea.Cmd { return e.push(e.open(s)) },
		more: func(width int) []string { return e.aboutStep(s, width) }}
}

// notOpen tells that a teacher has not opened something yet.
func (e *env) notOpen() tea.Cmd {
	e.notice = e.words.Class.NotOpen
	return nil
}
