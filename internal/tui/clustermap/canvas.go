package clustermap

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// look is what a cell means; later ones lie over earlier ones where lines meet.
type look uint8

const (
	blank look = iota
	frame
	dim
	plain
	strong
	passed // a hop that was walked
	accent // the hop walked last
	good
	warn
	bad
)

func (l look) style(s *style.Styles) style.Style {
	switch l {
	case frame:
		return s.Line
	case dim:
		return s.Dim
	case strong:
		return s.Strong
	case accent:
		return s.Accent
	case good:
		return s.Good
	case warn:
		return s.Warn
	case bad:
		return s.Bad
	}
	return s.Text
}

// The sides that a line leaves a cell by.
const up, right, down, left = 1, 2, 4, 8

// strokes are the characters of lines by their sides.
var strokes = [16]string{" ", "│", "─", "╰", "│", "│", "╭", "├", "─", "╯", "─", "┴", "╮", "┤", "┬", "┼"}

type point struct{ x, y int }

// glyph is a cell: a character, or else the lines through it.
type glyph struct {
	char  string // "" where there are lines or nothing
	after bool   // the second cell of a wide character
	sides uint8
	look  look
}

// canvas is a drawing in cells. What lies outside of it is left out.
type canvas struct {
	width, height int
	cells         []glyph
}

func newCanvas(width, height int) *canvas {
	return &canvas{width, height, make([]glyph, width*height)}
}

func (c *canvas) at(x, y int) *glyph {
	if x < 0 || y < 0 || x >= c.width || y >= c.height {
		return nil
	}
	return &c.cells[y*c.width+x]
}

// write puts a text there, at most room cells of it, and returns the column
// after it.
func (c *canvas) write(x, y, room int, s string, l look) int {
	room = min(room, c.width-x)
	if y < 0 || y >= c.height || x < 0 || room < 1 {
		return x
	}
	s = ansi.Truncate(s, room, "…")
	for len(s) > 0 {
		char, w, n, _ := ansi.DecodeSequence(s, 0, nil)
		s = s[max(n, 1):]
		if w < 1 || x+w > c.width {
			continue
		}
		*c.at(x, y) = glyph{char: char, look: l}
		if w > 1 {
			*c.at(x+1, y) = glyph{after: true, look: l}
		}
		x += w
	}
	return x
}

// line draws a straight line, to which others may be joined, and returns the
// cells it goes through.
func (c *canvas) line(from, to point, l look) []point {
	var all []point
	dx, dy := sign(to.x-from.x), sign(to.y-from.y)
	leave, enter := sides(dx, dy), sides(-dx, -dy)
	for p := from; ; p = (point{p.x + dx, p.y + dy}) {
		all = append(all, p)
		var s uint8
		if p != to {
			s |= leave
		}
		if p != from {
			s |= enter
		}
		c.join(p, s, l)
		if p == to || dx == 0 && dy == 0 {
			return all
		}
	}
}

func (c *canvas) join(p point, s uint8, l look) {
	if g := c.at(p.x, p.y); g != nil {
		g.sides |= s
		if g.char == "" && !g.after {
			g.look = max(g.look, l)
		}
	}
}

func sides(dx, dy int) uint8 {
	switch {
	case dx > 0:
		return right
	case dx < 0:
		return left
	case dy > 0:
		return down
	case dy < 0:
		return up
	}
	return 0
}

func sign(n int) int { return min(max(n, -1), 1) }

// box draws a frame.
func (c *canvas) box(x, y, width, height int, l look) {
	r, b := x+width-1, y+height-1
	c.line(point{x, y}, point{r, y}, l)
	c.line(point{x, b}, point{r, b}, l)
	c.line(point{x, y}, point{x, b}, l)
	c.line(point{r, y}, point{r, b}, l)
}

// lines renders the canvas.
func (c *canvas) lines(s *style.Styles) []string {
	out := make([]string, c.height)
	var row, run strings.Builder
	for y := range out {
		row.Reset()
		now := blank
		flush := func() {
			if run.Len() > 0 && now == blank {
				row.WriteString(run.String())
			} else if run.Len() > 0 {
				row.WriteString(now.style(s).Render(run.String()))
			}
			run.Reset()
		}
		for _, g := range c.cells[y*c.width : (y+1)*c.width] {
			if g.after {
				continue
			}
			char, l := g.char, g.look
			if char == "" {
				char = strokes[g.sides&15]
			}
			if char == " " {
				l = blank
			}
			if l != now {
				flush()
				now = l
			}
			run.WriteString(char)
		}
		if now != blank {
			flush()
		}
		run.Reset()
		out[y] = row.String()
	}
	return out
}
