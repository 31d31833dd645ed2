package tui

import (
	"fmt"
	"io"
	"strings"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text"
	"github.com/kubetutor/tutor/lessons"
)

// Overview writes the lesson, how far the learner is and what to run, for
// where no screen can be shown.
func Overview(w io.Writer, pack *lessons.Pack, p *progress.Progress, words *text.Strings) error {
	c := newCourse(pack)
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", pack.Title, words.Overview.Done(c.done(p)))
	number := 0
	for _, s := range c.steps {
		sign := " "
		if c.isDone(s, p) {
			sign = style.SignGood
		}
		switch {
		case s.section != nil:
			number++
			fmt.Fprintf(&b, "  %s %d  %s\n", sign, number, s.section.Title)
		case s.task != nil:
			fmt.Fprintf(&b, "       %s %-28s %s\n", sign, s.task.ID, s.task.Title)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", words.Overview.NoScreen)
	for _, line := range words.Overview.Commands {
		fmt.Fprintf(&b, "  %-34s %s\n", line[0], line[1])
	}
	_, err := io.WriteString(w, b.String())
	return err
}
