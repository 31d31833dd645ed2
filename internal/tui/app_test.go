package tui

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/progress"
	diag "github.com/kubetutor/tutor/internal/tui/diagnose"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/lessons"
)

// opened is an app whose lesson is loaded, without a terminal.
func opened(t testing.TB, dir string, width, height int) *App {
	t.Helper()
	app := New(context.Background(), options(dir))
	app.Update(tea.WindowSizeMsg{Width: width, Height: height})
	lesson, err := small(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p, err := app.Store.Load(context.Background())
	app.Update(loadedMsg{lesson, p, err})
	return app
}

// run carries out what a command asks for, but for what waits.
func run(app *App, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	var msg tea.Msg
	select {
	case msg = <-done:
	case <-time.After(100 * time.Millisecond):
		return
	}
	switch msg := msg.(type) {
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

// monkeyKeys are the keys of every screen, letters and what terminals may send.
var monkeyKeys = func() []tea.KeyPressMsg {
	var keys []tea.KeyPressMsg
	for _, c := range []rune{tea.KeyEnter, tea.KeyEscape, tea.KeyTab, tea.KeyUp, tea.KeyDown, tea.KeyLeft, tea.KeyRight, tea.KeyHome, tea.KeyEnd,
		tea.KeyPgUp, tea.KeyPgDown, tea.KeyBackspace, tea.KeyDelete, tea.KeyF2, tea.KeyF4, tea.KeyF5, tea.KeyF6, tea.KeyF8, tea.KeyF9} {
		keys = append(keys, tea.KeyPressMsg{Code: c}, tea.KeyPressMsg{Code: c, Mod: tea.ModShift}, tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl})
	}
	for c := 'a'; c <= 'z'; c++ {
		keys = append(keys, tea.KeyPressMsg{Code: c, Text: string(c)}, tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl})
	}
	for _, s := range []string{"?", "/", ":", "-", "1", "2", "日", "é", "👩‍🚀", " "} {
		keys = append(keys, tea.KeyPressMsg{Code: []rune(s)[0], Text: s})
	}
	return keys
}()

// TestMonkey presses keys at random in windows that change, and holds what
// must always hold. The flag -monkey plays longer.
func TestMonkey(t *testing.T) {
	seed := uint64(0)
	for end := time.Now().Add(*monkeyTime); seed < 4 || time.Now().Before(end); seed++ {
		monkey(t, seed, 300)
	}
}

var monkeyTime = flag.Duration("monkey", 0, "how long to press keys at random; 0: a few thousand of them")

func monkey(t *testing.T, seed uint64, presses int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	app := opened(t, t.TempDir(), 80, 24)
	for i := range presses {
		var msg tea.Msg = monkeyKeys[r.IntN(len(monkeyKeys))]
		switch r.IntN(25) {
		case 0:
			msg = tea.WindowSizeMsg{Width: 1 + r.IntN(300), Height: 1 + r.IntN(100)}
		case 1:
			msg = tea.MouseClickMsg{X: r.IntN(100), Y: r.IntN(40), Button: tea.MouseLeft}
		case 2:
			msg = tea.MouseMotionMsg{X: r.IntN(100), Y: r.IntN(40), Button: tea.MouseLeft}
		case 3:
			msg = tea.MouseWheelMsg{X: r.IntN(100), Y: r.IntN(40), Button: tea.MouseWheelDown}
		case 4:
			msg = tea.PasteMsg{Content: "a: |\r\n\tb\n"}
		}
		_, cmd := app.Update(msg)
		run(app, cmd)
		if app.top() == nil {
			t.Fatalf("seed %d, press %d: no screen is left", seed, i)
		}
		if err := wellFormed(app); err != nil {
			t.Fatalf("seed %d, press %d (%v): %v", seed, i, msg, err)
		}
	}
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err := app.Store.Load(context.Background()); err != nil || p.Notice != "" {
		t.Fatalf("seed %d: the progress is damaged: %v %s", seed, err, p.Notice)
	}
}

// wellFormed tells whether a frame fills its window and no more.
func wellFormed(app *App) error {
	rows := strings.Split(app.content(), "\n")
	if len(rows) != app.height {
		return fmt.Errorf("%d rows in a window of %d", len(rows), app.height)
	}
	for _, r := range rows {
		// A wide character may take one cell more where the terminal counts
		// its parts; the renderer cuts it.
		if w := ansi.StringWidth(r); w > app.width {
			return fmt.Errorf("a row of %d cells in a window of %d: %q", w, app.width, ansi.Strip(r))
		}
	}
	return nil
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
	for _, s := range slices.Concat(pack.Scenarios, pack.Labs) {
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
