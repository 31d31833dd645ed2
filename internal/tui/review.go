package tui

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/quiz"
)

// keepAnswer records an answer and when its question comes back: what is
// answered in the app and on the command line is due together.
func (q *questions) keepAnswer(of *quiz.Question, a quiz.Answer, v quiz.Verdict) {
	if of.IsMadeUp() {
		return
	}
	id, answer := of.ID, progress.Answer{At: q.Now(), Given: of.Told(a), Right: v != quiz.Wrong}
	q.record(func(p *progress.Progress) error {
		one := p.Question(id)
		card, due, err := quiz.NewSchedule().Next(one.Card, v, answer.At)
		if err != nil {
			return err
		}
		one.Answers = append(one.Answers, answer)
		one.Card, one.Due = card, due
		return nil
	})
}

// dueIDs are the ids of the questions whose time to be asked again has come,
// the longest overdue first; those that the lesson no longer has are left out.
func (e *env) dueIDs() []string {
	times := make(map[string]time.Time, len(e.progress.Questions))
	for id, q := range e.progress.Questions {
		times[id] = q.Due
	}
	return slices.DeleteFunc(quiz.Due(times, e.Now()), func(id string) bool {
		return !e.course.HasQuestion(id) && e.drillQuestion(id) == nil
	})
}

// due are the questions of dueIDs.
func (e *env) due() []*quiz.Question {
	var list []*quiz.Question
	for _, id := range e.dueIDs() {
		list = append(list, cmp.Or(e.course.Question(id), e.drillQuestion(id)))
	}
	return list
}

// drillQuestion is a drill's described workload, nil if there is none of that
// id.
func (e *env) drillQuestion(id string) *quiz.Question {
	if e.Drills == nil {
		return nil
	}
	return e.Drills().Question(id)
}

// maxReview is how many questions one review asks.
const maxReview = 20

// review asks what is due.
func (e *env) review() tea.Cmd {
	list := e.due()
	if len(list) == 0 {
		e.notice = e.words.Home.NothingDueYet
		return nil
	}
	return e.push(newQuestions(e, setReview, list[:min(len(list), maxReview)], 0))
}

// drillCount is how many workloads a drill describes.
const drillCount = 10

// drill asks for the type of described workloads.
func (e *env) drill() tea.Cmd {
	d := e.Drills()
	if d == nil {
		return nil
	}
	return e.push(newQuestions(e, setDrill, d.Draw(drillCount, e.random()), 0))
}

// random is a new source for drawing and shuffling.
func (e *env) random() *rand.Rand { return rand.New(rand.NewPCG(uint64(e.Now().UnixNano()), 0)) }

// exam is a session without help and with a clock.
type exam struct {
	session *quiz.Session
	report  *quiz.Report // at the end
	ticking bool
}

// The size of an exam: a minute a question.
const (
	examQuestions = 20
	examLimit     = time.Minute
)

// exam says what an exam is and begins one: the clock runs from then on.
func (e *env) exam() tea.Cmd {
	r := e.random()
	list := quiz.Draw(e.course.set(string(quiz.Quiz)), examQuestions, r)
	if len(list) == 0 {
		return nil
	}
	w := &e.words.Question
	return e.openDialog(&confirm{
		env: e, name: e.setName(setExam), text: w.ExamSays(len(list), time.Duration(len(list))*examLimit), does: w.BeginExam,
		yes: func() tea.Cmd { return e.beginExam(list, r) },
	})
}

func (e *env) beginExam(list []*quiz.Question, r *rand.Rand) tea.Cmd {
	q := newQuestions(e, setExam, list, 0)
	q.exam = &exam{session: quiz.NewSession(quiz.SessionOptions{
		Questions: list, Exam: true, Limit: time.Duration(len(list)) * examLimit, Now: e.Now, Rand: r, Predict: e.Predict,
	})}
	return e.push(q)
}

type (
	// examMsg brings the exam's next question.
	examMsg struct {
		of    *questions
		shown quiz.Presented
		ok    bool
		err   error
	}
	// clockMsg comes every second of an exam.
	clockMsg struct{ of *questions }
)

// examine has the session ask its next question, which for a prediction means
// to ask the cluster; the clock begins to tick.
func (q *questions) examine() tea.Cmd {
	if q.exam.report != nil || q.resolving {
		return nil
	}
	q.resolving = true
	session, ctx := q.exam.session, q.ctx
	next := func() tea.Msg {
		p, ok, err := session.Current(ctx)
		return examMsg{q, p, ok, err}
	}
	if q.list[q.at].Kind != quiz.Predict {
		return tea.Batch(q.asked(next().(examMsg)), q.tick())
	}
	return tea.Batch(next, q.tick())
}

