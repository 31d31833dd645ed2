package style

import (
	"cmp"
	"image/color"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// OnItsGround is the palette with a background of its own, for a terminal whose
// background it was not made for.
func (p Palette) OnItsGround() Palette {
	background, text := "#ffffff", "#1f2328"
	switch {
	case p.Dark && p.Plain:
		background, text = "0", "7"
	case p.Plain:
		background, text = "15", "0"
	case p.Dark:
		background, text = "#16161e", "#d5d9e4"
	}
	p.Background, p.Text = cmp.Or(p.Background, background), cmp.Or(p.Text, text)
	return p
}

// sgr is a sequence that sets styles.
var sgr = regexp.MustCompile("\x1b\\[([0-9;:]*)m")

// Paint lays a frame on the palette's background, if it has one: where the frame
// has the terminal's own colours it gets the palette's. Its lines are filled up
// to a width.
func (s *Styles) Paint(frame string, width int) string {
	if s.Palette.Background == "" {
		return frame
	}
	ground := strings.TrimSuffix(strings.TrimPrefix(s.Ground.before, "\x1b["), "m")
	lines := strings.Split(frame, "\n")
	for i, line := range lines {
		line = sgr.ReplaceAllStringFunc(line, func(seq string) string { return onGround(seq, ground) })
		lines[i] = s.Ground.before + line + strings.Repeat(" ", max(width-ansi.StringWidth(line), 0)) + ansi.ResetStyle
	}
	return strings.Join(lines, "\n")
}

// Cursor is a colour in which a cursor is seen on the palette's background; nil
// is the terminal's own.
func (s *Styles) Cursor() color.Color {
	if s.Palette.Background == "" || s.Palette.Plain {
		return nil
	}
	return colour(s.Palette.Text)
}

// onGround has a sequence that goes back to the terminal's colours go back to
// those of the ground.
func onGround(seq, ground string) string {
	numbers := strings.TrimSuffix(strings.TrimPrefix(seq, "\x1b["), "m")
	if numbers == "" || numbers == "0" {
		return "\x1b[0;" + ground + "m"
	}
	if rest, ok := strings.CutPrefix(numbers, "0;"); ok {
		return "\x1b[0;" + ground + "m\x1b[" + rest + "m"
	}
	return seq
}
