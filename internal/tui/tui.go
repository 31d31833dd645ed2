// Package tui is the terminal app: the screens in which a learner reads the
// lesson, works on scenarios and answers questions.
//
// One root model, [App], holds a stack of screens and a stack of dialogs over
// them. A screen is a struct that is changed in place; what needs input,
// output or time runs in commands. A screen lists the keys that work on it
// together with what they do, and the bottom line, the help and the dispatch
// all come from that one list.
//
//	err := tui.Run(ctx, tui.Options{Load: load, Store: store, Words: en.Strings(), Now: time.Now})
//
// It is the only package that knows Charm's screen libraries.
package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/editor"
	"github.com/kubetutor/tutor/internal/tui/fields"
	"github.com/kubetutor/tutor/internal/tui/paint"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// Lesson is a lesson with what can be done in it. Its functions are called in
// commands, never while a message is handled, and must be safe to call at the
// same time. Those that are nil leave out what needs them.
type Lesson struct {
	Pack *lessons.Pack
	// Check grades a manifest for a scenario or lab.
	Check func(ctx context.Context, task *lessons.Scenario, manifest []byte) (*grader.Verdict, error)
	// Diagnose says what the API server would say of a text.
	Diagnose func(ctx context.Context, task *lessons.Scenario, manifest []byte) []editor.Diagnostic
	// Cluster is what a manifest for a task may name.
	Cluster func(task *lessons.Scenario) *fields.Cluster
	// Live starts a task's cluster for the map and the shell: anew, or as it was
	// left where it is kept.
	Live func(ctx context.Context, task *lessons.Scenario, anew bool) (*live.Cluster, error)
	// Played fills in what the commands of a section's console blocks print.
	Played func(context.Context, *lessons.Section) (*lessons.Section, error)
	// Predict finds out what happens in a cluster that a question asks about.
	Predict quiz.Predictor
	// Guide asks for the type a workload needs; nil where the lesson has none.
	Guide func() *decide.Guide
	// Drills are workloads to name the type of; nil where the lesson has none.
	Drills func() *decide.Drills
}

// Options is what the app stands on.
type Options struct {
	// Load reads the lesson, in a command.
	Load func(context.Context) (*Lesson, error)
	// Store keeps what the learner does.
	Store progress.Store

	Words *text.Strings
	// Theme is the palette to use; nil: what the learner has chosen, else dark or
	// light, as the terminal says. OwnTheme is the user's own, to choose.
	Theme, OwnTheme *style.Palette
	// Still shows the last frame of what moves, at once.
	Still bool
	// Notice is shown when the app opens.
	Notice string
	// Now is the time of what the learner does.
	Now func() time.Time

	// EditorCommand is the learner's own editor, as a shell would start it; ""
	// where there is none, or nothing of this machine may run.
	EditorCommand string

	// Files is the folder in which each task's text is a file too, for editors
	// outside; "" where nothing of this machine may be used.
	Files string

	// Keys are the editor's keys in this run: "vim" or "ordinary"; "": as the
	// learner chose before.
	Keys string

	// Class brings what the teacher has set for the learner's class, at once and
	// whenever it changes; nil outside of one.
	Class <-chan Room
	// Teacher opens the dashboard; nil for learners.
	Teacher Teacher

	// Input, Output and Environ are the terminal; Output nil: the process's own.
	// Another one is at the other end of a connection: nothing of this machine
	// may be used for it, no editor and no file.
	Input   io.Reader
	Output  io.Writer
	Environ []string
	// Width and Height are that terminal's size in cells; Resized brings later
	// ones.
	Width, Height int
	Resized       <-chan Size
}

// Size is a terminal's, in cells.
type Size = paint.Size

// Run shows the app until the learner quits, the terminal is lost or ctx ends.
// Whatever the reason, what was typed is stored before it returns.
func Run(ctx context.Context, o Options) error {
	app := New(ctx, o)
	err := show(ctx, o, app)
	return errors.Join(ended(ctx, err), app.Close())
}

// show runs a model on the terminal of o until it ends.
func show(ctx context.Context, o Options, model tea.Model) error {
	if o.Output != nil {
		return paint.Terminal{
			Input: o.Input, Output: o.Output, Environ: o.Environ, Profile: profileOf(o.Environ),
			Size: Size{Width: o.Width, Height: o.Height}, Resized: o.Resized,
		}.Run(ctx, model)
	}
	environ := o.environ()
	own := paint.Own{In: os.Stdin, Out: os.Stdout, Environ: environ, Profile: profileOf(environ)}
	if !isSixteen(environ) {
		own.Profile = colorprofile.Detect(os.Stdout, environ)
	}
	return own.Run(ctx, model)
}

// environ is the terminal's environment, the process's own where none is given.
func (o *Options) environ() []string {
	if o.Environ == nil {
		return os.Environ()
	}
	return o.Environ
}

// ended is the error a user should see: none where the terminal went away or
// the program was told to end.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return err
}
