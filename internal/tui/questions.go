package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/quiz"
)

// questions asks several questions, one after the other.
type questions struct {
	singlePane
	*env
	set  string // "" for those that a text asks
	list []*quiz.Question
	at   int
	text pane

	shown  quiz.Presented
	chosen int    // of the options
	marked []bool // of several choices
	typed  string
	// unread is why what was typed is no answer, until something else is.
	unread  string
	failure string // why the cluster could not be asked what is right
	result  *quiz.Result
	given   quiz.Answer

	resolving bool
	cancel    context.CancelFunc

	// exam is set where nothing is explained until the end.
	exam *exam
}

// newQuestions asks from question at on; -1 begins at the first that was not
// answered right yet.
func newQuestions(e *env, set string, list []*quiz.Question, at int) *questions {
	q := &questions{env: e, set: set, list: list}
	if at < 0 {
		at = 0
		for i, one := range list {
			if !isRight(e.progress.Questions[one.ID]) {
				at = i
				break
			}
		}
	}
	q.ask(min(at, len(list)-1))
	return q
}

// resolvedMsg brings a predict question that knows its right answer.
type resolvedMsg struct {
	of       *questions
	at       int
	question *quiz.Question
	err      error
}

// ask shows a question anew.
func (q *questions) ask(at int) {
	q.at = at
	q.shown = quiz.Present(q.list[at], nil)
	q.chosen, q.typed, q.unread, q.failure, q.result, q.text.top = 0, "", "", "", nil, 0
	q.marked = make([]bool, len(q.shown.Shown))
}

func (q *questions) start() tea.Cmd {
	if q.exam != nil {
		return q.examine()
	}
	one := q.list[q.at]
	if one.Kind != quiz.Predict || q.Predict == nil || q.resolving {
		return nil
	}
	q.resolving = true
	var ctx context.Context
	ctx, q.cancel = context.WithCancel(q.ctx)
	predict, at := q.Predict, q.at
	return func() tea.Msg {
		resolved, err := one.Resolve(ctx, predict)
		return resolvedMsg{q, at, resolved, err}
	}
}

func (q *questions) leave() {
	if q.cancel != nil {
		q.cancel()
	}
}

func (q *questions) title() string {
	name := q.words.Question.Before
	switch {
	case q.set != "":
		name = q.setName(q.set)
	case len(q.list) > 0 && q.list[0].Set != quiz.Inline: // found by its text
		name = q.setName(string(q.list[0].Set))
	}
	if q.exam != nil && q.exam.report != nil {
		return name
	}
	return q.words.Question.Of(name, q.at+1, len(q.list))
}

func (q *questions) place() progress.Place {
	switch {
	case q.set == "":
		return q.progress.Place // come back to the text instead
	case q.exam != nil:
		return progress.Place{Screen: placeHome} // its clock is over by then
	}
	return progress.Place{Screen: placeQuestions, ID: q.set, Page: q.at}
}

// typing: all kinds but a choice of one are answered by typing.
func (q *questions) typing() bool {
	return q.result == nil && (q.exam == nil || q.exam.report == nil) && q.isTyped()
}

func (q *questions) isTyped() bool {
	switch q.shown.Kind {
	case quiz.Short, quiz.Order, quiz.Match:
		return true
	}
	return false
}

