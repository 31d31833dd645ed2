package clustermap

import (
	"cmp"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// Measures of the map in cells: before each name is room for its sign and the
// number of its hop; left of everything is a column for lines.
const slot, edge, nodeWidth, widestNode = 3, 2, 23, 34

// plan is where the places of a scene stand on a canvas: hosts outside,
// balancers, Services and the nodes with their pods, one below another. Rows
// between them are left to the lines of the packet's way.
type plan struct {
	*drawing
	canvas *canvas
	at     map[place]anchor
	// way are the places that the chosen packet comes by, however far it has
	// walked: they are always shown.
	way map[place]bool
	row int // the next that is free
}

// anchor is where a place stands and how lines come to it: through the row
// above or below it, to a column of that row.
type anchor struct {
	slot         point
	above, below int
	column       int
}

// places draws the map.
func (d *drawing) places(width, height int) []string {
	if width < nodeWidth || height < 4 {
		return nil
	}
	p := &plan{drawing: d, canvas: newCanvas(width, height), at: map[place]anchor{}, way: map[place]bool{}}
	if t := d.trace(); t != nil {
		p.way[clientPlace(t.Packet.From)] = true
		for _, station := range d.stations {
			for _, at := range station {
				p.way[at] = true
			}
		}
	}
	p.outside()
	p.balancers()
	p.services()
	p.nodes()
	p.route()
	return p.canvas.lines(d.styles)
}

// chip is something small in a row.
type chip struct {
	at          place
	name, about string
	look        look
}

// chips draws a row of them, those on the way for certain, and says how many
// there was no room for. above and below are the rows for lines.
func (p *plan) chips(heading string, all []chip, above, below int) {
	y := p.row
	p.row++
	slices.SortStableFunc(all, func(a, b chip) int { return first(p.way[a.at], p.way[b.at]) })
	x := p.canvas.write(edge, y, 10, heading, dim) + 1
	about := true
	need := x
	for _, c := range all {
		need += slot + ansi.StringWidth(c.name+" "+c.about) + 1
	}
	if need > p.canvas.width {
		about = false
	}
	for i, c := range all {
		name, more := c.name, ""
		if about || p.way[c.at] && i == 0 {
			more = " " + c.about
		}
		w := slot + ansi.StringWidth(name+more) + 1
		if i > 0 && x+w+len(" +99") > p.canvas.width && (i < len(all)-1 || x+w > p.canvas.width) {
			p.canvas.write(x+1, y, 8, "+"+number(len(all)-i), dim)
			return
		}
		p.at[c.at] = anchor{point{x, y}, above, below, x + slot}
		x = p.canvas.write(x+slot, y, p.canvas.width, name, cmp.Or(c.look, plain))
		x = p.canvas.write(x, y, p.canvas.width, more, dim) + 1
	}
}

// first orders what is before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// outside are the hosts outside the cluster, and the names outside that
// Services are aliases of or that the packet ends at.
func (p *plan) outside() {
	var all []chip
	for _, h := range p.scene.State.World.Hosts {
		all = append(all, chip{at: hostPlace(h.Name), name: h.Name, about: h.Address})
	}
	for _, svc := range p.scene.State.Services {
		if svc.Spec.Type == corev1.ServiceTypeExternalName {
			all = append(all, chip{at: hostPlace(svc.Spec.ExternalName), name: svc.Spec.ExternalName})
		}
	}
	if t := p.trace(); t != nil {
		for _, b := range append(slices.Clip(t.Backends), t.Failing...) {
			if b.Pod.Name == "" && b.Node == "" {
				all = append(all, chip{at: hostPlace(b.Name), name: b.Name})
			}
		}
	}
	var once []chip
	for _, c := range all {
		if !slices.ContainsFunc(once, func(o chip) bool { return o.at == c.at }) {
			once = append(once, c)
		}
	}
	if len(once) > 0 {
		p.chips(p.words.Outside, once, p.row+1, p.row+1)
		p.space()
	}
}

// balancers are the load balancers that stand, each with its address.
func (p *plan) balancers() {
	var all []chip
	for _, b := range p.scene.balancers {
		o := dataplane.Object{Kind: "Service"}
		if b.Service != nil {
			o.Namespace, o.Name = b.Service.Namespace, b.Service.Name
		} else {
			o = dataplane.Object{Kind: "Ingress", Namespace: b.Ingresses[0].Namespace, Name: b.Ingresses[0].Name}
		}
		about := b.Addresses[0].String()
		if b.Internal {
			about += " " + p.words.Internal
		}
		name := string(b.Product)
		if b.Service == nil {
			name += " (Ingress " + o.Name + ")"
		}
		all = append(all, chip{at: balancerPlace(o), name: name, about: about})
		for _, ing := range b.Ingresses[min(1, len(b.Ingresses)):] {
			// They share the balancer; one of them stands for all.
			other := dataplane.Object{Kind: "Ingress", Namespace: ing.Namespace, Name: ing.Name}
			if p.way[balancerPlace(other)] {
				p.way[balancerPlace(o)] = true
				defer func() { p.at[balancerPlace(other)] = p.at[balancerPlace(o)] }()
			}
		}
	}
	if len(all) == 0 {
		return
	}
	if p.row == 0 || p.canvas.height < roomy {
		p.row++ // for lines above
	}
	p.chips(p.words.Balancers, all, p.row-1, p.row+1)
	p.price(p.row - 1)
	p.space()
}

// price says what the balancers cost, at the end of a row that has room for it.
func (p *plan) price(y int) {
	b := p.scene.Bill
	if b.Balancers == 0 || b.Hourly() == 0 {
		return
	}
	says := p.words.Cost(b.Hourly(), b.Yearly())
	x := p.canvas.width - ansi.StringWidth(says)
	for i := max(x-2, 0); i < p.canvas.width; i++ {
		if g := p.canvas.at(i, y); x < 0 || g == nil || g.char != "" {
			return
		}
	}
	p.canvas.write(x, y, p.canvas.width, says, dim)
}

// roomy is the height from which the layers of the map stand apart.
const roomy = 24

func (p *plan) space() {
	if p.canvas.height >= roomy {
		p.row++
	}
}

// services lists the Services, one a row; those on the way and those that the
// task speaks of come before others if there is no room for all.
func (p *plan) services() {
	p.heading(p.words.Services)
	p.row++
	type candidate struct {
		svc  *corev1.Service
		rank int
	}
	var all []candidate
	for _, svc := range p.scene.State.Services {
		rank := 2
		switch {
		case p.way[servicePlace(state.Of(svc))]:
			rank = 0
		case slices.Contains(p.scene.asked, svc.Name):
			rank = 1
		case aside(svc):
			continue
		}
		all = append(all, candidate{svc, rank})
	}
	if len(all) == 0 {
		p.canvas.write(edge+slot, p.row, p.canvas.width, p.words.NoServices, dim)
		p.row++
		return
	}
	room := max((p.canvas.height-p.row-1)/2, 1)
	if shown := len(all); shown > room {
		room = max(room-1, 1)
	}
	keep := slices.Clone(all)
	slices.SortStableFunc(keep, func(a, b candidate) int { return a.rank - b.rank })
	keep = keep[:min(room, len(keep))]
	var rows [][]string
	var names []*corev1.Service
	for _, c := range all {
		if slices.Contains(keep, c) {
			names, rows = append(names, c.svc), append(rows, p.about(c.svc))
		}
	}
	p.table(names, rows)
	if more := len(all) - len(keep); more > 0 {
		p.canvas.write(edge+slot, p.row, p.canvas.width, p.words.More(more), dim)
		p.row++
	}
}

// heading names the layer below; lines may run under it.
func (p *plan) heading(name string) {
	p.canvas.write(edge+slot-1, p.row, p.canvas.width, " "+name+" ", dim)
}

// table draws Services with what is said of each in columns.
func (p *plan) table(services []*corev1.Service, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, s := range r {
			widths[i] = max(widths[i], ansi.StringWidth(s))
		}
	}
	room := p.canvas.width - edge - slot
	// The cluster IP goes first where there is not enough room.
	hide := -1
	if total(widths) > room {
		hide = 2
	}
	widths[0] = min(widths[0], max(room/2, 8))
	for n, svc := range services {
		y := p.row
		p.row++
		x := edge
		p.at[servicePlace(state.Of(svc))] = anchor{point{x, y}, y, y, 0}
		x += slot
		for i, s := range rows[n] {
			if i == hide {
				continue
			}
			l := dim
			switch {
			case i == 0:
				l = plain
			case i == len(rows[n])-1:
				l = p.health(svc)
			}
			p.canvas.write(x, y, widths[i], s, l)
			x += widths[i] + 2
		}
	}
}

