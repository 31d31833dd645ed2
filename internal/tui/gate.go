package tui

import (
	"context"
	"strings"
	"unicode"

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
	g := &gate{Options: o, ctx: ctx, ask: ask, problem: ask.Problem, styles: style.New(style.ForBackground(true))}
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
	styles        *style.Styles
	width, height int
	typed         []rune
	problem       string
	asking        bool
	accepted      bool
	final         error
}

// maxAnswer is how many characters are taken.
const maxAnswer = 64

type answeredMsg struct{ err error }

func (g *gate) Init() tea.Cmd { return nil }

func (g *gate) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		g.width, g.height = msg.Width, msg.Height
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
		g.problem, g.typed = msg.err.Error(), nil
	case tea.PasteMsg:
		g.add(msg.Content)
	case tea.KeyPressMsg:
		return g, g.key(msg)
	}
	return g, nil
}

func (g *gate) key(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "esc", "ctrl+c", "ctrl+d":
		return tea.Quit
	case "backspace":
		g.typed = g.typed[:max(len(g.typed)-1, 0)]
	case "ctrl+u":
		g.typed = nil
	case "enter":
		if g.asking || len(g.typed) == 0 {
			return nil
		}
		g.asking, g.problem = true, ""
		ctx, accept, answer := g.ctx, g.ask.Accept, strings.TrimSpace(string(g.typed))
		return func() tea.Msg { return answeredMsg{accept(ctx, answer)} }
	default:
		g.add(msg.Text)
	}
	return nil
}

func (g *gate) add(s string) {
	if s != "" {
		g.problem = ""
	}
	for _, r := range s {
		if unicode.IsPrint(r) && len(g.typed) < maxAnswer && !g.asking {
			g.typed = append(g.typed, r)
		}
	}
}

func (g *gate) View() tea.View {
	w, width := &g.Words.Class, max(g.width-2*margin, 1)
	lines := []string{"", g.styles.Strong.Render(g.ask.Title), ""}
	lines = append(lines, wrap(g.ask.Prompt+g.styles.Accent.Render(string(g.typed))+"▏", width)...)
	lines = append(lines, "")
	switch {
	case g.asking:
		lines = append(lines, g.styles.Dim.Render(w.Checking))
	case g.problem != "":
		lines = append(lines, styled(wrap(style.SignBad+" "+g.problem, width), 0, g.styles.Bad)...)
	default:
		lines = append(lines, g.styles.Key.Render("enter")+" "+g.styles.Dim.Render(w.Join)+"   "+g.styles.Key.Render("esc")+" "+g.styles.Dim.Render(w.Leave))
	}
	v := tea.NewView(strings.Join(box(indented(lines, margin), g.width, g.height), "\n"))
	v.AltScreen = true
	v.WindowTitle = g.Words.AppName
	return v
}
