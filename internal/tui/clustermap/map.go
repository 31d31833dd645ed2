package clustermap

import (
	"github.com/kubetutor/tutor/internal/tui/text"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Map is what the learner looks at: a scene, a chosen client and target, and
// how far the packet has walked.
type Map struct {
	words          *text.Map
	scene          *Scene
	client, target int
	step           int // hops walked
	matrix         bool
	checked        map[cell]dataplane.Outcome // at the last check
}

// cell names one field of the matrix in any scene.
type cell struct {
	from dataplane.Client
	to   string
}

// New makes an empty map.
func New(words *text.Map) *Map { return &Map{words: words} }

// Show puts another scene in the place of the old one and keeps what is
// chosen, as far as it exists. The way is walked to its end where it was
// before.
func (m *Map) Show(s *Scene) {
	old := m.scene
	atEnd := old == nil || m.step >= m.Hops()
	m.scene = s
	client, target := 0, 0
	if old != nil && len(old.Clients) > 0 && len(old.Targets) > 0 {
		for i, c := range s.Clients {
			if c == old.Clients[m.client] {
				client = i
			}
		}
		for i, t := range s.Targets {
			if t.Label == old.Targets[m.target].Label {
				target = i
			}
		}
	}
	m.client, m.target = client, target
	if m.step = min(m.step, m.Hops()); atEnd {
		m.step = m.Hops()
	}
}

// Ready tells whether there is a scene.
func (m *Map) Ready() bool { return m.scene != nil }

// Mark takes the present outcomes as those of a check: the matrix marks what
// differs from them later.
func (m *Map) Mark() {
	if m.scene == nil {
		return
	}
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
	m.step = min(max(m.step+by, 0), m.Hops())
	return m.step < m.Hops()
}

// Restart brings the packet back to its client.
func (m *Map) Restart() { m.step = 0 }

// ChooseClient takes the next client or the one before; the way is shown
// whole.
func (m *Map) ChooseClient(by int) {
	if m.scene != nil && len(m.scene.Clients) > 0 {
		m.client = (m.client + by + len(m.scene.Clients)) % len(m.scene.Clients)
		m.step = m.Hops()
	}
}

// ChooseTarget takes the next target or the one before.
func (m *Map) ChooseTarget(by int) {
	if m.scene != nil && len(m.scene.Targets) > 0 {
		m.target = (m.target + by + len(m.scene.Targets)) % len(m.scene.Targets)
		m.step = m.Hops()
	}
}

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