func total(widths []int) int {
	n := 0
	for _, w := range widths {
		n += w + 2
	}
	return n - 2
}

// about is a Service's name, type, address, ports and endpoints.
func (p *plan) about(svc *corev1.Service) []string {
	out := []string{label(dataplane.PodClient(svc.Namespace, svc.Name)), string(svc.Spec.Type), svc.Spec.ClusterIP, ports(svc), ""}
	switch {
	case svc.Spec.Type == corev1.ServiceTypeExternalName:
		out[3] = svc.Spec.ExternalName
		return out
	case svc.Spec.ClusterIP == corev1.ClusterIPNone:
		out[1], out[2] = p.words.Headless, ""
	case svc.Spec.Type == corev1.ServiceTypeLoadBalancer && len(svc.Status.LoadBalancer.Ingress) == 0:
		out[2] = p.words.Pending
	}
	ready, all := p.scene.endpoints(svc)
	out[4] = p.words.Ready(ready, all)
	return out
}

// ports are a Service's as kubectl lists them, without protocols.
func ports(svc *corev1.Service) string {
	var all []string
	for _, p := range svc.Spec.Ports {
		one := number(int(p.Port))
		if p.NodePort > 0 {
			one += ":" + number(int(p.NodePort))
		}
		all = append(all, one)
	}
	return strings.Join(all, ",")
}

