package screentest

import (
	"context"
	"fmt"
	"image/color"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"github.com/kubetutor/tutor/internal/tui/paint"
)

// The looks of a terminal: dark or light background, no colour at all, or the
// 16 that the oldest terminals have, on either background.
const (
	Dark         = "dark"
	Light        = "light"
	None         = "none"
	Sixteen      = "sixteen"
	SixteenLight = "sixteen-light"
)

// Terminal is an emulated terminal with a program on it.
type Terminal struct {
	t      *testing.T
	screen *vt.SafeEmulator
	input  *queue
	sizes  chan paint.Size
	ended  chan struct{}
	cancel context.CancelFunc
}

// Open runs a program on a new terminal until the test ends.
func Open(t *testing.T, width, height int, look string, model tea.Model) *Terminal {
	t.Helper()
	term := &Terminal{t: t, screen: vt.NewSafeEmulator(width, height), input: newQueue(), sizes: make(chan paint.Size, 1), ended: make(chan struct{})}
	profile := colorprofile.TrueColor
	switch look {
	case Sixteen, SixteenLight:
		profile = colorprofile.ANSI
	case None:
		profile = colorprofile.ASCII
	}
	switch look {
	case Dark, Sixteen:
		term.screen.SetBackgroundColor(color.Black)
	case Light, SixteenLight:
		term.screen.SetBackgroundColor(color.White)
	}
	go term.replies()
	ctx, cancel := context.WithCancel(context.Background())
	term.cancel = cancel
	window := paint.Terminal{
		Input: term.input, Output: term.screen, Environ: []string{"TERM=xterm-256color"}, Profile: profile,
		Size: paint.Size{Width: width, Height: height}, Resized: term.sizes,
	}
	go func() {
		defer close(term.ended)
		_ = window.Run(ctx, model)
	}()
	t.Cleanup(func() {
		cancel()
		term.input.Close()
		select {
		case <-term.ended:
		case <-time.After(patience):
			t.Error("the program does not end")
		}
	})
	return term
}

// Ended is closed when the program has ended.
func (term *Terminal) Ended() <-chan struct{} { return term.ended }

// replies passes what the terminal answers, such as its colours, to the program.
func (term *Terminal) replies() {
	buf := make([]byte, 1024)
	for {
		n, err := term.screen.Read(buf)
		if n > 0 {
			term.input.put(string(buf[:n]))
		}
		if err != nil {
			return
		}
	}
}

// Text is what the screen shows, without blanks at the ends.
func (term *Terminal) Text() string {
	var b strings.Builder
	for y := range term.screen.Height() {
		var row strings.Builder
		for x := 0; x < term.screen.Width(); {
			c := term.screen.CellAt(x, y)
			if c == nil || c.Content == "" {
				row.WriteByte(' ')
				x++
				continue
			}
			row.WriteString(c.Content)
			x += max(c.Width, 1)
		}
		b.WriteString(strings.TrimRight(row.String(), " "))
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// Wait waits until the screen shows text.
func (term *Terminal) Wait(text string) { term.t.Helper(); term.until(text, true) }

// Gone waits until the screen does not show text.
func (term *Terminal) Gone(text string) { term.t.Helper(); term.until(text, false) }

func (term *Terminal) until(text string, there bool) {
	term.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		if strings.Contains(term.Text(), text) == there {
			return
		}
		if time.Now().After(end) {
			term.t.Fatalf("waited for %q (there: %v); the screen shows\n%s", text, there, term.Text())
		}
	}
}

// Resize changes the window.
func (term *Terminal) Resize(width, height int) {
	term.screen.Resize(width, height)
	select {
	case term.sizes <- paint.Size{Width: width, Height: height}:
	case <-term.ended:
	}
}

// Type types letters.
func (term *Terminal) Type(text string) { term.input.put(text) }

// Paste pastes in brackets, as terminals do.
func (term *Terminal) Paste(text string) { term.input.put("\x1b[200~" + text + "\x1b[201~") }

// Click presses the left button at a cell and lets it go.
func (term *Terminal) Click(x, y int) {
	term.input.put(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1))
}

// sequences are what a terminal sends for keys; those of xterm, but for escape:
// kitty's cannot be taken for the start of another one, however slow the
// program reads.
var sequences = map[string]string{
	"enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "esc": "\x1b[27u", "space": " ", "backspace": "\x7f", "delete": "\x1b[3~",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
	"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
	"f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~",
	"shift+up": "\x1b[1;2A", "shift+down": "\x1b[1;2B", "shift+right": "\x1b[1;2C", "shift+left": "\x1b[1;2D",
	"ctrl+up": "\x1b[1;5A", "ctrl+down": "\x1b[1;5B", "ctrl+right": "\x1b[1;5C", "ctrl+left": "\x1b[1;5D",
	"ctrl+home": "\x1b[1;5H", "ctrl+end": "\x1b[1;5F", "shift+end": "\x1b[1;2F", "shift+home": "\x1b[1;2H",
}

// Key presses a key by its name.
func (term *Terminal) Key(name string) {
	term.t.Helper()
	switch seq, known := sequences[name]; {
	case known:
		term.input.put(seq)
	case strings.HasPrefix(name, "ctrl+") && len(name) == len("ctrl+")+1:
		term.input.put(string(name[len(name)-1] & 0x1f))
	case len([]rune(name)) == 1:
		term.input.put(name)
	default:
		term.t.Fatalf("no key %q", name)
	}
}

// queue is an endless pipe: writing to it never waits for the reader.
type queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	data   []byte
	closed bool
}

func newQueue() *queue {
	q := new(queue)
	q.filled = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(s string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.data = append(q.data, s...)
	q.filled.Broadcast()
}

// Read waits for input; it ends when the queue is closed.
func (q *queue) Read(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.data) == 0 && !q.closed {
		q.filled.Wait()
	}
	if len(q.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, q.data)
	q.data = q.data[n:]
	return n, nil
}

// Close ends the input.
func (q *queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

// Hangup ends the program's input, as the loss of a terminal does.
func (term *Terminal) Hangup() {
	term.cancel()
	term.input.Close()
}