func (q *questions) tick() tea.Cmd {
	if q.exam.ticking {
		return nil
	}
	q.exam.ticking = true
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return clockMsg{q} })
}

// clock looks at the time.
func (q *questions) clock() tea.Cmd {
	q.exam.ticking = false
	switch {
	case q.exam.report != nil:
		return nil
	case q.exam.session.Over() && !q.resolving:
		return q.endExam()
	}
	return q.tick()
}

// asked shows the question that the session asks.
func (q *questions) asked(msg examMsg) tea.Cmd {
	q.resolving = false
	switch {
	case msg.err != nil:
		q.notice = q.words.Question.CannotTry(msg.err)
		return q.skip()
	case !msg.ok:
		return q.endExam()
	}
	q.ask(q.at)
	q.shown = msg.shown
	q.marked = make([]bool, len(q.shown.Shown))
	return nil
}

// examAnswer takes an answer without a word on it.
func (q *questions) examAnswer(a quiz.Answer) tea.Cmd {
	of := q.shown.Question
	if q.exam.session.Over() {
		return q.endExam()
	}
	r, _ := q.exam.session.Answer(a)
	q.keepAnswer(of, a, r.Verdict)
	return q.examNext()
}

// skip leaves a question of an exam unanswered.
func (q *questions) skip() tea.Cmd {
	if q.resolving {
		return nil
	}
	q.exam.session.Skip()
	return q.examNext()
}

func (q *questions) examNext() tea.Cmd {
	if q.at+1 == len(q.list) || q.exam.session.Over() {
		return q.endExam()
	}
	q.ask(q.at + 1)
	return tea.Batch(q.examine(), q.store())
}

func (q *questions) endExam() tea.Cmd {
	r := q.exam.session.Report()
	q.exam.report = &r
	q.text.top = 0
	return q.store()
}

// aside is the time left, for the top line.
func (q *questions) aside() string {
	if q.exam == nil || q.exam.report != nil {
		return ""
	}
	left, _ := q.exam.session.Left()
	return q.words.Question.Left(left)
}

// mayEnd asks before an exam ends early.
func (q *questions) mayEnd() tea.Cmd {
	w := &q.words.Question
	return q.openDialog(&confirm{env: q.env, name: w.EndExamTitle, text: w.EndExamSays, does: w.EndExam, yes: q.endExam})
}

// reportKeys are those below the report of an exam.
func (q *questions) reportKeys() []binding {
	bs := []binding{{keys: []string{"enter", "esc"}, does: q.words.Question.Finish, run: q.pop}}
	if missed := q.missed(); len(missed) > 0 {
		bs = append(bs, binding{keys: []string{"r"}, does: q.words.Question.Missed, run: func() tea.Cmd {
			return tea.Batch(q.pop(), q.push(newQuestions(q.env, setReview, missed, 0)))
		}})
	}
	return bs
}

func (q *questions) missed() []*quiz.Question {
	var list []*quiz.Question
	for _, t := range q.exam.report.Topics {
		list = append(list, t.Missed...)
	}
	return list
}

// reportLines draw what came of an exam, by topic.
func (q *questions) reportLines(width int) []string {
	w, r := &q.words.Question, q.exam.report
	lines := []string{q.styles.Strong.Render(w.Score(r.Right+r.Near, r.Asked(), r.Percent(), r.Took))}
	if r.OutOfTime {
		lines = append(lines, q.styles.Warn.Render(w.OutOfTime))
	}
	lines = append(lines, "")
	for _, t := range r.Topics {
		name := t.Section
		if s := q.course.Section(t.Section); s != nil {
			name = s.Title
		}
		right, of := t.Right+t.Near, t.Asked()
		sign := q.styles.Good.Render(style.SignGood)
		if right < of {
			sign = q.styles.Bad.Render(style.SignBad)
		}
		lines = append(lines, between(sign+" "+name, q.styles.Dim.Render(q.words.Home.Of(right, of)), width))
		for _, m := range t.Missed {
			lines = append(lines, styled(hanging("      ", inLine(m.Prompt), width), 6, q.styles.Dim)...)
		}
	}
	return lines
}

// confirm asks before something is done that cannot be taken back.
type confirm struct {
	*env
	name, text, does string
	yes              func() tea.Cmd
}

func (c *confirm) title() string { return c.name }

func (c *confirm) keys() []binding {
	return []binding{{keys: []string{"enter"}, does: c.does, run: func() tea.Cmd {
		c.closeDialog()
		return c.yes()
	}}}
}

func (c *confirm) view(width, _ int) string { return strings.Join(wrap(c.text, width), "\n") }
