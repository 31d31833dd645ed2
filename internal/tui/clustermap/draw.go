package clustermap

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Widths, in cells: from wide on the walk stands beside the map.
const wide, walkWidth = 100, 42

// Lines draws the map or the matrix, at most height lines, none wider than
// width.
func (m *Map) Lines(s *style.Styles, width, height int) []string {
	if width < 1 || height < 1 {
		return nil
	}
	key := frameKey{m.version, m.client, m.target, m.step, m.moved, m.matrix, width, height, s}
	if m.lines != nil && m.drawn == key {
		return m.lines
	}
	m.drawn, m.lines = key, m.draw(s, width, height)
	return m.lines
}

func (m *Map) draw(s *style.Styles, width, height int) []string {
	d := &drawing{Map: m, styles: s}
	if t := m.trace(); t != nil {
		d.stations = m.scene.stations(t, &m.scene.Targets[m.target])
	}
	var lines []string
	switch {
	case m.scene == nil:
		lines = []string{s.Dim.Render(m.words.Starting)}
	case m.matrix:
		lines = d.grid(width, height)
	case width >= wide:
		lines = d.beside(width, height)
	default:
		lines = d.stacked(width, height)
	}
	for i, l := range lines {
		lines[i] = ansi.Truncate(l, width, "…")
	}
	return lines[:min(len(lines), height)]
}

type drawing struct {
	*Map
	styles   *style.Styles
	stations [][]place // of the chosen packet
}

// stacked puts the walk below the map. However long it is, it gets the same
// room: places do not move while the packet walks.
func (d *drawing) stacked(width, height int) []string {
	lines := d.head(width, height)
	room := height - len(lines) - 1
	below := min(max(room/3, 6), 12, room)
	places := d.places(width, room-below)
	if len(places) == 0 { // there is no room for a map
		walk, _ := d.walk(width, height-len(lines))
		return append(lines, walk...)
	}
	lines = append(lines, places...)
	walk, whole := d.walk(width, below)
	if !whole { // the line between is of more use to the reason
		walk, _ = d.walk(width, below+1)
		return append(lines, walk...)
	}
	return append(append(lines, ""), walk...)
}

// beside puts the walk to the right of the map.
func (d *drawing) beside(width, height int) []string {
	left := width - walkWidth - 2
	lines := d.head(width, height)
	room := height - len(lines)
	places := d.places(left, room)
	walk, _ := d.walk(walkWidth, room)
	for i := range max(len(places), len(walk)) {
		line := ""
		if i < len(places) {
			line = ansi.Truncate(places[i], left, "…")
		}
		if i < len(walk) {
			line += strings.Repeat(" ", left+2-ansi.StringWidth(line)) + walk[i]
		}
		lines = append(lines, line)
	}
	return lines
}

// head says from where to where.
func (d *drawing) head(width, height int) []string {
	t := d.trace()
	if t == nil {
		return []string{d.styles.Dim.Render(d.words.Services + ": " + d.words.NoServices), ""}
	}
	s := d.styles
	line := s.Strong.Render(label(t.Packet.From)) + s.Dim.Render(" ──▸ ") + s.Strong.Render(middle(d.scene.Targets[d.target].Label, widestLabel))
	right := ""
	if n := len(t.Hops); n > 0 {
		right = s.Dim.Render(d.words.Hop(d.step, n))
	}
	if d.ended() { // what is met stands below in words; here where there is room
		sign, look := d.sign(t)
		met := sign + " " + d.words.Met(string(t.Outcome))
		if ansi.StringWidth(line+"   "+met+"  "+right) > width {
			met = sign
		}
		line += "   " + look.Render(met)
	}
	if height < roomy {
		return []string{spread(line, right, width)}
	}
	return []string{spread(line, right, width), ""}
}

// ended tells whether the packet has walked all of its way.
func (d *drawing) ended() bool { return d.AtEnd() && d.moved >= Moves }

// spread puts right at the right end of a line, if there is room for it.
func spread(left, right string, width int) string {
	if gap := width - ansi.StringWidth(left) - ansi.StringWidth(right); gap > 1 {
		return left + strings.Repeat(" ", gap) + right
	}
	return left
}

// sign is an outcome's mark and its colour.
func (d *drawing) sign(t *dataplane.Trace) (string, style.Style) {
	switch {
	case t.Err != nil:
		return style.SignOpen, d.styles.Dim
	case t.Outcome == dataplane.OK && (len(t.Failing) > 0 || len(t.Backends) > 0 && t.Backends[0].Status >= 400):
		return style.SignWarn, d.styles.Warn
	case t.Outcome == dataplane.OK:
		return style.SignGood, d.styles.Good
	case t.Outcome == dataplane.Timeout:
		return signSilence, d.styles.Bad
	}
	return style.SignBad, d.styles.Bad
}

