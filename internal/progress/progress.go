// Package progress keeps what a learner has done: where they were, what they
// read, typed, passed and answered. One small interface, [Store], has a file
// for one person behind it and leaves room for a database for a class.
//
//	store := progress.NewFile(dir, time.Now)
//	p, err := store.Update(ctx, func(p *progress.Progress) error {
//		p.Section("nodeport").Page = 3
//		return nil
//	})
//
// Every change is a function applied to the newest stored state, never a
// state written over another: two programs at once lose nothing.
package progress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Version is the version of the stored form that this program writes.
const Version = 1

// Store keeps one learner's progress.
type Store interface {
	// Load reads the progress; one that was never stored is empty.
	Load(ctx context.Context) (*Progress, error)
	// Update applies change to the newest stored progress, stores the result
	// and returns it. When change returns an error nothing is stored.
	Update(ctx context.Context, change func(*Progress) error) (*Progress, error)
}

// Progress is what one learner has done.
type Progress struct {
	Version int `json:"version"`
	// Place is where the learner was last.
	Place Place `json:"place,omitzero"`
	// Sections, Tasks (scenarios and labs) and Questions are by id.
	Sections  map[string]*Section  `json:"sections,omitempty"`
	Tasks     map[string]*Task     `json:"tasks,omitempty"`
	Questions map[string]*Question `json:"questions,omitempty"`
	// Settings are the learner's choices (theme, keys, …) by name.
	Settings map[string]string `json:"settings,omitempty"`
	// Bookmarks are places to come back to.
	Bookmarks []Bookmark `json:"bookmarks,omitempty"`

	// Notice says what the learner should know about how this progress was
	// read, for example that a damaged file was set aside. It is not stored.
	Notice string `json:"-"`
}

// Place is a place in the program.
type Place struct {
	Screen string `json:"screen,omitempty"` // home, section, task, questions …
	ID     string `json:"id,omitempty"`     // of the section, task or set of questions
	Page   int    `json:"page,omitempty"`   // from 0
	Pane   string `json:"pane,omitempty"`
}

// Section is what was read of a section.
type Section struct {
	// Page is the page that was open last, Read how many were seen, both from 0.
	Page int  `json:"page,omitempty"`
	Read int  `json:"read,omitempty"`
	Done bool `json:"done,omitempty"`
}

// Task is the work on a scenario or a lab.
type Task struct {
	Draft Draft `json:"draft,omitzero"`
	// Kept are texts that another program or a reset replaced, newest last.
	Kept []Draft `json:"kept,omitempty"`
	// Attempts are the checks, oldest first.
	Attempts []Attempt `json:"attempts,omitempty"`
	// Hints is how many rungs of the ladder were shown.
	Hints int `json:"hints,omitempty"`
	// Prediction is what the learner expected before the first check.
	Prediction string `json:"prediction,omitempty"`
	// Passed is when it first passed. A solution that was shown before counts
	// as seen, not passed: then Passed stays zero until the next honest try.
	Passed       time.Time `json:"passed,omitzero"`
	SolutionSeen time.Time `json:"solutionSeen,omitzero"`
	Started      time.Time `json:"started,omitzero"`
}

// Draft is a text in the editor.
type Draft struct {
	Text  string    `json:"text"`
	Line  int       `json:"line,omitempty"` // of the cursor, from 0
	Col   int       `json:"col,omitempty"`  // of the cursor, in runes from 0
	Top   int       `json:"top,omitempty"`  // first line shown, from 0
	Rev   int       `json:"rev,omitempty"`  // grows with every changed text
	Saved time.Time `json:"saved,omitzero"`
}

// Attempt is one check.
type Attempt struct {
	At        time.Time `json:"at"`
	Passed    bool      `json:"passed"`
	Diagnoses []string  `json:"diagnoses,omitempty"`
	// Unchanged tells that the manifest was the one of the check before, or
	// the one that the task begins with.
	Unchanged bool `json:"unchanged,omitempty"`
}

// Question is how a question was answered.
type Question struct {
	Answers []Answer `json:"answers,omitempty"`
	// Card is the review schedule's state; its form is the scheduler's.
	Card json.RawMessage `json:"card,omitempty"`
	Due  time.Time       `json:"due,omitzero"`
}

// Answer is one answer to a question.
type Answer struct {
	At    time.Time `json:"at"`
	Given string    `json:"given"`
	Right bool      `json:"right"`
}

// Bookmark is a place with the learner's own words about it.
type Bookmark struct {
	Place Place     `json:"place"`
	Note  string    `json:"note,omitempty"`
	At    time.Time `json:"at"`
}

