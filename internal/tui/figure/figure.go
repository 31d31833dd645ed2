// Package figure draws the lesson's pictures for a terminal: lines of text
// that fit the width they are given and read without colour.
package figure

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text"
)

// Draw draws the figure of that name, and tells whether there is one.
func Draw(name string, width int, s *style.Styles, words *text.Figures) ([]string, bool) {
	switch name {
	case "rings":
		return rings(width, s, words), true
	}
	return nil, false
}

// ring is one circle of exposure: its type, and who gets in.
type ring struct{ name, who string }

// rings draws boxes in boxes. Each is four cells narrower than the one around
// it, its type stands in its upper edge and below who gets in.
func rings(width int, s *style.Styles, words *text.Figures) []string {
	width = max(width, 30)
	four := []ring{{"LoadBalancer", words.LoadBalancer}, {"NodePort", words.NodePort}, {"ClusterIP", words.ClusterIP}, {words.Pods, words.PodsSay}}
	return box(four, width, s, []style.Style{s.Warn, s.Text, s.Good, s.Strong})
}

func box(rest []ring, width int, s *style.Styles, looks []style.Style) []string {
	r, look := rest[0], looks[0]
	inner := width - 4
	lines := strings.Split(ansi.Wrap(r.who, inner, ""), "\n")
	for i := range lines {
		lines[i] = s.Dim.Render(lines[i])
	}
	if len(rest) > 1 {
		lines = append(lines, box(rest[1:], inner, s, looks[1:])...)
	}
	title := " " + r.name + " "
	edge := look.Render("╭─") + look.Bold(true).Render(title) + look.Render(strings.Repeat("─", max(width-3-ansi.StringWidth(title), 0))+"╮")
	out := []string{edge}
	for _, l := range lines {
		out = append(out, look.Render("│ ")+l+strings.Repeat(" ", max(inner-ansi.StringWidth(l), 0))+look.Render(" │"))
	}
	return append(out, look.Render("╰"+strings.Repeat("─", width-2)+"╯"))
}
