package tui

import (
	"regexp"
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

var itemForm = regexp.MustCompile(`^( *)(• |\d{1,2}\. )`)

// hangItems indents the further lines of list items below the items' text,
// which Glamour puts below the bullet. The lines grow by hangCells at most.
func hangItems(lines []string) []string {
	out := make([]string, len(lines))
	hang := ""
	for i, l := range lines {
		plain := ansi.Strip(l)
		switch m := itemForm.FindStringSubmatch(plain); {
		case m != nil:
			hang = strings.Repeat(" ", min(ansi.StringWidth(m[2]), hangCells))
		case strings.TrimSpace(plain) == "":
			hang = ""
		case hang != "":
			l = hang + l
		}
		out[i] = l
	}
	return out
}

// hangCells is the widest indentation below an item's bullet or number.
const hangCells = 4

var itemStart = regexp.MustCompile(`^ *([-*+]|\d+[.)])\s`)

// joined puts each item of a list in one line, as an author's editor may not
// have it: Glamour breaks an item where its source does, and once more.
func joined(markdown string) string {
	var out []string
	inItem := false
	for line := range strings.SplitSeq(markdown, "\n") {
		switch starts := itemStart.MatchString(line); {
		case inItem && !starts && strings.HasPrefix(line, "  ") && strings.TrimSpace(line) != "":
			out[len(out)-1] += " " + strings.TrimSpace(line)
			continue
		case starts:
			inItem = true
		default:
			inItem = false
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
