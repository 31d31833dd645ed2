package tui

import (
	"cmp"
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// App is the root model.
type App struct {
	*env
	cancel        context.CancelFunc
	width, height int
	screens       []screen // the last one is seen
	dialogs       []dialog // the last one takes the keys
	failed        error    // why the lesson could not be opened
	// drawn is the last view; it is good until something changes it.
	drawn *tea.View
}

// New makes the app; it shows itself through [Run].
func New(ctx context.Context, o Options) *App {
	ctx, cancel := context.WithCancel(ctx)
	e := &env{Options: o, ctx: ctx, words: o.Words, method: ansi.WcWidth, progress: progress.New(), styles: new(style.Styles)}
	e.saver.store = o.Store
	e.applySettings()
	a := &App{env: e, cancel: cancel}
	e.act = a.handle
	return a
}

func (e *env) setPalette(p style.Palette) {
	e.styles = style.New(p)
	e.looks++
}

// loadedMsg brings what the app needs before it can show a screen.
type loadedMsg struct {
	lesson   *Lesson
	progress *progress.Progress
	err      error
}

// Init reads the lesson and the progress.
func (a *App) Init() tea.Cmd {
	ctx, load, store := a.ctx, a.Load, a.saver.store
	return tea.Batch(a.awaitRoom(), func() tea.Msg {
		p, err := store.Load(ctx)
		if err != nil {
			return loadedMsg{err: err}
		}
		c, err := load(ctx)
		return loadedMsg{c, p, err}
	})
}

func (a *App) loaded(msg loadedMsg) tea.Cmd {
	if msg.err != nil {
		a.failed = msg.err
		return nil
	}
	a.Lesson, a.course, a.progress = msg.lesson, newCourse(msg.lesson.Pack), msg.progress
	a.notice = cmp.Or(msg.progress.Notice, a.Notice)
	a.applySettings()
	if a.Teacher == nil {
		a.course.closed = a.room.IsClosed
	}
	a.screens = []screen{newHome(a.env)}
	if s := a.resume(msg.progress.Place); s != nil && !a.isClosed(s.place()) {
		a.screens = append(a.screens, s)
	}
	if a.Teacher != nil {
		a.screens = append(a.screens[:1], newWall(a.env))
	}
	a.layout()
	return a.opened()
}

// resume is the screen where the learner was last, nil for home.
func (a *App) resume(p progress.Place) screen {
	switch p.Screen {
	case placeSection:
		if s := a.course.Page(p.ID); s != nil {
			return newReader(a.env, s, p.Page)
		}
	case placeTask:
		if t := a.course.Task(p.ID); t != nil {
			return newTask(a.env, t, p.Pane)
		}
	case placeLabs:
		return newLabs(a.env)
	case placeBookmarks:
		return newBookmarks(a.env)
	case placeSettings:
		return newSettings(a.env)
	case placeGuide:
		if g := newGuide(a.env); g != nil {
			return g
		}
	case placeQuestions:
		if p.ID == setReview && len(a.dueIDs()) > 0 {
			return newQuestions(a.env, setReview, a.due(), 0)
		}
		if qs := a.course.set(p.ID); len(qs) > 0 {
			return newQuestions(a.env, p.ID, qs, p.Page)
		}
	}
	return nil
}

// The names of screens in a stored place.
const (
	placeHome      = "home"
	placeSection   = "section"
	placeTask      = "task"
	placeQuestions = "questions"
	placeLabs      = "labs"
	placeBookmarks = "bookmarks"
	placeSettings  = "settings"
	placeGuide     = "guide"
)

func (a *App) top() screen {
	if len(a.screens) == 0 {
		return nil
	}
	return a.screens[len(a.screens)-1]
}

func (a *App) dialog() dialog {
	if len(a.dialogs) == 0 {
		return nil
	}
	return a.dialogs[len(a.dialogs)-1]
}

// starter is a screen that has something to run when it is opened.
type starter interface{ start() tea.Cmd }

// opened starts the screen that is on top now and remembers the place.
func (a *App) opened() tea.Cmd {
	var cmd tea.Cmd
	if s, ok := a.top().(starter); ok {
		cmd = s.start()
	}
	return tea.Batch(cmd, a.remember())
}

// remember records where the learner is.
func (a *App) remember() tea.Cmd {
	s := a.top()
	if s == nil {
		return nil
	}
	place := s.place()
	if place == a.progress.Place {
		return nil
	}
	return a.record(func(p *progress.Progress) error {
		p.Place = place
		return nil
	})
}

// Update handles a message.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.handle(msg)
	if !unseen(msg) {
		a.drawn = nil
	}
	return a, cmd
}

