package tui

import (
	"cmp"
	"regexp"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/tui/fields"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/lessons"
)

// resultLines draws the last check: what does not hold, in the order in which
// to mend it, then what does.
func (t *task) resultLines(width int) []string {
	lines, _ := t.drawResult(width)
	return lines
}

// showChosen scrolls to the chosen failure.
func (t *task) showChosen() {
	_, at := t.drawResult(t.result.width)
	if t.chosen+1 < len(at) {
		t.result.show(at[t.chosen], at[t.chosen+1])
	}
}

// drawn is the result that was drawn last, which takes part in the layout of
// every frame, and what it was drawn from.
type drawn struct {
	of    drawnOf
	lines []string
	at    []int
}

type drawnOf struct {
	verdict             *grader.Verdict
	chosen, checks      int
	focus, width, looks int
}

// drawResult also says at which line each failure begins, and the last ends.
func (t *task) drawResult(width int) (lines []string, at []int) {
	w := &t.words.Task
	switch {
	case t.checking:
		return []string{t.styles.Dim.Render(w.Checking)}, nil
	case t.failure != nil:
		return t.problem(w.CheckFailed(t.failure), width-1), nil
	case t.verdict == nil:
		return nil, nil
	}
	of := drawnOf{t.verdict, t.chosen, len(t.state().Attempts), t.focus, width, t.looks}
	if t.drawn.of != of {
		lines, at = t.drawVerdict(width)
		t.drawn = drawn{of, lines, at}
	}
	return t.drawn.lines, t.drawn.at
}

func (t *task) drawVerdict(width int) (lines []string, at []int) {
	v, w := t.verdict, &t.words.Task
	lines = append(lines, t.headline(width))
	for i, f := range v.Failures {
		if i == 0 || i == t.chosen || i == t.chosen+1 {
			lines = append(lines, "")
		}
		at = append(at, len(lines))
		lines = append(lines, t.failureLines(f, i == t.chosen, width)...)
	}
	at = append(at, len(lines))
	if !v.Passed && t.untouched() {
		lines = append(append(lines, ""), hanging("  ", w.FindOut, width)...)
	}
	if len(v.Held)+len(v.Untried) > 0 {
		lines = append(lines, "")
	}
	for _, h := range v.Held {
		lines = append(lines, hanging("  "+t.styles.Good.Render(style.SignGood)+" ", h, width)...)
	}
	for _, u := range v.Untried {
		lines = append(lines, hanging("  "+t.styles.Dim.Render(style.SignOpen)+" ", w.Untried(u), width)...)
	}
	for _, warning := range v.Warnings {
		lines = append(lines, hanging("  "+t.styles.Warn.Render(style.SignWarn)+" ", warning, width)...)
	}
	return lines, at
}

func (t *task) headline(width int) string {
	v, w := t.verdict, &t.words.Task
	count := t.styles.Dim.Render(w.CheckNumber(max(len(t.state().Attempts), 1)) + " ")
	if v.Passed {
		return between(t.styles.Good.Render(style.SignGood)+" "+w.AllHold(len(v.Held)), count, width)
	}
	failed, all := v.Count()
	return between(t.styles.Bad.Render(style.SignBad)+" "+t.styles.Strong.Render(w.SomeFail(failed, all)), count, width)
}

// patchDump is a whole patch, which the API server puts in front of what is
// wrong with it.
var patchDump = regexp.MustCompile(`(?s)"map\[.*\]"`)

// failureLines draws one failure; the chosen one with all that is known of it.
func (t *task) failureLines(f grader.Failure, chosen bool, width int) []string {
	w := &t.words.Task
	sign := t.styles.Bad.Render(style.SignBad) + " "
	if !chosen {
		return hanging("  "+sign, f.Expectation, width)
	}
	focused := t.focus == paneResult
	arrow, name := "  ", t.styles.Strong
	if focused {
		arrow, name = t.styles.Accent.Render(style.SignNext)+" ", t.styles.Accent
	}
	lines := styled(hanging(arrow+sign, f.Expectation, width), 4, name)
	where := f.Diagnosis.Field
	if line := f.Diagnosis.Line; line > 0 {
		where = w.Line(line, where)
	}
	for _, part := range [][2]string{{w.Tried, f.Evidence.Tried}, {w.Met, patchDump.ReplaceAllString(f.Evidence.Met, "map[…]")}, {w.Because, f.Diagnosis.Message}, {w.Where, where}, {w.Next, f.Diagnosis.Next}} {
		if part[1] != "" {
			lines = append(lines, hanging("    "+t.styles.Dim.Render(fit(part[0], w.LabelCells))+" ", part[1], width)...)
		}
	}
	return lines
}

