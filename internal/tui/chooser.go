package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// choice is a line of a chooser: its sign, name and what is known of it.
type choice struct {
	sign, name, about string
	open              func() tea.Cmd
	// drop takes it away; nil where it stays.
	drop func() tea.Cmd
}

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
}

func (c *chooser) start() tea.Cmd {
	c.rows = c.list()
	c.move(0)
	return nil
}

func (c *chooser) title() string         { return c.name }
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
		i := msg.Y - 1 + c.pane.top
		if i < 0 || i >= len(c.rows) {
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
	width := min(c.width-2*margin, 96)
	lines := make([]string, len(c.rows))
	for i, r := range c.rows {
		arrow, look := "  ", c.styles.Text
		if i == c.chosen {
			arrow, look = c.styles.Accent.Render(style.SignNext)+" ", c.styles.Accent
		}
		sign := r.sign
		if sign != "" {
			sign += " "
		}
		lines[i] = between(arrow+sign+look.Render(r.name), c.styles.Dim.Render(r.about), width)
	}
	if len(lines) == 0 {
		lines = wrap(c.empty, min(width, measure))
	}
	c.pane.resize(width+margin, max(c.height-1, 1))
	c.pane.set(lines)
	c.pane.show(c.chosen, c.chosen+1)
	rows := append([]string{""}, indented(c.pane.box(c.styles.Dim), margin)...)
	return strings.Join(box(rows, c.width, c.height), "\n")
}

// newLabs lists the labs with how far one is.
func newLabs(e *env) *chooser {
	c := &chooser{env: e, name: e.words.Home.Labs, at: progress.Place{Screen: placeLabs}, list: func() []choice {
		var rows []choice
		for _, l := range e.course.Labs {
			s := step{task: l}
			if e.course.isClosed(s) {
				rows = append(rows, choice{sign: " ", name: l.Title, about: e.words.Class.Closed, open: e.notOpen})
				continue
			}
			about := ""
			if l.Minutes > 0 {
				about = e.words.Home.Minutes(l.Minutes)
			}
			rows = append(rows, choice{sign: e.sign(s), name: l.Title, about: about, open: func() tea.Cmd { return e.push(newTask(e, l, "")) }})
		}
		return rows
	}}
	c.start()
	return c
}

// notOpen tells that a teacher has not opened something yet.
func (e *env) notOpen() tea.Cmd {
	e.notice = e.words.Class.NotOpen
	return nil
}