// unseen tells whether a message changes nothing on the screen: the ticks
// that follow every key. What they lead to comes as another message.
func unseen(msg tea.Msg) bool {
	switch msg.(type) {
	case saveTickMsg, keepMsg, diagnoseMsg, lookMsg:
		return true
	}
	return false
}

func (a *App) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		a.layout()
	case tea.BackgroundColorMsg, tea.ColorProfileMsg, tea.EnvMsg:
		a.terminal.hear(msg)
		a.applySettings()
		a.layout()
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore && (msg.Value.IsSet() || msg.Value.IsReset()) {
			a.method = ansi.GraphemeWidth
			a.layout()
		}
	case loadedMsg:
		return a.loaded(msg)
	case saveTickMsg:
		return a.store()
	case savedMsg:
		return a.saved(msg)
	case roomMsg:
		return a.enter(msg.room)
	case quizOverMsg:
		return a.quizOver(msg.ends)
	case minuteMsg:
		return a.minute(msg)
	case pushMsg:
		if a.isClosed(msg.screen.place()) {
			a.notice = a.words.Class.NotOpen
			return nil
		}
		a.dialogs = nil
		a.screens = append(a.screens, msg.screen)
		a.layout()
		return a.opened()
	case goMsg:
		if a.isClosed(msg.screen.place()) {
			a.dialogs, a.notice = nil, a.words.Class.NotOpen
			return nil
		}
		for len(a.screens) > 1 {
			a.top().leave()
			a.screens = a.screens[:len(a.screens)-1]
		}
		return a.handle(pushMsg(msg))
	case goPlaceMsg:
		if s := a.resume(msg.place); s != nil {
			return a.handle(goMsg{s})
		}
	case popMsg:
		return a.back()
	case dialogMsg:
		a.dialogs = append(a.dialogs, msg.dialog)
	case closeMsg:
		a.dropDialog()
	case openedMsg: // of a task that may have been left since
		return msg.of.clusterOpened(msg)
	case placeMsg:
		return a.remember()
	case tea.KeyPressMsg:
		return a.key(msg)
	case tea.MouseMsg:
		return a.mouse(msg)
	case tea.PasteMsg:
		if t, ok := a.dialog().(typer); ok {
			return t.update(msg)
		}
		if s := a.top(); s != nil && a.dialog() == nil {
			return s.update(msg)
		}
	default:
		if s := a.top(); s != nil {
			return s.update(msg)
		}
	}
	return nil
}

// back goes to the screen below.
func (a *App) back() tea.Cmd {
	if len(a.screens) < 2 {
		return nil
	}
	a.top().leave()
	a.screens = a.screens[:len(a.screens)-1]
	a.layout()
	return a.opened()
}

func (a *App) dropDialog() {
	if len(a.dialogs) > 0 {
		a.dialogs = a.dialogs[:len(a.dialogs)-1]
	}
}

// key gives a key to the first that knows it: the dialog, else the screen's
// own keys, else those that work everywhere, else the screen as text.
func (a *App) key(msg tea.KeyPressMsg) tea.Cmd {
	a.notice = ""
	if a.top() == nil || a.tooSmall() {
		// A key that comes before the first screen was not meant to leave it.
		name := msg.String()
		if a.top() == nil && (name == "ctrl+c" || a.failed != nil && (name == "q" || name == "esc")) {
			return tea.Quit
		}
		// What is typed into a window that is too small is kept.
		if s := a.top(); s != nil && s.typing() && len(a.dialogs) == 0 {
			return s.update(msg)
		}
		return nil
	}
	if d := a.dialog(); d != nil {
		if b, ok := match(a.dialogKeys(d), msg); ok {
			return b.run()
		}
		if t, ok := d.(typer); ok {
			return t.update(msg)
		}
		return nil
	}
	if b, ok := match(a.allKeys(), msg); ok {
		return b.run()
	}
	return a.top().update(msg)
}

