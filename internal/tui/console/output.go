package console

import (
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// maxWaiting is how many lines wait to be fetched; a loop that prints for ever
// must not fill the memory.
const maxWaiting, maxLineBytes = maxLines, 8 << 10

// output is what a command prints, cut into clean lines. It is written to by
// the command and read by the screen.
type output struct {
	mu      sync.Mutex
	lines   []string
	partial []byte
	dropped int
}

// Write never fails.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range p {
		switch {
		case b == '\n':
			o.end()
		case len(o.partial) < maxLineBytes:
			o.partial = append(o.partial, b)
		}
	}
	return len(p), nil
}

func (o *output) end() {
	if len(o.lines) >= maxWaiting {
		o.lines = o.lines[1:]
		o.dropped++
	}
	o.lines = append(o.lines, clean(string(o.partial)))
	o.partial = o.partial[:0]
}

// take returns the lines that are whole.
func (o *output) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.lines
	o.lines = nil
	return lines
}

// rest is the last line, which did not end.
func (o *output) rest() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return clean(string(o.partial))
}

func (o *output) lost() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dropped
}

// clean keeps of a line what may be shown: text and colours. What a carriage
// return overwrites is left out, tabs become spaces.
func clean(line string) string {
	line = strings.TrimRight(line, "\r")
	if i := strings.LastIndexByte(line, '\r'); i >= 0 {
		line = line[i+1:]
	}
	var b strings.Builder
	var state byte
	width, coloured := 0, false
	for len(line) > 0 {
		seq, w, n, next := ansi.DecodeSequence(line, state, nil)
		state = next
		switch {
		case seq == "\t":
			tab := 8 - width%8
			b.WriteString(strings.Repeat(" ", tab))
			width += tab
		case w > 0:
			b.WriteString(seq)
			width += w
		case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
			b.WriteString(seq)
			coloured = true
		}
		line = line[max(n, 1):]
	}
	if coloured {
		b.WriteString("\x1b[m")
	}
	return b.String()
}