func (p *plan) health(svc *corev1.Service) look {
	switch ready, all := p.scene.endpoints(svc); {
	case ready == 0:
		return bad
	case ready < all:
		return warn
	}
	return dim
}

// badge is the sign before a place's name, with the number of the hop that
// took place there.
func (p *plan) badge(at place, mark, n string, l look) {
	if a, ok := p.at[at]; ok {
		x := a.slot.x
		if mark != "" {
			p.canvas.write(x, a.slot.y, 1, mark, l)
		}
		p.canvas.write(x+1, a.slot.y, 1, n, l)
		p.canvas.write(x+2, a.slot.y, 1, " ", l)
	}
}

// emphasise draws a place's name in the look of the hop there.
func (p *plan) emphasise(at place, l look) {
	a, ok := p.at[at]
	if !ok {
		return
	}
	for x := a.slot.x + slot; ; x++ {
		g := p.canvas.at(x, a.slot.y)
		if g == nil || g.char == "" || g.char == " " {
			return
		}
		g.look = l
	}
}

// route draws the packet's way so far.
func (p *plan) route() {
	t := p.trace()
	if t == nil {
		return
	}
	here := clientPlace(t.Packet.From)
	p.badge(here, "", "●", strong)
	last := min(p.step, len(t.Hops)) - 1
	if last < 0 {
		p.emphasise(here, accent)
		if len(t.Hops) == 0 && t.Err == nil {
			p.badge(here, style.SignBad, "●", bad)
		}
		return
	}
	for i := 0; i <= last; i++ {
		to := p.stations[i]
		if len(to) == 0 {
			to = []place{here}
		}
		for _, at := range to {
			l, mark := passed, ""
			if i == last {
				l, mark = p.arrival(t, at, i == len(t.Hops)-1)
			}
			path := p.connect(here, at, l)
			if i == last && p.moved < Moves {
				p.dot(path)
				continue
			}
			p.badge(at, mark, number((i+1)%10), l)
			if i == last {
				p.emphasise(at, l)
			}
		}
		here = to[0]
	}
}

// arrival is how the hop walked last is marked at a place.
func (p *plan) arrival(t *dataplane.Trace, at place, end bool) (look, string) {
	if !end {
		return accent, style.SignNext
	}
	for _, b := range t.Failing {
		if backendPlace(b) == at {
			return bad, style.SignBad
		}
	}
	switch {
	case t.Outcome == dataplane.OK && (len(t.Backends) == 0 || t.Backends[0].Status < 400):
		return good, style.SignGood
	case t.Outcome == dataplane.OK:
		return warn, style.SignWarn
	}
	return bad, style.SignBad
}

// dot draws the packet on its way along a path.
func (p *plan) dot(path []point) {
	if len(path) == 0 {
		return
	}
	at := path[min(len(path)*p.moved/Moves, len(path)-1)]
	p.canvas.write(at.x, at.y, 1, "●", accent)
}

// connect draws a line from one place to another and returns its cells.
func (p *plan) connect(from, to place, l look) []point {
	a, ok := p.at[from]
	b, there := p.at[to]
	if !ok || !there || from == to {
		return nil
	}
	ay, by := a.below, b.above
	if a.slot.y > b.slot.y {
		ay, by = a.above, b.below
	}
	path := p.leg(a, ay, l)
	slices.Reverse(path)
	if ay == by {
		path = append(path, p.canvas.line(point{a.column, ay}, point{b.column, by}, l)...)
	} else {
		path = append(path, p.canvas.line(point{a.column, ay}, point{0, ay}, l)...)
		path = append(path, p.canvas.line(point{0, ay}, point{0, by}, l)...)
		path = append(path, p.canvas.line(point{0, by}, point{b.column, by}, l)...)
	}
	return append(path, p.leg(b, by, l)...)
}

// leg draws the line from a row to a place at it.
func (p *plan) leg(a anchor, row int, l look) []point {
	path := p.canvas.line(point{a.column, row}, point{a.column, a.slot.y}, l)
	if a.column < a.slot.x {
		path = append(path, p.canvas.line(point{a.column, a.slot.y}, point{a.slot.x, a.slot.y}, l)...)
	}
	return path
}
