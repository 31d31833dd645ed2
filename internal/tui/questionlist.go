package tui

import (
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

// isListed tells whether the set's questions are listed beside the one that is
// asked. Where nothing is said of right and wrong there is nothing to list.
func (q *questions) isListed() bool {
	return q.width >= besideWidth && q.exam == nil && len(q.list) > 1 && q.set != setDrill
}

// overview lists the questions with those that were answered right at last.
func (q *questions) overview() []string {
	lines := make([]string, len(q.list))
	for i, one := range q.list {
		sign, arrow, look := q.styles.Dim.Render(style.SignOpen), "  ", q.styles.Dim
		if answered := q.progress.Questions[one.ID]; isRight(answered) {
			sign = q.styles.Good.Render(style.SignGood)
		} else if answered != nil && len(answered.Answers) > 0 {
			sign = q.styles.Bad.Render(style.SignBad)
		}
		if i == q.at {
			arrow, look = q.styles.Strong.Render(style.SignNext)+" ", q.styles.Strong
		}
		lines[i] = arrow + sign + " " + look.Render(inLine(one.Prompt))
	}
	list := pane{lines: lines, width: outlineWidth(q.width), height: max(q.height-1, 1)}
	list.show(q.at-list.height/2, q.at+list.height/2)
	return append([]string{""}, list.box(q.styles.Dim)...)
}
