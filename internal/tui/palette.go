package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// palette finds a section, scenario, lab or set of questions by some of its
// letters, and goes there.
type palette struct {
	*env
	typed  string
	all    []step
	names  []string
	found  fuzzy.Matches
	chosen int
	list   pane
}

func newPalette(e *env) *palette {
	p := &palette{env: e, all: e.course.steps()}
	for _, s := range p.all {
		name := e.label(s)
		if s.task != nil {
			name += "  " + s.task.ID
		}
		p.names = append(p.names, name)
	}
	p.search()
	return p
}

func (p *palette) title() string { return p.words.Palette.Title }

func (p *palette) keys() []binding {
	k := &p.words.Keys
	var bs []binding
	if len(p.found) > 0 {
		bs = append(bs,
			binding{keys: []string{"enter"}, does: k.Open, run: p.open},
			binding{keys: []string{"up"}, show: "↑↓", does: k.Choose, run: do(func() { p.chosen = max(p.chosen-1, 0) })},
			binding{keys: []string{"down"}, minor: true, run: do(func() { p.chosen = min(p.chosen+1, len(p.found)-1) })})
	}
	return append(bs, binding{keys: []string{"ctrl+p"}, minor: true, run: p.closeDialog})
}

func (p *palette) open() tea.Cmd {
	to := p.env.open(p.all[p.found[p.chosen].Index])
	return p.goTo(to)
}

// goTo leaves all screens but home for another.
func (e *env) goTo(s screen) tea.Cmd { return e.act(goMsg{s}) }

// search finds what matches; everything where nothing was typed.
func (p *palette) search() {
	p.chosen = 0
	if p.typed == "" {
		p.found = p.found[:0]
		for i, n := range p.names {
			p.found = append(p.found, fuzzy.Match{Str: n, Index: i})
		}
		return
	}
	p.found = fuzzy.Find(p.typed, p.names)
}

// update takes what is typed.
func (p *palette) update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyPressMsg)
	switch {
	case !ok:
	case key.String() == "backspace":
		if r := []rune(p.typed); len(r) > 0 {
			p.typed = string(r[:len(r)-1])
			p.search()
		}
	case key.Text != "" && len(p.typed) < maxTyped:
		p.typed += key.Text
		p.search()
	}
	return nil
}

func (p *palette) view(width, height int) string {
	lines := make([]string, 0, len(p.found))
	for i, m := range p.found {
		arrow, look := "  ", p.styles.Text
		if i == p.chosen {
			arrow, look = p.styles.Accent.Render(style.SignNext)+" ", p.styles.Accent
		}
		done := " "
		if p.course.isDone(p.all[m.Index], p.progress) {
			done = p.styles.Good.Render(style.SignGood)
		}
		lines = append(lines, arrow+done+" "+look.Render(p.names[m.Index]))
	}
	if len(lines) == 0 {
		lines = []string{p.styles.Dim.Render(p.words.Palette.Nothing)}
	}
	p.list.resize(width, max(min(height-2, len(p.names)), 1))
	p.list.set(lines)
	p.list.show(p.chosen, p.chosen+1)
	typed := p.styles.Accent.Render("/ ") + fit(p.typed+"▏", width-2)
	return typed + "\n\n" + strings.Join(p.list.box(p.styles.Dim), "\n")
}
