package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/plain"
	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// dialogue asks and hears line by line: the form of questions for a pipe, a
// screen reader or a terminal without a screen.
type dialogue struct {
	in  *bufio.Scanner
	out io.Writer
}

// newDialogue hears until ctx is done; then it is as if the input had ended.
func newDialogue(ctx context.Context, sys *system) *dialogue {
	return &dialogue{in: bufio.NewScanner(sys.input(ctx)), out: sys.out}
}

// hear asks for a line; ok is false at the end of the input.
func (d *dialogue) hear(prompt string) (line string, ok bool) {
	fmt.Fprint(d.out, prompt)
	if !d.in.Scan() {
		fmt.Fprintln(d.out)
		return "", false
	}
	return strings.TrimSpace(d.in.Text()), true
}

// say prints Markdown as plain text, indented.
func (d *dialogue) say(indent, markdown string) {
	var b strings.Builder
	_ = plain.Write(&b, markdown, plain.Options{Width: plainWidth - len(indent)}) // a Builder takes everything
	for line := range strings.Lines(b.String()) {
		if line != "\n" {
			line = indent + line
		}
		fmt.Fprint(d.out, line)
	}
}

// asking is what the commands that ask questions have in common.
type asking struct {
	count int
	seed  uint64
	plain bool
}

func (a *asking) flags(cmd *cobra.Command, count int) {
	f := cmd.Flags()
	f.IntVarP(&a.count, "count", "n", count, "how many questions to ask")
	f.Uint64Var(&a.seed, "seed", 0, "choose and shuffle by this number, to repeat a run (default: by the time)")
	f.BoolVar(&a.plain, "plain", false, "ask line by line on standard input and output, as this command always does")
}

func (a *asking) random(sys *system) *rand.Rand {
	seed := a.seed
	if seed == 0 {
		seed = uint64(sys.now().UnixNano())
	}
	return rand.New(rand.NewPCG(seed, 0))
}

// askAll asks a session's questions until it is over or the learner ends it,
// keeps the answers, and reports.
func askAll(ctx context.Context, sys *system, pack *lessons.Pack, o quiz.SessionOptions) error {
	return newDialogue(ctx, sys).askAll(ctx, sys, pack, o)
}

func newSession(sys *system, pack *lessons.Pack, o quiz.SessionOptions) *quiz.Session {
	o.Now, o.Predict = sys.now, play.New(pack, sys.now).Predict
	return quiz.NewSession(o)
}

func (d *dialogue) askAll(ctx context.Context, sys *system, pack *lessons.Pack, o quiz.SessionOptions) error {
	if len(o.Questions) == 0 {
		_, err := fmt.Fprintln(sys.out, "There is nothing to ask.")
		return err
	}
	s := newSession(sys, pack, o)
	fmt.Fprintln(d.out, "Answer, or type s to skip a question and q to stop.")
	for {
		p, ok, err := s.Current(ctx)
		if !ok {
			break
		}
		if err != nil {
			fmt.Fprintf(sys.err, "tutor: %v\n", err)
			s.Skip()
			continue
		}
		n, of := s.Place()
		fmt.Fprintf(d.out, "\n%d of %d%s\n\n", n, of, timeLeft(s))
		if !d.ask(s, p) {
			break
		}
	}
	if err := keepAnswers(ctx, sys, s.Records()); err != nil {
		return err
	}
	d.report(pack, s.Report())
	return nil
}

// ask asks one question until it is answered, skipped or nothing more is
// typed; goOn is false where the learner stops.
//
// The section is not named before the answer: its title may give it away.
func (d *dialogue) ask(s *quiz.Session, p quiz.Presented) (goOn bool) {
	d.show(p)
	for {
		line, ok := d.hear("\n> ")
		switch {
		case !ok || strings.EqualFold(line, "q"):
			return false
		case strings.EqualFold(line, "s"):
			s.Skip()
			return true
		}
		a, err := p.Read(line)
		if err != nil {
			fmt.Fprintf(d.out, "  %v\n", err)
			continue
		}
		if s.Over() {
			fmt.Fprintln(d.out, "  The time is up; this answer came too late.")
			return false
		}
		r, again := s.Answer(a)
		if again {
			d.say("  ", "Nearly. "+r.Note+" Try once more.")
			continue
		}
		if !s.Exam() {
			d.comment(p, r)
		}
		return true
	}
}

