package tui

import (
	"slices"
	"strings"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// room is where the question stands, and how wide.
func (q *questions) room() (x, width int) {
	width = min(q.width-2*margin, measure)
	if !q.isListed() {
		return inset(q.width, width), width
	}
	left := margin + outlineWidth(q.width) + bar
	return left + (q.width-left-width)/2, width
}

// isListed tells whether what is known of the set's questions stands beside the
// one that is asked. Where nothing is said of right and wrong there is nothing.
func (q *questions) isListed() bool {
	return q.width >= besideWidth && q.exam == nil && len(q.list) > 1 && q.set != setDrill
}

// overview says section by section how the questions of the set were answered at
// last, a sign each, and which one is asked.
func (q *questions) overview() []string {
	var sections []string
	signs := map[string][]string{}
	for i, one := range q.list {
		if signs[one.Section] == nil {
			sections = append(sections, one.Section)
		}
		signs[one.Section] = append(signs[one.Section], q.answerSign(i))
	}
	lines, current := []string{}, 0
	width := outlineWidth(q.width)
	for _, id := range sections {
		title, look := id, q.styles.Dim
		if s := q.course.Section(id); s != nil {
			title = s.Title
		}
		if id == q.list[q.at].Section {
			look, current = q.styles.Strong, len(lines)
		}
		lines = append(lines, look.Render(title))
		for row := range slices.Chunk(signs[id], (width-margin)/2) {
			lines = append(lines, strings.Repeat(" ", margin)+strings.Join(row, " "))
		}
		lines = append(lines, "")
	}
	list := pane{lines: lines, width: width, height: max(q.height-1, 1)}
	list.show(current, current+2)
	return append([]string{""}, list.box(q.styles.Dim)...)
}

// answerSign is how a question was answered at last, in one cell.
func (q *questions) answerSign(i int) string {
	answered := q.progress.Questions[q.list[i].ID]
	switch {
	case i == q.at && q.result == nil:
		return q.styles.Accent.Render(style.SignNext)
	case isRight(answered):
		return q.styles.Good.Render(style.SignGood)
	case answered != nil && len(answered.Answers) > 0:
		return q.styles.Bad.Render(style.SignBad)
	}
	return q.styles.Dim.Render(style.SignOpen)
}
