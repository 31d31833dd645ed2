package tui

import (
	"context"
	"flag"
	"fmt"
	"image/color"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/lessons"
)

// To play for ten minutes, with the whole lesson as well as the small one:
//
//	go test ./internal/tui -run 'Monkey|EverySize' -monkey 10m -timeout 30m
//
// With -v it tells every minute how much memory is in use.
var (
	monkeyTime = flag.Duration("monkey", 0, "how long to press keys at random; 0: a few thousand of them")
	monkeySeed = flag.Uint64("seed", 0, "the first seed, to play a game again")
)

// builtIn is the lesson that is built in, with its clusters.
func builtIn(context.Context) (*Lesson, error) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		return nil, err
	}
	l, err := small(context.Background())
	if err != nil {
		return nil, err
	}
	player, marker := play.New(pack, time.Now), grader.New(pack)
	l.Pack, l.Check, l.Played, l.Predict = pack, marker.Check, player.Fill, player.Predict
	l.Live = func(_ context.Context, task *lessons.Scenario, _ bool) (*live.Cluster, error) {
		return live.Open(marker, task, time.Now)
	}
	return l, nil
}

// openedOn is an app on a lesson, without a terminal.
func openedOn(t testing.TB, load func(context.Context) (*Lesson, error), dir string, width, height int) *App {
	t.Helper()
	o := options(dir)
	o.Load = load
	app := New(context.Background(), o)
	app.Update(tea.WindowSizeMsg{Width: width, Height: height})
	lesson, err := load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p, err := app.Store.Load(context.Background())
	app.Update(loadedMsg{lesson, p, err})
	return app
}

// monkeyKeys are the keys of every screen, letters and what terminals may send.
var monkeyKeys = func() []tea.KeyPressMsg {
	var keys []tea.KeyPressMsg
	for _, c := range []rune{tea.KeyEnter, tea.KeyEscape, tea.KeyTab, tea.KeyUp, tea.KeyDown, tea.KeyLeft, tea.KeyRight, tea.KeyHome, tea.KeyEnd,
		tea.KeyPgUp, tea.KeyPgDown, tea.KeyBackspace, tea.KeyDelete, tea.KeySpace,
		tea.KeyF2, tea.KeyF3, tea.KeyF4, tea.KeyF5, tea.KeyF6, tea.KeyF7, tea.KeyF8, tea.KeyF9} {
		keys = append(keys, tea.KeyPressMsg{Code: c}, tea.KeyPressMsg{Code: c, Mod: tea.ModShift}, tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl})
	}
	for c := 'a'; c <= 'z'; c++ {
		keys = append(keys, tea.KeyPressMsg{Code: c, Text: string(c)}, tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl}, tea.KeyPressMsg{Code: c, Mod: tea.ModAlt})
	}
	for _, s := range []string{"?", "/", ":", "-", "B", "G", "$", "%", "{", "1", "2", "3", "9", "日", "é", "👩‍🚀", " "} {
		keys = append(keys, tea.KeyPressMsg{Code: []rune(s)[0], Text: s})
	}
	return keys
}()

// monkeyMsg is what a terminal may send next.
func monkeyMsg(r *rand.Rand) tea.Msg {
	at := tea.Mouse{X: r.IntN(120), Y: r.IntN(40), Button: tea.MouseLeft}
	switch r.IntN(40) {
	case 0:
		return tea.WindowSizeMsg{Width: 1 + r.IntN(300), Height: 1 + r.IntN(100)}
	case 1:
		return tea.WindowSizeMsg{Width: 80, Height: 24}
	case 2, 3:
		return tea.MouseClickMsg(at)
	case 4:
		return tea.MouseMotionMsg(at)
	case 5:
		return tea.MouseReleaseMsg(at)
	case 6:
		at.Button = []tea.MouseButton{tea.MouseWheelDown, tea.MouseWheelUp}[r.IntN(2)]
		return tea.MouseWheelMsg(at)
	case 7:
		return tea.PasteMsg{Content: []string{"a: |\r\n\tb\n", "\x1b[31m\x00", strings.Repeat("long ", 300), "kubectl get svc -A"}[r.IntN(4)]}
	case 8:
		return tea.BackgroundColorMsg{Color: []color.Color{color.Black, color.White}[r.IntN(2)]}
	}
	return monkeyKeys[r.IntN(len(monkeyKeys))]
}

// TestMonkey presses keys at random in windows that change, and holds what
// must always hold.
func TestMonkey(t *testing.T) {
	seed, told := *monkeySeed, time.Now()
	for end := time.Now().Add(*monkeyTime); seed < *monkeySeed+4 || time.Now().Before(end); seed++ {
		load := small
		if *monkeyTime > 0 && seed%2 == 1 {
			load = builtIn
		}
		monkey(t, load, seed, 300)
		if time.Since(told) >= time.Minute {
			told = time.Now()
			tellMemory(t, seed+1-*monkeySeed)
		}
	}
	t.Logf("played the games of seeds %d to %d", *monkeySeed, seed-1)
}

// tellMemory tells what is in use after so many games.
func tellMemory(t *testing.T, games uint64) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("%s: %d games, heap %.1f MB, from the system %.0f MB, %d goroutines",
		time.Now().Format(time.TimeOnly), games, float64(m.HeapAlloc)/1e6, float64(m.Sys)/1e6, runtime.NumGoroutine())
}

// follower carries out what commands ask for between two keys, some of it: a
// terminal in which something waits for a key asks for ever.
type follower struct {
	app     *App
	waiting []tea.Cmd
}

