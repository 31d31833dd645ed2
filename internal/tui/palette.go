package tui

import (
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// palette finds anything by some of its letters and goes there: sections and
// their pages, scenarios, labs, questions, terms and commands.
type palette struct {
	*env
	typed  line
	all    []found
	names  []string
	found  fuzzy.Matches
	chosen int
	list   pane
}

// found is something that the palette can open.
type found struct {
	name, kind string
	// sign is the state of a step, as it looks now; nil for what has none.
	sign func() string
	// also is matched too, though it is not shown: an id.
	also string
	open func() tea.Cmd
}

// newPalette finds everything, and does what any of the bindings does.
func newPalette(e *env, commands []binding) *palette {
	p := &palette{env: e}
	w := &e.words.Palette
	for _, s := range e.course.steps {
		if e.course.isClosed(s) {
			continue
		}
		f := found{sign: func() string { return e.sign(s) }, name: e.label(s), kind: w.Section, open: func() tea.Cmd { return e.goTo(e.open(s)) }}
		switch {
		case s.task != nil && s.task.IsLab:
			f.kind, f.also = w.Lab+"  "+s.task.ID, s.task.ID
		case s.task != nil:
			f.kind, f.also = w.Scenario+"  "+s.task.ID, s.task.ID
		case s.set != "":
			f.kind = w.Question
		}
		p.all = append(p.all, f)
	}
	p.addCommands(commands)
	p.addPages()
	p.addTerms()
	for _, q := range e.course.Questions() {
		if q.Set != quiz.Practice && q.Set != quiz.Quiz {
			continue
		}
		p.all = append(p.all, found{name: inLine(q.Prompt), kind: w.Question, also: q.ID, open: func() tea.Cmd {
			return e.goTo(newQuestions(e, "", []*quiz.Question{q}, 0))
		}})
	}
	for _, f := range p.all {
		p.names = append(p.names, f.name+" "+f.also)
	}
	p.search()
	return p
}

// addCommands offers what keys do on the screen below, and what home offers.
func (p *palette) addCommands(commands []binding) {
	kind, k := p.words.Palette.Command, &p.words.Keys
	known := map[string]bool{} // in lower case
	for _, aside := range []string{k.GoTo, k.Choose, k.Ends, k.Scroll} {
		known[strings.ToLower(aside)] = true
	}
	add := func(name, key string, run func() tea.Cmd) {
		if known[strings.ToLower(name)] {
			return
		}
		known[strings.ToLower(name)] = true
		p.all = append(p.all, found{name: name, kind: kind + "  " + key, open: func() tea.Cmd {
			p.closeDialog()
			return run()
		}})
	}
	for _, f := range p.features() {
		add(f.does, f.key, f.open)
	}
	for _, b := range commands {
		if b.run != nil && b.does != "" {
			add(b.does, b.label(), b.run)
		}
	}
}

// addPages offers the pages of sections that have a heading of their own.
func (p *palette) addPages() {
	for _, s := range p.course.steps {
		if s.section == nil || p.course.isClosed(s) {
			continue
		}
		for i, page := range s.section.Pages() {
			if i == 0 {
				continue
			}
			p.all = append(p.all, found{name: page.Title, kind: p.words.Palette.Page, also: s.section.Title, open: func() tea.Cmd {
				return p.goTo(newReader(p.env, s.section, i))
			}})
		}
	}
}

// termForm is a term of the glossary: "- **term, other** …".
var termForm = regexp.MustCompile(`(?m)^- \*\*([^*]+)\*\*`)

// addTerms offers the pages of reference and the terms in them.
func (p *palette) addTerms() {
	for _, page := range p.course.Reference {
		p.addTerm(page, 0, page.Title)
		for i, part := range page.Pages() {
			if i > 0 {
				p.addTerm(page, i, part.Title)
			}
			for _, m := range termForm.FindAllStringSubmatch(part.Body, -1) {
				p.addTerm(page, i, m[1])
			}
		}
	}
}

func (p *palette) addTerm(page *lessons.Section, at int, name string) {
	p.all = append(p.all, found{name: name, kind: p.words.Palette.Term, also: page.Title, open: func() tea.Cmd {
		p.closeDialog()
		r := newReader(p.env, page, at)
		cmd := p.push(r)
		r.showText(name)
		return cmd
	}})
}

func (p *palette) title() string { return p.words.Palette.Title }

func (p *palette) keys() []binding {
	k := &p.words.Keys
	var bs []binding
	if len(p.found) > 0 {
		bs = append(bs,
			binding{keys: []string{"enter"}, does: k.Open, run: p.open},
			binding{keys: []string{"up"}, show: "↑↓", does: k.Choose, run: do(func() { p.move(-1) })},
			binding{keys: []string{"down"}, minor: true, run: do(func() { p.move(1) })},
			binding{keys: []string{"pgup"}, show: "pgup pgdn", does: k.Choose, minor: true, run: do(func() { p.move(-p.list.height) })},
			binding{keys: []string{"pgdown"}, minor: true, run: do(func() { p.move(p.list.height) })})
	}
	return append(bs, binding{keys: []string{"ctrl+p"}, minor: true, run: p.closeDialog})
}

func (p *palette) move(by int) { p.chosen = min(max(p.chosen+by, 0), max(len(p.found)-1, 0)) }

func (p *palette) open() tea.Cmd { return p.all[p.found[p.chosen].Index].open() }

// goTo leaves all screens but home for another.
func (e *env) goTo(s screen) tea.Cmd { return e.act(goMsg{s}) }

// search finds what matches; everything where nothing was typed.
func (p *palette) search() {
	p.chosen = 0
	if p.typed.text == "" {
		p.found = p.found[:0]
		for i, n := range p.names {
			p.found = append(p.found, fuzzy.Match{Str: n, Index: i})
		}
		return
	}
	p.found = fuzzy.Find(p.typed.text, p.names)
	slices.SortStableFunc(p.found, func(a, b fuzzy.Match) int { return p.far(a.Index) - p.far(b.Index) })
}

// far is how far what was typed is from a thing's name or id: nothing where it
// is one of them, more where it begins one, and where it is in one.
func (p *palette) far(i int) int {
	typed, far := strings.ToLower(p.typed.text), 3
	for _, name := range []string{strings.ToLower(p.all[i].name), p.all[i].also} {
		switch {
		case name == typed:
			return 0
		case strings.HasPrefix(name, typed):
			far = min(far, 1)
		case strings.Contains(name, typed):
			far = min(far, 2)
		}
	}
	return far
}

// update takes what is typed.
func (p *palette) update(msg tea.Msg) tea.Cmd {
	if p.typed.update(msg) {
		p.search()
	}
	return nil
}

func (p *palette) view(width, height int) string {
	lines := make([]string, 0, len(p.found))
	for i, m := range p.found {
		arrow, look, f := "  ", p.styles.Text, p.all[m.Index]
		if i == p.chosen {
			arrow, look = p.styles.Accent.Render(style.SignNext)+" ", p.styles.Accent
		}
		sign := " "
		if f.sign != nil {
			sign = f.sign()
		}
		lines = append(lines, between(arrow+sign+" "+look.Render(f.name), p.styles.Dim.Render(f.kind), width-margin))
	}
	if len(lines) == 0 {
		lines = []string{p.styles.Dim.Render(p.words.Palette.Nothing)}
	}
	p.list.resize(width, max(min(height-2, len(p.names)), 1))
	p.list.set(lines)
	p.list.show(p.chosen, p.chosen+1)
	return p.typed.view(p.styles.Accent.Render("/ "), width) + "\n\n" + strings.Join(p.list.box(p.styles.Dim), "\n")
}

// goPlaceMsg asks for a place, over home.
type goPlaceMsg struct{ place progress.Place }

// showText scrolls to the first line that holds a text.
func (r *reader) showText(text string) {
	r.fill()
	for i, l := range r.text.lines {
		if strings.Contains(ansi.Strip(l), text) {
			r.text.scroll(i - r.text.top)
			return
		}
	}
}
