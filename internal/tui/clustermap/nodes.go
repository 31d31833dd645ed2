package clustermap

import (
	"slices"
	"strconv"

	"github.com/charmbracelet/x/ansi"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// box is a node with its pods; name is empty for pods that are on none.
type box struct {
	node *corev1.Node
	pods []*corev1.Pod
	rank int
}

// nodes draws the nodes beside each other, each a box around its pods, in as
// many rows as there is room for.
func (p *plan) nodes() {
	p.space()
	boxes := p.boxes()
	width := p.canvas.width - edge
	columns := min(max(width/nodeWidth, 1), max(len(boxes), 1))
	each := min(width/columns, widestNode)
	for from := 0; from < len(boxes); from += columns {
		some := boxes[from:min(from+columns, len(boxes))]
		tallest := 0
		for _, b := range some {
			tallest = max(tallest, len(b.pods))
		}
		rowsLeft := (len(boxes)-from+columns-1)/columns - 1
		room := p.canvas.height - p.row - 1 // a row for lines above
		if rowsLeft > 0 {
			// The rows below get their share, as far as they need it.
			room = max(room/(rowsLeft+1), min(4, room))
		}
		height := min(tallest+2, room)
		if rest := p.canvas.height - p.row - 1 - height; rowsLeft > 0 && rest < 4 {
			height += min(rest-1, 0) // a row to say how many more there are
		}
		if height < 3 {
			if p.row < p.canvas.height {
				p.canvas.write(edge+slot, p.row, width, p.words.More(len(boxes)-from), dim)
			}
			return
		}
		if from == 0 {
			p.heading(p.words.Nodes)
		}
		street := p.row
		p.row++
		for i, b := range some {
			p.box(b, edge+i*each, each-1, height, street)
		}
		p.row += height
	}
}

// boxes are the nodes, those that the packet comes by first where there are
// many, and the pods that are on none.
func (p *plan) boxes() []box {
	st := p.scene.State
	var all []box
	for _, n := range st.Nodes {
		b := box{node: n, pods: p.shown(st.PodsOn(n.Name)), rank: 1}
		if p.way[nodePlace(n.Name)] || slices.ContainsFunc(b.pods, p.onWay) {
			b.rank = 0
		}
		all = append(all, b)
	}
	var nowhere []*corev1.Pod
	for _, pod := range st.Pods {
		if st.Node(pod.Spec.NodeName) == nil {
			nowhere = append(nowhere, pod)
		}
	}
	if nowhere = p.shown(nowhere); len(nowhere) > 0 {
		all = append(all, box{pods: nowhere, rank: 1})
	}
	if len(all) > manyNodes {
		slices.SortStableFunc(all, func(a, b box) int { return a.rank - b.rank })
	}
	return all
}

// manyNodes is from how many on nodes do not keep their places.
const manyNodes = 6

func (p *plan) onWay(pod *corev1.Pod) bool { return p.way[podPlace(state.Of(pod))] }

// shown leaves out the system's pods that the packet does not meet.
func (p *plan) shown(pods []*corev1.Pod) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool {
		return pod.Namespace == system && !p.onWay(pod)
	})
}

// box draws a node. Lines come through the row above it and go down its left
// side to its pods.
func (p *plan) box(b box, x, width, height, street int) {
	y := street + 1
	p.canvas.box(x, y, width, height, frame)
	column := x + 1
	name, about, l := p.words.NoNode, "", dim
	if b.node != nil {
		name, about, l = b.node.Name, nodeAddress(b.node), plain
		if word := nodeWord(b.node); word != "" {
			name, l = name+" "+word, warn
		}
		p.at[nodePlace(b.node.Name)] = anchor{point{x + 1, y}, street, street, column}
	}
	end := p.canvas.write(x+1+slot, y, width-slot-3, middle(name, width-slot-3), l)
	p.canvas.write(x+slot, y, 1, " ", l)
	p.canvas.write(end, y, 1, " ", l)
	if about != "" && len(about)+4 < width {
		p.canvas.write(x+2, y+height-1, width-4, " "+about+" ", dim)
	}
	shown := p.cut(b.pods, height-2)
	for i, pod := range shown {
		at := anchor{point{x + 2, y + 1 + i}, street, street, column}
		p.at[podPlace(state.Of(pod))] = at
		p.pod(pod, at.slot, width-slot-4)
	}
	if more := len(b.pods) - len(shown); more > 0 {
		p.canvas.write(x+width-2-len(number(more))-1, y+height-1, 8, "+"+number(more), dim)
	}
}

// pod draws a pod's sign, its name, and where it does not run as it should,
// how it stands.
func (p *plan) pod(pod *corev1.Pod, at point, room int) {
	sign, l := style.SignGood, good
	word := podWord(pod, p.words.NotReady)
	if word != "" {
		sign, l = style.SignWarn, warn
	}
	p.canvas.write(at.x+1, at.y, 1, sign, l)
	name := label(dataplane.PodClient(pod.Namespace, pod.Name))
	if word == "" {
		p.canvas.write(at.x+slot, at.y, room, middle(name, room), plain)
		return
	}
	x := p.canvas.write(at.x+slot, at.y, room, middle(name, max(room-ansi.StringWidth(word)-1, min(room, 5))), plain)
	p.canvas.write(x+1, at.y, at.x+slot+room-x-1, word, warn)
}

// cut keeps the pods that matter most where there is no room for all, in their
// order.
func (p *plan) cut(pods []*corev1.Pod, room int) []*corev1.Pod {
	if len(pods) <= room {
		return pods
	}
	rank := func(pod *corev1.Pod) int {
		switch {
		case p.onWay(pod):
			return 0
		case podWord(pod, "!") != "":
			return 1
		}
		return 2
	}
	kept := slices.Clone(pods)
	slices.SortStableFunc(kept, func(a, b *corev1.Pod) int { return rank(a) - rank(b) })
	kept = kept[:max(room, 0)]
	return slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool { return !slices.Contains(kept, pod) })
}

// podWord says what is the matter with a pod as kubectl's STATUS does, "" where
// nothing is.
func podWord(p *corev1.Pod, notReady string) string {
	if p.DeletionTimestamp != nil {
		return "Terminating"
	}
	for _, c := range p.Status.ContainerStatuses {
		if c.State.Waiting != nil && c.State.Waiting.Reason != "" {
			return c.State.Waiting.Reason
		}
	}
	switch {
	case p.Status.Phase != corev1.PodRunning && p.Status.Phase != "":
		return string(p.Status.Phase)
	case !state.Ready(p):
		return notReady
	}
	return ""
}

// nodeWord says what is the matter with a node as kubectl's STATUS does.
func nodeWord(n *corev1.Node) string {
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady && c.Status != corev1.ConditionTrue {
			return "NotReady"
		}
	}
	if n.Spec.Unschedulable {
		return "SchedulingDisabled"
	}
	return ""
}

// middle shortens a name in its middle: the ends tell names made from one
// template apart.
func middle(s string, room int) string {
	w := ansi.StringWidth(s)
	if w <= room || room < 5 {
		return ansi.Truncate(s, room, "…")
	}
	tail := min(max((room-1)/3, 2), 6)
	return ansi.Truncate(s, room-1-tail, "") + "…" + ansi.TruncateLeft(s, w-tail, "")
}

func number(n int) string { return strconv.Itoa(n) }
