package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// changed is a line of a comparison: ' ' on both sides, '-' on the first, '+'
// on the second only.
type changed struct {
	op   byte
	line string
}

// maxDiffCells bounds the table of a comparison; longer texts are shown one
// after the other.
const maxDiffCells = 4_000_000

// diff compares two texts by their longest common subsequence of lines. The
// texts are a page long, so the plain table does.
func diff(a, b []string) []changed {
	if len(a)*len(b) > maxDiffCells {
		return append(lines('-', a), lines('+', b)...)
	}
	// common[i][j] is how many lines a[i:] and b[j:] have in common.
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []changed
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = append(out, changed{' ', a[i]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			out = append(out, changed{'-', a[i]})
			i++
		default:
			out = append(out, changed{'+', b[j]})
			j++
		}
	}
	return append(append(out, lines('-', a[i:])...), lines('+', b[j:])...)
}

func lines(op byte, all []string) []changed {
	out := make([]changed, len(all))
	for i, l := range all {
		out[i] = changed{op, l}
	}
	return out
}

// manifestLines are the lines that matter in a comparison: no comments, no
// empty lines, no blanks at the end.
func manifestLines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, " \r\n")
		if i := strings.Index(l, " #"); i >= 0 {
			l = strings.TrimRight(l[:i], " ")
		}
		if t := strings.TrimSpace(l); t != "" && !strings.HasPrefix(t, "#") {
			out = append(out, l)
		}
	}
	return out
}

// cutTo is the first cells of a line, cutFrom what follows them.
func cutTo(line string, cells int) string { return ansi.Truncate(line, cells, "") }

func cutFrom(line string, cells int) string {
	if cells == 0 {
		return line
	}
	return ansi.TruncateLeft(line, cells, "")
}
