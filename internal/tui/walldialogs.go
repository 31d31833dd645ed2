package tui

import (
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// messageDialog takes what the teacher says to everybody.
type messageDialog struct {
	*env
	typed line
}

// maxMessage is how many bytes a message has at most: it is one line.
const maxMessage = 120

func (d *messageDialog) title() string { return d.words.Class.Wall.MessageTitle }

func (d *messageDialog) keys() []binding {
	return []binding{{keys: []string{"enter"}, does: d.words.Class.Wall.Send, run: func() tea.Cmd {
		text, now := strings.TrimSpace(d.typed.text), d.Now()
		return tea.Batch(d.closeDialog(), d.change("", func(c *classroom.Class) { c.Message, c.At = text, now }))
	}}}
}

func (d *messageDialog) update(msg tea.Msg) tea.Cmd {
	d.typed.update(msg)
	return nil
}

func (d *messageDialog) view(width, _ int) string {
	lines := wrap(d.words.Class.Wall.MessagePrompt, width)
	return strings.Join(append(lines, "", d.typed.view(d.styles.Accent.Render(style.SignNext)+" ", width)), "\n")
}

// sectionsDialog opens and closes sections.
type sectionsDialog struct {
	*env
	chosen int
	pane   pane
}

func (d *sectionsDialog) title() string { return d.words.Class.Wall.SectionsTitle }

func (d *sectionsDialog) keys() []binding {
	k, parts := &d.words.Keys, d.course.parts
	bs := []binding{
		{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { d.chosen = max(d.chosen-1, 0) })},
		{keys: []string{"down", "j"}, run: do(func() { d.chosen = min(d.chosen+1, len(parts)-1) }), minor: true},
	}
	if len(parts) == 0 {
		return bs
	}
	toggle := binding{keys: []string{"enter", "space"}, does: d.words.Class.Wall.Toggle, run: func() tea.Cmd {
		id := parts[d.chosen].Section
		return d.change("", func(c *classroom.Class) { c.Toggle(id) })
	}}
	return append([]binding{toggle}, bs...)
}

func (d *sectionsDialog) view(width, height int) string {
	w := &d.words.Class.Wall
	var lines []string
	for i, p := range d.course.parts {
		arrow, name := "  ", d.styles.Text
		if i == d.chosen {
			arrow, name = d.styles.Accent.Render(style.SignNext)+" ", d.styles.Accent
		}
		state := d.styles.Good.Render(w.Open)
		if d.room.IsClosed(p.Section) {
			state = d.styles.Dim.Render(w.Shut)
		}
		lines = append(lines, between(arrow+name.Render(p.section.Title), state, width-1))
	}
	d.pane.resize(width, min(height, len(lines)))
	d.pane.set(lines)
	d.pane.show(d.chosen, d.chosen+1)
	return strings.Join(d.pane.box(d.styles.Dim), "\n")
}

// quizMinutes are the lengths of a quiz to choose from.
var quizMinutes = []int{5, 10, 15, 20, 30}

// quizDialog starts a timed quiz, on one section or on all.
type quizDialog struct {
	*env
	chosen int
	about  int // a section's number, 0 for all
}

// topics are the sections that have questions, after "" for all.
func (d *quizDialog) topics() []string {
	ids := []string{""}
	for _, p := range d.course.parts {
		if len(d.quizQuestions(p.Section)) > 0 {
			ids = append(ids, p.Section)
		}
	}
	return ids
}

func (d *quizDialog) title() string { return d.words.Class.Wall.QuizTitle }

func (d *quizDialog) keys() []binding {
	w, topics := &d.words.Class.Wall, d.topics()
	turn := func(by int) func() tea.Cmd {
		return do(func() { d.about = (d.about + by + len(topics)) % len(topics) })
	}
	bs := []binding{
		{keys: []string{"enter"}, does: w.Start, run: func() tea.Cmd {
			ends := d.Now().Add(time.Duration(quizMinutes[d.chosen]) * time.Minute)
			return tea.Batch(d.closeDialog(), d.change(w.QuizRuns, func(c *classroom.Class) { c.Quiz = &classroom.Quiz{Topic: topics[d.about], Ends: ends} }))
		}},
		{keys: []string{"up", "k"}, show: "↑↓", does: d.words.Keys.Choose, run: do(func() { d.chosen = max(d.chosen-1, 0) })},
		{keys: []string{"down", "j"}, run: do(func() { d.chosen = min(d.chosen+1, len(quizMinutes)-1) }), minor: true},
		{keys: []string{"right", "l"}, show: "←→", does: w.QuizSection, run: turn(1)},
		{keys: []string{"left", "h"}, run: turn(-1), minor: true},
	}
	for i := range quizMinutes {
		bs = append(bs, binding{keys: []string{string(rune('1' + i))}, minor: true, run: do(func() { d.chosen = i })})
	}
	return bs
}

func (d *quizDialog) view(width, _ int) string {
	topic, title := d.topics()[d.about], ""
	if s := d.course.Section(topic); s != nil {
		title = s.Title
	}
	lines := append(wrap(d.words.Class.Wall.QuizAbout(title, len(d.quizQuestions(topic))), width), "")
	for i, m := range quizMinutes {
		lines = append(lines, d.option(i, i == d.chosen, d.words.Class.Wall.QuizMinutes(m), width)...)
	}
	return strings.Join(lines, "\n")
}

// manifestDialog shows what a learner has typed.
type manifestDialog struct {
	*env
	name, text string
	pane       pane
}

func (d *manifestDialog) title() string { return d.name }

func (d *manifestDialog) keys() []binding { return scrollKeys(&d.pane, d.words.Keys.Scroll) }

func (d *manifestDialog) view(width, height int) string {
	text := d.text
	if text == "" {
		text = d.words.Class.Wall.NoManifest
	}
	var lines []string
	for line := range strings.SplitSeq(visible(text), "\n") {
		lines = append(lines, ansi.Truncate(line, width-1, "…"))
	}
	d.pane.resize(width, min(height, len(lines)))
	d.pane.set(lines)
	return strings.Join(d.pane.box(d.styles.Dim), "\n")
}

// visible shows control characters that somebody else typed, so that none of
// them reaches the terminal.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return '\ufffd'
		}
		return r
	}, s)
}
