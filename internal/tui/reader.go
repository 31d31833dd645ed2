package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/lessons"
)

// reader shows a section page by page, with an outline of the lesson.
type reader struct {
	*env
	section       *lessons.Section
	pages         []lessons.Page
	page          int
	text          pane
	width, height int

	// passed are the questions that were passed over, by id.
	passed map[string]bool

	// outline is open: on its own in a narrow window, with the keys in a wide
	// one.
	outline bool
	list    pane
	rows    []outlineRow
	chosen  int

	cancel context.CancelFunc
}

// outlineRow is a section, or a page of the one that is open.
type outlineRow struct {
	section *lessons.Section
	page    int // -1: the section itself
}

func newReader(e *env, s *lessons.Section, page int) *reader {
	r := &reader{env: e, section: s, pages: s.Pages()}
	r.page = min(max(page, 0), len(r.pages)-1)
	return r
}

// sectionMsg brings a section with what its commands print.
type sectionMsg struct {
	of      *reader
	section *lessons.Section
	err     error
}

func (r *reader) start() tea.Cmd {
	seen := r.seen()
	if r.Played == nil || r.cancel != nil {
		return seen
	}
	var ctx context.Context
	ctx, r.cancel = context.WithCancel(r.ctx)
	play, section := r.Played, r.section
	return tea.Batch(seen, func() tea.Msg {
		s, err := play(ctx, section)
		return sectionMsg{r, s, err}
	})
}

func (r *reader) leave() {
	if r.cancel != nil {
		r.cancel()
	}
}

func (r *reader) title() string { return r.titleUnder(r.section.Title) }

// titleUnder is the page's title below that of the section, and its number.
func (r *reader) titleUnder(section string) string {
	title := section
	if t := r.pages[r.page].Title; t != r.section.Title {
		title = strings.TrimPrefix(section+" › "+t, " › ")
	}
	return r.words.Reader.Page(title, r.page+1, len(r.pages))
}

// shorter leaves out first what the section's title explains behind its colon,
// then all of it, so that the page's number is to be seen.
func (r *reader) shorter(room int) string {
	name, _, _ := strings.Cut(r.section.Title, ":")
	if t := r.titleUnder(name); cells(t) <= room || r.pages[r.page].Title == r.section.Title {
		return t
	}
	return r.titleUnder("")
}

func (r *reader) place() progress.Place {
	return progress.Place{Screen: placeSection, ID: r.section.ID, Page: r.page}
}

func (r *reader) typing() bool        { return false }
func (r *reader) cursor() *tea.Cursor { return nil }

func (r *reader) tabs() ([]string, int) {
	open := 0
	if r.outline {
		open = 1
	}
	return []string{r.words.Reader.Text, r.words.Reader.Outline}, open
}

func (r *reader) openTab(i int) tea.Cmd {
	r.outline = i == 1
	r.list.top = 0
	r.chooseCurrent()
	return nil
}

// seen records what was read: a page when it is opened, the section when its
// end was on the screen.
func (r *reader) seen() tea.Cmd {
	if r.isReference() {
		return r.here()
	}
	id, page := r.section.ID, r.page
	end := page == len(r.pages)-1 && r.height > 0 && r.atEnd() && r.waiting() == nil
	s := r.progress.Sections[id]
	if s != nil && s.Page == page && s.Read > page && (s.Done || !end) {
		return nil
	}
	return tea.Batch(r.here(), r.record(func(p *progress.Progress) error {
		s := p.Section(id)
		s.Page = page
		s.Read = max(s.Read, page+1)
		s.Done = s.Done || end
		return nil
	}))
}

func (r *reader) atEnd() bool {
	r.fill()
	return r.text.atEnd()
}

// turn opens another page.
func (r *reader) turn(page int) tea.Cmd {
	if page < 0 || page >= len(r.pages) {
		return nil
	}
	r.page = page
	r.text.top = 0
	return r.seen()
}

