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

// TestUntouchedLab checks a lab as it was found: the cause is left to find,
// until a hint was taken or something changed.
func TestUntouchedLab(t *testing.T) {
	app := opened(t, t.TempDir(), 120, 60)
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lab := pack.Lab("wrong-neighbour")
	app.Lesson.Check = func(ctx context.Context, task *lessons.Scenario, text []byte) (*grader.Verdict, error) {
		return grader.New(pack).Check(ctx, task, text)
	}
	work := newTask(app.env, lab, "")
	app.Update(pushMsg{work})
	check := func() string {
		work.verdict = nil
		drive(t, app, work.runCheck(), func() bool { return work.verdict != nil })
		return ansi.Strip(app.View().Content)
	}
	if got := check(); !strings.Contains(got, app.words.Task.Met) || strings.Contains(got, app.words.Task.Because) || !strings.Contains(got, "So far nothing is changed") {
		t.Errorf("as it was found:\n%s", got)
	}
	work.editor.SetText(lab.Starter + "# mine\n")
	if got := check(); !strings.Contains(got, app.words.Task.Because) {
		t.Errorf("after a change:\n%s", got)
	}
	work.editor.SetText(lab.Starter)
	app.progress.Task(lab.ID).Hints = 1
	if got := check(); !strings.Contains(got, app.words.Task.Because) {
		t.Errorf("after a hint:\n%s", got)
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

// TestDebriefAgain leaves the app at a debrief and comes back to it; what was
// changed meanwhile so that it fails is shown as the brief, and neither counts
// as a check.
func TestDebriefAgain(t *testing.T) {
	dir := t.TempDir()
	start := func() (*App, *task) {
		app := opened(t, dir, 80, 24)
		work, _ := app.top().(*task)
		if work == nil {
			work = newTask(app.env, app.Pack.Scenario("order-api"), "")
			app.Update(pushMsg{work})
		}
		return app, work
	}
	end := func(app *App) {
		t.Helper()
		if err := app.Close(); err != nil {
			t.Fatal(err)
		}
	}
	app, work := start()
	work.editor.Replace(strings.Replace(work.scenario.Starter, "port: 8080", "port: 80", 1) + "  externalTrafficPolicy: Local\n")
	drive(t, app, work.runCheck(), work.passed)
	checks := len(work.state().Attempts)
	end(app)

	app, work = start()
	drive(t, app, work.debriefAgain(), work.passed)
	if got := ansi.Strip(app.View().Content); !strings.Contains(got, app.words.Task.AllHold(2)) || len(work.state().Attempts) != checks {
		t.Errorf("after %d checks, before %d:\n%s", len(work.state().Attempts), checks, got)
	}
	work.editor.Replace(work.scenario.Starter)
	end(app)

	app, work = start()
	drive(t, app, work.debriefAgain(), func() bool { return !work.again })
	if got := ansi.Strip(app.View().Content); !strings.Contains(got, "Asked for") || !strings.Contains(got, "Solved before") || work.hasResult() {
		t.Errorf("with a text that fails:\n%s", got)
	}
	end(app)
}
