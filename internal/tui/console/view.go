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

// Cursor is where the cursor stands in what Lines draws; false where it is not
// seen.
func (c *Console) Cursor(width, height int) (x, y int, seen bool) {
	if c.up > 0 || c.running != nil || width < 1 || height < 1 {
		return 0, 0, false
	}
	lines, x, row := c.inputLines(width)
	y = len(c.Lines(width, height)) - len(lines) + row
	return x, y, y >= 0 && x < width
}

// inputLines draws the line to type on, and where the cursor is in it.
func (c *Console) inputLines(width int) (lines []string, x, y int) {
	if c.running != nil {
		if rest := c.running.out.rest(); rest != "" {
			return hardWrap(rest, width), 0, 0
		}
		return []string{c.styles.Dim.Render(ansi.Truncate(c.words.Running+" …", width, ""))}, 0, 0
	}
	head, plain := c.styles.Accent.Render(c.prompt()), c.prompt()
	if c.searching {
		plain = c.words.Search + c.query + "  "
		head = c.styles.Warn.Render(plain)
	}
	before := ansi.StringWidth(plain + string(c.input[:c.cursor]))
	return hardWrap(head+string(c.input)+" ", width), before % width, before / width
}

func hardWrap(line string, width int) []string {
	if ansi.StringWidth(line) <= width {
		return []string{line}
	}
	return strings.Split(ansi.Hardwrap(line, width, true), "\n")
}