// New is the progress of somebody who has done nothing yet.
func New() *Progress { return &Progress{Version: Version} }

// Section returns what is known of a section, made when it is new.
func (p *Progress) Section(id string) *Section { return entry(&p.Sections, id) }

// Task returns what is known of a scenario or lab, made when it is new.
func (p *Progress) Task(id string) *Task { return entry(&p.Tasks, id) }

// Question returns what is known of a question, made when it is new.
func (p *Progress) Question(id string) *Question { return entry(&p.Questions, id) }

func entry[T any](m *map[string]*T, id string) *T {
	if *m == nil {
		*m = make(map[string]*T)
	}
	if (*m)[id] == nil {
		(*m)[id] = new(T)
	}
	return (*m)[id]
}

// Set keeps a setting.
func (p *Progress) Set(name, value string) {
	if p.Settings == nil {
		p.Settings = make(map[string]string)
	}
	p.Settings[name] = value
}

// maxKept is how many replaced texts of a task are kept.
const maxKept = 10

// Save puts a draft that was based on revision d.Rev in place of the stored
// one and returns the new revision. A text that somebody else stored meanwhile
// is kept aside, not lost.
func (t *Task) Save(d Draft) int {
	if d.Rev != t.Draft.Rev && d.Text != t.Draft.Text {
		t.Keep(t.Draft)
	}
	d.Rev = max(d.Rev, t.Draft.Rev)
	if d.Text != t.Draft.Text {
		d.Rev++
	}
	t.Draft = d
	return d.Rev
}

// Keep puts a text aside that is about to be replaced.
func (t *Task) Keep(d Draft) {
	if d.Text == "" || slices.ContainsFunc(t.Kept, func(k Draft) bool { return k.Text == d.Text }) {
		return
	}
	t.Kept = append(t.Kept, d)
	if len(t.Kept) > maxKept {
		t.Kept = slices.Clone(t.Kept[len(t.Kept)-maxKept:])
	}
}

// Record adds an attempt. One that passed passes the task, unless its solution
// was shown since it was last begun.
func (t *Task) Record(a Attempt) {
	t.Attempts = append(t.Attempts, a)
	honest := t.SolutionSeen.IsZero() || t.Started.After(t.SolutionSeen)
	if a.Passed && honest && t.Passed.IsZero() {
		t.Passed = a.At
	}
}

// HonestTries counts the checks of something new that did not pass before the
// solution was shown.
func (t *Task) HonestTries() int {
	n := 0
	for _, a := range t.Attempts {
		if !a.Passed && !a.Unchanged && (t.SolutionSeen.IsZero() || a.At.Before(t.SolutionSeen)) {
			n++
		}
	}
	return n
}

// SolutionTries is how many honest tries open the last hint, the solution.
const SolutionTries = 2

// MayShowSolution tells whether the solution may be shown by now.
func (t *Task) MayShowSolution() bool { return t.HonestTries() >= SolutionTries || t.IsPassed() }

// ShowHint uncovers the nth of all hints, of which the last is the solution.
// It is false where there is none or the solution may not be shown yet.
func (t *Task) ShowHint(n, all int, now time.Time) bool {
	if n > all || n == all && !t.MayShowSolution() {
		return false
	}
	t.Hints = max(t.Hints, n)
	if n == all && !t.IsPassed() && t.SolutionSeen.IsZero() {
		t.SolutionSeen = now
	}
	return true
}

// IsPassed tells whether the task was passed by the learner's own work.
func (t *Task) IsPassed() bool { return t != nil && !t.Passed.IsZero() }

// newerError is progress that this program is too old for.
type newerError struct{ version int }

func (e *newerError) Error() string {
	return fmt.Sprintf("the progress was written by a newer tutor (version %d, this one knows %d): update tutor", e.version, Version)
}

// Decode reads the stored form. What a newer program wrote is an error, since
// writing it again would lose what this one does not know.
func Decode(b []byte) (*Progress, error) {
	p := new(Progress)
	if err := json.Unmarshal(b, p); err != nil {
		return nil, err
	}
	switch {
	case p.Version > Version:
		return nil, &newerError{p.Version}
	case p.Version < 1:
		return nil, errors.New("it has no version")
	}
	p.drop()
	return p, nil
}

// drop removes entries that a hand-edited file left empty.
func (p *Progress) drop() {
	dropNil(p.Sections)
	dropNil(p.Tasks)
	dropNil(p.Questions)
}

func dropNil[T any](m map[string]*T) {
	for k, v := range m {
		if v == nil {
			delete(m, k)
		}
	}
}
