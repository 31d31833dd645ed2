package clustermap

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// columnWidth is that of a column of the matrix: a bracket where it is chosen,
// the sign, and the dot of what changed.
const columnWidth = 5

// grid draws the matrix: a row a client, a numbered column an address. The
// chosen field is in brackets, and what it means stands below. What does not
// fit is scrolled to by choosing.
func (d *drawing) grid(width, height int) []string {
	s, scene := d.styles, d.scene
	if len(scene.Targets) == 0 || len(scene.Clients) == 0 {
		return []string{s.Strong.Render(d.words.Matrix), "", s.Dim.Render(d.words.NoServices)}
	}
	names := 8
	for _, c := range scene.Clients {
		names = max(names, ansi.StringWidth(label(c))+3)
	}
	names = min(names, max(width/2, 4))
	from, to := window(d.target, len(scene.Targets), max((width-names)/columnWidth, 1))
	below := d.chosen(width, max(height/3, 1))
	legend := d.legend(from, to, width, max((height-len(below))/3, 1))
	lines := append(d.title(width), d.numbers(names, from, to))
	top, bottom := window(d.client, len(scene.Clients), max(height-len(lines)-len(legend)-len(below)-2, 1))
	for i := top; i < bottom; i++ {
		lines = append(lines, d.clientRow(i, names, from, to))
	}
	lines = append(append(lines, ""), legend...)
	return append(append(lines, ""), below...)
}

// title is the matrix's, with what its signs mean, in a line or in two.
func (d *drawing) title(width int) []string {
	s := d.styles
	title := s.Strong.Render(d.words.Matrix)
	signs := s.Good.Render(style.SignGood) + " " + s.Dim.Render(d.words.Answered) + "  " +
		s.Warn.Render(style.SignWarn) + " " + s.Dim.Render(d.words.SomeFail) + "  " +
		s.Bad.Render(signSilence) + " " + s.Dim.Render(d.words.Silence) + "  " +
		s.Bad.Render(style.SignBad) + " " + s.Dim.Render(d.words.RefusedOrNoName)
	if d.checked == nil {
		return []string{spread(title, signs, width)}
	}
	dot := s.Warn.Render(style.SignOpen) + " " + s.Dim.Render(d.words.Changed)
	if line := spread(title, signs+"  "+dot, width); line != title {
		return []string{line}
	}
	return []string{spread(title, dot, width), signs}
}

// numbers are the columns'.
func (d *drawing) numbers(names, from, to int) string {
	head := strings.Repeat(" ", names)
	for j := from; j < to; j++ {
		look := d.styles.Dim
		if j == d.target {
			look = d.styles.Accent
		}
		head += look.Render(fmt.Sprintf("%*d", columnWidth-2, j+1)) + "  "
	}
	return head
}

func (d *drawing) clientRow(i, names, from, to int) string {
	s := d.styles
	name := ansi.Truncate(label(d.scene.Clients[i]), max(names-3, 1), "…")
	line := "  " + s.Text.Render(name)
	if i == d.client {
		line = s.Accent.Render(style.SignNext + " " + name)
	}
	line += strings.Repeat(" ", max(names-ansi.StringWidth(line), 0))
	for j := from; j < to; j++ {
		sign, look := d.sign(&d.scene.traces[i][j])
		dot := " "
		if d.changed(i, j) {
			dot = s.Warn.Render(style.SignOpen)
		}
		if i == d.client && j == d.target {
			line += " " + s.Accent.Render("[") + look.Render(sign) + s.Accent.Render("]") + dot
		} else {
			line += "  " + look.Render(sign) + dot + " "
		}
	}
	return line
}

// chosen says what the chosen field means.
func (d *drawing) chosen(width, height int) []string {
	t := d.trace()
	sign, look := d.sign(t)
	lines := hang(look.Render(sign)+" ", d.outcome(t), min(width, measure), d.styles.Strong)
	why := t.Last().Why
	if len(t.Hops) == 0 && t.Err == nil {
		why = d.words.NoService(d.scene.Targets[d.target].Service.String())
	}
	if why != "" {
		lines = append(lines, hang("  ", why, min(width, measure), d.styles.Text)...)
	}
	if len(lines) > height && height > 0 {
		lines[height-1] = d.more(lines[height-1], width)
	}
	return lines[:min(len(lines), height)]
}

// measure is the widest prose.
const measure = 72

// widestLabel is how much of an address the legend shows; a balancer's name is
// long.
const widestLabel = 30

// legend says what the columns are, the chosen one for certain.
func (d *drawing) legend(from, to, width, height int) []string {
	var items []string
	at, each := 0, 0
	for j := from; j < to; j++ {
		item := fmt.Sprintf("%d %s", j+1, middle(d.scene.Targets[j].Label, widestLabel))
		if j == d.target {
			at = len(items)
			items = append(items, d.styles.Accent.Render(style.SignNext+" "+item))
		} else {
			items = append(items, d.styles.Dim.Render("  "+item))
		}
		each = max(each, ansi.StringWidth(item)+4)
	}
	columns := max(width/each, 1)
	var lines []string
	for i := 0; i < len(items); i += columns {
		line := ""
		for _, item := range items[i:min(i+columns, len(items))] {
			line += item + strings.Repeat(" ", each-ansi.StringWidth(item))
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	first, last := window(at/columns, len(lines), height)
	return lines[first:last]
}

// window is the part of n that is seen through room places with at in it.
func window(at, n, room int) (from, to int) {
	from = min(max(at-room/2, 0), max(n-room, 0))
	return from, min(from+room, n)
}
