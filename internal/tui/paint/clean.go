package paint

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// clean leaves of a line what only draws: characters, styles and links. A frame
// holds what learners type and clusters say, and a terminal would do what it is
// told there.
func clean(line string) string {
	if draws(line) {
		return line
	}
	var b strings.Builder
	for state := byte(0); line != ""; {
		seq, width, n, next := ansi.DecodeSequence(line, state, nil)
		switch {
		case width > 0 || seq != "" && seq[0] >= 0xc0:
			if utf8.ValidString(seq) {
				b.WriteString(seq)
			}
		case n > 0 && styleBytes(seq) == n, strings.HasPrefix(seq, "\x1b]8;") && ended(seq):
			b.WriteString(seq)
		}
		line, state = line[max(n, 1):], next
	}
	return b.String()
}

// ended tells whether an operating system command has its end.
func ended(seq string) bool { return strings.HasSuffix(seq, "\a") || strings.HasSuffix(seq, "\x1b\\") }

// draws tells of a line that is characters and styles alone, as nearly all are.
func draws(line string) bool {
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\x1b':
			n := styleBytes(line[i:])
			if n == 0 {
				return false
			}
			i += n - 1
		case c < ' ', c == 0x7f, c == 0xc2 && i+1 < len(line) && line[i+1] < 0xa0:
			return false
		}
	}
	return utf8.ValidString(line)
}

// maxStyles is how many numbers one sequence may have: more than any style
// needs, fewer than the parsers of sequences have room for.
const maxStyles = 24

// styleBytes is how long the style is that s begins with, 0 where it does not.
func styleBytes(s string) int {
	rest, ok := strings.CutPrefix(s, "\x1b[")
	if !ok {
		return 0
	}
	numbers := 1
	for i := range len(rest) {
		switch c := rest[i]; {
		case c == 'm' && numbers <= maxStyles && isWhole(rest[:i]):
			return len("\x1b[") + i + 1
		case c == ';' || c == ':':
			numbers++
		case c < '0' || c > '9':
			return 0
		}
	}
	return 0
}

// isWhole tells whether each colour in a style has its numbers. colorprofile,
// which turns them into those that a terminal has, panics at one that has not.
func isWhole(style string) bool {
	kind, numbers := false, 0 // what has to follow
	for style != "" {
		end := strings.IndexAny(style, ";:")
		parted := end >= 0 && style[end] == ':'
		one := style
		if style = ""; end >= 0 {
			one, style = one[:end], one[end+1:]
		}
		n, err := strconv.Atoi(one)
		if one != "" && (err != nil || n > 9999) {
			return false
		}
		begins := !kind && numbers == 0 && (n == 38 || n == 48 || n == 58)
		switch {
		case parted && (begins || kind || numbers > 0):
			return false
		case kind && n == 2:
			kind, numbers = false, 3
		case kind && n == 5:
			kind, numbers = false, 1
		case kind:
			return false
		case numbers > 0:
			numbers--
		default:
			kind = begins
		}
	}
	return !kind && numbers == 0
}
