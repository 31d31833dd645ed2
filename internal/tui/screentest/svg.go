package screentest

import (
	"fmt"
	"html"
	"image/color"
	"strings"
)

// The cells of a picture, in pixels.
const cellWidth, cellHeight = 9, 19

// SVG is a picture of the screen.
func (term *Terminal) SVG() string {
	w, h := term.screen.Width()*cellWidth, term.screen.Height()*cellHeight
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", w+20, h+20, w+20, h+20)
	b.WriteString(`<rect width="100%" height="100%" rx="8" fill="#16161e"/>` + "\n")
	b.WriteString(`<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15" xml:space="preserve">` + "\n")
	for y := range term.screen.Height() {
		for x := 0; x < term.screen.Width(); x++ {
			c := term.screen.CellAt(x, y)
			if c == nil || strings.TrimSpace(c.Content) == "" {
				continue
			}
			fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", 10+x*cellWidth, 10+y*cellHeight+15, hex(c.Style.Fg), html.EscapeString(c.Content))
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

func hex(c color.Color) string {
	if c == nil {
		return "#d5d9e4"
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