// typer is what takes what is typed.
type typer interface{ update(msg tea.Msg) tea.Cmd }

// dialogKeys are the keys of a dialog and those that work in all of them.
func (a *App) dialogKeys(d dialog) []binding {
	k := &a.words.Keys
	bs := append(d.keys(),
		binding{keys: []string{"esc"}, does: k.Back, run: a.closeDialog},
		binding{keys: []string{"ctrl+c"}, does: k.Close, minor: true, run: a.closeDialog})
	if _, is := d.(*help); is {
		return bs
	}
	_, typing := d.(typer)
	return append(bs, a.helpKey(typing, func() []binding { return a.dialogKeys(d) }))
}

// helpKey shows all keys of what has them now; while one types, ? is a letter.
func (a *App) helpKey(typing bool, of func() []binding) binding {
	b := binding{keys: []string{"f9", "ctrl+g"}, show: "F9", does: a.words.Keys.AllKeys, run: func() tea.Cmd { return a.openDialog(newHelp(a.env, of())) }}
	if !typing {
		b.keys, b.show = append(b.keys, "?"), "?"
	}
	return b
}

// allKeys are the keys of the screen and those that work everywhere.
func (a *App) allKeys() []binding { return append(a.top().keys(), a.globalKeys()...) }

func (a *App) globalKeys() []binding {
	k := &a.words.Keys
	find := binding{keys: []string{"ctrl+p"}, does: k.GoTo, minor: true, run: func() tea.Cmd { return a.openDialog(newPalette(a.env, a.allKeys())) }}
	if !a.top().typing() {
		find.keys, find.show, find.minor = append(find.keys, "/"), "/", len(a.screens) > 1
	}
	bs := append([]binding{a.helpKey(a.top().typing(), a.allKeys), find}, a.classKeys()...)
	bs = append(bs, a.lookUpKeys()...)
	if len(a.screens) > 1 && !a.top().typing() && !shows(a.top().keys(), "esc") {
		bs = append(bs, binding{keys: []string{"esc"}, does: k.Back, run: a.pop})
	}
	if !a.top().typing() {
		bs = append(bs, binding{keys: []string{"q", "ctrl+c"}, show: "q", does: k.Quit, minor: len(a.screens) > 1, run: func() tea.Cmd { return tea.Quit }})
	}
	return bs
}

// shows tells whether one of the bindings that the bottom line shows is of
// this key.
func shows(bs []binding, key string) bool {
	return slices.ContainsFunc(bs, func(b binding) bool { return !b.minor && slices.Contains(b.keys, key) })
}

func (a *App) mouse(msg tea.MouseMsg) tea.Cmd {
	if a.top() == nil || a.dialog() != nil || a.tooSmall() {
		return nil
	}
	m := msg.Mouse()
	if _, click := msg.(tea.MouseClickMsg); click && m.Y == 0 {
		if i := a.tabAt(m.X); i >= 0 {
			return a.top().openTab(i)
		}
		return nil
	}
	m.Y -= topRows
	switch msg.(type) {
	case tea.MouseClickMsg:
		return a.top().update(tea.MouseClickMsg(m))
	case tea.MouseReleaseMsg:
		return a.top().update(tea.MouseReleaseMsg(m))
	case tea.MouseMotionMsg:
		return a.top().update(tea.MouseMotionMsg(m))
	case tea.MouseWheelMsg:
		return a.top().update(tea.MouseWheelMsg(m))
	}
	return nil
}

// Close stores what is not stored yet. The app must have stopped.
func (a *App) Close() error {
	for _, s := range a.screens {
		if t, ok := s.(interface {
			unsaved()
			closeCluster()
		}); ok {
			t.unsaved()
			t.closeCluster()
		}
	}
	err := a.flush()
	a.cancel()
	a.ending.Wait()
	return err
}
