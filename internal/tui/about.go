package tui

import (
	"slices"
	"strings"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/quiz"
)

// aboutStep is what is known of a step, for a wide window beside a list of them.
func (e *env) aboutStep(s step, width int) []string {
	lines := append(styled(wrap(e.label(s), width), 0, e.styles.Strong), e.styles.Dim.Render(e.stopped(s)))
	if e.course.isClosed(s) {
		return append(lines, "", e.styles.Dim.Render(e.words.Class.Closed))
	}
	lines = append(lines, "")
	switch {
	case s.section != nil:
		return append(lines, e.aboutSection(s, width)...)
	case s.task != nil:
		return append(lines, e.prose(e.course.Task(s.task.ID).Brief, width)...)
	}
	return append(lines, e.aboutSet(s.set, width)...)
}

// aboutPlace is what stands at a kept place.
func (e *env) aboutPlace(p progress.Place, width int) []string {
	switch p.Screen {
	case placeSection:
		if s := e.course.Page(p.ID); s != nil {
			page := newReader(e, s, p.Page)
			title := styled(wrap(page.title(), width), 0, e.styles.Strong)
			return append(append(title, ""), e.prose(page.body(), width)...)
		}
	case placeTask:
		if t := e.course.Head(p.ID); t != nil {
			return e.aboutStep(step{task: t}, width)
		}
	}
	return styled(wrap(e.placeName(p), width), 0, e.styles.Strong)
}

// aboutSection is how a section begins, and its pages with those that were read.
func (e *env) aboutSection(s step, width int) []string {
	pages, read := s.section.Pages(), e.progress.Sections[s.section.ID]
	lines := append(e.prose(firstParagraph(pages[0].Body), width), "")
	for i, page := range pages {
		sign := e.styles.Dim.Render(style.SignOpen)
		if read != nil && (read.Done || i < read.Read) {
			sign = e.styles.Good.Render(style.SignGood)
		}
		lines = append(lines, sign+" "+page.Title)
	}
	var asked []string
	for _, set := range sets {
		if ids := e.course.SectionQuestionIDs(set, s.section.ID); len(ids) > 0 {
			asked = append(asked, between(e.setName(string(set)), e.styles.Dim.Render(e.howRight(ids)), width))
		}
	}
	if len(asked) > 0 {
		lines = append(append(lines, ""), asked...)
	}
	return lines
}

// aboutSet is how much of a set of questions was answered right, by section.
func (e *env) aboutSet(set string, width int) []string {
	var lines []string
	for _, p := range e.course.parts {
		if ids := e.course.SectionQuestionIDs(quiz.Set(set), p.Section); len(ids) > 0 {
			lines = append(lines, between(p.section.Title, e.styles.Dim.Render(e.howRight(ids)), width))
		}
	}
	return lines
}

// howRight says how many of some questions were answered right, and how many
// of them are due.
func (e *env) howRight(ids []string) string {
	due := 0
	for _, id := range e.dueIDs() {
		if slices.Contains(ids, id) {
			due++
		}
	}
	text := e.words.Home.Answered(e.course.right(ids, e.progress), len(ids))
	if due > 0 {
		text += ", " + e.words.Home.Due(due, reviewMinutes(due))
	}
	return text
}

// firstParagraph is how a text begins, "" where that is not prose.
func firstParagraph(markdown string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(markdown), "\n\n")
	if apart.MatchString(first) || strings.HasPrefix(first, "```") {
		return ""
	}
	return first
}

// stopped tells where in a step the learner was.
func (e *env) stopped(s step) string {
	w := &e.words.Home
	switch {
	case s.section != nil:
		read := e.progress.Sections[s.section.ID]
		if pages := s.section.Pages(); read != nil && read.Page > 0 && read.Page < len(pages) {
			return w.StoppedAt(pages[read.Page].Title)
		}
		return w.Section(e.minutes(s.section.ID))
	case s.task != nil:
		if t := e.progress.Tasks[s.task.ID]; t != nil && len(t.Attempts) > 0 {
			return w.Tried(s.task.IsLab, len(t.Attempts))
		}
		return w.Task(s.task.IsLab, s.task.Minutes)
	}
	return w.Questions(e.course.size(s.set))
}

func (e *env) minutes(section string) int {
	for _, p := range e.course.Parts {
		if p.Section == section {
			return p.Minutes
		}
	}
	return 0
}
