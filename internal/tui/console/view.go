package console

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Lines draws the pane: what was printed, wrapped, and the line to type on
// below it; at most height lines, none wider than width.
func (c *Console) Lines(width, height int) []string {
	if width < 1 || height < 1 {
		return nil
	}
	c.width, c.height = width, height
	if c.up > 0 {
		c.up = min(c.up, c.highest())
	}
	var tail []string
	if c.up == 0 {
		tail, _, _ = c.inputLines(width)
	}
	var rows []string
	// From below, only what is seen.
	for i := len(c.lines) - 1 - c.up; i >= 0 && len(rows)+len(tail) < height; i-- {
		wrapped := hardWrap(c.lines[i], width)
		for j := len(wrapped) - 1; j >= 0; j-- {
			rows = append(rows, wrapped[j])
		}
	}
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	rows = append(rows, tail...)
	return rows[max(len(rows)-height, 0):]
}

// highest is how many lines one can scroll up until the first is on top: what
// the pane holds anyway does not go up.
func (c *Console) highest() int {
	rows := 0
	for i, line := range c.lines {
		if rows += len(hardWrap(line, c.width)); rows >= c.height {
			return max(len(c.lines)-1-i, 1)
		}
	}
	if typed, _, _ := c.inputLines(c.width); rows+len(typed) > c.height {
		return 1
	}
	return 0
}

// Cursor is where the cursor stands in what Lines draws; false where it is not
// seen.
func (c *Console) Cursor(width, height int) (x, y int, seen bool) {
	if c.up > 0 || width < 1 || height < 1 {
		return 0, 0, false
	}
	lines, x, row := c.inputLines(width)
	y = len(c.Lines(width, height)) - len(lines) + row
	return x, y, y >= 0 && x < width
}

// inputLines draws what is typed behind the prompt, or behind what the command
// that runs has printed last, and where the cursor is in it.
func (c *Console) inputLines(width int) (lines []string, x, y int) {
	head, before := c.styles.Accent.Render(c.prompt()), ansi.StringWidth(c.prompt())
	switch {
	case c.running != nil:
		var column int
		if head, column = c.running.rest(); c.running.isRaw() {
			return hardWrap(head+" ", width), column % width, column / width
		}
		before = ansi.StringWidth(head)
	case c.searching:
		head = c.styles.Warn.Render(c.words.Search + c.query + "  ")
		before = ansi.StringWidth(head)
	}
	from := 0
	for i, text := range strings.Split(string(c.input), "\n") {
		if i > 0 {
			head, before = c.styles.Accent.Render(more), len(more)
		}
		n := len([]rune(text))
		if c.cursor >= from && c.cursor <= from+n {
			at := before + ansi.StringWidth(string(c.input[from:c.cursor]))
			x, y = at%width, len(lines)+at/width
		}
		lines = append(lines, hardWrap(head+text+" ", width)...)
		from += n + 1
	}
	return lines, x, y
}

func hardWrap(line string, width int) []string {
	if ansi.StringWidth(line) <= width {
		return []string{line}
	}
	return strings.Split(ansi.Hardwrap(line, width, true), "\n")
}
