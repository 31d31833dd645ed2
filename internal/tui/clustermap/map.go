package clustermap

import (
	"slices"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Map is what the learner looks at: a scene, a chosen client and target, and
// how far the packet has walked.
type Map struct {
	words          *text.Map
	scene          *Scene
	client, target int
	chosen         bool // by the learner; else the scene says where to start
	step           int  // hops walked
	moved          int  // of the hop walked last, out of Moves
	matrix         bool
	typed          []string                   // addresses that the learner has asked for
	checked        map[cell]dataplane.Outcome // at the last check

	// drawn is what was drawn last, for as long as nothing of it changes.
	drawn   frameKey
	lines   []string
	version int // of checked and scene
}

// frameKey is all that a drawing depends on.
type frameKey struct {
	version, client, target, step, moved int
	matrix                               bool
	width, height                        int
	styles                               *style.Styles
}

// cell names one field of the matrix in any scene.
type cell struct {
	from dataplane.Client
	to   string
}

// New makes an empty map.
func New(words *text.Map) *Map { return &Map{words: words, moved: Moves} }

// Show puts another scene in the place of the old one and keeps what the
// learner has chosen, as far as it exists. The way is walked to its end where it was
// before.
func (m *Map) Show(s *Scene) {
	old := m.scene
	atEnd := old == nil || m.AtEnd()
	m.scene = s
	m.version++
	client, target := s.start()
	if m.chosen && old != nil && len(old.Clients) > 0 && len(old.Targets) > 0 {
		client = max(slices.Index(s.Clients, old.Clients[m.client]), 0)
		target = max(s.find(old.Targets[m.target].Label), 0)
	}
	m.client, m.target = client, target
	if m.step = min(m.step, m.Hops()); atEnd {
		m.step = m.Hops()
	}
}

// find is the target of that label, -1 where there is none.
func (s *Scene) find(label string) int {
	return slices.IndexFunc(s.Targets, func(t Target) bool { return t.Label == label })
}

// Ready tells whether there is a scene.
func (m *Map) Ready() bool { return m.scene != nil }

// Mark takes the present outcomes as those of a check: the matrix marks what
// differs from them later.
func (m *Map) Mark() {
	if m.scene == nil {
		return
	}
	m.version++
	m.checked = map[cell]dataplane.Outcome{}
	for i, c := range m.scene.Clients {
		for j, t := range m.scene.Targets {
			m.checked[cell{c, t.Label}] = m.scene.traces[i][j].Outcome
		}
	}
}

// changed tells whether a field differs from the last check.
func (m *Map) changed(i, j int) bool {
	before, ok := m.checked[cell{m.scene.Clients[i], m.scene.Targets[j].Label}]
	return m.checked != nil && (!ok || before != m.scene.traces[i][j].Outcome)
}

// maxAsked is how many typed addresses are kept.
const maxAsked = 6

// Ask adds an address, HOST:PORT, to what may be called, once a scene that
// was looked up with it is shown.
func (m *Map) Ask(target string) {
	m.typed = slices.DeleteFunc(m.typed, func(t string) bool { return t == target })
	m.typed = slices.Insert(m.typed, 0, target)
	m.typed = m.typed[:min(len(m.typed), maxAsked)]
}

// Typed are the addresses that were asked for, for [Look].
func (m *Map) Typed() []string { return slices.Clone(m.typed) }

// ChooseLabel takes the target of that label; false where there is none.
func (m *Map) ChooseLabel(label string) bool {
	i := -1
	if m.scene != nil {
		i = m.scene.find(label)
	}
	if i >= 0 {
		m.ChooseTarget(i - m.target)
	}
	return i >= 0
}

// trace is the chosen packet's; nil where there is none.
func (m *Map) trace() *dataplane.Trace {
	if m.scene == nil || len(m.scene.Clients) == 0 || len(m.scene.Targets) == 0 {
		return nil
	}
	return &m.scene.traces[m.client][m.target]
}

// Hops is how many hops the chosen packet has.
func (m *Map) Hops() int {
	if t := m.trace(); t != nil {
		return len(t.Hops)
	}
	return 0
}

// Step walks by so many hops and tells whether there are more.
func (m *Map) Step(by int) bool {
	m.step, m.moved = min(max(m.step+by, 0), m.Hops()), Moves
	return m.step < m.Hops()
}

// Moves is in how many pictures a packet that walks by itself goes one hop.
const Moves = 6

// Move shows the next picture of a packet that walks by itself; it tells
// whether it has arrived at a hop, and whether there are more.
func (m *Map) Move() (arrived, more bool) {
	if m.moved >= Moves && !m.AtEnd() {
		m.step, m.moved = m.step+1, 0
	}
	m.moved = min(m.moved+1, Moves)
	return m.moved >= Moves, m.moved < Moves || !m.AtEnd()
}

// Missing tells whether the chosen target is a Service that does not exist.
func (m *Map) Missing() bool { return m.trace() != nil && m.scene.Targets[m.target].missing }

// Restart brings the packet back to its client, End to its end.
func (m *Map) Restart() { m.step, m.moved = 0, Moves }

// End brings the packet to its end.
func (m *Map) End() { m.step, m.moved = m.Hops(), Moves }

// ChooseClient takes the next client or the one before; the way is shown
// whole.
func (m *Map) ChooseClient(by int) {
	if m.trace() != nil {
		m.client, m.chosen = wrapped(m.client+by, len(m.scene.Clients)), true
		m.End()
	}
}

// ChooseTarget takes the next target or the one before.
func (m *Map) ChooseTarget(by int) {
	if m.trace() != nil {
		m.target, m.chosen = wrapped(m.target+by, len(m.scene.Targets)), true
		m.End()
	}
}

func wrapped(i, n int) int { return ((i % n) + n) % n }

// Matrix tells whether the matrix is shown, and Turn changes that.
func (m *Map) Matrix() bool { return m.matrix }

// Turn goes from the map to the matrix and back.
func (m *Map) Turn() { m.matrix = !m.matrix }

// Client is the chosen client; false where there is none.
func (m *Map) Client() (dataplane.Client, bool) {
	if m.trace() == nil {
		return dataplane.Client{}, false
	}
	return m.scene.Clients[m.client], true
}

// AtEnd tells whether the whole way was walked.
func (m *Map) AtEnd() bool { return m.step >= m.Hops() }
