package tui

import (
	"context"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/internal/tui/clustermap"
	"github.com/kubetutor/tutor/internal/tui/console"
)

// taskCluster is a task's cluster as its map and its shell show it. It is
// started when one of them is opened first.
type taskCluster struct {
	running *live.Cluster
	opening bool
	err     error

	chart   *clustermap.Map
	looking bool
	seen    int64 // the version that the chart shows
	waits   bool  // for a change
	ctx     context.Context
	leave   context.CancelFunc // ends ctx: nothing more is to be shown
	walking int                // counts walks, so that an old one stops; 0 is none
	asked   string             // the address typed last, to be chosen once it was looked at

	shell   *console.Console
	session *session
	waiting string // a line to run as soon as there is a shell
	edited  *edited
	// writes are those that are known of; byHand tells that the latest change
	// was typed into the shell, not into the editor.
	writes  int64
	applied bool
	byHand  bool
	anew    bool // the next one is not to be as the last one was left
}

// session is the learner's terminal with the editor's text at hand.
type session struct {
	*live.Terminal
	text atomic.Pointer[string]
}

func (s *session) Run(ctx context.Context, line string, on *console.Device) int {
	return s.Terminal.Run(ctx, line, *s.text.Load(), on)
}

func (s *session) Incomplete(line string) bool { return shell.Incomplete(line) }

// Messages of a task's cluster.
type (
	openedMsg struct {
		of      *task
		cluster *live.Cluster
		scene   *clustermap.Scene
		// take makes the cluster the screen's; it fails where the app has ended,
		// which closes one that nobody has taken.
		take func() bool
		err  error
	}
	sceneMsg struct {
		of      *live.Cluster
		version int64
		scene   *clustermap.Scene
	}
	lookMsg struct{ of *live.Cluster }
	walkMsg struct {
		of *task
		n  int
	}
)

// openCluster starts the cluster, if it is not there yet.
func (t *task) openCluster() tea.Cmd {
	c := &t.cluster
	if c.running != nil || c.opening || t.Live == nil {
		return t.lookSoon()
	}
	c.opening, c.err = true, nil
	if c.chart == nil {
		c.chart = clustermap.New(&t.words.Map)
	}
	ctx, open, of, typed, anew := t.ctx, t.Live, t.scenario, c.chart.Typed(), c.anew
	return func() tea.Msg {
		cluster, err := open(ctx, of, anew)
		if err != nil {
			return openedMsg{of: t, err: err}
		}
		take := context.AfterFunc(ctx, cluster.Close)
		return openedMsg{of: t, cluster: cluster, scene: clustermap.Look(cluster.Network(), of, typed), take: take}
	}
}

// closeCluster ends the cluster and what runs in it, out of the way of the
// screen.
func (t *task) closeCluster() {
	c := &t.cluster
	if c.shell != nil {
		c.shell.Close()
	}
	if c.running != nil {
		c.leave()
		t.ending.Go(c.running.Close)
	}
	t.cluster = taskCluster{chart: c.chart}
	t.gone = true
}

func (t *task) clusterOpened(msg openedMsg) tea.Cmd {
	c := &t.cluster
	if t.gone || msg.of != t || !c.opening {
		if msg.cluster != nil && msg.take() {
			t.ending.Go(msg.cluster.Close)
		}
		return nil
	}
	c.opening, c.err = false, msg.err
	if msg.err != nil || !msg.take() {
		return t.debriefAgain()
	}
	c.running, c.anew = msg.cluster, false
	c.ctx, c.leave = context.WithCancel(t.ctx)
	// In one that was kept nothing but the shell can have changed anything
	// while the text is still the starter.
	c.writes = c.running.Writes()
	c.byHand = c.writes > 0 && t.editor.Text() == t.scenario.Starter
	c.chart.Show(msg.scene)
	c.chart.Mark()
	from, _ := msg.scene.Home()
	c.session = &session{Terminal: msg.cluster.Terminal(from)}
	t.lendText()
	welcome := t.words.Map.Welcome(live.Manifest)
	if c.running.IsShared() {
		welcome = append(welcome, t.words.Map.Shared)
	}
	var lines []string
	for _, line := range welcome {
		lines = append(lines, wrap(line, min(t.clusterArea().width, measure))...)
	}
	c.shell = console.New(c.session, t.styles, &t.words.Map, lines)
	var cmd tea.Cmd
	if c.waiting != "" {
		cmd, c.waiting = c.shell.Submit(t.ctx, c.waiting), ""
	}
	return tea.Batch(cmd, t.lookSoon(), t.debriefAgain())
}

// lendText gives the shell the editor's text as it is now.
func (t *task) lendText() {
	text := t.editor.Text()
	t.cluster.session.text.Store(&text)
}

// lookDelay is how long changes are gathered before an open map shows them.
const lookDelay = 250 * time.Millisecond

