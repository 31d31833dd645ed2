package tui

import (
	"cmp"
	"slices"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// course is a lesson with the steps that it is done in, put together once:
// screens ask for them with every frame.
type course struct {
	*lessons.Pack
	parts []part
	// sets are the ids of their questions; asked are those that were read.
	sets  map[string][]string
	asked map[string][]*quiz.Question
	steps []step // all things to do, in their order
	// closed tells which sections the teacher has not opened; nil: none.
	closed func(section string) bool
}

// part is a section and what is done after it.
type part struct {
	lessons.Part
	section   *lessons.Section
	pages     int
	tasks     []*lessons.Head // the scenarios, then the labs
	scenarios []*lessons.Head
}

func newCourse(pack *lessons.Pack) *course {
	c := &course{Pack: pack, sets: map[string][]string{}, asked: map[string][]*quiz.Question{}}
	for _, p := range pack.Parts {
		if s := pack.Section(p.Section); s != nil {
			c.parts = append(c.parts, part{
				Part: p, section: s, pages: len(s.Pages()),
				tasks: c.named(p.Scenarios, p.Labs), scenarios: c.named(p.Scenarios),
			})
		}
	}
	for _, p := range c.parts {
		c.steps = append(c.steps, step{section: p.section})
		for _, t := range p.tasks {
			c.steps = append(c.steps, step{task: t})
		}
	}
	for _, set := range sets {
		if ids := pack.QuestionIDs(set); len(ids) > 0 {
			c.sets[string(set)] = ids
			c.steps = append(c.steps, step{set: string(set)})
		}
	}
	return c
}

// named are the tasks of some ids, those that there are.
func (c *course) named(lists ...[]string) []*lessons.Head {
	var out []*lessons.Head
	for _, id := range slices.Concat(lists...) {
		if t := c.Head(id); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// set reads the questions of a set, in their order.
func (c *course) set(id string) []*quiz.Question {
	if c.asked[id] == nil {
		c.asked[id] = c.QuestionsOf(quiz.Set(id))
	}
	return c.asked[id]
}

// size is how many questions a set has.
func (c *course) size(set string) int { return len(c.sets[set]) }

// partOf is the number of the part that a step belongs to, -1 for none.
func (c *course) partOf(s step) int {
	return slices.IndexFunc(c.parts, func(p part) bool {
		return s.section == p.section || s.task != nil && slices.Contains(p.tasks, s.task)
	})
}

// passed counts the tasks that were passed.
func (c *course) passed(tasks []*lessons.Head, p *progress.Progress) int {
	n := 0
	for _, t := range tasks {
		if p.Tasks[t.ID].IsPassed() {
			n++
		}
	}
	return n
}

// sets are the sets of questions that are asked outside of texts.
var sets = []quiz.Set{quiz.Practice, quiz.Quiz}

// step is one thing to do in the lesson: a section, a task or a set of
// questions.
type step struct {
	section *lessons.Section
	task    *lessons.Head
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

// isDone tells whether nothing is left to do of a step.
func (c *course) isDone(s step, p *progress.Progress) bool {
	switch {
	case s.section != nil:
		return p.Sections[s.section.ID] != nil && p.Sections[s.section.ID].Done
	case s.task != nil:
		return p.Tasks[s.task.ID].IsPassed()
	}
	return c.answered(s.set, p) == c.size(s.set)
}

// answered counts the questions of a set that were answered right at last.
func (c *course) answered(set string, p *progress.Progress) int { return c.right(c.sets[set], p) }

// right counts the questions of some ids that were answered right at last.
func (c *course) right(ids []string, p *progress.Progress) int {
	n := 0
	for _, id := range ids {
		if isRight(p.Questions[id]) {
			n++
		}
	}
	return n
}

// isRight tells whether the last answer to a question was right.
func isRight(q *progress.Question) bool {
	return q != nil && len(q.Answers) > 0 && q.Answers[len(q.Answers)-1].Right
}

// done is the share of the steps that are done, in percent.
func (c *course) done(p *progress.Progress) int {
	n := 0
	for _, s := range c.steps {
		if c.isDone(s, p) {
			n++
		}
	}
	return n * 100 / max(len(c.steps), 1)
}

// Minutes that are taken where a pack does not say, and for a question.
const (
	taskMinutes      = 6
	questionsAMinute = 2
)

// minutesLeft is about how long the steps take that are not done: of the course
// itself, and of its labs, which come on top.
func (c *course) minutesLeft(p *progress.Progress) (course, labs int) {
	for _, part := range c.parts {
		if !c.isDone(step{section: part.section}, p) {
			read := 0
			if seen := p.Sections[part.Section]; seen != nil {
				read = min(seen.Read, part.pages)
			}
			course += part.Minutes - part.Minutes*read/max(part.pages, 1)
		}
		for _, t := range part.tasks {
			switch minutes := cmp.Or(t.Minutes, taskMinutes); {
			case p.Tasks[t.ID].IsPassed():
			case t.IsLab:
				labs += minutes
			default:
				course += minutes
			}
		}
	}
	for _, set := range sets {
		open := c.size(string(set)) - c.answered(string(set), p)
		course += (open + questionsAMinute - 1) / questionsAMinute
	}
	return course, labs
}

// next is the first step that is not done after the one of that id ("": from
// the start), going round; false when all are done.
func (c *course) next(after string, p *progress.Progress) (step, bool) {
	steps, from := c.steps, 0
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
		return newTask(e, e.course.Task(s.task.ID), "")
	}
	return newQuestions(e, s.set, e.course.set(s.set), -1)
}
