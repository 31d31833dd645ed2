package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// tidy removes trailing blanks from rendered lines, empty lines at both ends
// and all but one of those in a row.
func tidy(lines []string) []string {
	var out []string
	blank := true // as if one stood before the first line
	for _, l := range lines {
		if strings.TrimSpace(ansi.Strip(l)) == "" {
			if !blank {
				out = append(out, "")
			}
			blank = true
			continue
		}
		blank = false
		out = append(out, trimRight(l))
	}
	if blank && len(out) > 0 {
		out = out[:len(out)-1]
	}
	return out
}

// trimRight removes blanks at the end of a line that has styles.
func trimRight(line string) string {
	width := ansi.StringWidth(strings.TrimRight(ansi.Strip(line), " "))
	if width == ansi.StringWidth(line) {
		return line
	}
	return ansi.Truncate(line, width, "")
}
