package tui

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/internal/tui/clustermap"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/lessons"
)

// withCluster loads the lesson of testdata/cluster, whose scenario's cluster
// runs.
func withCluster(context.Context) (*Lesson, error) {
	pack, err := lessons.Load(os.DirFS("testdata/cluster"))
	if err != nil {
		return nil, err
	}
	marker := grader.New(pack)
	return &Lesson{Pack: pack, Check: marker.Check, Played: play.New(pack, noon).Fill, Live: func(_ context.Context, task *lessons.Scenario, _ bool) (*live.Cluster, error) {
		return live.Open(marker, task, noon)
	}}, nil
}

// TestClusterScreens plays the scripts of the map and the terminal. They begin
// at home, which lists a section's tasks only once the section is chosen.
func TestClusterScreens(t *testing.T) {
	screentest.Run(t, "testdata/clusterscreens", *update, func(t *testing.T) tea.Model {
		o := options(t.TempDir())
		o.Load = withCluster
		app := New(context.Background(), o)
		t.Cleanup(func() { _ = app.Close() })
		return app
	})
}

// clusterTask opens testdata/cluster's scenario.
func clusterTask(t testing.TB) (*App, *task) {
	t.Helper()
	app := opened(t, t.TempDir(), 120, 40)
	lesson, err := withCluster(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	app.Lesson = lesson
	work := newTask(app.env, lesson.Pack.Scenario("mixed"), "")
	app.Update(pushMsg{work})
	return app, work
}

// mapOf opens the scenario's map.
func mapOf(t testing.TB) (*App, *task) {
	t.Helper()
	app, work := clusterTask(t)
	drive(t, app, work.openPane(paneMap), func() bool { return work.cluster.running != nil })
	t.Cleanup(func() { _ = app.Close() })
	return app, work
}

// TestMapShowsChanges changes the cluster by other means while its map is open,
// twice, and waits for the map to show it.
func TestMapShowsChanges(t *testing.T) {
	app, work := clusterTask(t)
	t.Cleanup(func() { _ = app.Close() })
	shows := func() bool { return strings.Contains(ansi.Strip(app.View().Content), "of-others") }
	command := ""
	drive(t, app, work.openPane(paneMap), func() bool {
		c := &work.cluster
		switch {
		case !c.waits:
			return false
		case command == "":
			command = "kubectl create service clusterip of-others --tcp=80"
		case strings.Contains(command, "create") && shows():
			command = "kubectl delete service of-others"
		default:
			return strings.Contains(command, "delete") && !shows()
		}
		at, _ := clustermap.Look(c.running.Network(), work.scenario, nil).Home()
		if code := c.running.Terminal(at).Run(t.Context(), command, "", live.Printer{Writer: io.Discard}); code != 0 {
			t.Fatalf("%s ended with %d", command, code)
		}
		return false
	})
}

// TestClusterOfAnAppThatEnded ends an app while a cluster is being opened.
func TestClusterOfAnAppThatEnded(t *testing.T) {
	app, work := clusterTask(t)
	opening := work.openCluster()
	msg := opening().(openedMsg)
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); msg.cluster.Share(); time.Sleep(time.Millisecond) {
		msg.cluster.Close()
		if time.Now().After(end) {
			t.Fatal("nobody closes it")
		}
	}
	app.Update(msg)
	if work.cluster.running != nil {
		t.Error("a closed cluster is shown")
	}
}

// TestResizeWhileWalking lets a packet walk by itself while the window takes
// every size, on the map and on the matrix.
func TestResizeWhileWalking(t *testing.T) {
	app, work := mapOf(t)
	work.walk()
	for i, width := 0, 40; width <= 300; width++ {
		for height := 10 + i%11; height <= 100; height += 11 {
			app.Update(tea.WindowSizeMsg{Width: width, Height: height})
			if err := wellFormed(app); err != nil {
				t.Fatalf("%dx%d, hop %d of %d: %v", width, height, i, work.cluster.chart.Hops(), err)
			}
		}
		app.Update(walkMsg{work, work.cluster.walking})
		if i++; i%20 == 0 {
			work.cluster.chart.ChooseTarget(1)
			work.walk()
		}
		if i%50 == 0 {
			work.cluster.chart.Turn()
		}
	}
}

// TestNothingMoves shows the last frame of a walk at once where that is asked
// for, whatever picture it was at.
func TestNothingMoves(t *testing.T) {
	app, work := mapOf(t)
	end := app.content()
	work.stepBy(1)
	if app.content() == end {
		t.Fatal("a step changes nothing")
	}
	work.still = true
	if cmd := work.walk(); cmd != nil || app.content() != end {
		t.Errorf("it still walks:\n%s", ansi.Strip(app.content()))
	}
	work.still = false
	work.walk()
	if app.content() == end || !strings.Contains(app.content(), "●") {
		t.Errorf("it does not walk:\n%s", ansi.Strip(app.content()))
	}
	for range 1000 {
		app.Update(walkMsg{work, work.cluster.walking})
	}
	if app.content() != end {
		t.Errorf("it does not come to its end:\n%s", ansi.Strip(app.content()))
	}
}

// BenchmarkWalk draws the frames of a packet that walks by itself.
func BenchmarkWalk(b *testing.B) {
	app, work := mapOf(b)
	app.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	work.walk()
	for b.Loop() {
		if _, more := work.cluster.chart.Move(); !more {
			work.cluster.chart.Restart()
		}
		_ = app.View()
	}
}

// TestClusterMonkey presses keys at random on the map and in the terminal
// while the cluster runs.
func TestClusterMonkey(t *testing.T) {
	app, work := mapOf(t)
	r := rand.New(rand.NewPCG(1, 3))
	lines := []string{"kubectl get svc\r", "kubectl edit svc shop\r", "at node:node-eu-west-1a\r", "cat\r", "kubectl delete pods --all -n production\r"}
	msgs := make(chan tea.Msg, 1000)
	do := func(cmd tea.Cmd) {
		if cmd != nil {
			go func() { msgs <- cmd() }()
		}
	}
	update := func(msg tea.Msg) {
		switch msg := msg.(type) {
		case tea.BatchMsg:
			for _, cmd := range msg {
				do(cmd)
			}
		case tea.QuitMsg:
		default:
			_, cmd := app.Update(msg)
			do(cmd)
		}
	}
	for i := range 60 {
		if work.focus != paneMap && work.focus != paneShell || app.top() != work || app.dialog() != nil {
			update(goMsg{work})
			do(work.openPane(paneMap + i%2))
		}
		for _, c := range lines[r.IntN(len(lines))] {
			key := tea.KeyPressMsg{Code: c, Text: string(c)}
			if c == '\r' {
				key = tea.KeyPressMsg{Code: tea.KeyEnter}
			}
			update(key)
		}
		for range 5 {
			update(monkeyKeys[r.IntN(len(monkeyKeys))])
		}
		update(tea.WindowSizeMsg{Width: 1 + r.IntN(300), Height: 1 + r.IntN(100)})
		for end := time.After(30 * time.Millisecond); ; {
			select {
			case msg := <-msgs:
				update(msg)
				continue
			case <-end:
			}
			break
		}
		if err := wellFormed(app); err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
	}
}