// hanging wraps text behind a head; further lines are indented below it.
func hanging(head, text string, width int) []string {
	in := lipgloss.Width(head)
	lines := wrap(strings.Join(strings.Fields(text), " "), max(width-in-1, 8))
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.Repeat(" ", in) + l
	}
	out[0] = head + lines[0]
	return out
}

// styled gives a style to all but the first cells of lines. What styles the
// first cells ends there: cutting leaves its sequences in the rest.
func styled(lines []string, from int, s style.Style) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = cutTo(l, from) + s.Render(ansi.Strip(cutFrom(l, from)))
	}
	return out
}

// debriefLines are shown after passing: what was asked before, ours beside
// theirs, and what there is to know more.
func (t *task) debriefLines(width int) []string {
	w := &t.words.Task
	lines := []string{"", t.headline(width)}
	s := t.state()
	if s.IsPassed() {
		lines = append(lines, "")
	} else {
		lines = append(append(lines, styled(wrap(w.CountsAsSeen, width), 0, t.styles.Dim)...), "")
	}
	if p := t.scenario.Predict; p != nil && s.Prediction != "" {
		lines = append(append(lines, t.predictionLines(p, s.Prediction, width)...), "")
	}
	if text := cmp.Or(t.debrief, t.scenario.Debrief); text != "" {
		lines = append(append(lines, t.prose(text, width)...), "")
	}
	return append(lines, t.diffLines(width)...)
}

// predictionLines compares what was expected with what is so.
func (t *task) predictionLines(p *lessons.Prediction, given string, width int) []string {
	w := &t.words.Task
	lines := styled(wrap(inLine(p.Question), width), 0, t.styles.Strong)
	for _, o := range p.Options {
		sign := "  "
		switch {
		case o.Right:
			sign = t.styles.Good.Render(style.SignGood) + " "
		case o.Text == given:
			sign = t.styles.Bad.Render(style.SignBad) + " "
		}
		text := inLine(o.Text)
		if o.Text == given {
			text += " " + w.YourPrediction
		}
		lines = append(lines, hanging("  "+sign, text, width)...)
		if (o.Right || o.Text == given) && o.Feedback != "" {
			lines = append(lines, styled(hanging("    ", inLine(o.Feedback), width), 4, t.styles.Dim)...)
		}
	}
	return lines
}

// maxAbout is how many lines of a field's documentation are shown.
const maxAbout = 3

// diffLines draws the learner's manifest beside ours, and says what the fields
// are for in which they differ.
func (t *task) diffLines(width int) []string {
	w, c := &t.words.Task, t.compared
	if c == nil {
		return nil
	}
	if c.isSame() {
		return []string{t.styles.Dim.Render(w.NoDiff)}
	}
	title, signs := w.Diff, w.DiffSigns
	if t.gradedByHand {
		title, signs = w.DiffByHand, w.DiffByHandSigns
	}
	lines := []string{t.styles.Strong.Render(title), t.styles.Dim.Render(signs), ""}
	for n, l := range c.changed {
		look := t.styles.Dim
		switch l.op {
		case '-':
			look = t.styles.Removed
		case '+':
			look = t.styles.Added
		}
		lines = append(lines, look.Render(fit(string(l.op)+" "+l.line, min(width, lipgloss.Width(l.line)+2))))
		for _, f := range c.about[n] {
			lines = append(lines, t.aboutLines(f, width)...)
		}
	}
	return lines
}

// aboutLines is the start of a field's documentation, as a comment.
func (t *task) aboutLines(f fields.Field, width int) []string {
	const mark = "      # "
	doc, _, _ := strings.Cut(f.Doc, "\n\n")
	about := wrap(f.Name+": "+doc, width-len(mark)-2)
	if len(about) > maxAbout {
		about = about[:maxAbout]
		about[maxAbout-1] += " …"
	}
	for i, l := range about {
		about[i] = t.styles.Dim.Render(mark + l)
	}
	return about
}
