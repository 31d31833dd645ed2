package tui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/kubetutor/tutor/quiz"
)

// feature is something at the foot of home: a key, what it opens, and how far
// the learner is with it.
type feature struct {
	key, does, state string
	// calls tells that it asks for attention now; everywhere, that the key works
	// on every screen.
	calls, everywhere bool
	open              func() tea.Cmd
}

// features are what there is besides the lesson's steps.
func (e *env) features() []feature {
	w := &e.words.Home
	due := e.dueIDs()
	fs := []feature{{key: "r", does: w.Review, state: w.Due(len(due), reviewMinutes(len(due))), calls: len(due) > 0, open: e.review}}
	if labs := e.course.Labs; len(labs) > 0 {
		fs = append(fs, feature{key: "l", does: w.Labs, state: w.Of(e.course.passed(labs, e.progress), len(labs)),
			open: func() tea.Cmd { return e.push(newLabs(e)) }})
	}
	if e.course.size(string(quiz.Quiz)) > 0 {
		fs = append(fs, feature{key: "x", does: w.Exam, open: e.exam})
	}
	if e.Drills != nil {
		fs = append(fs, feature{key: "d", does: w.Drill, open: e.drill})
	}
	if e.Guide != nil {
		fs = append(fs, feature{key: "g", does: e.words.Guide.Title, open: e.guide})
	}
	if len(e.course.Reference) > 0 {
		fs = append(fs, feature{key: "c", does: w.Sheet, everywhere: true, open: e.lookUp})
	}
	marks := feature{key: "B", does: e.words.LookUp.Bookmarks, open: func() tea.Cmd { return e.push(newBookmarks(e)) }}
	if n := len(e.progress.Bookmarks); n > 0 {
		marks.state = strconv.Itoa(n)
	}
	return append(fs, marks, feature{key: "o", does: e.words.Settings.Title, open: func() tea.Cmd { return e.push(newSettings(e)) }})
}

// reviewMinutes is about how long n questions take.
func reviewMinutes(n int) int { return (n + 1) / 2 }

// footer draws the features in a line, or as many as it takes.
func (h *home) footer(width int) []string {
	lines := []string{""}
	for _, f := range h.features() {
		look := h.styles.Dim
		if f.calls {
			look = h.styles.Text
		}
		item := h.styles.Key.Render(f.key) + " " + look.Render(strings.TrimSpace(f.does+" "+f.state))
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			lines = append(lines, "  "+item)
		case lipgloss.Width(*last)+4+lipgloss.Width(item) > width:
			lines = append(lines, "  "+item)
		default:
			*last += "    " + item
		}
	}
	return lines
}
