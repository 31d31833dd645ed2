package tui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// Teacher is what a dashboard sees and changes. Its functions are called in
// commands and must be safe to call at the same time.
type Teacher interface {
	// Board is the class as it stands.
	Board(context.Context) (classroom.Board, error)
	// Change changes what is set for everybody.
	Change(context.Context, func(*classroom.Class)) (classroom.Class, error)
	// Manifest is what a learner has typed for a task, "" for nothing yet.
	Manifest(ctx context.Context, learner, task string) (string, error)
}

// wall is the teacher's screen: who is where, and who is stuck before who is
// fast.
type wall struct {
	singlePane
	*env
	board  classroom.Board
	loaded bool
	failed error
	chosen string // a learner's id
	list   pane
}

func newWall(e *env) *wall { return &wall{env: e} }

// placeWall is the dashboard in a stored place.
const placeWall = "wall"

// wallEvery is how often the dashboard looks at the class.
const wallEvery = 2 * time.Second

type (
	boardMsg struct {
		of    *wall
		board classroom.Board
		err   error
	}
	wallTickMsg struct{ of *wall }
	changedMsg  struct {
		class classroom.Class
		err   error
		said  string
	}
	manifestMsg struct {
		title, text string
		err         error
	}
)

func (w *wall) title() string {
	if w.board.Title != "" {
		return w.board.Title
	}
	return w.words.Class.Wall.Title
}

func (w *wall) place() progress.Place { return progress.Place{Screen: placeWall} }

func (w *wall) start() tea.Cmd { return w.look() }

func (w *wall) look() tea.Cmd {
	ctx, teacher := w.ctx, w.Teacher
	return func() tea.Msg {
		b, err := teacher.Board(ctx)
		return boardMsg{w, b, err}
	}
}

func (w *wall) update(msg tea.Msg) tea.Cmd {
	words := &w.words.Class.Wall
	switch msg := msg.(type) {
	case boardMsg:
		if msg.of != w {
			return nil
		}
		if w.failed = msg.err; msg.err == nil {
			w.board, w.loaded = msg.board, true
		}
		return w.after(wallEvery, wallTickMsg{w})
	case wallTickMsg:
		if msg.of == w {
			return w.look()
		}
	case changedMsg:
		w.notice = msg.said
		if msg.err != nil {
			w.notice = words.CannotChange(msg.err)
		}
	case manifestMsg:
		if msg.err != nil {
			w.notice = words.CannotRead(msg.err)
			return nil
		}
		return w.openDialog(&manifestDialog{env: w.env, name: msg.title, text: msg.text})
	case tea.MouseWheelMsg:
		w.move(wheel(msg))
	}
	return nil
}

// change sets something for everybody and says so.
func (e *env) change(said string, do func(*classroom.Class)) tea.Cmd {
	ctx, teacher := e.ctx, e.Teacher
	return func() tea.Msg {
		c, err := teacher.Change(ctx, do)
		return changedMsg{c, err, said}
	}
}

func (w *wall) at() int {
	return max(slices.IndexFunc(w.board.Rows, func(r classroom.Row) bool { return r.ID == w.chosen }), 0)
}

func (w *wall) move(by int) {
	if n := len(w.board.Rows); n > 0 {
		w.chosen = w.board.Rows[min(max(w.at()+by, 0), n-1)].ID
	}
}

func (w *wall) keys() []binding {
	k, words := &w.words.Keys, &w.words.Class.Wall
	hold := binding{keys: []string{"h"}, does: words.HoldHints, run: func() tea.Cmd {
		return w.change(words.HintsAreHeld, func(c *classroom.Class) { c.HoldHints = true })
	}}
	if w.room.HoldHints {
		hold.does, hold.run = words.GiveHints, func() tea.Cmd {
			return w.change(words.HintsAreGiven, func(c *classroom.Class) { c.HoldHints = false })
		}
	}
	test := binding{keys: []string{"t"}, does: words.Quiz, run: func() tea.Cmd { return w.openDialog(&quizDialog{env: w.env, chosen: 1}) }}
	if w.room.Quiz != nil && w.room.Quiz.Ends.After(w.Now()) {
		test.does, test.run = words.EndQuiz, func() tea.Cmd {
			return w.change(words.QuizEnded, func(c *classroom.Class) { c.Quiz = nil })
		}
	}
	bs := []binding{
		{keys: []string{"m"}, does: words.Message, run: func() tea.Cmd { return w.openDialog(&messageDialog{env: w.env, typed: line{most: maxMessage}}) }},
		{keys: []string{"o"}, does: words.Sections, run: func() tea.Cmd { return w.openDialog(&sectionsDialog{env: w.env}) }},
		hold, test,
		{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { w.move(-1) })},
		{keys: []string{"down", "j"}, run: do(func() { w.move(1) }), minor: true},
	}
	if len(w.board.Rows) > 0 {
		bs = append([]binding{{keys: []string{"enter"}, does: words.Look, run: w.manifest}}, bs...)
	}
	return bs
}

