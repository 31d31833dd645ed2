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
	"io"
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
	Run(ctx context.Context, line string, out io.Writer) int
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

	history []string
	at      int    // in history while going through it
	draft   string // what was typed before that

	searching bool
	query     string

	running *run
	cancel  context.CancelFunc
	asked   int // completions asked for
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
	pollMsg struct{ of *run }
	doneMsg struct {
		of   *run
		code int
	}
	completedMsg struct {
		of    *Console
		asked int
		line  string
		words []string
	}
	// DoneMsg tells that a command of this console has ended.
	DoneMsg struct{ Of *Console }
)

// run is a command that runs.
type run struct{ out output }

// pollEvery is how often the output of a running command is fetched.
const pollEvery = 60 * time.Millisecond

func poll(r *run) tea.Cmd {
	return tea.Tick(pollEvery, func(time.Time) tea.Msg { return pollMsg{r} })
}

// Submit runs a line as if it had been typed.
func (c *Console) Submit(ctx context.Context, line string) tea.Cmd {
	if c.running != nil {
		return nil
	}
	c.print(c.prompt() + line)
	c.input, c.cursor, c.up, c.searching = nil, 0, 0, false
	c.remember(line)
	switch strings.TrimSpace(line) {
	case "":
		return nil
	case "clear":
		c.lines = nil
		return nil
	}
	r := new(run)
	c.running = r
	ctx, c.cancel = context.WithCancel(ctx)
	session := c.session
	return tea.Batch(poll(r), func() tea.Msg { return doneMsg{r, session.Run(ctx, line, &r.out)} })
}

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
		return poll(msg.of), true
	case doneMsg:
		if msg.of != c.running {
			return nil, true
		}
		c.fetch()
		if rest := c.running.out.rest(); rest != "" {
			c.print(rest)
		}
		if n := c.running.out.lost(); n > 0 {
			c.print(c.styles.Dim.Render(c.words.Dropped(n)))
		}
		c.cancel()
		c.running, c.cancel = nil, nil
		return func() tea.Msg { return DoneMsg{c} }, true
	case completedMsg:
		if msg.of == c {
			c.completed(msg)
		}
		return nil, msg.of == c
	}
	return nil, false
}

// fetch takes over what the command has printed.
func (c *Console) fetch() {
	c.print(c.running.out.take()...)
}

// Scroll moves through what was printed; up is positive.
func (c *Console) Scroll(by int) { c.up = min(max(c.up+by, 0), len(c.lines)) }

func (c *Console) prompt() string { return c.session.Prompt() + " $ " }
