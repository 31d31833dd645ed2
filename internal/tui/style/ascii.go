package style

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// standIns are ASCII characters for the signs and lines of the screens, one
// for one, so that nothing moves.
var standIns = func() map[string]string {
	m := map[string]string{}
	for _, pair := range []struct{ of, by string }{
		{"▸▶›→⇒≥", ">"}, {"◂◀←≤", "<"}, {"↑▴▲", "^"}, {"↓▾▼", "v"},
		{"✓", "+"}, {"✗×", "x"}, {"·…", "."}, {"○●", "o"}, {"•▪", "*"},
		{"▰█", "#"}, {"▱─━╌┄–—", "-"}, {"│┃║▏▕╎┊", "|"}, {"═", "="},
		{"╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝", "+"}, {"‘’", "'"}, {"“”", `"`}, {"\u00a0", " "},
	} {
		for _, r := range pair.of {
			m[string(r)] = pair.by
		}
	}
	return m
}()

// ASCII writes a text without other characters: the screens' signs have
// stand-ins, anything else is a ? for each cell it takes.
func ASCII(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		n := 0
		for n < len(s) && s[n] < utf8.RuneSelf {
			n++
		}
		b.WriteString(s[:n])
		if s = s[n:]; s == "" {
			break
		}
		cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		if by, ok := standIns[cluster]; ok {
			b.WriteString(by)
		} else {
			b.WriteString(strings.Repeat("?", width))
		}
	}
	return b.String()
}
