package clustermap

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// Widths, in cells: from wide on the walk stands beside the map.
const wide, walkWidth, nodeWidth = 100, 46, 26

// Lines draws the map or the matrix, at most height lines, none wider than
// width.
func (m *Map) Lines(s *style.Styles, width, height int) []string {
	if width < 1 || height < 1 {
		return nil
	}
	d := &drawing{Map: m, styles: s}
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
	styles *style.Styles
}

// stacked puts the walk below the map, which gets what room is left.
func (d *drawing) stacked(width, height int) []string {
	walk := d.walk(width, max(height/2, 1))
	lines := append(d.head(width), d.places(width, max(height-len(walk)-4, 1))...)
	return append(append(lines, ""), walk...)
}

// beside puts the walk to the right of the map.
func (d *drawing) beside(width, height int) []string {
	left := width - walkWidth - 2
	places, walk := d.places(left, height-3), d.walk(walkWidth, height-3)
	lines := d.head(width)
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

// head says from where to where, and where there is a price what it is.
func (d *drawing) head(width int) []string {
	t := d.trace()
	if t == nil {
		return []string{d.styles.Dim.Render(d.words.Services + ": " + d.words.NoServices), ""}
	}
	s := d.styles
	arrow := s.Dim.Render(" ──▸ ")
	line := s.Strong.Render(label(t.Packet.From)) + arrow + s.Strong.Render(d.scene.Targets[d.target].Label)
	if d.step >= len(t.Hops) {
		sign, look := d.sign(t)
		line += "   " + look.Render(sign+" "+d.words.Met(string(t.Outcome)))
	}
	right := ""
	if n := len(t.Hops); n > 0 {
		right = s.Dim.Render(d.words.Hop(d.step, n))
	}
	if gap := width - ansi.StringWidth(line) - ansi.StringWidth(right); gap > 1 {
		line += strings.Repeat(" ", gap) + right
	}
	lines := []string{line}
	if b := d.scene.Bill; b.Balancers > 0 && b.Hourly() > 0 {
		lines = append(lines, s.Dim.Render(d.words.Cost(b.Balancers, b.Hourly(), b.Yearly())))
	}
	return append(lines, "")
}

// sign is an outcome's mark and its colour.
func (d *drawing) sign(t *dataplane.Trace) (string, lipgloss.Style) {
	switch {
	case t.Err != nil:
		return style.SignOpen, d.styles.Dim
	case t.Outcome == dataplane.OK && len(t.Failing) > 0:
		return style.SignWarn, d.styles.Warn
	case t.Outcome == dataplane.OK:
		return style.SignGood, d.styles.Good
	case t.Outcome == dataplane.Timeout:
		return "…", d.styles.Bad
	}
	return style.SignBad, d.styles.Bad
}

// walk lists the hops so far; the last one carries its reason.
func (d *drawing) walk(width, height int) []string {
	t := d.trace()
	if t == nil {
		return nil
	}
	s := d.styles
	if t.Err != nil {
		return wrap(t.Err.Error(), width)
	}
	lines := []string{s.Dim.Render(d.words.Source+" ") + s.Text.Render(d.scene.sourceAfter(t, d.step))}
	if was, is := d.scene.address(t.Packet.From), d.scene.sourceAfter(t, d.step); was != is {
		lines[0] = s.Dim.Render(d.words.Source+" "+was+" ▸ ") + s.Warn.Render(is)
	}
	if len(t.Hops) == 0 && t.Outcome == dataplane.NoSuchName {
		return append(lines, hang(s.Bad.Render(style.SignBad)+" ", d.words.NoService(d.scene.Targets[d.target].Service.String()), width)...)
	}
	from := 0
	last := d.hop(t, d.step, width)
	if room := height - len(lines) - len(last); d.step-1 > room {
		from = max(d.step-1-max(room, 0), 0)
	}
	for i := from; i < d.step-1; i++ {
		lines = append(lines, s.Dim.Render(ansi.Truncate(fmt.Sprintf("  %d %s", i+1, place(t.Hops[i])), width, "…")))
	}
	lines = append(lines, last...)
	return lines[:min(len(lines), max(height, 1))]
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
	lines := []string{look.Render(fmt.Sprintf("%s %d %s", sign, n, place(h)))}
	if h.Rule != "" {
		lines = append(lines, indent(wrap(h.Rule, width-4), s.Dim)...)
	}
	lines = append(lines, indent(wrap(h.Why, width-4), s.Text)...)
	if n == len(t.Hops) && len(t.Backends) > 1 {
		var all []string
		for _, b := range t.Backends {
			all = append(all, b.String())
		}
		lines = append(lines, indent(wrap(d.words.Answers+" "+strings.Join(all, ", "), width-4), s.Dim)...)
	}
	return lines
}

// place says what a hop is and where, in Kubernetes' words.
func place(h dataplane.Hop) string {
	out := string(h.Kind)
	if h.Object.Name != "" {
		out += "  " + h.Object.Name
	}
	if h.Node != "" && h.Node != h.Object.Name {
		out += "  " + h.Node
	}
	return out
}

// places draws hosts outside, Services and nodes with their pods.
func (d *drawing) places(width, height int) []string {
	on := d.walked()
	lines := d.outside(width, on)
	services := d.services(width, on)
	nodes := d.nodes(width, on)
	lines = append(lines, "")
	room := height - len(lines) - min(len(nodes), max(height/2, 3)) - 1
	lines = append(lines, d.capped(services, max(room, 2))...)
	lines = append(lines, "")
	return append(lines, d.capped(nodes, max(height-len(lines), 1))...)
}

// capped keeps so many lines and says how many more there are.
func (d *drawing) capped(lines []string, room int) []string {
	if len(lines) <= room {
		return lines
	}
	room = max(room-1, 0)
	return append(slices.Clone(lines[:room]), d.styles.Dim.Render("  "+d.words.More(len(lines)-room)))
}

// walked are the names of what the packet has met, and how.
func (d *drawing) walked() map[string]bool {
	on := map[string]bool{}
	t := d.trace()
	if t == nil {
		return on
	}
	on[t.Packet.From.String()] = true
	for _, h := range t.Hops[:d.step] {
		if h.Node != "" {
			on["node:"+h.Node] = true
		}
		if h.Object.Name != "" {
			on[h.Object.String()] = true
		}
	}
	if d.step == len(t.Hops) {
		for _, b := range t.Backends {
			on["pod:"+b.Pod.String()] = true
			on["node:"+b.Node] = true
		}
	}
	return on
}

// mark begins a place's line: an arrow where the packet came by.
func (d *drawing) mark(on bool, text string) string {
	if on {
		return d.styles.Accent.Render(style.SignNext + " " + text)
	}
	return "  " + d.styles.Text.Render(text)
}

func (d *drawing) outside(width int, on map[string]bool) []string {
	var items []string
	for _, h := range d.scene.State.World.Hosts {
		items = append(items, d.mark(on["external:"+h.Name], h.Name)+" "+d.styles.Dim.Render(h.Address))
	}
	return flow(d.styles.Dim.Render(d.words.Outside), items, width, 2)
}

func (d *drawing) services(width int, on map[string]bool) []string {
	lines := []string{d.styles.Dim.Render(d.words.Services)}
	// Those on the way first, then those asked about, the system's not at all.
	type row struct {
		rank int
		text string
	}
	var rows []row
	for _, svc := range d.scene.State.Services {
		name := state.Of(svc)
		met := on["Service "+name.String()]
		rank := 2
		switch {
		case met:
			rank = 0
		case slices.Contains(d.scene.asked, svc.Name):
			rank = 1
		case svc.Namespace == system || svc.Namespace == "default" && svc.Name == "kubernetes":
			continue
		}
		rows = append(rows, row{rank, d.mark(met, svc.Name) + " " + d.styles.Dim.Render(d.about(svc))})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.rank - b.rank })
	for _, r := range rows {
		lines = append(lines, r.text)
	}
	if len(rows) == 0 {
		lines = append(lines, "  "+d.styles.Dim.Render(d.words.NoServices))
	}
	return lines
}

