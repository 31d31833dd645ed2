// Package lint proves a lesson pack: that each starter fails, each solution
// and alternative passes, each mistake gets its diagnosis, each ladder of
// hints is complete, each console block runs, and each figure and link leads
// somewhere.
//
//	report, err := lint.Pack(ctx, pack, lint.Options{})
//	fmt.Println(report) // 33 labs are broken, 47 starters fail, …
//
// Everything wrong is reported at once, as [yamlfile.Problems].
package lint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/yamlfile"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
)

// Console runs the commands of one section, on a cluster of its own.
type Console interface {
	// Run runs a command at a client ("" is the learner's own machine) with
	// these files in its folder, and returns what it prints and its exit code.
	Run(ctx context.Context, client, command string, files map[string]string) (output string, code int, err error)
	Close()
}

// Options say what a pack is proved with.
type Options struct {
	// Console makes a section's cluster; without it console blocks are read
	// but not run.
	Console func(*world.World) (Console, error)
	// Predict finds out what the predictions of questions come to; without it
	// they are not proved.
	Predict quiz.Predictor
}

// Report counts what was proved.
type Report struct {
	Broken, Starters, Solutions, Alternatives, Mistakes int
	Hints, Predictions                                  int
	Sections, Commands, Figures, Links                  int
	Questions, Drills                                   int
}

// String is the report as one sentence.
func (r Report) String() string {
	return fmt.Sprintf("%d labs are broken, %d starters fail, %d solutions and %d alternatives pass, %d mistakes get their diagnosis; "+
		"%d hints, %d predictions, %d questions, %d drills; %d sections, %d commands run, %d figures and %d links lead somewhere.",
		r.Broken, r.Starters, r.Solutions, r.Alternatives, r.Mistakes,
		r.Hints, r.Predictions, r.Questions, r.Drills, r.Sections, r.Commands, r.Figures, r.Links)
}

// Pack proves a pack that has loaded. The error is [yamlfile.Problems] unless
// ctx ended.
func Pack(ctx context.Context, pack *lessons.Pack, o Options) (Report, error) {
	l := &linter{ctx: ctx, pack: pack, options: o, grader: grader.New(pack)}
	l.parts()
	l.worlds()
	for _, h := range pack.Tasks() {
		l.task(pack.Task(h.ID))
	}
	for _, s := range pack.Sections {
		l.section(s)
	}
	for _, q := range pack.Questions() {
		l.question(q)
	}
	l.guide()
	if err := ctx.Err(); err != nil {
		return l.report, err
	}
	if len(l.problems) > 0 {
		return l.report, l.problems
	}
	return l.report, nil
}

// question proves that one option of a prediction comes true.
func (l *linter) question(q *quiz.Question) {
	l.report.Questions++
	if l.options.Predict == nil {
		return
	}
	var known *yamlfile.Problem
	switch _, err := q.Resolve(l.ctx, l.options.Predict); {
	case errors.As(err, &known):
		l.wrong(q.File, err)
	case err != nil:
		l.problem(q.File, q.Line, "%v", err)
	}
}

// guide proves that the decision guide ends everywhere, and that each drill
// leads where it says.
func (l *linter) guide() {
	g, d, err := decide.Load(l.pack.FS())
	var wrong yamlfile.Problems
	switch {
	case errors.As(err, &wrong):
		l.problems = append(l.problems, wrong...)
		return
	case err != nil:
		l.problem("decide.yaml", 0, "%v", err)
		return
	case g == nil:
		return
	}
	for _, section := range g.Sections() {
		if l.pack.Section(section) == nil {
			l.problem("decide.yaml", 1, "there is no section %q", section)
		}
	}
	if d != nil {
		l.report.Drills = len(d.Workloads)
	}
}

type linter struct {
	ctx      context.Context
	pack     *lessons.Pack
	options  Options
	grader   *grader.Grader
	report   Report
	problems yamlfile.Problems
}

func (l *linter) problem(file string, line int, format string, args ...any) {
	l.problems.Add(file, max(line, 1), format, args...)
}

// wrong adds an error of a file, with its line where it knows one.
func (l *linter) wrong(file string, err error) {
	var in *world.Error
	var known *yamlfile.Problem
	switch {
	case errors.As(err, &in):
		l.problem(file, in.Line, "%v", in.Err)
	case errors.As(err, &known):
		l.problems = append(l.problems, known)
	default:
		l.problem(file, 0, "%v", err)
	}
}

// parts proves that what the pack holds is in some part of it.
func (l *linter) parts() {
	listed := map[string]bool{}
	for _, part := range l.pack.Parts {
		listed["sections/"+part.Section] = true
		for _, id := range part.Scenarios {
			listed["scenarios/"+id] = true
		}
		for _, id := range part.Labs {
			listed["labs/"+id] = true
		}
	}
	unlisted := func(folder, file string) {
		if !listed[folder] {
			l.problem(file, 0, "is in no part of lesson.yaml, so that nobody comes by it")
		}
	}
	for _, s := range l.pack.Sections {
		unlisted("sections/"+s.ID, "sections/"+s.ID+".md")
	}
	for _, h := range l.pack.Tasks() {
		unlisted(h.Folder(), path.Join(h.Folder(), "scenario.yaml"))
	}
}

// worlds proves that each world of the pack can be read, used or not.
func (l *linter) worlds() {
	files, err := fs.Glob(l.pack.FS(), "worlds/*.yaml")
	if err != nil {
		l.problem("worlds", 0, "%v", err)
	}
	for _, file := range files {
		if _, err := l.pack.OpenWorld(strings.TrimSuffix(path.Base(file), ".yaml")); err != nil {
			l.wrong(file, err)
		}
	}
}

