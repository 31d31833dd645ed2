package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/quiz"
)

// Room is what a class is for somebody in it: what the teacher has set, and
// what the server has to say.
type Room struct {
	classroom.Class
	// Notice is shown before the teacher's message: that the database does not
	// answer, say.
	Notice string
	// Over ends the app: what was typed is stored.
	Over bool
}

type (
	// roomMsg brings what the teacher has set.
	roomMsg struct{ room Room }
	// quizOverMsg comes when a timed quiz ends.
	quizOverMsg struct{ ends time.Time }
	// minuteMsg has the minutes that a quiz has left drawn anew.
	minuteMsg struct{ ends time.Time }
)

// awaitRoom waits for what the teacher sets next.
func (a *App) awaitRoom() tea.Cmd {
	if a.Class == nil {
		return nil
	}
	ctx, rooms := a.ctx, a.Class
	return func() tea.Msg {
		select {
		case room, open := <-rooms:
			if open {
				return roomMsg{room}
			}
		case <-ctx.Done():
		}
		return nil
	}
}

// enter takes over what the teacher has set.
func (a *App) enter(room Room) tea.Cmd {
	if room.Over {
		return tea.Quit
	}
	old := a.room
	a.room = room
	cmds := []tea.Cmd{a.awaitRoom()}
	if q := room.Quiz; q != nil && (old.Quiz == nil || *old.Quiz != *q) {
		if left := q.Ends.Sub(a.Now()); left > 0 {
			cmds = append(cmds, a.after(left, quizOverMsg{q.Ends}), a.minute(minuteMsg{q.Ends}))
		}
	}
	if a.course == nil {
		return tea.Batch(cmds...)
	}
	// What is closed now is left: the work on it is kept. A teacher may look
	// at everything.
	for a.Teacher == nil && len(a.screens) > 1 && a.isClosed(a.top().place()) {
		cmds = append(cmds, a.back())
		a.notice = a.words.Class.NotOpen
	}
	if h, ok := a.top().(*home); ok {
		h.build()
	}
	return tea.Batch(cmds...)
}

// minute comes back as long as the quiz is on.
func (a *App) minute(msg minuteMsg) tea.Cmd {
	if a.room.Quiz == nil || !a.room.Quiz.Ends.Equal(msg.ends) || !msg.ends.After(a.Now()) {
		return nil
	}
	return a.after(20*time.Second, msg)
}

// after sends a message later, unless the app has ended by then.
func (e *env) after(d time.Duration, msg tea.Msg) tea.Cmd {
	ctx := e.ctx
	return func() tea.Msg {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return msg
		case <-ctx.Done():
			return nil
		}
	}
}

// isClosed tells whether a place is in a section that the teacher has not
// opened.
func (a *App) isClosed(p progress.Place) bool {
	if a.Teacher != nil || a.course == nil || len(a.room.Closed) == 0 {
		return false
	}
	switch p.Screen {
	case placeSection:
		return a.room.IsClosed(p.ID)
	case placeTask:
		return a.course.isClosed(step{task: a.course.Head(p.ID)})
	}
	return false
}

// isClosed tells whether a step belongs to a section that is not open.
func (c *course) isClosed(s step) bool {
	if c.closed == nil {
		return false
	}
	if s.section != nil {
		return c.closed(s.section.ID)
	}
	return s.task != nil && slices.ContainsFunc(c.parts, func(p part) bool {
		return c.closed(p.Section) && slices.Contains(p.tasks, s.task)
	})
}

// classLine is what the room should know now; it stands in the line below the
// title until it changes.
func (a *App) classLine() string {
	switch {
	case a.room.Notice != "":
		return a.room.Notice
	case a.quizOn():
		return a.words.Class.QuizOn(a.room.Quiz.Ends.Sub(a.Now()))
	case a.room.Message != "":
		return a.words.Class.Message(a.room.Message)
	}
	return ""
}

func (a *App) quizOn() bool {
	return a.room.Quiz != nil && a.room.Quiz.Ends.After(a.Now()) && len(a.roomQuestions()) > 0
}

// roomQuestions are those of the class's quiz.
func (a *App) roomQuestions() []*quiz.Question {
	if a.course == nil || a.room.Quiz == nil {
		return nil
	}
	return a.quizQuestions(a.room.Quiz.Topic)
}

// quizQuestions are those of a section, of all with "".
func (e *env) quizQuestions(section string) []*quiz.Question {
	all := e.course.set(string(quiz.Quiz))
	if section == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(q *quiz.Question) bool { return q.Section != section })
}

// classKeys are those that a class adds everywhere.
func (a *App) classKeys() []binding {
	if !a.quizOn() || a.atQuiz() {
		return nil
	}
	return []binding{{keys: []string{"f3"}, show: "F3", does: a.words.Home.Quiz, minor: a.Teacher != nil, run: func() tea.Cmd {
		return a.push(newQuestions(a.env, string(quiz.Quiz), a.roomQuestions(), -1))
	}}}
}

// atQuiz tells whether the room's quiz is on the screen: not all the questions
// where it is one section's.
func (a *App) atQuiz() bool {
	q, ok := a.top().(*questions)
	return ok && q.set == string(quiz.Quiz) && slices.Equal(q.list, a.roomQuestions())
}

// quizOver leaves the quiz whose time has run out.
func (a *App) quizOver(ends time.Time) tea.Cmd {
	if a.room.Quiz == nil || !a.room.Quiz.Ends.Equal(ends) || !a.atQuiz() {
		return nil
	}
	cmd := a.back()
	a.notice = a.words.Class.QuizOver
	return cmd
}
