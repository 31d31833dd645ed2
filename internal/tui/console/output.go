package console

import (
	"strconv"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// What is kept of what a command prints: a loop that prints for ever must not
// fill the memory, nor one line.
const maxWaiting, maxCells, maxSequence = maxLines, 8 << 10, 4 << 10

// output is what a command prints, cut into lines as a terminal shows them:
// what a carriage return, a backspace or the cursor's keys overwrite is
// overwritten. It is written to by the command and read by the screen.
type output struct {
	mu      sync.Mutex
	lines   []string
	dropped int
	line    line
	partial []byte // of a sequence that is not whole yet
}

// Write never fails.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := string(append(o.partial, p...))
	o.partial = nil
	for len(text) > 0 {
		if !whole(text) {
			o.partial = []byte(text)
			break
		}
		seq, w, n, _ := ansi.DecodeSequence(text, 0, nil)
		text = text[max(n, 1):]
		if seq == "\n" {
			o.end()
			continue
		}
		o.line.put(seq, w)
	}
	return len(p), nil
}

// whole tells whether a text begins with a character or sequence that needs no
// more bytes; one that never ends is taken as it is.
func whole(text string) bool {
	if len(text) > maxSequence {
		return true
	}
	if text[0] >= 0x80 {
		return fullRune(text)
	}
	if text[0] != ansi.ESC {
		return true
	}
	if len(text) == 1 {
		return false
	}
	if text[1] != '[' {
		if text[1] != ']' {
			return true
		}
		return strings.Contains(text, "\x07") || strings.Contains(text, "\x1b\\")
	}
	i := strings.IndexFunc(text[2:], func(r rune) bool { return r >= 0x40 && r <= 0x7e || r < ' ' })
	return i >= 0
}

func fullRune(text string) bool {
	need := 1
	switch b := text[0]; {
	case b >= 0xf0:
		need = 4
	case b >= 0xe0:
		need = 3
	case b >= 0xc0:
		need = 2
	}
	return len(text) >= need
}

func (o *output) end() {
	if len(o.lines) >= maxWaiting {
		o.lines = o.lines[1:]
		o.dropped++
	}
	o.lines = append(o.lines, o.line.String())
	o.line = line{}
}

// take returns the lines that are whole.
func (o *output) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.lines
	o.lines = nil
	return lines
}

// rest is the last line, which did not end, and where the cursor is in it.
func (o *output) rest() (text string, cursor int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.line.String(), o.line.column()
}

func (o *output) lost() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dropped
}

// line is one row of a terminal with its cursor.
type line struct {
	chars []char
	at    int
	look  string // the colours of what is printed next
}

type char struct {
	look, text string
	width      int
}

// put takes a character, or a sequence that has none.
func (l *line) put(seq string, width int) {
	switch {
	case seq == "\t":
		for n := 8 - l.column()%8; n > 0; n-- {
			l.write(" ", 1)
		}
	case width > 0:
		l.write(seq, width)
	case seq == "\r":
		l.at = 0
	case seq == "\b":
		l.at = max(l.at-1, 0)
	case strings.HasPrefix(seq, "\x1b["):
		l.control(seq[2:len(seq)-1], seq[len(seq)-1])
	}
}

func (l *line) write(text string, width int) {
	c := char{l.look, text, width}
	switch {
	case l.at < len(l.chars):
		l.chars[l.at] = c
	case len(l.chars) < maxCells:
		l.chars = append(l.chars, c)
	default:
		return
	}
	l.at++
}

// control carries out a sequence of the cursor's or of colours.
func (l *line) control(args string, final byte) {
	n, err := strconv.Atoi(args)
	if err != nil {
		n = 0
	}
	switch final {
	case 'm':
		if l.look += "\x1b[" + args + "m"; n == 0 && !strings.ContainsAny(args, ";:") {
			l.look = ""
		}
		if len(l.look) > maxLook {
			l.look = ""
		}
	case 'D':
		l.at = max(l.at-max(n, 1), 0)
	case 'C':
		l.at = min(l.at+max(n, 1), len(l.chars))
	case 'G':
		l.at = min(max(n-1, 0), len(l.chars))
	case 'K':
		switch n {
		case 0:
			l.chars = l.chars[:l.at]
		case 2:
			l.chars, l.at = nil, 0
		}
	}
}

// maxLook is how many bytes of colours may add up.
const maxLook = 64

// column is the cell that the cursor is in.
func (l *line) column() int {
	n := 0
	for _, c := range l.chars[:l.at] {
		n += c.width
	}
	return n
}

// String is the line with its colours.
func (l *line) String() string {
	var b strings.Builder
	look := ""
	for _, c := range l.chars {
		if c.look != look {
			if look != "" {
				b.WriteString("\x1b[m")
			}
			look = c.look
			b.WriteString(look)
		}
		b.WriteString(c.text)
	}
	if look != "" {
		b.WriteString("\x1b[m")
	}
	return b.String()
}