// show prints a question and what to choose from.
func (d *dialogue) show(p quiz.Presented) {
	d.say("  ", p.Prompt)
	fmt.Fprintln(d.out)
	for i, pair := range p.Pairs {
		d.choice(string(rune('a'+i)), pair.Left)
	}
	if len(p.Pairs) > 0 {
		fmt.Fprintln(d.out)
	}
	for i, text := range p.Choices() {
		d.choice(fmt.Sprint(i+1), text)
	}
	fmt.Fprintf(d.out, "  (%s)\n", p.HowTo())
}

func (d *dialogue) choice(mark, text string) {
	lines := plain.Wrap(strings.ReplaceAll(text, "`", ""), plainWidth-8)
	fmt.Fprintf(d.out, "  %2s  %s\n", mark, strings.Join(lines, "\n      "))
}

// comment tells what an answer was worth, and why.
func (d *dialogue) comment(p quiz.Presented, r quiz.Result) {
	switch r.Verdict {
	case quiz.Right:
		d.say("  ", "✓ Right. "+r.Note)
	case quiz.Near:
		d.say("  ", "✓ Nearly right: `"+r.Answer+"`. "+r.Note)
	default:
		fmt.Fprintln(d.out, "  ✗ Not right.")
	}
	for _, f := range r.Feedback {
		d.say("    ", f.About+": "+f.Text)
	}
	if r.Verdict == quiz.Wrong && p.Kind != quiz.Choices && p.Kind != quiz.Match {
		d.say("  ", "The right answer: ")
		for line := range strings.Lines(r.Answer) {
			d.say("    ", strings.TrimSpace(line))
		}
	}
	d.say("  ", p.Explain)
}

func timeLeft(s *quiz.Session) string {
	left, limited := s.Left()
	if !limited {
		return ""
	}
	return fmt.Sprintf("   %s left", left.Round(time.Second))
}

func sectionTitle(pack *lessons.Pack, id string) string {
	if s := pack.Section(id); s != nil {
		return s.Title
	}
	return id
}

// report prints what came of a session, by topic.
func (d *dialogue) report(pack *lessons.Pack, r quiz.Report) {
	if r.Asked() == 0 {
		fmt.Fprintln(d.out, "\nNothing was answered.")
		return
	}
	fmt.Fprintf(d.out, "\n%d of %d right, %d %% in %s.", r.Right+r.Near, r.Asked(), r.Percent(), r.Took.Round(time.Second))
	if r.OutOfTime {
		fmt.Fprint(d.out, " The time was up.")
	}
	fmt.Fprint(d.out, "\n\n")
	for _, t := range r.Topics {
		fmt.Fprintf(d.out, "  %d of %d  %s\n", t.Right+t.Near, t.Asked(), sectionTitle(pack, t.Section))
		for _, q := range t.Missed {
			fmt.Fprintf(d.out, "          missed: %s\n", q.ID)
		}
	}
}

// keepAnswers stores what was answered, and when each question comes back.
// Drills that were made up are not kept: they never come again.
func keepAnswers(ctx context.Context, sys *system, records []quiz.Record) error {
	records = slices.DeleteFunc(records, func(r quiz.Record) bool {
		return r.Skipped || r.Question.IsMadeUp()
	})
	if len(records) == 0 {
		return nil
	}
	schedule := quiz.NewSchedule()
	ctx = context.WithoutCancel(ctx) // whoever leaves by ^C has answered all the same
	_, err := progressStore(sys).Update(ctx, func(p *progress.Progress) error {
		for _, r := range records {
			kept := p.Question(r.Question.ID)
			kept.Answers = append(kept.Answers, progress.Answer{At: r.At, Given: r.Given, Right: r.Result.Verdict != quiz.Wrong})
			card, due, err := schedule.Next(json.RawMessage(kept.Card), r.Result.Verdict, r.At)
			if err != nil {
				return err
			}
			kept.Card, kept.Due = card, due
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep the answers: %w", err)
	}
	return nil
}

// ofSection keeps the questions of a section, all where it is "".
func ofSection(pack *lessons.Pack, list []*quiz.Question, id string) ([]*quiz.Question, error) {
	if id == "" {
		return list, nil
	}
	if pack.Section(id) == nil {
		return nil, unknown("section", id, pagesOf(pack), "tutor lesson list names them")
	}
	return slices.DeleteFunc(slices.Clone(list), func(q *quiz.Question) bool { return q.Section != id }), nil
}