// manifest asks for the chosen learner's text.
func (w *wall) manifest() tea.Cmd {
	row := w.board.Rows[w.at()]
	if row.Screen != placeTask {
		w.notice = w.words.Class.Wall.NoManifest
		return nil
	}
	ctx, teacher, title := w.ctx, w.Teacher, w.words.Class.Wall.Manifest(row.Name, row.Place)
	starter := ""
	if task := w.course.Task(row.Place); task != nil {
		starter = w.words.Class.Wall.Untyped + "\n\n" + task.Starter
	}
	return func() tea.Msg {
		text, err := teacher.Manifest(ctx, row.ID, row.Place)
		text = cmp.Or(text, starter)
		return manifestMsg{title, text, err}
	}
}

func (w *wall) view() string {
	words, width := &w.words.Class.Wall, w.width-2*margin
	if w.failed != nil {
		return strings.Join(box(indented(append([]string{""}, w.problem(words.CannotRead(w.failed), width)...), margin), w.width, w.height), "\n")
	}
	if !w.loaded {
		return strings.Join(box(nil, w.width, w.height), "\n")
	}
	head := []string{
		between(w.styles.Strong.Render(words.Here(w.board.Here))+"   "+words.Code(w.board.Join, w.board.Code), w.board.Now.Local().Format("15:04"), width), "",
	}
	foot := append(w.about(width), wrap(w.causes(), width)...)
	w.list.resize(width, max(w.height-len(head)-len(foot), 1))
	w.list.set(w.rows(width))
	w.list.show(w.at(), w.at()+1)
	lines := append(append(head, w.list.box(w.styles.Dim)...), foot...)
	return strings.Join(box(indented(lines, margin), w.width, w.height), "\n")
}

func (w *wall) causes() string {
	words := &w.words.Class.Wall
	if len(w.board.Causes) == 0 {
		return w.styles.Dim.Render(words.NoChecks)
	}
	var all []string
	for _, c := range w.board.Causes {
		all = append(all, inOne(words.Times(c.ID, c.N)))
	}
	return w.styles.Dim.Render(words.RoomMeets) + strings.Join(all, " · ")
}

func (w *wall) rows(width int) []string {
	words := &w.words.Class.Wall
	if len(w.board.Rows) == 0 {
		return wrap(words.Empty, width)
	}
	names, places := 4, len(words.AtHome)
	for _, r := range w.board.Rows {
		names, places = max(names, ansi.StringWidth(r.Name)), max(places, ansi.StringWidth(w.where(r)))
	}
	names, places = min(names, 20), min(places, 26)
	if w.width < wideWidth {
		names, places = min(names, 14), min(places, narrowPlace)
	}
	lines := make([]string, 0, len(w.board.Rows))
	for i, r := range w.board.Rows {
		arrow, name := "  ", w.styles.Text
		if i == w.at() {
			arrow, name = w.styles.Accent.Render(style.SignNext)+" ", w.styles.Accent
		}
		line := arrow + w.state(r.State) + "  " + name.Render(fit(r.Name, names)) + "  " + fit(w.where(r), places)
		for _, part := range w.facts(r) {
			if cells(line)+2+cells(part) <= width-1 {
				line += "  " + part
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// narrowPlace is the room for where somebody is in a narrow window.
const narrowPlace = 20

// stateCells is the room for the word that says how somebody gets on.
const stateCells = 5

func (w *wall) state(s classroom.State) string {
	word := fit(w.words.Class.Wall.State[string(s)], stateCells)
	switch s {
	case classroom.Stuck:
		return w.styles.Bad.Render(style.SignBad + " " + word)
	case classroom.Slow:
		return w.styles.Warn.Render(style.SignWarn + " " + word)
	}
	return w.styles.Dim.Render("  " + word)
}

func (w *wall) where(r classroom.Row) string {
	if r.Place == "" {
		return w.words.Class.Wall.AtHome
	}
	return r.Place
}

// about says of the chosen learner what has no room in a narrow window's row.
func (w *wall) about(width int) []string {
	if w.width >= wideWidth || len(w.board.Rows) == 0 {
		return []string{""}
	}
	r := w.board.Rows[w.at()]
	all := w.facts(r)
	for i := range all {
		all[i] = strings.TrimSpace(ansi.Strip(all[i]))
	}
	if cells(w.where(r)) > narrowPlace {
		all[0] = w.where(r)
	}
	line := w.styles.Dim.Render(r.Name+": ") + strings.Join(all, " · ")
	return []string{"", ansi.Truncate(line, width, "…")}
}

// facts are what is known of a learner beside where they are.
func (w *wall) facts(r classroom.Row) []string {
	words := &w.words.Class.Wall
	out := []string{fmt.Sprintf("%7s", words.Minutes(r.Minutes))}
	if r.Checks > 0 {
		out = append(out, words.Checks(r.Checks))
	}
	if r.Cause.N > 0 {
		out = append(out, words.Times(r.Cause.ID, r.Cause.N))
	}
	if r.Hints > 0 {
		out = append(out, words.Hints(r.Hints))
	}
	if r.Passed > 0 {
		out = append(out, w.styles.Dim.Render(words.Passed(r.Passed)))
	}
	return out
}
