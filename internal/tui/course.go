package tui

import (
	"cmp"
	"slices"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// course is a lesson with the steps that it is done in.
type course struct {
	*lessons.Pack
	// closed tells which sections the teacher has not opened; nil: none.
	closed func(section string) bool
}

// set are the questions of a set, in their order.
func (c *course) set(id string) []*quiz.Question { return c.QuestionsOf(quiz.Set(id)) }

// parts are the steps of the lesson whose section there is.
func (c *course) parts() []lessons.Part {
	var out []lessons.Part
	for _, p := range c.Parts {
		if c.Section(p.Section) != nil {
			out = append(out, p)
		}
	}
	return out
}

// tasks are the scenarios and labs of a part.
func (c *course) tasks(p lessons.Part) []*lessons.Scenario {
	var out []*lessons.Scenario
	for _, id := range append(append([]string(nil), p.Scenarios...), p.Labs...) {
		if t := c.Task(id); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// passed counts the tasks that were passed.
func (c *course) passed(tasks []*lessons.Scenario, p *progress.Progress) int {
	n := 0
	for _, t := range tasks {
		if p.Tasks[t.ID].IsPassed() {
			n++
		}
	}
	return n
}

// scenarios are those of a part.
func (c *course) scenarios(p lessons.Part) []*lessons.Scenario {
	return slices.DeleteFunc(c.tasks(p), func(t *lessons.Scenario) bool { return t.IsLab })
}

// sets are the sets of questions that are asked outside of texts.
var sets = []quiz.Set{quiz.Practice, quiz.Quiz}

// step is one thing to do in the lesson: a section, a task or a set of
// questions.
type step struct {
	section *lessons.Section
	task    *lessons.Scenario
	set     string
}

func (s step) id() string {
	switch {
	case s.section != nil:
		return placeSection + s.section.ID
	case s.task != nil:
		return placeTask + s.task.ID
	}
	return placeQuestions + s.set
}

// steps are all things to do, in their order.
func (c *course) steps() []step {
	var out []step
	for _, p := range c.parts() {
		out = append(out, step{section: c.Section(p.Section)})
		for _, t := range c.tasks(p) {
			out = append(out, step{task: t})
		}
	}
	for _, set := range sets {
		if len(c.set(string(set))) > 0 {
			out = append(out, step{set: string(set)})
		}
	}
	return out
}

// isDone tells whether nothing is left to do of a step.
func (c *course) isDone(s step, p *progress.Progress) bool {
	switch {
	case s.section != nil:
		return p.Sections[s.section.ID] != nil && p.Sections[s.section.ID].Done
	case s.task != nil:
		return p.Tasks[s.task.ID].IsPassed()
	}
	return c.answered(s.set, p) == len(c.set(s.set))
}

// answered counts the questions of a set that were answered right at last.
func (c *course) answered(set string, p *progress.Progress) int {
	n := 0
	for _, q := range c.set(set) {
		if a := p.Questions[q.ID]; a != nil && len(a.Answers) > 0 && a.Answers[len(a.Answers)-1].Right {
			n++
		}
	}
	return n
}

// done is the share of the steps that are done, in percent.
func (c *course) done(p *progress.Progress) int {
	steps, n := c.steps(), 0
	for _, s := range steps {
		if c.isDone(s, p) {
			n++
		}
	}
	if len(steps) == 0 {
		return 0
	}
	return n * 100 / len(steps)
}

// Minutes that are taken where a pack does not say, and for a question.
const (
	taskMinutes      = 6
	questionsAMinute = 2
)

// minutesLeft is about how long the steps take that are not done.
func (c *course) minutesLeft(p *progress.Progress) int {
	left := 0
	for _, part := range c.parts() {
		s := c.Section(part.Section)
		if !c.isDone(step{section: s}, p) {
			read := 0
			if seen := p.Sections[part.Section]; seen != nil {
				read = min(seen.Read, len(s.Pages()))
			}
			left += part.Minutes - part.Minutes*read/max(len(s.Pages()), 1)
		}
		for _, t := range c.tasks(part) {
			if !p.Tasks[t.ID].IsPassed() {
				left += cmp.Or(t.Minutes, taskMinutes)
			}
		}
	}
	for _, set := range sets {
		open := len(c.set(string(set))) - c.answered(string(set), p)
		left += (open + questionsAMinute - 1) / questionsAMinute
	}
	return left
}

// next is the first step that is not done after the one of that id ("": from
// the start), going round; false when all are done.
func (c *course) next(after string, p *progress.Progress) (step, bool) {
	steps, from := c.steps(), 0
	for i, s := range steps {
		if s.id() == after {
			from = i + 1
		}
	}
	for i := range steps {
		if s := steps[(from+i)%len(steps)]; !c.isDone(s, p) && s.id() != after && !c.isClosed(s) {
			return s, true
		}
	}
	return step{}, false
}

// label names a step in a line.
func (e *env) label(s step) string {
	switch {
	case s.section != nil:
		return s.section.Title
	case s.task != nil:
		return s.task.Title
	}
	return e.setName(s.set)
}

// The sets that are put together when they are asked.
const (
	setReview = "review"
	setExam   = "exam"
	setDrill  = "drill"
)

func (e *env) setName(set string) string {
	w := &e.words.Home
	switch set {
	case string(quiz.Quiz):
		return w.Quiz
	case setReview:
		return w.Review
	case setExam:
		return w.Exam
	case setDrill:
		return w.Drill
	}
	return w.Practice
}

// open is the screen for a step.
func (e *env) open(s step) screen {
	switch {
	case s.section != nil:
		page := 0
		if read := e.progress.Sections[s.section.ID]; read != nil && !read.Done {
			page = read.Page
		}
		return newReader(e, s.section, page)
	case s.task != nil:
		return newTask(e, s.task, "")
	}
	return newQuestions(e, s.set, e.course.set(s.set), -1)
}
