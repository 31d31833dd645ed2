// Package figure draws the lesson's pictures for a terminal: lines of text
// that fit the width they are given and read without colour.
package figure

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// Draw draws the figure of that name, and tells whether there is one.
func Draw(name string, width int, s *style.Styles) ([]string, bool) {
	switch name {
	case "rings":
		return rings(width, s), true
	}
	return nil, false
}

// ring is one circle of exposure: its type, and who gets in.
type ring struct{ name, who string }

// From the outermost to the innermost.
var fourRings = []ring{
	{"LoadBalancer", "a balancer of the platform: as far out as you ask for"},
	{"NodePort", "a port on every node: whoever reaches a node"},
	{"ClusterIP", "a virtual address: pods and nodes"},
	{"Pods", "the application; every way ends here"},
}

// rings draws boxes in boxes. Each is four cells narrower than the one around
// it, its type stands in its upper edge and below who gets in.
func rings(width int, s *style.Styles) []string {
	width = max(width, 30)
	return box(fourRings, width, s, []style.Style{s.Warn, s.Text, s.Good, s.Strong})
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