// lookSoon waits until the cluster is another one than an open map shows.
func (t *task) lookSoon() tea.Cmd {
	c := &t.cluster
	if c.running == nil || c.waits || c.looking || t.focus != paneMap {
		return nil
	}
	c.waits = true
	of, ctx, changed := c.running, c.ctx, c.running.Changed(c.seen)
	return func() tea.Msg {
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-time.After(lookDelay):
		case <-ctx.Done():
		}
		return lookMsg{of}
	}
}

// look draws the cluster anew if it has changed.
func (t *task) look() tea.Cmd {
	c := &t.cluster
	if c.running == nil || c.looking || c.running.Version() == c.seen {
		return nil
	}
	c.looking = true
	of, scenario, typed := c.running, t.scenario, c.chart.Typed()
	return func() tea.Msg {
		version := of.Version()
		return sceneMsg{of, version, clustermap.Look(of.Network(), scenario, typed)}
	}
}

// clusterMsg handles what the cluster's panes send themselves.
func (t *task) clusterMsg(msg tea.Msg) (tea.Cmd, bool) {
	c := &t.cluster
	switch msg := msg.(type) {
	case lookMsg:
		if msg.of != c.running {
			return nil, true
		}
		c.waits = false
		if cmd := t.look(); cmd != nil {
			return cmd, true
		}
		return t.lookSoon(), true
	case sceneMsg:
		if msg.of == c.running {
			c.looking, c.seen = false, msg.version
			c.chart.Show(msg.scene)
			if c.asked != "" && !c.chart.ChooseLabel(c.asked) {
				c.seen = 0 // it was looked at before the address was typed
				return t.look(), true
			}
			c.asked = ""
			return t.lookSoon(), true
		}
		return nil, true
	case walkMsg:
		if msg.of == t && msg.n == c.walking {
			return t.walkOn(), true
		}
		return nil, true
	case console.DoneMsg:
		if msg.Of == c.shell {
			return t.commandDone(), true
		}
		return nil, true
	case console.EditMsg:
		if msg.Of == c.shell {
			t.editText(msg.Editing)
		}
		return nil, true
	}
	if c.shell != nil {
		return c.shell.Handle(msg)
	}
	return nil, false
}

// commandDone looks what a command has changed.
func (t *task) commandDone() tea.Cmd {
	c := &t.cluster
	c.edited = nil // it may have been stopped
	if n := c.running.Writes(); n != c.writes {
		c.writes = n
		c.byHand = !c.applied
	}
	c.applied = false
	return t.look()
}

// apply applies the editor's text, as a command in the shell.
func (t *task) apply() tea.Cmd {
	c := &t.cluster
	const line = "kubectl apply -f " + live.Manifest
	cmd := t.openPane(paneShell)
	switch {
	case c.shell == nil:
		c.waiting = line
	case c.shell.Running():
		return cmd
	default:
		t.lendText()
		cmd = tea.Batch(cmd, c.shell.Submit(t.ctx, line))
	}
	c.applied = true
	return cmd
}

// checker is how a check finds its verdict: from the manifest, or from the
// cluster where that was changed last.
func (t *task) checker() func(context.Context) (*grader.Verdict, error) {
	if c := &t.cluster; c.running != nil && c.running.Writes() != c.writes {
		// Another program has changed it.
		c.writes, c.byHand = c.running.Writes(), true
	}
	t.graded, t.gradedByHand = t.editor.Text(), t.cluster.running != nil && t.cluster.byHand
	if c := t.cluster.running; t.gradedByHand {
		t.notice = t.words.Map.AsItStands
		return func(context.Context) (*grader.Verdict, error) { return c.Check() }
	}
	check, of, text := t.Check, t.scenario, t.graded
	return func(ctx context.Context) (*grader.Verdict, error) { return check(ctx, of, []byte(text)) }
}

func (t *task) applyKey() binding {
	if t.Live == nil {
		return binding{}
	}
	return binding{keys: []string{"f7"}, show: "F7", does: t.words.Map.Apply, minor: t.focus == paneBrief || t.focus == paneResult, run: t.apply}
}

// clusterLines draws the pane of the cluster that is open.
func (t *task) clusterLines(a area) []string {
	c := &t.cluster
	switch {
	case c.err != nil:
		return t.problem(t.words.Map.Failed(c.err), a.width)
	case t.focus == paneShell && c.edited != nil:
		return t.editedLines(a)
	case t.focus == paneShell && c.shell != nil:
		c.shell.SetStyles(t.styles)
		return c.shell.Lines(a.width, a.height)
	case c.chart == nil || t.focus == paneShell:
		return []string{t.styles.Dim.Render(t.words.Map.Starting)}
	}
	return c.chart.Lines(t.styles, a.width, a.height)
}
