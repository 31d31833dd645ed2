package editor

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// cell is one character as a reader sees it (a grapheme cluster): the bytes of
// the line it stands for, what is drawn and how many columns that takes.
type cell struct {
	from, to int
	show     string
	width    int
	odd      bool // drawn as a sign for something that has no glyph of its own
}

// tabCells is how many columns a tab takes. It is drawn as an arrow, since
// YAML does not allow it for indentation.
const tabCells = 2

// isPlain tells whether every byte of the line is a printable ASCII character,
// so that bytes, characters and columns are the same.
func isPlain(line string) bool {
	for i := 0; i < len(line); i++ {
		if line[i] < ' ' || line[i] > '~' {
			return false
		}
	}
	return true
}

// nextCell is the cell that begins at byte i of the line.
func nextCell(line string, i int, method ansi.Method) cell {
	c := line[i]
	switch {
	case c == '\t':
		return cell{i, i + 1, "→ ", tabCells, true}
	case c < ' ':
		return cell{i, i + 1, string(rune('␀') + rune(c)), 1, true}
	case c == 0x7f:
		return cell{i, i + 1, "␡", 1, true}
	case c < utf8.RuneSelf && (i+1 == len(line) || line[i+1] < utf8.RuneSelf):
		return cell{i, i + 1, line[i : i+1], 1, false}
	}
	if r, n := utf8.DecodeRuneInString(line[i:]); r == utf8.RuneError && n <= 1 || r >= 0x80 && r < 0xa0 {
		return cell{i, i + max(n, 1), "�", 1, true}
	}
	cluster, width := ansi.FirstGraphemeCluster(line[i:], method)
	if width <= 0 {
		return cell{i, i + len(cluster), "�", 1, true}
	}
	return cell{i, i + len(cluster), cluster, width, false}
}

// cells splits a line.
func cells(line string, method ansi.Method) []cell {
	out := make([]cell, 0, len(line))
	for i := 0; i < len(line); {
		c := nextCell(line, i, method)
		out = append(out, c)
		i = c.to
	}
	return out
}

// column is the screen column at which byte col of the line is drawn.
func column(line string, col int, method ansi.Method) int {
	col = min(col, len(line))
	if isPlain(line[:col]) {
		return col
	}
	x := 0
	for i := 0; i < col; {
		c := nextCell(line, i, method)
		x += c.width
		i = c.to
	}
	return x
}

// colAt is the byte of the line whose cell covers screen column x, or the
// line's end.
func colAt(line string, x int, method ansi.Method) int {
	at := 0
	for i := 0; i < len(line); {
		c := nextCell(line, i, method)
		if at+c.width > x {
			return i
		}
		at += c.width
		i = c.to
	}
	return len(line)
}

// next is the start of the character after byte col.
func next(line string, col int, method ansi.Method) int {
	if col >= len(line) {
		return len(line)
	}
	return nextCell(line, col, method).to
}

// previous is the start of the character before byte col.
func previous(line string, col int, method ansi.Method) int {
	col = min(col, len(line))
	if col == 0 {
		return 0
	}
	// A line of printable ASCII needs no look at what joins with what.
	if line[col-1] < utf8.RuneSelf && (col == len(line) || line[col] < utf8.RuneSelf) {
		return col - 1
	}
	last := 0
	for i := 0; i < col; {
		last = i
		i = nextCell(line, i, method).to
	}
	return last
}

// firstColumns is the start of the line that fits into width columns.
func firstColumns(line string, width int, method ansi.Method) string {
	x := 0
	for i := 0; i < len(line); {
		c := nextCell(line, i, method)
		if x += c.width; x > width {
			return line[:i]
		}
		i = c.to
	}
	return line
}

// lastColumns is the end of the line that fits into width columns.
func lastColumns(line string, width int, method ansi.Method) string {
	all := cells(line, method)
	i, x := len(all), 0
	for i > 0 && x+all[i-1].width <= width {
		i--
		x += all[i].width
	}
	if i == len(all) {
		return ""
	}
	return line[all[i].from:]
}
