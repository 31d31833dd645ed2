package tui

import (
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// Sizes of the one grid that all screens use, in cells.
const (
	minWidth, minHeight = 60, 15
	wideWidth           = 100 // from here on panes stand beside each other
	besideWidth         = 160 // from here on there is room for one more of them
	measure             = 72  // the widest prose
	listMeasure         = 96  // the widest list
	margin              = 2   // to the left of everything
)

// inset is where a column of a width begins: in a wide window it stands in the
// middle.
func inset(room, width int) int {
	if room < wideWidth {
		return margin
	}
	return max((room-width)/2, margin)
}

// cells is how wide a line is. It counts what nearly all of the screen is made
// of, ASCII, lines and colours, much faster than the general way.
func cells(line string) int {
	n := 0
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c >= ' ' && c < 0x7f:
			i, n = i+1, n+1
		case strings.HasPrefix(line[i:], "\x1b["):
			end := strings.IndexFunc(line[i+2:], func(r rune) bool { return (r < '0' || r > '9') && r != ';' && r != ':' })
			if end < 0 || line[i+2+end] != 'm' {
				return ansi.StringWidth(line)
			}
			i += 2 + end + 1
		case i+2 < len(line) && c == 0xe2 && isNarrow(line[i+1], line[i+2]):
			i, n = i+3, n+1
		case i+1 < len(line) && c == 0xc2 && line[i+1] == 0xb7: // ·
			i, n = i+2, n+1
		default:
			return ansi.StringWidth(line)
		}
	}
	return n
}

// isNarrow tells of the last two bytes of a character from U+2000 to U+2FFF
// whether it is one of those that screens are drawn with, a cell wide each.
func isNarrow(a, b byte) bool {
	switch a {
	case 0x80: // … – — ’ “ ”
		return b == 0xa6 || b >= 0x93 && b <= 0x94 || b >= 0x98 && b <= 0x9d
	case 0x86: // ← ↑ → ↓
		return b >= 0x90 && b <= 0x93
	case 0x94, 0x95, 0x96: // lines and blocks, U+2500 to U+25BF
		return b >= 0x80 && b < 0xc0
	}
	return false
}

// fit cuts or fills a line to exactly width cells.
func fit(line string, width int) string {
	w := cells(line)
	switch {
	case w > width:
		return ansi.Truncate(line, max(width, 0), "…")
	case w < width:
		return line + strings.Repeat(" ", width-w)
	}
	return line
}

// box makes lines exactly width by height.
func box(lines []string, width, height int) []string {
	out := make([]string, height)
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = fit(line, width)
	}
	return out
}

// bar is how wide the line between two boxes is.
const bar = 3

// beside joins two boxes of the same height with a line between them.
func beside(left, right []string, line style.Style) []string {
	between := line.Render(" │ ")
	out := make([]string, len(left))
	for i := range left {
		out[i] = left[i] + between + right[i]
	}
	return out
}

// lay puts a box on top of rows, its corner at x, y. What stands below the last
// row is left out.
func lay(box, rows []string, x, y int) {
	for i, l := range box {
		if y+i >= len(rows) {
			return
		}
		row := rows[y+i]
		behind := x + cells(l)
		right := ""
		if w := cells(row); w > behind {
			right = ansi.TruncateLeft(row, behind, "")
			if cells(right) > w-behind { // half of a wide character is covered
				right = " " + ansi.TruncateLeft(row, behind+1, "")
			}
		}
		rows[y+i] = fit(ansi.Truncate(row, x, ""), x) + l + right
	}
}

// between puts right at the right end of a line that begins with left, which
// is cut with a sign where there is no room for both.
func between(left, right string, width int) string {
	room := width - cells(right) - 2
	switch {
	case right == "" || room < minLeft:
		return fit(left, width)
	case cells(left) > room:
		left = ansi.Truncate(left, room, "…")
	}
	return fit(left, width-cells(right)) + right
}

// minLeft is how many cells of the left text are worth showing beside another.
const minLeft = 8

// indented puts a left margin before each line.
func indented(lines []string, by int) []string {
	out := make([]string, len(lines))
	space := strings.Repeat(" ", by)
	for i, l := range lines {
		if l != "" {
			out[i] = space + l
		}
	}
	return out
}

