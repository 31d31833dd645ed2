package tui

import (
	"context"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/lessons"
)

// TestDebriefIsPlayed passes a lab, whose debrief then shows what its commands
// print.
func TestDebriefIsPlayed(t *testing.T) {
	app := opened(t, t.TempDir(), 120, 60)
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lab := pack.Lab("no-endpoints")
	app.Lesson.Played = play.New(pack, noon).Fill
	app.Lesson.Check = func(ctx context.Context, task *lessons.Scenario, text []byte) (*grader.Verdict, error) {
		return grader.New(pack).Check(ctx, task, text)
	}
	work := newTask(app.env, lab, "")
	app.Update(pushMsg{work})
	work.editor.SetText(lab.Solution)
	drive(t, app, work.check(), func() bool { return work.debrief != "" })
	if got := ansi.Strip(app.View().Content); !strings.Contains(got, `{"app":"cart","release":"2026-01"}`) {
		t.Errorf("the debrief lacks what its commands print:\n%s", got)
	}
}

// TestHelpInEveryPane opens the help where some keys have nothing to do.
func TestHelpInEveryPane(t *testing.T) {
	app := opened(t, t.TempDir(), 80, 24)
	work := newTask(app.env, app.Pack.Scenario("order-api"), "")
	app.Update(pushMsg{work})
	for pane := range paneNames {
		work.focus = pane
		app.openDialog(newHelp(app.env, work.keys()))
		if got := ansi.Strip(app.View().Content); !strings.Contains(got, app.words.Help.Title) {
			t.Errorf("pane %s: no help:\n%s", paneNames[pane], got)
		}
	}
}
