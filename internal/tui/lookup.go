package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
)

// lookUpKeys are the keys for looking things up, on every screen.
func (a *App) lookUpKeys() []binding {
	w := &a.words.LookUp
	var bs []binding
	if len(a.course.Reference) > 0 {
		sheet := binding{keys: []string{"f7", "ctrl+l"}, show: "F7", does: w.Key, minor: true, run: a.lookUp}
		if !a.top().typing() {
			sheet.keys = append(sheet.keys, "c")
			sheet.show = "c"
		}
		bs = append(bs, sheet)
	}
	if !a.top().typing() {
		bs = append(bs, binding{keys: []string{"m"}, does: w.Mark, minor: true, run: func() tea.Cmd {
			return a.openDialog(&mark{env: a.env, place: a.top().place(), name: a.top().title()})
		}})
	}
	return bs
}

// lookUp opens the first page of reference, or goes back from there.
func (a *App) lookUp() tea.Cmd {
	if r, ok := a.top().(*reader); ok && r.isReference() {
		return a.pop()
	}
	return a.push(newReader(a.env, a.course.Reference[0], 0))
}

// mark asks for a note and keeps a place.
type mark struct {
	*env
	place progress.Place
	name  string
	typed line
}

func (m *mark) title() string { return m.words.LookUp.MarkTitle }

func (m *mark) keys() []binding {
	return []binding{{keys: []string{"enter"}, does: m.words.LookUp.Keep, run: m.keep}}
}

func (m *mark) keep() tea.Cmd {
	b := progress.Bookmark{Place: m.place, Note: strings.TrimSpace(m.typed.text), At: m.Now()}
	if b.Note == "" {
		b.Note = m.name
	}
	m.notice = m.words.LookUp.Marked
	return tea.Batch(m.closeDialog(), m.record(func(p *progress.Progress) error {
		p.Bookmarks = append(p.Bookmarks, b)
		return nil
	}))
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
type line struct{ text string }

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
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(l.text)+len(s) <= maxTyped {
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
			rows = append(rows, choice{sign: " ", name: b.Note, about: e.placeName(b.Place),
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
		if t := e.course.Task(p.ID); t != nil {
			return t.Title
		}
	case placeQuestions:
		return e.setName(p.ID)
	}
	return ""
}

func (e *env) goToPlace(p progress.Place) tea.Cmd { return e.act(goPlaceMsg{p}) }