// on goes on reading: down, to the question that waits for an answer, to the
// next page, to what comes after the section.
func (r *reader) on() tea.Cmd {
	r.fill()
	if !r.text.atEnd() {
		r.text.scroll(max(r.text.height-2, 1))
		return r.seen()
	}
	if r.waiting() != nil {
		return r.answer()
	}
	if r.page+1 < len(r.pages) {
		return r.turn(r.page + 1)
	}
	seen := r.seen()
	if s, ok := r.course.next(placeSection+r.section.ID, r.progress); ok && !r.isReference() {
		return tea.Batch(seen, r.pop(), r.push(r.open(s)))
	}
	return tea.Batch(seen, r.pop())
}

func (r *reader) keys() []binding {
	k := &r.words.Keys
	if r.outline {
		return []binding{
			{keys: []string{"enter"}, does: k.Open, run: r.openChosen},
			{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { r.choose(r.chosen - 1) })},
			{keys: []string{"down", "j"}, run: do(func() { r.choose(r.chosen + 1) }), minor: true},
			{keys: []string{"home"}, show: "home end", does: k.Ends, minor: true, run: do(func() { r.choose(0) })},
			{keys: []string{"end"}, minor: true, run: do(func() { r.choose(len(r.rows)) })},
			{keys: []string{"tab", "f6", "ctrl+o", "shift+tab"}, does: r.words.Reader.Text, run: func() tea.Cmd { return r.openTab(0) }},
			{keys: []string{"esc"}, does: k.Back, minor: true, run: func() tea.Cmd { return r.openTab(0) }},
		}
	}
	bs := append([]binding{{keys: []string{"enter", "space"}, does: r.onDoes(), run: r.on}}, r.predicting()...)
	bs = append(bs,
		binding{keys: []string{"left", "b", "backspace"}, show: "← →", does: k.Pages, run: func() tea.Cmd { return r.turn(r.page - 1) }},
		binding{keys: []string{"right"}, run: func() tea.Cmd { return r.turn(r.page + 1) }, minor: true})
	bs = append(bs, r.scrolling()...)
	return append(bs, binding{keys: []string{"tab", "f6", "ctrl+o", "shift+tab"}, does: r.words.Reader.Outline, run: func() tea.Cmd { return r.openTab(1) }})
}

// scrolling are the scroll keys; what comes to the screen is noted as read.
func (r *reader) scrolling() []binding {
	bs := scrollKeys(&r.text, r.words.Keys.Scroll)
	for i := range bs {
		scroll := bs[i].run
		bs[i].run = func() tea.Cmd { return tea.Batch(scroll(), r.seen()) }
	}
	return bs
}

// onDoes says what enter will do.
func (r *reader) onDoes() string {
	k := &r.words.Keys
	switch {
	case !r.text.atEnd():
		return k.ReadOn
	case r.waiting() != nil:
		return r.words.Reader.Answer
	case r.page+1 < len(r.pages):
		return k.NextPage
	}
	if s, ok := r.course.next(placeSection+r.section.ID, r.progress); ok && !r.isReference() {
		return r.words.GoOnTo(r.label(s))
	}
	return k.Back
}

func (r *reader) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case sectionMsg:
		if msg.of != r {
			return nil
		}
		if msg.err != nil {
			r.notice = r.words.Reader.NoOutput(msg.err)
			return nil
		}
		if pages := msg.section.Pages(); len(pages) == len(r.pages) {
			r.pages = pages
		}
	case tea.MouseWheelMsg:
		r.text.scroll(wheel(msg) * 3)
		return r.seen()
	}
	return nil
}

// outlineWidth is how wide an outline is beside a text: what prose leaves, but
// no more than whole titles take.
func outlineWidth(window int) int {
	return min(max(window-margin-bar-measure-1, 32), 52)
}

func (r *reader) resize(width, height int) {
	r.width, r.height = width, height
	r.fill()
}

// textInset is where the text begins in its room: the column of prose stands in
// the middle of what is left of a wide window.
func (r *reader) textInset() int {
	if r.width < besideWidth {
		return 0
	}
	return (r.width - outlineWidth(r.width) - margin - bar - measure) / 2
}

