package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	diag "github.com/kubetutor/tutor/internal/tui/diagnose"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/lessons"
)

// opened is an app whose lesson is loaded, without a terminal.
func opened(t testing.TB, dir string, width, height int) *App {
	t.Helper()
	return openedOn(t, small, dir, width, height)
}

// run carries out what a command asks for, but for what waits.
func run(app *App, cmd tea.Cmd) {
	switch msg := carriedOut(cmd).(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			run(app, c)
		}
	default:
		_, next := app.Update(msg)
		run(app, next)
	}
}

// carriedOut is what a command brings, nil for one that waits.
func carriedOut(cmd tea.Cmd) tea.Msg {
	if cmd == nil {
		return nil
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	select {
	case msg := <-done:
		return msg
	case <-time.After(100 * time.Millisecond):
		return nil
	}
}

// TestComesBackToTheSamePlace types, ends the program as the loss of a
// terminal does, and opens it again.
func TestComesBackToTheSamePlace(t *testing.T) {
	dir := t.TempDir()
	start := func() (*App, *screentest.Terminal) {
		app := New(context.Background(), options(dir))
		return app, screentest.Open(t, 80, 24, screentest.None, app)
	}
	app, term := start()
	term.Wait("Three rings")
	for _, k := range []string{"down", "down", "down", "enter"} {
		term.Key(k)
	}
	term.Wait("Asked for")
	term.Key("e")
	term.Wait("apiVersion")
	term.Type("# mine ")
	term.Wait("# mine")
	term.Hangup()
	<-term.Ended()
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	_, term = start()
	term.Wait("# mine apiVersion")
	term.Type("still ")
	term.Wait("# mine still apiVersion")
}

// TestTypingIsStoredWithinTwoSeconds looks at the file as a crash would leave
// it.
func TestTypingIsStoredWithinTwoSeconds(t *testing.T) {
	dir := t.TempDir()
	term := screentest.Open(t, 80, 24, screentest.None, New(context.Background(), options(dir)))
	term.Wait("Three rings")
	for _, k := range []string{"down", "down", "down", "enter", "e"} {
		term.Key(k)
	}
	term.Wait("apiVersion")
	term.Type("# typed")
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		p, err := progress.NewFile(dir, noon).Load(context.Background())
		if err == nil && p.Tasks["order-api"] != nil && strings.HasPrefix(p.Tasks["order-api"].Draft.Text, "# typed") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("not stored after two seconds: %+v, %v", p.Tasks["order-api"], err)
		}
	}
}

// large is a manifest of 5,000 lines, about twice what anybody has.
var large = strings.Repeat("---\napiVersion: v1\nkind: Service # a comment\nmetadata:\n  name: order-api\nspec:\n  ports:\n  - port: 80\n    targetPort: \"http\"\n    protocol: TCP\n", 500)

// BenchmarkKeyToFrame types a letter into a file of 5,000 lines.
func BenchmarkKeyToFrame(b *testing.B) {
	app := opened(b, b.TempDir(), 200, 60)
	t := newTask(app.env, app.course.Scenario("order-api"), "editor")
	t.editor.SetText(large)
	t.editor.GoToLine(2500)
	app.Update(pushMsg{t})
	key := tea.KeyPressMsg{Code: 'x', Text: "x"}
	for b.Loop() {
		app.Update(key)
		_ = app.View()
	}
}

// BenchmarkKeyToFrameLive types into the largest manifest of the lesson while
// the text is looked at after every key, and tells the slowest hundredth.
func BenchmarkKeyToFrameLive(b *testing.B) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		b.Fatal(err)
	}
	app := opened(b, b.TempDir(), 200, 60)
	app.Diagnose = diag.New(pack).Look
	var largest *lessons.Scenario
	for _, h := range pack.Tasks() {
		s := pack.Task(h.ID)
		if largest == nil || len(s.Solution) > len(largest.Solution) {
			largest = s
		}
	}
	t := newTask(app.env, largest, "editor")
	t.editor.SetText(largest.Solution)
	app.Update(pushMsg{t})
	keys := []tea.KeyPressMsg{{Code: 'x', Text: "x"}, {Code: tea.KeyBackspace}}
	found := make(chan tea.Msg, 1)
	looking := false
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		if !looking {
			looking = true
			look := t.diagnose()
			go func() { found <- look() }()
		}
		start := time.Now()
		select {
		case msg := <-found:
			looking = false
			app.Update(msg)
		default:
		}
		app.Update(keys[i%len(keys)])
		_ = app.View()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkFirstFrame loads the lesson and draws home.
func BenchmarkFirstFrame(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		app := opened(b, dir, 120, 40)
		_ = app.View()
	}
}

// BenchmarkOpenPage opens a page that was not rendered before.
func BenchmarkOpenPage(b *testing.B) {
	app := opened(b, b.TempDir(), 120, 40)
	for b.Loop() {
		app.md = markdown{}
		app.Update(pushMsg{newReader(app.env, app.course.Section("nodeport"), 0)})
		_ = app.View()
		app.Update(popMsg{})
	}
}
