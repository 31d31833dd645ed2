package play

import (
	"strings"

	"github.com/kubetutor/tutor/lessons"
)

// Fill is a copy of a section whose console blocks hold the commands that were
// run, each with what it printed, in the place of what the author wrote.
func Fill(s *lessons.Section, steps map[int][]Step) *lessons.Section {
	var out strings.Builder
	n, skipping := 1, false // the title's line, which Body leaves out
	for line := range strings.Lines(s.Body) {
		n++
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		if skipping && !fence {
			continue
		}
		skipping = false
		out.WriteString(line)
		if played, ok := steps[n]; ok && fence {
			skipping = true
			for _, step := range played {
				out.WriteString("$ " + step.Command + "\n")
				if step.Output != "" {
					out.WriteString(strings.TrimRight(step.Output, "\n") + "\n")
				}
			}
		}
	}
	filled := *s
	filled.Body = out.String()
	return &filled
}