// textWidth is the room for the text, of which code may use all.
func (r *reader) textWidth() int {
	if r.width >= wideWidth {
		return r.width - outlineWidth(r.width) - margin - bar - r.textInset()
	}
	return r.width - margin
}

// fill renders the page into its pane.
func (r *reader) fill() {
	r.text.resize(r.textWidth(), r.height-1)
	r.text.set(append(r.noteLines(), r.prose(r.body(), r.textWidth()-1)...))
}

// noteLines is the learner's note on the page.
func (r *reader) noteLines() []string {
	b, ok := r.noteAt(r.place())
	if !ok || b.Note == r.title() {
		return nil
	}
	lines := wrap(r.words.LookUp.Note(b.Note), min(r.textWidth()-1, measure))
	return append(styled(lines, 0, r.styles.Warn), "")
}

func (r *reader) view() string {
	r.fill()
	text := append([]string{fit("", r.text.width)}, r.text.box(r.styles.Dim)...)
	if r.width < wideWidth {
		if r.outline {
			text = r.outlineBox(r.text.width, r.height)
		}
		return strings.Join(box(indented(text, margin), r.width, r.height), "\n")
	}
	left := r.outlineBox(outlineWidth(r.width), r.height)
	return strings.Join(beside(indented(left, margin), indented(text, r.textInset()), r.styles.Line), "\n")
}

// outlineBox draws the sections, and the pages of this one.
func (r *reader) outlineBox(width, height int) []string {
	r.buildOutline()
	var lines []string
	for i, row := range r.rows {
		arrow, name := "  ", r.styles.Dim
		if row.section.ID == r.section.ID && (row.page == r.page || row.page < 0) {
			name = r.styles.Strong
		}
		if r.outline && i == r.chosen {
			arrow, name = r.styles.Accent.Render(style.SignNext)+" ", r.styles.Accent
		}
		title, sign, pad := row.section.Title, " ", ""
		read := r.progress.Sections[row.section.ID]
		if row.page >= 0 {
			title, pad = r.pages[row.page].Title, "  "
		}
		if read != nil && (read.Done || row.page >= 0 && row.page < read.Read) {
			sign = r.styles.Good.Render(style.SignGood)
		}
		lines = append(lines, fit(arrow+pad+sign+" "+name.Render(title), width))
	}
	r.list.resize(width, height-1)
	r.list.set(lines)
	if r.outline {
		r.list.show(r.chosen, r.chosen+1)
	}
	return append([]string{fit("", width)}, r.list.box(r.styles.Dim)...)
}

func (r *reader) buildOutline() {
	r.rows = r.rows[:0]
	for _, s := range r.outlined() {
		r.rows = append(r.rows, outlineRow{s, -1})
		if s.ID != r.section.ID {
			continue
		}
		for i, page := range r.pages {
			if i == 0 && page.Title == s.Title {
				continue // the section's own row stands for it
			}
			r.rows = append(r.rows, outlineRow{s, i})
		}
	}
}

// outlined are the sections, or the pages of reference where this is one.
func (r *reader) outlined() []*lessons.Section {
	if r.isReference() {
		return r.course.Reference
	}
	var list []*lessons.Section
	for _, p := range r.course.parts {
		list = append(list, p.section)
	}
	return list
}

// isReference tells that this is a page to look things up in, which nobody
// has to have read.
func (r *reader) isReference() bool { return r.course.Section(r.section.ID) == nil }

func (r *reader) choose(i int) { r.chosen = min(max(i, 0), max(len(r.rows)-1, 0)) }

func (r *reader) chooseCurrent() {
	r.buildOutline()
	for i, row := range r.rows {
		if row.section.ID == r.section.ID && max(row.page, 0) <= r.page {
			r.chosen = i
		}
	}
}

func (r *reader) openChosen() tea.Cmd {
	if r.chosen >= len(r.rows) {
		return nil
	}
	row := r.rows[r.chosen]
	r.outline = false
	if row.section.ID == r.section.ID {
		return r.turn(max(row.page, 0))
	}
	return tea.Batch(r.pop(), r.push(r.open(step{section: row.section})))
}
