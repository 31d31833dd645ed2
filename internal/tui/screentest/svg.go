package screentest

import (
	"fmt"
	"html"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// The cells of a picture and its margin, in pixels.
const cellWidth, cellHeight, svgMargin = 9, 19, 10

// The colours of a picture where the screen says none.
const svgText, svgBackground = "#d5d9e4", "#16161e"

// SVG is a picture of the screen: a text for each stretch of one style, as
// wide as its cells in whatever font there is.
func (term *Terminal) SVG() string {
	w, h := term.screen.Width()*cellWidth+2*svgMargin, term.screen.Height()*cellHeight+2*svgMargin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", svgBackground)
	fmt.Fprintf(&b, `<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15" fill="%s" xml:space="preserve">`+"\n", svgText)
	for y := range term.screen.Height() {
		for x := 0; x < term.screen.Width(); {
			x = term.svgRun(&b, x, y)
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// svgRun draws the cells from x on that have one style, and returns where the
// next ones begin.
func (term *Terminal) svgRun(b *strings.Builder, x, y int) int {
	first := term.screen.CellAt(x, y)
	if isBlank(first) {
		return x + 1
	}
	var text strings.Builder
	end := x // of what is drawn; one blank may stand between
	for at := x; at < term.screen.Width() && at <= end+1; {
		c := term.screen.CellAt(at, y)
		if isBlank(c) {
			at++
			continue
		}
		if !c.Style.Equal(&first.Style) {
			break
		}
		text.WriteString(strings.Repeat(" ", at-end) + c.Content)
		at += max(c.Width, 1)
		end = at
	}
	look := ""
	if fg := first.Style.Fg; fg != nil {
		look += fmt.Sprintf(` fill="%s"`, hex(fg))
	}
	if first.Style.Attrs&uv.AttrBold != 0 {
		look += ` font-weight="bold"`
	}
	if first.Style.Underline != 0 {
		look += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d"%s>%s</text>`+"\n", svgMargin+x*cellWidth, svgMargin+y*cellHeight+15,
		(end-x)*cellWidth, look, html.EscapeString(text.String()))
	return end
}

func isBlank(c *uv.Cell) bool { return c == nil || strings.TrimSpace(c.Content) == "" }

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
