package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/plain"
)

// look is how a verdict is laid out: wrapped and coloured at a terminal; one
// line for each thing in a pipe, where others read it.
type look struct {
	width  int // 0 for no wrapping
	colour bool
}

// lookOf is how what is written to a stream should look.
func lookOf(sys *system, w io.Writer) look {
	if !isTerminal(w) {
		return look{}
	}
	width, _, err := term.GetSize(w.(*os.File).Fd())
	if err != nil {
		width = plainWidth
	}
	return look{width: width, colour: sys.getenv("NO_COLOR") == "" && sys.getenv("TERM") != "dumb"}
}

// The colours of a terminal, as SGR parameters.
const (
	red   = "31"
	green = "32"
	bold  = "1"
)

func (l look) paint(colour, text string) string {
	if !l.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// writeText prints a verdict for reading: each failure as tried, met, because
// and next, then what holds. The eye rests on the last lines, so these say
// what to mend first.
func writeText(w io.Writer, l look, v *grader.Verdict) error {
	p := &printer{w: w, look: l}
	for _, warning := range v.Warnings {
		p.item("! ", warning)
	}
	for i := range v.Failures {
		p.failure(v.Failures, i)
	}
	for _, title := range v.Held {
		p.item(l.paint(green, "✓")+" ", title)
	}
	for _, title := range v.Untried {
		p.item("· ", title+": not tried yet")
	}
	if v.Passed {
		p.printf("%s: %s.\n", v.Scenario, l.paint(green, "passed"))
		return p.err
	}
	p.item("", summary(v))
	d := v.Failures[0].Diagnosis
	if d.ID == "" {
		p.bold("Nothing is changed yet: look for the cause. Once you have changed something, or taken a hint, a check names causes too.")
		return p.err
	}
	first := "Mend first"
	if d.Line > 0 {
		first += fmt.Sprintf(", in line %d", d.Line)
	}
	p.bold(first + ": " + cmp.Or(d.Next, d.Message))
	return p.err
}

// summary counts what does not hold.
func summary(v *grader.Verdict) string {
	failed, all := v.Count()
	do := "do"
	if failed == 1 {
		do = "does"
	}
	text := fmt.Sprintf("%s: not passed, %d of %d %s not hold", v.Scenario, failed, all, do)
	if untried := len(v.Untried); untried > 0 {
		text += fmt.Sprintf(", %d not tried yet", untried)
	}
	return text + "."
}

// printer keeps the first error of many prints.
type printer struct {
	w    io.Writer
	look look
	err  error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// failure prints one failure. What has the very cause of the one before it
// only says so.
func (p *printer) failure(all []grader.Failure, i int) {
	f := all[i]
	p.item(p.look.paint(red, "✗")+" ", f.Expectation)
	p.labelled("tried", f.Evidence.Tried)
	p.labelled("met", f.Evidence.Met)
	if f.Diagnosis.ID == "" { // symptoms alone
		return
	}
	if i > 0 && f.Diagnosis == all[i-1].Diagnosis {
		p.labelled("because", "the same as before")
		return
	}
	for _, hop := range f.Evidence.Trace {
		p.labelled("", hop)
	}
	d := f.Diagnosis
	p.labelled("because", fmt.Sprintf("%s (%s)", d.Message, d.ID))
	switch {
	case d.Line > 0 && d.Field != "":
		p.labelled("look at", fmt.Sprintf("line %d, %s", d.Line, d.Field))
	case d.Line > 0:
		p.labelled("look at", fmt.Sprintf("line %d", d.Line))
	}
	p.labelled("next", d.Next)
}

// item prints a text that begins with a sign of two cells, or with none.
func (p *printer) item(sign, text string) {
	indent := strings.Repeat(" ", min(2, len(sign)))
	for i, line := range p.wrap(text, len(indent)) {
		if i > 0 {
			sign = indent
		}
		p.printf("%s%s\n", sign, line)
	}
}

func (p *printer) bold(text string) {
	for _, line := range p.wrap(text, 0) {
		p.printf("%s\n", p.look.paint(bold, line))
	}
}

// labelled prints a text beside its label. A word that is too long for the
// room there, such as the name of an annotation, stands further left.
func (p *printer) labelled(label, text string) {
	const beside, below = 13, 4
	for i, line := range p.wrap(text, beside) {
		if i > 0 {
			label = ""
		}
		head := fmt.Sprintf("    %-9s", label)
		if label == "" && p.look.width > 0 && beside+utf8.RuneCountInString(line) > p.look.width {
			head = strings.Repeat(" ", below)
		}
		p.printf("%s\n", strings.TrimRight(head+line, " "))
	}
}

func (p *printer) wrap(text string, indent int) []string {
	if p.look.width == 0 {
		return []string{text}
	}
	return plain.Wrap(text, max(20, p.look.width-indent))
}