// wrap breaks prose into lines. The blank that may stand behind the last word
// that fits is not theirs. A word too wide for a line, a list of labels, say,
// breaks behind its commas first.
func wrap(s string, width int) []string {
	s = word.ReplaceAllStringFunc(s, func(w string) string {
		if cells(w) <= width {
			return w
		}
		parts := strings.SplitAfter(w, ",")
		for i, p := range parts {
			rest, comma := strings.CutSuffix(p, ",")
			parts[i] = unbroken(rest, width)
			if comma {
				parts[i] += ","
			}
		}
		return strings.Join(parts, "")
	})
	lines := strings.Split(whole(ansi.Wrap(unbroken(s, width), max(width, 1), ",")), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return lines
}

// What lines do not break after, or at, and looks the same, or is as wide.
const noBreak, noBreakSpace, noBreakDot, noBreakComma = "\u2011", "\u00a0", "\u2024", "\ue02c"

var (
	word = regexp.MustCompile(`\S+`)
	// jointed is a word that a line could be broken in.
	jointed = regexp.MustCompile(`\S*[-.,]\S*`)
	dot     = regexp.MustCompile(`\b\.\b`)
	comma   = regexp.MustCompile(`\b,\b`)
	letter  = regexp.MustCompile(`\w`)
)

// unbroken keeps the words whole that a line of width can hold, but for the
// bullets of Markdown and addresses of the web, which it has to know.
func unbroken(s string, width int) string {
	return jointed.ReplaceAllStringFunc(s, func(word string) string {
		if cells(word) > width || strings.Contains(word, "://") || !letter.MatchString(word) {
			return word
		}
		word = comma.ReplaceAllString(strings.ReplaceAll(word, "-", noBreak), noBreakComma)
		return dot.ReplaceAllString(word, noBreakDot)
	})
}

// inOne keeps a text in one line where lines are wrapped.
func inOne(s string) string { return inOnes.Replace(s) }

// whole brings back what lines did not break at.
func whole(s string) string { return wholes.Replace(s) }

var (
	inOnes = strings.NewReplacer("-", noBreak, " ", noBreakSpace)
	wholes = strings.NewReplacer(noBreak, "-", noBreakSpace, " ", noBreakDot, ".", noBreakComma, ",")
)

// pane is text that scrolls.
type pane struct {
	lines         []string
	top           int
	width, height int
}

// set replaces the text and keeps the place as far as it exists.
func (p *pane) set(lines []string) {
	p.lines = lines
	p.scroll(0)
}

func (p *pane) resize(width, height int) {
	p.width, p.height = width, height
	p.scroll(0)
}

// scroll moves by lines; it tells whether there was anything left to move.
func (p *pane) scroll(by int) bool {
	before := p.top
	p.top = min(max(p.top+by, 0), p.bottom())
	return p.top != before
}

// bottom is the top line when the end is seen.
func (p *pane) bottom() int { return max(len(p.lines)-p.height, 0) }

func (p *pane) atEnd() bool { return p.top >= p.bottom() }

// show scrolls so that the lines from to (not included) are seen, the first
// of them for certain.
func (p *pane) show(from, to int) {
	p.top = max(p.top, to-p.height)
	p.top = min(p.top, from)
	p.scroll(0)
}

// box draws what is in sight; a sign at the right edge says that there is more.
func (p *pane) box(more style.Style) []string {
	out := box(p.lines[min(p.top, len(p.lines)):], p.width, p.height)
	if p.width < 2 || p.height < 1 {
		return out
	}
	mark := func(row int, sign string) {
		out[row] = fit(ansi.Truncate(out[row], p.width-1, ""), p.width-1) + more.Render(sign)
	}
	if p.top > 0 {
		mark(0, "↑")
	}
	if !p.atEnd() {
		mark(p.height-1, "↓")
	}
	return out
}

// scrollKeys are the keys that move a pane; none where all of it is seen.
func scrollKeys(p *pane, does string) []binding {
	if p.bottom() == 0 {
		return nil
	}
	page := func() int { return max(p.height-2, 1) }
	return []binding{
		{keys: []string{"up", "k"}, show: "↑↓", does: does, run: do(func() { p.scroll(-1) })},
		{keys: []string{"down", "j"}, run: do(func() { p.scroll(1) }), minor: true},
		{keys: []string{"pgup"}, show: "pgup pgdn", does: does, run: do(func() { p.scroll(-page()) }), minor: true},
		{keys: []string{"pgdown", "space"}, run: do(func() { p.scroll(page()) }), minor: true},
		{keys: []string{"home"}, show: "home end", does: does, run: do(func() { p.scroll(-len(p.lines)) }), minor: true},
		{keys: []string{"end"}, run: do(func() { p.scroll(len(p.lines)) }), minor: true},
	}
}