// signSilence is that of a packet that nobody answers.
const signSilence = "…"

// outcome is what the client meets, in a sentence.
func (d *drawing) outcome(t *dataplane.Trace) string {
	from, to := label(t.Packet.From), middle(d.scene.Targets[d.target].Label, widestLabel)
	if t.Err != nil {
		return t.Err.Error()
	}
	return d.words.Outcome(from, to, string(t.Outcome), len(t.Backends), len(t.Failing))
}

// walk lists the hops so far; the last one carries its reason, and after the
// last of all stands what the client meets. It tells whether there was room for
// the whole reason.
func (d *drawing) walk(width, height int) (lines []string, whole bool) {
	t := d.trace()
	if t == nil {
		return nil, true
	}
	s := d.styles
	var tail []string
	if height >= roomy {
		tail = append(tail, "")
	}
	if d.ended() {
		sign, look := d.sign(t)
		tail = append(tail, hang(look.Render(sign)+" ", d.outcome(t), width, s.Strong)...)
		if len(t.Hops) == 0 && t.Outcome == dataplane.NoSuchName {
			tail = append(tail, hang("  ", d.words.NoService(d.scene.Targets[d.target].Service.String()), width, s.Text)...)
		}
	} else if d.step == 0 {
		tail = append(tail, hang("  ", d.words.SendIt(label(t.Packet.From)), width, s.Text)...)
	}
	lines = []string{d.source(t)}
	last := d.hop(t, d.step, width)
	room := max(height-len(lines)-len(last)-len(tail), 0)
	from := max(d.step-1-room, 0)
	for i := from; i < d.step-1; i++ {
		lines = append(lines, s.Dim.Render(ansi.Truncate(fmt.Sprintf("  %d %s", i+1, hopName(t.Hops[i])), width, "…")))
	}
	lines = append(append(lines, last...), tail...)
	over := len(lines) - max(height, 1)
	if over > 0 && len(tail) > 0 {
		// The reason of the last hop gives way to what it comes to.
		keep := max(len(lines)-len(tail)-over, 0)
		lines = append(lines[:keep:keep], tail...)
		if keep > 0 {
			lines[keep-1] = d.more(lines[keep-1], width)
		}
	}
	return lines[:min(len(lines), max(height, 1))], over <= 0
}

// more ends a line whose sentence goes on where there is no room.
func (d *drawing) more(line string, width int) string {
	return ansi.Truncate(line, width-2, "") + d.styles.Dim.Render(" …")
}

// source is the packet's source address as it is now, and what it was.
func (d *drawing) source(t *dataplane.Trace) string {
	s := d.styles
	was, is := d.scene.address(t.Packet.From), d.scene.sourceAfter(t, d.step)
	if was != is {
		return s.Dim.Render(d.words.Source+" "+was+" ▸ ") + s.Warn.Render(is)
	}
	return s.Dim.Render(d.words.Source+" ") + s.Text.Render(is)
}

// hop draws the hop walked last with its reason; before the first, nothing.
func (d *drawing) hop(t *dataplane.Trace, n, width int) []string {
	if n == 0 || n > len(t.Hops) {
		return nil
	}
	h, s := t.Hops[n-1], d.styles
	sign, look := style.SignNext, s.Accent
	if n == len(t.Hops) {
		sign, look = d.sign(t)
	}
	lines := hang(look.Render(sign)+" ", fmt.Sprintf("%d %s", n, hopName(h)), width, look)
	if h.Rule != "" {
		lines = append(lines, hang("    ", h.Rule, width, s.Dim)...)
	}
	return append(lines, hang("    ", h.Why, width, s.Text)...)
}

// hopName says what a hop is and where, in Kubernetes' words.
func hopName(h dataplane.Hop) string {
	out := string(h.Kind)
	if h.Object.Name != "" {
		out += "  " + h.Object.Name
	}
	if h.Node != "" && h.Node != h.Object.Name {
		out += "  " + h.Node
	}
	return out
}

func wrap(s string, width int) []string {
	return strings.Split(ansi.Wrap(s, max(width, 8), ""), "\n")
}

// hang wraps a text behind a sign.
func hang(sign, s string, width int, look style.Style) []string {
	by := ansi.StringWidth(sign)
	lines := wrap(s, width-by)
	for i := range lines {
		if i > 0 {
			sign = strings.Repeat(" ", by)
		}
		lines[i] = sign + look.Render(lines[i])
	}
	return lines
}
