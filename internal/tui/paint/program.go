package paint

import (
	"context"
	"errors"
	"io"
	"os/exec"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

// Terminal is one at the other end of a connection.
type Terminal struct {
	Input   io.Reader
	Output  io.Writer
	Environ []string
	Profile colorprofile.Profile
	// Size is how large it is when the program starts; Resized brings later
	// sizes.
	Size
	Resized <-chan Size
}

// Size is a terminal's, in cells.
type Size struct{ Width, Height int }

// Run shows a model until it ends.
func (t Terminal) Run(ctx context.Context, model tea.Model) error {
	screen := New(t.Output, t.Width, t.Height, t.Profile)
	defer screen.Close()
	m := &painted{Model: model, screen: screen, close: screen.Close}
	p := m.start(ctx, t.Environ, t.Size, t.Profile)
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	go typing(reading, p, t.Input, uv.Environ(t.Environ).Getenv("TERM"))
	if t.Resized != nil {
		go followSize(reading, p, t.Resized)
	}
	_, err := p.Run()
	return err
}

// Copy puts a text on the clipboard of who sits at the terminal.
func Copy(text string) tea.Cmd { return func() tea.Msg { return CopyMsg(text) } }

// CopyMsg is a text for the clipboard.
type CopyMsg string

// Exec gives the terminal to another program until that ends, and then sends
// what done makes of it.
func Exec(cmd *exec.Cmd, done func(error) tea.Msg) tea.Cmd {
	return func() tea.Msg { return execMsg{cmd, done} }
}

type execMsg struct {
	cmd  *exec.Cmd
	done func(error) tea.Msg
}

// painted is a model whose views go to a screen.
type painted struct {
	tea.Model
	screen *Screen
	// close gives the terminal back for good; lend does for as long as another
	// program runs, and is nil where none may.
	close   func()
	lend    func(*exec.Cmd) error
	program *tea.Program
	sized   bool // a size came that is newer than the first
}

// sizeMsg is a size that the terminal has taken on. Bubble Tea tells of the
// first size by itself, and may do so later than of this.
type sizeMsg Size

// start makes the program, to be run: one that has no terminal, and to which
// events are sent.
func (m *painted) start(ctx context.Context, environ []string, size Size, profile colorprofile.Profile) *tea.Program {
	m.program = tea.NewProgram(m, tea.WithContext(ctx), tea.WithEnvironment(environ), tea.WithoutSignalHandler(),
		tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithWindowSize(size.Width, size.Height), tea.WithColorProfile(profile),
		tea.WithoutRenderer(), tea.WithFPS(1))
	return m.program
}

// Init starts the model.
func (m *painted) Init() tea.Cmd { return tea.Batch(m.guarded(m.Model.Init()), m.still) }

// still stops the program's ticker: without a renderer there is nothing that it
// could find, and it would wake the machine for ever.
func (m *painted) still() tea.Msg {
	_ = m.program.ReleaseTerminal()
	return nil
}

// Update handles a message, and what of it the screen has to know.
func (m *painted) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	defer m.falling()
	switch size := msg.(type) {
	case sizeMsg:
		m.sized = true
		msg = tea.WindowSizeMsg{Width: size.Width, Height: size.Height}
	case tea.WindowSizeMsg:
		if m.sized {
			return m, nil
		}
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.screen.Resize(msg.Width, msg.Height)
	case tea.ColorProfileMsg:
		m.screen.SetProfile(msg.Profile)
	case tea.ModeReportMsg:
		m.screen.Reported(msg)
	case CopyMsg:
		m.screen.Copy(string(msg))
		return m, nil
	case execMsg:
		return m, m.guarded(func() tea.Msg { return msg.done(m.run(msg.cmd)) })
	}
	var cmd tea.Cmd
	m.Model, cmd = m.Model.Update(msg)
	return m, m.guarded(cmd)
}

func (m *painted) run(cmd *exec.Cmd) error {
	if m.lend == nil {
		return errors.ErrUnsupported
	}
	return m.lend(cmd)
}

// View shows the model's; the program has nothing to draw.
func (m *painted) View() tea.View {
	defer m.falling()
	m.screen.Show(m.Model.View())
	return tea.View{}
}

// falling gives the terminal back before a panic is told on it.
func (m *painted) falling() {
	if r := recover(); r != nil {
		m.close()
		panic(r)
	}
}

// guarded is a command that gives the terminal back when it panics.
func (m *painted) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		defer m.falling()
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			all := make(tea.BatchMsg, len(batch))
			for i, c := range batch {
				all[i] = m.guarded(c)
			}
			return all
		}
		return msg
	}
}

// followSize tells a program of its terminal's sizes.
func followSize(ctx context.Context, p *tea.Program, sizes <-chan Size) {
	for {
		select {
		case s, open := <-sizes:
			if !open {
				return
			}
			p.Send(sizeMsg(s))
		case <-ctx.Done():
			return
		}
	}
}

// typing gives a program what is typed, until the input or the context ends. A
// program's own reader stays for ever with a key that nobody takes any more when
// the program has ended: of a room that is a reader, and all that it holds, for
// each who leaves while typing.
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
