package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/lessons"
)

// TestMapAndShell opens a task's cluster, draws its panes in many sizes and
// leaves it again.
func TestMapAndShell(t *testing.T) {
	app := opened(t, t.TempDir(), 120, 40)
	pack, err := lessons.BuiltIn() // whose world has what the starter needs
	if err != nil {
		t.Fatal(err)
	}
	app.Lesson.Live = func(context.Context, *lessons.Scenario, bool) (*live.Cluster, error) {
		return live.Open(grader.New(pack), pack.Task("order-api-nodeport"), noon)
	}
	work := newTask(app.env, app.Pack.Scenario("order-api"), "")
	app.Update(pushMsg{work})
	drive(t, app, work.openPane(paneMap), func() bool { return work.cluster.running != nil })
	for _, pane := range []int{paneMap, paneShell} {
		work.openPane(pane)
		for width := 1; width <= 300; width += 13 {
			for height := 1; height <= 100; height += 9 {
				app.Update(tea.WindowSizeMsg{Width: width, Height: height})
				app.View()
			}
		}
	}
	app.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	drive(t, app, work.apply(), func() bool { return work.cluster.writes > 0 })
	if got := ansi.Strip(app.View().Content); !strings.Contains(got, "order-api-svc") || work.cluster.byHand {
		t.Errorf("after the manifest was applied:\n%s", got)
	}
	if err := app.Close(); err != nil || work.cluster.running != nil {
		t.Errorf("the cluster still runs, or %v", err)
	}
}

// drive carries out commands and what follows from them until a condition
// holds.
func drive(t testing.TB, app *App, cmd tea.Cmd, holds func() bool) {
	t.Helper()
	msgs := make(chan tea.Msg, 100)
	do := func(cmd tea.Cmd) {
		if cmd != nil {
			go func() { msgs <- cmd() }()
		}
	}
	do(cmd)
	for end := time.After(30 * time.Second); !holds(); {
		select {
		case msg := <-msgs:
			if batch, ok := msg.(tea.BatchMsg); ok {
				for _, c := range batch {
					do(c)
				}
				continue
			}
			_, next := app.Update(msg)
			do(next)
		case <-end:
			t.Fatalf("it does not come to that:\n%s", ansi.Strip(app.View().Content))
		}
	}
}
