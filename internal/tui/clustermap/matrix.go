package clustermap

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// columnWidth is that of a column of the matrix: its number, the sign and the
// dot of what changed.
const columnWidth = 4

// grid draws the matrix: a row a client, a numbered column an address, the
// chosen ones marked. What does not fit is scrolled to by choosing.
func (d *drawing) grid(width, height int) []string {
	s, scene := d.styles, d.scene
	names := 8
	for _, c := range scene.Clients {
		names = max(names, ansi.StringWidth(label(c))+3)
	}
	names = min(names, max(width/2, 4))
	from, to := window(d.target, len(scene.Targets), max((width-names)/columnWidth, 1))
	legend := d.legend(from, to, width, max(height/2-2, 1))
	top, bottom := window(d.client, len(scene.Clients), max(height-len(legend)-4, 1))

	title := s.Strong.Render(d.words.Matrix)
	if d.checked != nil {
		title += "   " + s.Dim.Render(d.words.Changed)
	}
	head := strings.Repeat(" ", names)
	for j := from; j < to; j++ {
		number := fmt.Sprintf("%*d", columnWidth-2, j+1)
		if j == d.target {
			head += s.Accent.Render(number) + "  "
		} else {
			head += s.Dim.Render(number) + "  "
		}
	}
	lines := []string{title, head}
	for i := top; i < bottom; i++ {
		name := ansi.Truncate(label(scene.Clients[i]), names-3, "…")
		line := d.mark(i == d.client, name)
		line += strings.Repeat(" ", max(names-ansi.StringWidth(line), 0))
		for j := from; j < to; j++ {
			sign, look := d.sign(&scene.traces[i][j])
			dot := " "
			if d.changed(i, j) {
				dot = s.Warn.Render(style.SignOpen)
			}
			line += strings.Repeat(" ", columnWidth-3) + look.Render(sign) + dot + " "
		}
		lines = append(lines, line)
	}
	return append(append(lines, ""), legend...)
}

// legend says what the columns are, the chosen one for certain.
func (d *drawing) legend(from, to, width, height int) []string {
	var items []string
	at := 0
	for j := from; j < to; j++ {
		item := fmt.Sprintf("%d %s", j+1, d.scene.Targets[j].Label)
		if j == d.target {
			at = len(items)
			items = append(items, d.styles.Accent.Render(style.SignNext+" "+item))
		} else {
			items = append(items, d.styles.Dim.Render("  "+item))
		}
	}
	if len(items) == 0 {
		return []string{d.styles.Dim.Render(d.words.NoServices)}
	}
	each := 0
	for _, i := range items {
		each = max(each, ansi.StringWidth(i)+2)
	}
	columns := max(width/each, 1)
	var lines []string
	chosen := 0
	for i := 0; i < len(items); i += columns {
		line := ""
		for j, item := range items[i:min(i+columns, len(items))] {
			if i+j == at {
				chosen = len(lines)
			}
			line += item + strings.Repeat(" ", each-ansi.StringWidth(item))
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	first, last := window(chosen, len(lines), height)
	return lines[first:last]
}

// window is the part of n that is seen through room places with at in it.
func window(at, n, room int) (from, to int) {
	from = min(max(at-room/2, 0), max(n-room, 0))
	return from, min(from+room, n)
}