func (q *questions) keys() []binding {
	k, w := &q.words.Keys, &q.words.Question
	if q.exam != nil && q.exam.report != nil {
		return append(q.reportKeys(), scrollKeys(&q.text, k.Scroll)...)
	}
	if q.result != nil {
		next := binding{keys: []string{"enter", "n", "space"}, does: w.Next, run: q.next}
		if q.at+1 == len(q.list) {
			next.does = w.Finish
		}
		bs := []binding{next}
		if q.result.Verdict != quiz.Right {
			bs = append(bs, binding{keys: []string{"t"}, does: w.Again, run: func() tea.Cmd { q.ask(q.at); return nil }})
		}
		return append(bs, scrollKeys(&q.text, k.Scroll)...)
	}
	enter := binding{keys: []string{"enter"}, does: w.Answer, run: q.answer}
	esc := binding{keys: []string{"esc"}, does: k.Back, run: q.pop}
	var more []binding
	if q.exam != nil {
		esc = binding{keys: []string{"esc"}, does: w.EndExam, run: q.mayEnd}
		more = []binding{esc, {keys: []string{"f8"}, show: "F8", does: w.Skip, run: q.skip}}
	}
	if q.isTyped() {
		if q.exam != nil {
			return append([]binding{enter}, more...)
		}
		return []binding{enter, esc}
	}
	n := len(q.shown.Shown)
	bs := []binding{enter,
		{keys: []string{"up", "k"}, show: "↑↓", does: k.Choose, run: do(func() { q.move(q.chosen - 1) })},
		{keys: []string{"down", "j"}, minor: true, run: do(func() { q.move(q.chosen + 1) })},
	}
	if q.shown.Kind == quiz.Choices {
		bs = append(bs, binding{keys: []string{"space", "x"}, does: w.Mark, run: do(func() { q.marked[q.chosen] = !q.marked[q.chosen] })})
	}
	for i := range min(n, 9) {
		b := binding{keys: []string{string(rune('1' + i))}, minor: true, run: do(func() { q.pick(i) })}
		if i == 0 {
			b.show, b.does = "1…"+string(rune('0'+min(n, 9))), k.Choose
		}
		bs = append(bs, b)
	}
	bs = append(bs, more...)
	return append(bs,
		binding{keys: []string{"pgup"}, show: "pgup pgdn", does: k.Scroll, minor: true, run: do(func() { q.text.scroll(-q.text.height / 2) })},
		binding{keys: []string{"pgdown"}, minor: true, run: do(func() { q.text.scroll(q.text.height / 2) })})
}

func (q *questions) move(to int) { q.chosen = min(max(to, 0), len(q.marked)-1) }

// pick chooses by number; of several choices it marks.
func (q *questions) pick(i int) {
	q.move(i)
	if q.shown.Kind == quiz.Choices {
		q.marked[i] = !q.marked[i]
	}
}

// answer marks what was chosen or typed.
func (q *questions) answer() tea.Cmd {
	var a quiz.Answer
	switch {
	case q.resolving:
		q.notice = q.words.Question.Wait
		return nil
	case q.failure != "": // nobody knows what is right
		q.failure = ""
		return q.start()
	case q.isTyped():
		var err error
		if a, err = q.shown.Read(q.typed); err != nil {
			q.unread = err.Error()
			return nil
		}
	case q.shown.Kind == quiz.Choices:
		for i, on := range q.marked {
			if on {
				a.Picks = append(a.Picks, q.shown.Shown[i])
			}
		}
		if len(a.Picks) == 0 {
			q.notice = q.words.Question.MarkFirst
			return nil
		}
	default:
		a.Picks = []int{q.shown.Shown[q.chosen]}
	}
	if q.exam != nil {
		return q.examAnswer(a)
	}
	r := q.shown.Mark(a)
	q.result, q.given, q.text.top = &r, a, 0
	q.keepAnswer(q.shown.Question, a, r.Verdict)
	return q.store()
}

func (q *questions) next() tea.Cmd {
	if q.at+1 == len(q.list) {
		return q.pop()
	}
	q.ask(q.at + 1)
	return tea.Batch(q.start(), q.here())
}

// maxTyped bounds a typed answer.
const maxTyped = 500