// task proves a scenario or lab.
func (l *linter) task(s *lessons.Scenario) {
	in := func(name string) string { return path.Join(s.Folder(), name) }
	if !l.cluster(s) {
		return
	}
	if v := l.check(s, in("starter.yaml"), s.Starter); v != nil {
		if v.Passed {
			l.problem(in("starter.yaml"), 0, "passes; a starter must leave something to do")
		} else {
			l.report.Starters++
		}
	}
	l.report.Solutions += l.passes(s, in("solution.yaml"), s.Solution)
	also, err := s.Also()
	if err != nil {
		l.problem(in("also"), 0, "%v", err)
	}
	for _, e := range also {
		l.report.Alternatives += l.passes(s, in(e.Name), e.Text)
	}
	l.mistakes(s)
	l.hints(s)
	l.text(in("brief.md"), s.BriefText())
	l.text(in("debrief.md"), s.DebriefText())
}

// cluster proves that a task's cluster can be made, that the clients that are
// to call are in it, and that a lab's does not pass as it stands. ok is false
// where nothing more can be proved of the task.
func (l *linter) cluster(s *lessons.Scenario) (ok bool) {
	if l.ctx.Err() != nil {
		return false
	}
	if _, err := l.pack.OpenWorld(s.World); err != nil {
		l.problem(path.Join(s.Folder(), "scenario.yaml"), 0, "%v", err)
		return false
	}
	file := path.Join(s.Folder(), "world.yaml")
	c, err := l.grader.Cluster(s)
	if err != nil {
		l.wrong(file, err)
		return false
	}
	defer c.Close()
	if !l.clients(s, c.Network()) {
		return false
	}
	if !s.IsLab {
		return true
	}
	switch v, err := l.grader.CheckCluster(s, c); {
	case err != nil:
		l.wrong(file, err)
	case v.Passed:
		l.problem(file, 0, "is not broken: all that is expected holds before anything is done")
	default:
		l.report.Broken++
	}
	return true
}

// clients proves that the clients of each expectation exist.
func (l *linter) clients(s *lessons.Scenario, n *dataplane.Network) (ok bool) {
	file := path.Join(s.Folder(), "scenario.yaml")
	text, _ := fs.ReadFile(l.pack.FS(), file) // it was read before
	places := &yamlfile.Places{Text: text}
	ok = true
	for i, e := range s.Expect {
		for kind, r := range map[string]*lessons.Reach{"reach": e.Reach, "shut": e.Shut, "sees": e.Sees} {
			if r == nil {
				continue
			}
			for _, name := range r.From {
				if name == lessons.Pods || name == lessons.Outside {
					continue
				}
				client, err := dataplane.ParseClient(name, "")
				if err == nil {
					err = n.Check(client)
				}
				if err != nil {
					l.problem(file, places.Line("expect", i, kind, "from"), "expect[%d] (%s): %v", i, e.ID, err)
					ok = false
				}
			}
		}
	}
	return ok
}

func (l *linter) check(s *lessons.Scenario, file, text string) *grader.Verdict {
	if l.ctx.Err() != nil {
		return nil
	}
	v, err := l.grader.Check(l.ctx, s, []byte(text))
	if err != nil {
		l.wrong(file, err)
		return nil
	}
	return v
}

// passes counts 1 for a right answer that passes.
func (l *linter) passes(s *lessons.Scenario, file, text string) int {
	v := l.check(s, file, text)
	if v == nil {
		return 0
	}
	for _, f := range v.Failures {
		l.problem(file, f.Diagnosis.Line, "does not pass: %s: %s (%s)", f.Expectation, f.Evidence.Met, f.Diagnosis.ID)
	}
	if !v.Passed {
		return 0
	}
	return 1
}

func (l *linter) mistakes(s *lessons.Scenario) {
	mistakes, err := s.Mistakes()
	if err != nil {
		l.wrong(path.Join(s.Folder(), "mistakes"), err)
		return
	}
	for _, e := range mistakes {
		file := path.Join(s.Folder(), e.Name)
		v := l.check(s, file, e.Text)
		switch {
		case v == nil:
		case v.Passed:
			l.problem(file, 0, "passes; it should fail with %s", e.Diagnosis)
		case v.Failures[0].Diagnosis.ID != e.Diagnosis:
			l.problem(file, v.Failures[0].Diagnosis.Line, "gets %s, not %s", v.Failures[0].Diagnosis.ID, e.Diagnosis)
		default:
			l.report.Mistakes++
		}
	}
}

// hints asks for four different texts, and for a prediction with exactly one
// right answer and a word on each.
func (l *linter) hints(s *lessons.Scenario) {
	file := path.Join(s.Folder(), "scenario.yaml")
	seen := map[string]bool{}
	for i, h := range s.Hints {
		switch text := strings.TrimSpace(h); {
		case text == "":
			l.problem(file, 0, "hints[%d] is empty", i)
		case seen[text]:
			l.problem(file, 0, "hints[%d] says what another says", i)
		default:
			seen[text] = true
			l.report.Hints++
		}
	}
	if s.Predict == nil {
		return
	}
	right := 0
	for i, o := range s.Predict.Options {
		if o.Right {
			right++
		}
		if o.Feedback == "" {
			l.problem(file, 0, "predict.options[%d] has no feedback", i)
		}
	}
	if right != 1 {
		l.problem(file, 0, "predict has %d right options, want one", right)
		return
	}
	l.report.Predictions++
}
