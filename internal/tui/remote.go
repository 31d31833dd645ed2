package tui

import (
	"context"
	"io"
	"sync"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"github.com/kubetutor/tutor/internal/tui/paint"
)

// commandsASecond is how often what a program tells a terminal by the way, such
// as a text to copy, goes out. Frames do not wait for it.
const commandsASecond = 10

// showRemote runs a model on a terminal at the other end of a connection: what
// is typed comes through typing, and what is seen goes through a screen of ours.
func showRemote(ctx context.Context, o Options, model tea.Model, opts []tea.ProgramOption) error {
	out, profile := &turns{out: o.Output}, profileOf(o.Environ)
	screen := paint.New(out, o.Width, o.Height, profile)
	defer screen.Close()
	p := tea.NewProgram(&painted{model, screen}, append(opts,
		tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(o.Width, o.Height), tea.WithColorProfile(profile),
		tea.WithoutRenderer(), tea.WithFPS(commandsASecond))...)
	over := make(chan struct{})
	defer close(over)
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	go typing(reading, p, o.Input, uv.Environ(o.Environ).Getenv("TERM"))
	if o.Resized != nil {
		go followSize(p, o.Resized, over)
	}
	_, err := p.Run()
	return err
}

// painted is a model whose views go to a screen.
type painted struct {
	tea.Model
	screen *paint.Screen
}

// Update handles a message, and what of it the screen has to know.
func (m *painted) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.screen.Resize(msg.Width, msg.Height)
	case tea.ColorProfileMsg:
		m.screen.SetProfile(msg.Profile)
	case tea.ModeReportMsg:
		m.screen.Reported(msg)
	}
	var cmd tea.Cmd
	m.Model, cmd = m.Model.Update(msg)
	return m, cmd
}

// View shows the model's; the program has nothing to draw.
func (m *painted) View() tea.View {
	m.screen.Show(m.Model.View())
	return tea.View{}
}

// turns lets a program and its screen write one after the other.
type turns struct {
	mu  sync.Mutex
	out io.Writer
}

func (t *turns) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out.Write(p)
}

// followSize tells a program of its terminal's sizes until it is over.
func followSize(p *tea.Program, sizes <-chan Size, over <-chan struct{}) {
	for {
		select {
		case s, open := <-sizes:
			if !open {
				return
			}
			p.Send(tea.WindowSizeMsg{Width: s.Width, Height: s.Height})
		case <-over:
			return
		}
	}
}

// typing gives a program what is typed at the other end of a connection. A
// program's own reader stays for ever with a key that nobody takes any more
// when the program has ended: of a room that is a reader, and all that it
// holds, for each who leaves while typing.
func typing(ctx context.Context, p *tea.Program, in io.Reader, term string) {
	events, done := make(chan uv.Event), make(chan struct{})
	go func() {
		defer close(done)
		// It ends with its input or its context; either is the end of the program.
		_ = uv.NewTerminalReader(in, term).StreamEvents(ctx, events)
	}()
	for {
		select {
		case e := <-events:
			p.Send(e) // nothing, once the program has ended
		case <-done:
			return
		}
	}
}
