package console

import (
	"context"
	"io"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// Device is the terminal that a command runs on: what it prints is shown, what
// is typed it may read. Its methods are the command's; they may be called from
// any goroutine.
type Device struct {
	output
	keys chan []byte
	over chan struct{} // closed when nothing more is to be read
	hang sync.Once
	read []byte // of the keys, what was not asked for yet

	news  chan struct{} // there is something to show
	ended chan struct{} // closed when the command has ended

	state   sync.Mutex
	raw     bool
	unread  []byte
	request *Editing
}

// maxAhead is how many lines, or keys of a raw terminal, may be typed ahead.
const maxAhead = 1 << 10

func newDevice() *Device {
	return &Device{keys: make(chan []byte, maxAhead), over: make(chan struct{}), news: make(chan struct{}, 1), ended: make(chan struct{})}
}

// Write shows what the command prints. It never fails.
func (d *Device) Write(p []byte) (int, error) {
	defer d.tell()
	return d.output.Write(p)
}

// tell says that there is something to show.
func (d *Device) tell() {
	select {
	case d.news <- struct{}{}:
	default:
	}
}

// Read returns what was typed, a line at a time, or key by key on a raw
// terminal.
func (d *Device) Read(p []byte) (int, error) {
	if len(d.read) == 0 {
		select {
		case <-d.over:
			return 0, io.EOF
		default:
		}
		select {
		case d.read = <-d.keys:
		case <-d.over:
		}
		if len(d.read) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(p, d.read)
	d.read = d.read[n:]
	return n, nil
}

// HangUp ends the reading. What is typed from now on is for what runs next.
func (d *Device) HangUp() { d.hang.Do(func() { close(d.over) }) }

// Raw says whether keys go to the command as they are, which then shows them
// itself, or as lines that the console lets be edited.
func (d *Device) Raw(on bool) {
	defer d.tell()
	d.state.Lock()
	defer d.state.Unlock()
	d.raw = on
}

func (d *Device) isRaw() bool {
	d.state.Lock()
	defer d.state.Unlock()
	return d.raw
}

// Unread gives back what was typed and no command has read.
func (d *Device) Unread(b []byte) {
	d.state.Lock()
	defer d.state.Unlock()
	d.unread = append(d.unread, b...)
}

// ahead is what was typed while the command ran and it has not read.
func (d *Device) ahead() string {
	d.HangUp()
	all := string(d.unread)
	for {
		select {
		case b := <-d.keys:
			all += string(b)
		default:
			return all
		}
	}
}

// Editing is a text that a command wants edited.
type Editing struct {
	Name, Text string
	done       chan<- string
}

// Done ends it with the text as it is then.
func (e *Editing) Done(text string) { e.done <- text }

// Edit has a text edited, and waits for it.
func (d *Device) Edit(ctx context.Context, name, text string) (string, error) {
	done := make(chan string, 1)
	d.state.Lock()
	d.request = &Editing{name, text, done}
	d.state.Unlock()
	d.tell()
	select {
	case text = <-done:
		return text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// wanted is the text to be edited, once.
func (d *Device) wanted() *Editing {
	d.state.Lock()
	defer d.state.Unlock()
	e := d.request
	d.request = nil
	return e
}

// eof tells the command that nothing more is typed, as ^D does.
func (d *Device) eof() { d.send("") }

// send passes on what was typed, unless too much of it waits already.
func (d *Device) send(s string) {
	select {
	case d.keys <- []byte(s):
	default:
	}
}

// sequences are what terminals send for keys that are no characters.
var sequences = map[string]string{
	"enter": "\r", "tab": "\t", "backspace": "\x7f", "esc": "\x1b", "space": " ", "delete": "\x1b[3~",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
}

// encoded is a key as a terminal sends it; "" for those it has nothing for.
func encoded(msg tea.KeyPressMsg) string {
	if s, ok := sequences[msg.String()]; ok {
		return s
	}
	if msg.Mod == tea.ModCtrl && msg.Code >= 'a' && msg.Code <= 'z' {
		return string(msg.Code & 0x1f)
	}
	return msg.Text
}
