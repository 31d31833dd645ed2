package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/tui/clustermap"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/simulator/probe"
)

// A packet that walks by itself moves for a moment, then rests where it has
// come to, long enough to read what the hop is.
const (
	moveEvery = 300 * time.Millisecond / clustermap.Moves
	hopEvery  = 900 * time.Millisecond
)

// walk lets the packet go its way by itself; where nothing is to move, it is
// at its end at once.
func (t *task) walk() tea.Cmd {
	c := &t.cluster
	c.walking++
	if t.still {
		c.chart.End()
		return nil
	}
	c.chart.Restart()
	return t.walkOn()
}

// walkOn shows the next picture of the walk.
func (t *task) walkOn() tea.Cmd {
	arrived, more := t.cluster.chart.Move()
	if !more {
		return nil
	}
	wait := moveEvery
	if arrived {
		wait = hopEvery
	}
	n := t.cluster.walking
	return tea.Tick(wait, func(time.Time) tea.Msg { return walkMsg{t, n} })
}

// stepBy walks by hand, which ends a walk under way. From the end it begins
// anew.
func (t *task) stepBy(by int) {
	c := &t.cluster
	c.walking++
	if by > 0 && c.chart.AtEnd() {
		c.chart.Restart()
	}
	c.chart.Step(by)
}

// choosing runs a choice, which ends a walk under way.
func (t *task) choosing(choose func(int), by int) func() tea.Cmd {
	return do(func() {
		t.cluster.walking++
		choose(by)
	})
}

// mapKeys are what works on the map and on the matrix; panes is the way to the
// other panes, which is shown in any window.
func (t *task) mapKeys(panes ...binding) []binding {
	c, w := &t.cluster, &t.words.Map
	if c.chart == nil || !c.chart.Ready() {
		return panes
	}
	choose := []binding{
		{keys: []string{"up", "k"}, show: "↑↓", does: w.Client, run: t.choosing(c.chart.ChooseClient, -1)},
		{keys: []string{"down", "j"}, minor: true, run: t.choosing(c.chart.ChooseClient, 1)},
		{keys: []string{"left", "h"}, show: "←→", does: w.Target, run: t.choosing(c.chart.ChooseTarget, -1)},
		{keys: []string{"right", "l"}, minor: true, run: t.choosing(c.chart.ChooseTarget, 1)},
	}
	address := binding{keys: []string{"a"}, does: w.Address, run: func() tea.Cmd { return t.openDialog(&askAddress{task: t}) }}
	var bs []binding
	if c.chart.Missing() { // it is the next thing to do
		bs = append(bs, t.applyKey())
	}
	if c.chart.Matrix() {
		bs = append(bs, binding{keys: []string{"enter"}, does: w.WalkIt, run: func() tea.Cmd {
			c.chart.Turn()
			return t.walk()
		}})
		bs = append(append(bs, choose...), binding{keys: []string{"m"}, does: w.AsMap, run: do(c.chart.Turn)})
		bs = append(append(bs, panes...), address)
	} else {
		bs = append(append(bs, binding{keys: []string{"space"}, does: w.NextHop, run: do(func() { t.stepBy(1) })}), choose...)
		bs = append(append(bs, binding{keys: []string{"m"}, does: w.AsMatrix, run: do(c.chart.Turn)}), panes...)
		bs = append(bs,
			binding{keys: []string{"p"}, does: w.Play, run: t.walk},
			binding{keys: []string{"b"}, does: w.LastHop, run: do(func() { t.stepBy(-1) })},
			address)
	}
	if c.chart.Missing() {
		return bs
	}
	return append(bs, t.applyKey())
}

// askAddress asks for an address that the map does not offer.
type askAddress struct {
	*task
	typed line
	wrong error
}

func (a *askAddress) title() string { return a.words.Map.AddressTitle }

func (a *askAddress) keys() []binding {
	return []binding{{keys: []string{"enter"}, does: a.words.Map.WalkIt, run: a.ask}}
}

func (a *askAddress) ask() tea.Cmd {
	text := strings.TrimSpace(a.typed.text)
	if _, _, a.wrong = probe.ParseTarget(text); a.wrong != nil {
		return nil
	}
	c := &a.cluster
	c.walking++
	c.chart.Ask(text)
	c.asked, c.seen = text, 0
	return tea.Batch(a.closeDialog(), a.look())
}

func (a *askAddress) update(msg tea.Msg) tea.Cmd {
	if a.typed.update(msg) {
		a.wrong = nil
	}
	return nil
}

func (a *askAddress) view(width, _ int) string {
	lines := append(styled(wrap(a.words.Map.AddressPrompt, width), 0, a.styles.Dim), "", a.typed.view(a.styles.Accent.Render(style.SignNext)+" ", width))
	if a.wrong != nil {
		lines = append(append(lines, ""), styled(wrap(a.wrong.Error(), width), 0, a.styles.Bad)...)
	}
	return strings.Join(lines, "\n")
}
