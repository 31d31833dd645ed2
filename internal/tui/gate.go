package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// Ask is one thing that is asked before somebody is let in.
type Ask struct {
	Title, Prompt string
	// Problem is what was wrong before, "" for nothing.
	Problem string
	// Accept takes the answer; its error is shown, and asked for again.
	Accept func(context.Context, string) error
	// Final tells which errors end the asking.
	Final func(error) bool
}

// Gate asks on a screen of its own. It tells whether an answer was accepted;
// an error is the terminal's, or one that ended the asking.
func Gate(ctx context.Context, o Options, ask Ask) (bool, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g := newGate(ctx, o, ask)
	if err := ended(ctx, show(ctx, o, g)); err != nil {
		return false, err
	}
	return g.accepted, g.final
}

// gate is a line to type and what is wrong with it.
type gate struct {
	Options
	ctx           context.Context
	ask           Ask
	terminal      terminal
	styles        *style.Styles
	width, height int
	typed         line
	problem       string
	asking        bool
	accepted      bool
	final         error
}

// maxAnswer is how many bytes are taken.
const maxAnswer = 128

func newGate(ctx context.Context, o Options, ask Ask) *gate {
	g := &gate{Options: o, ctx: ctx, ask: ask, problem: ask.Problem, typed: line{most: maxAnswer}}
	g.look()
	return g
}

// look takes the colours that suit the terminal.
func (g *gate) look() {
	p := style.ForBackground(!g.terminal.light)
	if g.Theme != nil {
		p = *g.Theme
	}
	g.styles = style.New(g.terminal.suit(p))
}

type answeredMsg struct{ err error }

func (g *gate) Init() tea.Cmd { return nil }

func (g *gate) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		g.width, g.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg, tea.ColorProfileMsg, tea.EnvMsg:
		g.terminal.hear(msg)
		g.look()
	case answeredMsg:
		g.asking = false
		switch {
		case msg.err == nil:
			g.accepted = true
			return g, tea.Quit
		case g.ask.Final != nil && g.ask.Final(msg.err):
			g.final = msg.err
			return g, tea.Quit
		}
		g.problem, g.typed.text = msg.err.Error(), ""
	case tea.PasteMsg:
		g.write(msg)
	case tea.KeyPressMsg:
		return g, g.key(msg)
	}
	return g, nil
}

func (g *gate) key(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "esc", "ctrl+c", "ctrl+d":
		return tea.Quit
	case "enter":
		answer := strings.TrimSpace(g.typed.text)
		if g.asking || answer == "" {
			return nil
		}
		g.asking, g.problem = true, ""
		ctx, accept := g.ctx, g.ask.Accept
		return func() tea.Msg { return answeredMsg{accept(ctx, answer)} }
	}
	g.write(msg)
	return nil
}

// write takes what is typed, which answers what was wrong before.
func (g *gate) write(msg tea.Msg) {
	if !g.asking && g.typed.update(msg) {
		g.problem = ""
	}
}

func (g *gate) View() tea.View {
	v := tea.NewView(g.content())
	v.AltScreen = true
	v.WindowTitle = g.Words.AppName
	return v
}

// content stands where the screens of the app have it: a title above, the keys
// below.
func (g *gate) content() string {
	w, width := &g.Words.Class, min(max(g.width-2*margin, 1), measure)
	rule := g.styles.Line.Render(strings.Repeat("─", max(g.width, 0)))
	body := append([]string{""}, wrap(g.ask.Prompt, width)...)
	body = append(body, "", g.typed.view(g.styles.Accent.Render(style.SignNext)+" ", width))
	switch {
	case g.asking:
		body = append(body, "", g.styles.Dim.Render(w.Checking))
	case g.problem != "":
		body = append(append(body, ""), styled(wrap(style.SignBad+" "+g.problem, width), 0, g.styles.Bad)...)
	}
	keys := ""
	for _, k := range [][2]string{{"enter", w.Join}, {"esc", w.Leave}} {
		keys += g.styles.Key.Render(k[0]) + " " + g.styles.Dim.Render(k[1]) + "   "
	}
	rows := slices.Concat(
		indented([]string{g.styles.Strong.Render(g.ask.Title)}, margin), []string{rule},
		indented(box(body, width, max(g.height-topRows-bottomRows, 1)), inset(g.width, width)),
		[]string{rule}, indented([]string{keys}, margin))
	content := strings.Join(box(rows, max(g.width, 0), max(g.height, 0)), "\n")
	if g.terminal.ascii {
		return style.ASCII(content)
	}
	return content
}
