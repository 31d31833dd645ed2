// Package console is the terminal pane: a line to type on, history, completion
// and what was printed before, over a [Session] that runs the lines.
//
//	c := console.New(session, styles, words)
//	cmd := c.Update(msg)
//	lines := c.Lines(width, height)
//
// Lines run in commands with a context; while one runs, what it has printed so
// far is fetched every now and then, and nothing else takes any time.
package console

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text"
)

// Session runs lines. Its methods but Prompt are called in commands.
type Session interface {
	// Prompt says where commands run.
	Prompt() string
	// Run runs a line and returns its exit code; it ends when ctx does.
	Run(ctx context.Context, line string, on *Device) int
	// Incomplete tells whether a line goes on on the next one. It is quick.
	Incomplete(line string) bool
	// Complete lists what the last word of a line may become.
	Complete(ctx context.Context, line string) []string
}

// Bounds of what is kept.
const (
	maxLines   = 4000
	maxHistory = 500
	maxInput   = 16 << 10
)

// Console is one terminal pane. It belongs to the goroutine of the app.
type Console struct {
	session Session
	styles  *style.Styles
	words   *text.Map

	input  []rune
	cursor int
	lines  []string // printed, clean
	up     int      // lines scrolled back
	// width and height are the pane's when it was drawn last.
	width, height int

	history []string
	at      int    // in history while going through it
	draft   string // what was typed before that

	searching bool
	query     string

	running *Device // of the command that runs
	cancel  context.CancelFunc
	ctx     context.Context // of what is typed ahead
	ahead   string          // lines that were typed while a command ran
	asked   int             // completions asked for
}

// New makes a pane that says hello.
func New(s Session, styles *style.Styles, words *text.Map, welcome []string) *Console {
	return &Console{session: s, styles: styles, words: words, lines: slices.Clone(welcome)}
}

// SetStyles changes the looks.
func (c *Console) SetStyles(s *style.Styles) { c.styles = s }

// Running tells whether a command runs.
func (c *Console) Running() bool { return c.running != nil }

// Close ends the command that runs.
func (c *Console) Close() {
	if c.cancel != nil {
		c.cancel()
	}
}

// Messages of a console.
type (
	pollMsg struct{ of *Device }
	doneMsg struct {
		of   *Device
		code int
	}
	completedMsg struct {
		of    *Console
		asked int
		line  string
		words []string
	}
	// EditMsg asks for a text to be edited for the command that runs.
	EditMsg struct {
		Of *Console
		*Editing
	}
	// DoneMsg tells that a command of this console has ended.
	DoneMsg struct{ Of *Console }
)

// pollDelay is how long what a running command prints is gathered before it is
// shown.
const pollDelay = 30 * time.Millisecond

// poll waits until the command has something to show.
func poll(ctx context.Context, d *Device) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-d.news:
		case <-d.ended:
			return nil
		case <-ctx.Done():
			return nil
		}
		select {
		case <-time.After(pollDelay):
		case <-d.ended:
		}
		return pollMsg{d}
	}
}

// Submit runs a line as if it had been typed.
func (c *Console) Submit(ctx context.Context, line string) tea.Cmd {
	if c.running != nil {
		return nil
	}
	c.print(c.shown(line)...)
	c.input, c.cursor, c.up, c.searching = nil, 0, 0, false
	c.remember(line)
	switch strings.TrimSpace(line) {
	case "":
		return nil
	case "clear":
		c.Clear()
		return nil
	case "history":
		for i, line := range c.history {
			c.print(fmt.Sprintf("%5d  %s", i+1, strings.ReplaceAll(line, "\n", " ; ")))
		}
		return nil
	}
	d := newDevice()
	c.running = d
	c.ctx = ctx
	ctx, c.cancel = context.WithCancel(ctx)
	session := c.session
	return tea.Batch(poll(c.ctx, d), func() tea.Msg {
		defer close(d.ended)
		return doneMsg{d, session.Run(ctx, line, d)}
	})
}

// shown is a line behind the prompt, and what goes on below it.
func (c *Console) shown(line string) []string {
	all := strings.Split(line, "\n")
	for i := range all {
		if i == 0 {
			all[i] = c.prompt() + all[i]
		} else {
			all[i] = more + all[i]
		}
	}
	return all
}

// more is the prompt of a line that goes on.
const more = "> "

func (c *Console) remember(line string) {
	if strings.TrimSpace(line) != "" && (len(c.history) == 0 || c.history[len(c.history)-1] != line) {
		c.history = append(c.history, line)
		c.history = c.history[max(len(c.history)-maxHistory, 0):]
	}
	c.at = len(c.history)
}

// print adds lines to what was printed.
func (c *Console) print(lines ...string) {
	c.lines = append(c.lines, lines...)
	if over := len(c.lines) - maxLines; over > 0 {
		c.lines = slices.Clone(c.lines[over:])
	}
}

// Handle takes the console's own messages; it tells whether it was one.
func (c *Console) Handle(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case pollMsg:
		if msg.of != c.running {
			return nil, true
		}
		c.fetch()
		cmd := poll(c.ctx, msg.of)
		if e := msg.of.wanted(); e != nil {
			cmd = tea.Batch(cmd, func() tea.Msg { return EditMsg{c, e} })
		}
		return cmd, true
	case doneMsg:
		if msg.of != c.running {
			return nil, true
		}
		return c.done(), true
	case completedMsg:
		if msg.of == c {
			c.completed(msg)
		}
		return nil, msg.of == c
	}
	return nil, false
}

// done puts the prompt back. What was typed meanwhile and not read runs next.
func (c *Console) done() tea.Cmd {
	d := c.running
	c.fetch()
	if rest, _ := d.rest(); rest != "" {
		c.print(rest)
	}
	if n := d.lost(); n > 0 {
		c.print(c.styles.Dim.Render(c.words.Dropped(n)))
	}
	c.cancel()
	c.running, c.cancel = nil, nil
	c.ahead += d.ahead()
	ended := func() tea.Msg { return DoneMsg{c} }
	cmds := []tea.Cmd{ended}
	// clear and history end at once, so that the line after them is next.
	for c.running == nil && strings.Contains(c.ahead, "\n") {
		line, rest, _ := strings.Cut(c.ahead, "\n")
		c.ahead = rest
		typing := string(c.input)
		cmds = append(cmds, c.Submit(c.ctx, line))
		c.set(typing)
	}
	return tea.Batch(cmds...)
}

// fetch takes over what the command has printed.
func (c *Console) fetch() {
	c.print(c.running.take()...)
}

// Scroll moves through what was printed; up is positive.
func (c *Console) Scroll(by int) { c.up = min(max(c.up+by, 0), max(len(c.lines)-1, 0)) }

// Clear empties the pane.
func (c *Console) Clear() { c.lines, c.up = nil, 0 }

func (c *Console) prompt() string { return c.session.Prompt() + " $ " }
