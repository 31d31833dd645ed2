package editor

import (
	"strings"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// Colour gives lines of YAML the colours that they have in the editor.
func Colour(lines []string, s *style.Editor) []string {
	var h highlighter
	out := make([]string, len(lines))
	for n, line := range lines {
		var b strings.Builder
		tokens := h.line(lines, n)
		for i, t := range tokens {
			end := len(line)
			if i+1 < len(tokens) {
				end = tokens[i+1].from
			}
			if i == 0 {
				b.WriteString(line[:t.from])
			}
			if end > t.from {
				b.WriteString(kindStyle(s, t.kind).Render(line[t.from:end]))
			}
		}
		if len(tokens) == 0 {
			b.WriteString(line)
		}
		out[n] = b.String()
	}
	return out
}