func (q *questions) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case resolvedMsg:
		if msg.of != q {
			return nil
		}
		q.resolving = false
		if q.notice == q.words.Question.Wait {
			q.notice = ""
		}
		if msg.err != nil {
			if msg.at == q.at {
				q.failure = q.words.Question.CannotTry(msg.err)
			}
			return nil
		}
		q.list[msg.at] = msg.question
		if msg.at == q.at {
			q.shown.Question = msg.question
		}
	case examMsg:
		if msg.of == q {
			return q.asked(msg)
		}
	case clockMsg:
		if msg.of == q {
			return q.clock()
		}
	case tea.KeyPressMsg:
		if !q.typing() {
			return nil
		}
		q.unread = ""
		switch {
		case msg.String() == "backspace":
			if r := []rune(q.typed); len(r) > 0 {
				q.typed = string(r[:len(r)-1])
			}
		case msg.String() == "ctrl+u" || msg.String() == "ctrl+c":
			q.typed = ""
		case msg.Text != "":
			q.typeIn(msg.Text)
		}
	case tea.PasteMsg:
		if q.typing() {
			q.typeIn(msg.Content)
		}
	case tea.MouseWheelMsg:
		q.text.scroll(wheel(msg) * 3)
	}
	return nil
}

func (q *questions) typeIn(s string) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(q.typed)+len(s) <= maxTyped {
		q.typed += s
	}
}

func (q *questions) view() string {
	x, width := q.room()
	lines, _ := q.draw(width)
	if q.exam != nil && q.exam.report != nil {
		lines = q.reportLines(width)
	}
	q.text.resize(q.width-x, q.height-1)
	q.text.set(lines)
	rows := append([]string{""}, q.text.box(q.styles.Dim)...)
	if !q.isListed() {
		return strings.Join(box(indented(rows, x), q.width, q.height), "\n")
	}
	left := margin + outlineWidth(q.width)
	rows = box(indented(rows, x-left-bar), q.width-left-bar, q.height)
	return strings.Join(beside(box(indented(q.overview(), margin), left, q.height), rows, q.styles.Line), "\n")
}

func (q *questions) cursor() *tea.Cursor {
	if !q.typing() {
		return nil
	}
	x, width := q.room()
	_, at := q.draw(width)
	y := at - q.text.top + 1
	if y < 1 || y >= q.height {
		return nil
	}
	return tea.NewCursor(x+2+ansi.StringWidth(q.lastTyped()), y)
}

// lastTyped is what is typed, its end if it is long.
func (q *questions) lastTyped() string {
	room := min(q.width-2*margin, measure) - 6
	if w := ansi.StringWidth(q.typed); w > room {
		return "…" + ansi.TruncateLeft(q.typed, w-room+1, "")
	}
	return q.typed
}

// draw draws the question, and says at which line one types.
func (q *questions) draw(width int) (lines []string, typedAt int) {
	lines = append(q.prose(q.shown.Prompt, width), "")
	switch {
	case q.result != nil && !q.isTyped():
		lines = append(lines, q.answered(width)...)
		return append(append(lines, ""), q.feedback(width)...), 0
	case q.shown.Kind == quiz.Match:
		for i, p := range q.shown.Pairs {
			lines = append(lines, hanging("  "+string(rune('a'+i))+"  ", inLine(p.Left), width)...)
		}
		lines = append(lines, "")
		fallthrough
	case q.shown.Kind == quiz.Order:
		for i, c := range q.shown.Choices() {
			lines = append(lines, q.option(i, false, c, width)...)
		}
		lines = append(lines, "")
	}
	if q.result != nil {
		lines = append(lines, q.answered(width)...)
		return append(append(lines, ""), q.feedback(width)...), 0
	}
	if q.isTyped() {
		lines = append(lines, q.styles.Accent.Render(style.SignNext)+" "+q.lastTyped(), "")
		typedAt = len(lines) - 2
		if q.unread != "" {
			return append(lines, indented(styled(wrap(q.unread, width-2), 0, q.styles.Warn), 2)...), typedAt
		}
		return append(lines, "  "+q.styles.Dim.Render(q.shown.HowTo())), typedAt
	}
	for i, c := range q.shown.Choices() {
		if q.shown.Kind == quiz.Choices {
			c = checkbox(q.marked[i]) + c
		}
		lines = append(lines, q.option(i, i == q.chosen, c, width)...)
	}
	if q.failure != "" {
		lines = append(append(lines, ""), q.problem(q.failure, width)...)
	}
	return lines, 0
}

