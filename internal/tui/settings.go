package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// The names of settings in the progress, and the values that are not the
// usual ones.
const (
	settingTheme  = "theme"
	settingMotion = "motion"
	settingSigns  = "signs"

	motionReduced = "reduced"
	signsASCII    = "ascii"
)

// applySettings makes the screens look as the learner has chosen. What the
// command line or the environment asks for holds besides.
func (e *env) applySettings() {
	e.still = e.Still || e.terminal.still || e.progress.Settings[settingMotion] == motionReduced
	e.ascii = e.terminal.ascii || e.progress.Settings[settingSigns] == signsASCII
	if p := e.terminal.suit(e.theme()); p != e.styles.Palette {
		e.setPalette(p)
	}
}

// theme is what this run was told to look like, or what the learner has chosen,
// or what suits the terminal.
func (e *env) theme() style.Palette {
	switch name := e.progress.Settings[settingTheme]; {
	case e.Theme != nil:
		return *e.Theme
	case name == style.OwnName && e.OwnTheme != nil:
		return *e.OwnTheme
	default:
		if named, ok := style.Named(name); ok {
			return named
		}
	}
	return style.ForBackground(!e.terminal.light)
}

// settings is the screen of the learner's choices.
type settings struct {
	singlePane
	*env
	list   []setting
	chosen int
	text   pane
	// at are the rows' lines.
	at []int
}

// setting is one choice. The first value is what holds while none was chosen;
// it is stored as nothing.
type setting struct {
	name, title, about string
	values, says       []string
}

func newSettings(e *env) *settings {
	w := &e.words.Settings
	themes, says := append([]string{""}, style.Names()...), []string{w.AutoTheme}
	for _, name := range style.Names() {
		says = append(says, w.Theme(name))
	}
	if e.OwnTheme != nil {
		themes, says = append(themes, style.OwnName), append(says, w.Theme(style.OwnName))
	}
	return &settings{env: e, list: []setting{
		{settingTheme, w.Colours, w.AboutColours, themes, says},
		{settingKeys, w.Keys, w.AboutKeys, []string{"", vimKeys}, []string{w.KeysOrdinary, w.KeysVim}},
		{settingMotion, w.Motion, w.AboutMotion, []string{"", motionReduced}, []string{w.MotionFull, w.MotionReduced}},
		{settingSigns, w.Signs, w.AboutSigns, []string{"", signsASCII}, []string{w.SignsAll, w.SignsASCII}},
	}}
}

func (s *settings) title() string         { return s.words.Settings.Title }
func (s *settings) place() progress.Place { return progress.Place{Screen: placeSettings} }

func (s *settings) keys() []binding {
	k := &s.words.Keys
	return []binding{
		{keys: []string{"enter", "space", "right"}, does: s.words.Settings.Next, run: func() tea.Cmd { return s.turn(1) }},
		{keys: []string{"left"}, show: "← →", does: s.words.Settings.Other, run: func() tea.Cmd { return s.turn(-1) }},
		{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { s.move(-1) })},
		{keys: []string{"down", "j"}, minor: true, run: do(func() { s.move(1) })},
	}
}

func (s *settings) move(by int) { s.chosen = min(max(s.chosen+by, 0), len(s.list)-1) }

// value is which of a setting's values holds.
func (s *settings) value(of setting) int {
	return max(slices.Index(of.values, s.progress.Settings[of.name]), 0)
}

// turn takes another value of the chosen setting. A theme or keys that were
// asked for on the command line give way to what is chosen now.
func (s *settings) turn(by int) tea.Cmd {
	of := s.list[s.chosen]
	n := len(of.values)
	name, value := of.name, of.values[(s.value(of)+by+n)%n]
	switch name {
	case settingTheme:
		s.Theme = nil
	case settingKeys:
		s.keysChosen = true
	}
	cmd := s.record(func(p *progress.Progress) error {
		p.Set(name, value)
		return nil
	})
	s.applySettings()
	return cmd
}

func (s *settings) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		s.move(wheel(msg))
	case tea.MouseClickMsg:
		line := msg.Y - 1 + s.text.top
		for i := len(s.at) - 1; i >= 0; i-- {
			if line == s.at[i] {
				s.chosen = i
				return s.turn(1)
			}
		}
	}
	return nil
}

func (s *settings) view() string {
	width := min(s.width-2*margin, measure)
	var lines []string
	s.at = s.at[:0]
	from := 0
	for i, one := range s.list {
		arrow, look := "  ", s.styles.Text
		if i == s.chosen {
			arrow, look, from = s.styles.Accent.Render(style.SignNext)+" ", s.styles.Accent, len(lines)
		}
		s.at = append(s.at, len(lines))
		lines = append(lines, between(arrow+look.Render(one.title), s.styles.Strong.Render(one.says[s.value(one)]), width))
		lines = append(lines, styled(hanging("  ", one.about, width), 2, s.styles.Dim)...)
		lines = append(lines, "")
	}
	lines = append(lines, s.sample(width)...)
	return s.scrolled(&s.text, lines, from, width, s.styles.Dim)
}

// sample shows the colours and signs with what they mean.
func (s *settings) sample(width int) []string {
	w := &s.words.Settings
	line := s.styles.Accent.Render(style.SignNext+" "+w.Step) + "   " + s.styles.Good.Render(style.SignGood+" "+w.Holds) + "   " +
		s.styles.Bad.Render(style.SignBad+" "+w.Fails) + "   " + s.styles.Warn.Render(style.SignWarn+" "+w.Look) + "   " + s.styles.Dim.Render(style.SignOpen+" "+w.Open)
	return []string{s.styles.Line.Render(strings.Repeat("─", width)), line}
}
