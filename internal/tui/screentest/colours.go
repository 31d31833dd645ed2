package screentest

import (
	"fmt"
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// legend says which letter stands for which style in a picture of colours.
type legend struct {
	letters map[string]byte
	used    map[byte]bool
	// grows: a style without a letter gets one.
	grows bool
}

// letters name styles.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Letters that are not a style's: of the plain one, and of one that the legend
// does not have.
const plain, unknown = '.', '?'

// readLegend reads lines of a letter and a style.
func readLegend(lines string, grows bool) *legend {
	l := &legend{letters: map[string]byte{}, used: map[byte]bool{}, grows: grows}
	for line := range strings.Lines(lines) {
		if letter, style, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			l.letters[style] = letter[0]
		}
	}
	return l
}

// String is the legend of what was used.
func (l *legend) String() string {
	var lines []string
	for style, letter := range l.letters {
		if l.used[letter] {
			lines = append(lines, fmt.Sprintf("%c %s\n", letter, style))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func (l *legend) letter(style string) byte {
	if style == "" {
		return plain
	}
	letter, ok := l.letters[style]
	if !ok {
		letter = unknown
		if l.grows {
			letter = l.free()
			l.letters[style] = letter
		}
	}
	l.used[letter] = true
	return letter
}

// free is a letter that stands for nothing yet.
func (l *legend) free() byte {
	taken := map[byte]bool{}
	for _, letter := range l.letters {
		taken[letter] = true
	}
	for i := range len(letters) {
		if !taken[letters[i]] {
			return letters[i]
		}
	}
	return unknown
}

// shortRun is how many cells of a style are written out; more are a number.
const shortRun = 3

// colours draws which cell has which style: a letter each, or a letter and how
// many there are of it. Styles that the legend does not have are told below.
func (term *Terminal) colours(l *legend) string {
	if l == nil {
		return ""
	}
	var b strings.Builder
	var strange []string
	for y := range term.screen.Height() {
		row := make([]byte, term.screen.Width())
		for x := range row {
			if x > 0 && term.sameInk(x-1, x, y) {
				row[x] = row[x-1]
				continue
			}
			style := term.inkAt(x, y)
			row[x] = l.letter(style)
			if row[x] == unknown && !slices.Contains(strange, style) {
				strange = append(strange, style)
			}
		}
		b.WriteString(shortened(strings.TrimRight(string(row), string(plain))) + "\n")
	}
	out := strings.TrimRight(b.String(), "\n") + "\n"
	for _, style := range strange {
		out += fmt.Sprintf("%c %s\n", unknown, style)
	}
	return out
}

// shortened writes long runs of a letter as the letter and their length.
func shortened(row string) string {
	var b strings.Builder
	for row != "" {
		run := len(row) - len(strings.TrimLeft(row, row[:1]))
		if run <= shortRun {
			b.WriteString(row[:run])
		} else {
			fmt.Fprintf(&b, "%c%d", row[0], run)
		}
		row = row[run:]
	}
	return b.String()
}

// Inks are the styles on the screen.
func (term *Terminal) Inks() []string {
	var styles []string
	for y := range term.screen.Height() {
		for x := range term.screen.Width() {
			if style := term.inkAt(x, y); style != "" && !slices.Contains(styles, style) {
				styles = append(styles, style)
			}
		}
	}
	return styles
}

// sameInk tells of two cells of a row that they have the same style and are
// both blank or both not.
func (term *Terminal) sameInk(a, b, y int) bool {
	left, right := term.screen.CellAt(a, y), term.screen.CellAt(b, y)
	return left != nil && right != nil && isBlank(left) == isBlank(right) && left.Style.Equal(&right.Style)
}

// inkAt is the style of a cell, as the numbers of the sequence that sets it. A
// blank has the colour that one sees of it, which is no text's.
func (term *Terminal) inkAt(x, y int) string {
	c := term.screen.CellAt(x, y)
	if c == nil {
		return ""
	}
	style := c.Style
	if isBlank(c) && style.Underline == 0 && style.Attrs&uv.AttrReverse == 0 {
		style = uv.Style{Bg: style.Bg}
	}
	return strings.NewReplacer("\x1b[", "", "m", "").Replace(style.String())
}

// Ink is the style of the last place that shows a text; false where it is not.
func (term *Terminal) Ink(text string) (string, bool) {
	rows := strings.Split(term.Text(), "\n")
	for y, row := range slices.Backward(rows) {
		if at := strings.LastIndex(row, text); at >= 0 {
			return term.inkAt(ansi.StringWidth(row[:at]), y), true
		}
	}
	return "", false
}