// stepsBetweenKeys is how many commands are carried out before the next key.
const stepsBetweenKeys = 30

func (f *follower) follow(cmd tea.Cmd) {
	f.waiting = append(f.waiting, cmd)
	for range stepsBetweenKeys {
		if len(f.waiting) == 0 {
			return
		}
		cmd, f.waiting = f.waiting[0], f.waiting[1:]
		switch msg := carriedOut(cmd).(type) {
		case nil, tea.QuitMsg:
		case tea.BatchMsg:
			f.waiting = append(f.waiting, msg...)
		default:
			_, next := f.app.Update(msg)
			f.waiting = append(f.waiting, next)
		}
	}
}

func monkey(t *testing.T, load func(context.Context) (*Lesson, error), seed uint64, presses int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	dir := t.TempDir()
	app := openedOn(t, load, dir, 80, 24)
	game := follower{app: app}
	for i := range presses {
		msg := monkeyMsg(r)
		_, cmd := app.Update(msg)
		game.follow(cmd)
		if app.top() == nil {
			t.Fatalf("seed %d, press %d: no screen is left", seed, i)
		}
		if err := wellFormed(app); err != nil {
			t.Fatalf("seed %d, press %d (%v): %v", seed, i, msg, err)
		}
	}
	if !leadsHome(app) {
		t.Fatalf("seed %d: no way home from\n%s", seed, ansi.Strip(app.content()))
	}
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err := app.Store.Load(context.Background()); err != nil || p.Notice != "" {
		t.Fatalf("seed %d: the progress is damaged: %v %s", seed, err, p.Notice)
	}
	again := openedOn(t, load, dir, 80, 24)
	if err := wellFormed(again); err != nil || again.top() == nil {
		t.Fatalf("seed %d: opened again: %v", seed, err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

// leadsHome goes back by the keys that are shown, as somebody lost would.
func leadsHome(app *App) bool {
	press := func(keys ...tea.KeyPressMsg) {
		for _, k := range keys {
			_, cmd := app.Update(k)
			run(app, cmd)
		}
	}
	app.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	esc, enter := tea.KeyPressMsg{Code: tea.KeyEscape}, tea.KeyPressMsg{Code: tea.KeyEnter}
	for range 30 {
		shown := app.shownKeys()
		switch app.dialog().(type) {
		case *confirm:
			press(enter)
			continue
		case nil:
			if _, home := app.top().(*home); home {
				return true
			}
			if slices.ContainsFunc(shown, func(b binding) bool { return slices.Contains(b.keys, ":q") }) {
				press(esc, tea.KeyPressMsg{Code: ':', Text: ":"}, tea.KeyPressMsg{Code: 'q', Text: "q"}, enter)
				continue
			}
		}
		if slices.ContainsFunc(shown, func(b binding) bool { return b.does == app.words.Map.Stop }) {
			press(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl})
		}
		press(esc)
	}
	return false
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

// TestEverySize draws each screen in windows of all widths and all heights,
// with -monkey in every single size, while keys are typed, checks run and a
// packet walks.
func TestEverySize(t *testing.T) {
	var sizes []tea.WindowSizeMsg
	if *monkeyTime > 0 {
		for w := 40; w <= 300; w++ {
			for h := 10; h <= 100; h++ {
				sizes = append(sizes, tea.WindowSizeMsg{Width: w, Height: h})
			}
		}
	} else {
		for w := 40; w <= 300; w += 2 {
			sizes = append(sizes, tea.WindowSizeMsg{Width: w, Height: 24})
		}
		for h := 10; h <= 100; h += 2 {
			sizes = append(sizes, tea.WindowSizeMsg{Width: 100, Height: h})
		}
	}
	sizes = append(sizes, tea.WindowSizeMsg{Width: 1, Height: 1}, tea.WindowSizeMsg{Width: 80, Height: 24})
	for name, open := range map[string]func(*env) screen{
		"home":     func(e *env) screen { return newHome(e) },
		"reader":   func(e *env) screen { return newReader(e, e.course.Section("nodeport"), 0) },
		"editor":   func(e *env) screen { return newTask(e, e.course.Scenario("order-api-nodeport"), "editor") },
		"map":      func(e *env) screen { return newTask(e, e.course.Scenario("order-api-nodeport"), "map") },
		"shell":    func(e *env) screen { return newTask(e, e.course.Scenario("order-api-nodeport"), "shell") },
		"labs":     func(e *env) screen { return newLabs(e) },
		"question": func(e *env) screen { return newQuestions(e, "practice", e.course.set("practice"), 0) },
		"guide":    func(e *env) screen { return newGuide(e) },
		"settings": func(e *env) screen { return newSettings(e) },
	} {
		t.Run(name, func(t *testing.T) {
			app := openedOn(t, builtIn, t.TempDir(), 80, 24)
			_, cmd := app.Update(pushMsg{open(app.env)})
			run(app, cmd)
			for i, size := range sizes {
				app.Update(size)
				if err := wellFormed(app); err != nil {
					t.Fatalf("%v: %v", size, err)
				}
				switch key := (tea.KeyPressMsg{Code: 'x', Text: "x"}); {
				case name == "map":
					_, cmd = app.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
				case i%40 == 39 && name == "editor":
					_, cmd = app.Update(tea.KeyPressMsg{Code: tea.KeyF5})
				case name == "editor" || name == "shell":
					_, cmd = app.Update(key)
				default:
					continue
				}
				run(app, cmd)
				if d := app.dialog(); d != nil {
					app.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
				}
			}
			if err := app.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
