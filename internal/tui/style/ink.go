package style

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Style is a lipgloss style that has worked out beforehand what it writes
// around a text: a frame has hundreds of small texts, and a server draws the
// frames of a whole class.
type Style struct {
	lipgloss.Style
	before, after string
	// simple tells that a text stays in one piece between before and after.
	simple bool
}

// Of makes a Style.
func Of(s lipgloss.Style) Style {
	const probe = "a b"
	before, after, simple := strings.Cut(s.Render(probe), probe)
	return Style{Style: s, before: before, after: after, simple: simple}
}

// Render gives a text the style.
func (s Style) Render(text string) string {
	if !s.simple || text == "" || strings.ContainsAny(text, "\t\r\n") {
		return s.Style.Render(text)
	}
	return s.before + text + s.after
}
