package tui

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// lookUpKeys are the keys for looking things up, on every screen.
func (a *App) lookUpKeys() []binding {
	w := &a.words.LookUp
	typing := a.top().typing()
	var bs []binding
	if len(a.course.Reference) > 0 && !a.inShell() {
		sheet := binding{keys: []string{"ctrl+l"}, does: w.Key, minor: true, run: a.lookUp}
		if !typing {
			sheet.keys = []string{"c", "ctrl+l"}
		}
		bs = append(bs, sheet)
	}
	if p := a.top().place(); !typing && p.Screen != placeHome {
		bs = append(bs, binding{keys: []string{"B"}, does: w.Mark, minor: true, run: func() tea.Cmd {
			return a.openDialog(newMark(a.env, p, a.top().title()))
		}})
	}
	return bs
}

// inShell tells that a shell has the keys, which clears itself by ctrl+l.
func (a *App) inShell() bool {
	t, ok := a.top().(*task)
	return ok && t.focus == paneShell
}

// lookUp opens the first page of reference, or goes back from there.
func (e *env) lookUp() tea.Cmd {
	if e.progress.Place.Screen == placeSection && e.course.Section(e.progress.Place.ID) == nil {
		return e.pop()
	}
	return e.push(newReader(e, e.course.Reference[0], 0))
}

// mark asks for a note and keeps a place with it.
type mark struct {
	*env
	place progress.Place
	name  string
	old   *progress.Bookmark // what was kept of this place before
	typed line
}

// newMark begins with the note that there is of the place already.
func newMark(e *env, at progress.Place, name string) *mark {
	m := &mark{env: e, place: at, name: name}
	if b, ok := e.noteAt(at); ok {
		m.old = &b
		if b.Note != name {
			m.typed.text = b.Note
		}
	}
	return m
}

// noteAt is the bookmark of a place. The pane of a task makes no difference.
func (e *env) noteAt(at progress.Place) (progress.Bookmark, bool) {
	i := slices.IndexFunc(e.progress.Bookmarks, func(b progress.Bookmark) bool {
		return b.Place.Screen == at.Screen && b.Place.ID == at.ID && b.Place.Page == at.Page
	})
	if i < 0 {
		return progress.Bookmark{}, false
	}
	return e.progress.Bookmarks[i], true
}

func (m *mark) title() string { return m.words.LookUp.MarkTitle }

func (m *mark) keys() []binding {
	w := &m.words.LookUp
	bs := []binding{{keys: []string{"enter"}, does: w.Keep, run: m.keep}}
	if m.old != nil {
		bs = append(bs, binding{keys: []string{"ctrl+x"}, does: m.words.Keys.Remove, run: func() tea.Cmd {
			m.notice = w.Unmarked
			return tea.Batch(m.closeDialog(), m.unmark(*m.old))
		}})
	}
	return bs
}

func (m *mark) keep() tea.Cmd {
	b := progress.Bookmark{Place: m.place, Note: cmp.Or(strings.TrimSpace(m.typed.text), m.name), At: m.Now()}
	m.notice = m.words.LookUp.Marked
	cmds := []tea.Cmd{m.closeDialog()}
	if m.old != nil {
		cmds = append(cmds, m.unmark(*m.old))
	}
	return tea.Batch(append(cmds, m.record(func(p *progress.Progress) error {
		p.Bookmarks = append(p.Bookmarks, b)
		return nil
	}))...)
}

func (m *mark) update(msg tea.Msg) tea.Cmd {
	m.typed.update(msg)
	return nil
}

func (m *mark) view(width, _ int) string {
	lines := append(styled(wrap(m.name, width), 0, m.styles.Dim), "", m.words.LookUp.MarkPrompt)
	return strings.Join(append(lines, m.typed.view(m.styles.Accent.Render(style.SignNext)+" ", width)), "\n")
}

// line is a line of typed text.
type line struct {
	text string
	most int // bytes; 0: maxTyped
}

// update takes what is typed; it tells whether the text has changed.
func (l *line) update(msg tea.Msg) bool {
	before := l.text
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch {
		case msg.String() == "backspace":
			if r := []rune(l.text); len(r) > 0 {
				l.text = string(r[:len(r)-1])
			}
		case msg.String() == "ctrl+u":
			l.text = ""
		default:
			l.add(msg.Text)
		}
	case tea.PasteMsg:
		l.add(msg.Content)
	}
	return l.text != before
}

func (l *line) add(s string) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(l.text)+len(s) <= cmp.Or(l.most, maxTyped) {
		l.text += s
	}
}

// view draws the end of the text behind a head.
func (l *line) view(head string, width int) string {
	room := max(width-ansi.StringWidth(head)-1, 1)
	text := l.text
	if w := ansi.StringWidth(text); w > room {
		text = "…" + ansi.TruncateLeft(text, w-room+1, "")
	}
	return head + text + "▏"
}

// newBookmarks lists the places that were kept.
func newBookmarks(e *env) *chooser {
	w := &e.words.LookUp
	c := &chooser{env: e, name: w.Bookmarks, empty: w.NoBookmarks, at: progress.Place{Screen: placeBookmarks}, list: func() []choice {
		var rows []choice
		for _, b := range slices.Backward(e.progress.Bookmarks) {
			rows = append(rows, choice{name: b.Note, about: e.placeName(b.Place),
				more: func(width int) []string { return e.aboutPlace(b.Place, width) },
				open: func() tea.Cmd { return e.goToPlace(b.Place) },
				drop: func() tea.Cmd { return e.unmark(b) }})
		}
		return rows
	}}
	c.start()
	return c
}

func (e *env) unmark(b progress.Bookmark) tea.Cmd {
	return e.record(func(p *progress.Progress) error {
		p.Bookmarks = slices.DeleteFunc(p.Bookmarks, func(o progress.Bookmark) bool {
			return o.Place == b.Place && o.Note == b.Note && o.At.Equal(b.At)
		})
		return nil
	})
}

// placeName is the title of what is at a place.
func (e *env) placeName(p progress.Place) string {
	switch p.Screen {
	case placeSection:
		if s := e.course.Page(p.ID); s != nil {
			return s.Title
		}
	case placeTask:
		if t := e.course.Head(p.ID); t != nil {
			return t.Title
		}
	case placeQuestions:
		return e.setName(p.ID)
	case placeLabs:
		return e.words.Home.Labs
	case placeGuide:
		return e.words.Guide.Title
	case placeSettings:
		return e.words.Settings.Title
	}
	return ""
}

func (e *env) goToPlace(p progress.Place) tea.Cmd { return e.act(goPlaceMsg{p}) }