// about is a Service's type, addresses, ports and endpoints.
func (d *drawing) about(svc *corev1.Service) string {
	parts := []string{string(svc.Spec.Type)}
	if svc.Spec.Type == corev1.ServiceTypeExternalName {
		return strings.Join(append(parts, svc.Spec.ExternalName), "  ")
	}
	for _, p := range svc.Spec.Ports {
		port := fmt.Sprint(p.Port)
		if p.NodePort > 0 {
			port += fmt.Sprintf(":%d", p.NodePort)
		}
		parts = append(parts, port)
	}
	parts = append(parts, svc.Spec.ClusterIP)
	if svc.Spec.Type == corev1.ServiceTypeLoadBalancer {
		at := d.words.Pending
		for _, in := range svc.Status.LoadBalancer.Ingress {
			at = in.IP + in.Hostname
		}
		parts = append(parts, at)
	}
	n := 0
	for _, slice := range d.scene.State.EndpointSlices(svc.Namespace, svc.Name) {
		for _, e := range slice.Endpoints {
			if e.Conditions.Ready == nil || *e.Conditions.Ready {
				n++
			}
		}
	}
	return strings.Join(append(parts, d.words.Ready(n)), "  ")
}

// nodes are drawn beside each other as far as there is room.
func (d *drawing) nodes(width int, on map[string]bool) []string {
	all := d.scene.State.Nodes
	if len(all) == 0 {
		return nil
	}
	columns := min(max(width/nodeWidth, 1), len(all))
	each := width / columns
	var lines []string
	for from := 0; from < len(all); from += columns {
		var blocks [][]string
		tallest := 0
		for _, n := range all[from:min(from+columns, len(all))] {
			blocks = append(blocks, d.node(n, on))
			tallest = max(tallest, len(blocks[len(blocks)-1]))
		}
		for i := range tallest {
			line := ""
			for j, b := range blocks {
				cellText := ""
				if i < len(b) {
					cellText = ansi.Truncate(b[i], each-1, "…")
				}
				if line += cellText; j < len(blocks)-1 {
					line += strings.Repeat(" ", each*(j+1)-ansi.StringWidth(line))
				}
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// node is a node's name and address, and below it its pods.
func (d *drawing) node(n *corev1.Node, on map[string]bool) []string {
	lines := []string{d.mark(on["node:"+n.Name] || on["Node "+n.Name], n.Name), "  " + d.styles.Dim.Render(nodeAddress(n))}
	for _, p := range d.scene.State.PodsOn(n.Name) {
		name := state.Of(p).String()
		met := on["pod:"+name] || on["Pod "+name]
		if p.Namespace == system && !met {
			continue
		}
		sign, look := style.SignGood, d.styles.Good
		if !state.Ready(p) {
			sign, look = style.SignWarn, d.styles.Warn
		}
		line := d.mark(met, label(dataplane.PodClient(p.Namespace, p.Name))) + " " + look.Render(sign)
		if !state.Ready(p) {
			line += " " + d.styles.Dim.Render(d.words.NotReady)
		}
		lines = append(lines, "  "+line)
	}
	return lines
}

// flow puts items after a title, in as many lines as they need.
func flow(title string, items []string, width, gap int) []string {
	lines := []string{title}
	line := ""
	for _, item := range items {
		if line != "" && ansi.StringWidth(line)+gap+ansi.StringWidth(item) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += strings.Repeat(" ", gap)
		}
		line += item
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

func wrap(s string, width int) []string {
	return strings.Split(ansi.Wrap(s, max(width, 8), ""), "\n")
}

func indent(lines []string, look lipgloss.Style) []string {
	for i, l := range lines {
		lines[i] = "    " + look.Render(l)
	}
	return lines
}

// hang wraps a text after a sign.
func hang(sign, s string, width int) []string {
	lines := wrap(s, width-2)
	for i := range lines {
		if i == 0 {
			lines[i] = sign + lines[i]
		} else {
			lines[i] = "  " + lines[i]
		}
	}
	return lines
}