// checkbox is the box of one of several choices.
func checkbox(on bool) string {
	if on {
		return "[x] "
	}
	return "[ ] "
}

// answered repeats what was chosen, with the signs of right and wrong.
func (q *questions) answered(width int) []string {
	if q.isTyped() {
		return hanging("  "+q.verdictSign()+" ", q.typed, width)
	}
	var lines []string
	for i, n := range q.shown.Shown {
		sign := "  "
		picked := slices.Contains(q.given.Picks, n)
		switch right := q.shown.Options[n].Right; {
		case right:
			sign = q.styles.Good.Render(style.SignGood) + " "
		case picked:
			sign = q.styles.Bad.Render(style.SignBad) + " "
		}
		head := sign + q.styles.Dim.Render(string(rune('1'+i))) + "  "
		look := q.styles.Dim
		if picked || q.shown.Options[n].Right {
			look = q.styles.Text
		}
		text := inLine(q.shown.Options[n].Text)
		if q.shown.Kind == quiz.Choices {
			text = checkbox(picked) + text
		}
		lines = append(lines, styled(hanging(head, text, width), 5, look)...)
	}
	return lines
}

func (q *questions) verdictSign() string {
	switch q.result.Verdict {
	case quiz.Right:
		return q.styles.Good.Render(style.SignGood)
	case quiz.Near:
		return q.styles.Warn.Render(style.SignWarn)
	}
	return q.styles.Bad.Render(style.SignBad)
}

// feedback explains the verdict.
func (q *questions) feedback(width int) []string {
	w, r := &q.words.Question, q.result
	word := map[quiz.Verdict]string{quiz.Right: w.Right, quiz.Near: w.Near, quiz.Wrong: w.Wrong}[r.Verdict]
	head := q.verdictSign() + " " + q.styles.Strong.Render(word)
	if r.Note != "" {
		head += "  " + inLine(r.Note)
	}
	lines := hangingStyled(head, width)
	// Of match the feedback names the right side of each pair that was missed.
	if r.Verdict != quiz.Right && r.Answer != "" && q.shown.Kind != quiz.Match {
		lines = append(lines, q.rightAnswer(width)...)
	}
	for _, f := range r.Feedback {
		text := f.Text
		if f.About != "" && (len(r.Feedback) > 1 || q.isTyped()) {
			text = headed(f.About, text)
		}
		lines = append(append(lines, ""), indented(q.prose(text, width-2), 2)...)
	}
	if q.shown.Explain != "" {
		lines = append(append(lines, ""), indented(q.prose(q.shown.Explain, width-2), 2)...)
	}
	return lines
}

// rightAnswer tells what would have been right: a line, or one for each part.
func (q *questions) rightAnswer(width int) []string {
	parts := strings.Split(strings.TrimSpace(q.result.Answer), "\n")
	if len(parts) == 1 {
		return hanging("  ", q.words.Question.RightAnswer(inLine(parts[0])), width)
	}
	lines := []string{"  " + q.words.Question.RightAnswers}
	for _, p := range parts {
		lines = append(lines, hanging("    ", inLine(p), width)...)
	}
	return lines
}

// hangingStyled wraps a line that has styles below its sign.
func hangingStyled(line string, width int) []string {
	lines := wrap(line, width-2)
	for i := 1; i < len(lines); i++ {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// headed puts what a text is about before it.
func headed(about, text string) string {
	if strings.HasSuffix(about, "?") {
		return about + " " + text
	}
	return about + ": " + text
}
