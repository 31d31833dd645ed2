package classroom

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// State is how somebody gets on, the first that needs the teacher first.
type State string

// The states, in the order in which the board shows them.
const (
	Stuck State = "stuck" // the same cause again and again, or many checks in vain
	Slow  State = "slow"  // long at one task
	Going State = "going"
	Away  State = "away" // not connected
)

// What makes a learner stuck, slow or away.
const (
	stuckSame   = 3 // times the same cause in one task
	stuckChecks = 5 // checks in one task in vain
	slowAfter   = 5 * time.Minute
	awayAfter   = 90 * time.Second
)

// Board is the class at one moment, for the teacher.
type Board struct {
	Title string    `json:"title"`
	Code  string    `json:"code,omitempty"`
	Join  string    `json:"join,omitempty"` // what learners type
	Now   time.Time `json:"now"`
	Here  int       `json:"here"`
	Rows  []Row     `json:"learners"`
	// Causes are what the room's checks failed on most, most frequent first.
	Causes []Count `json:"causes"`
}

// Row is one learner on the board.
type Row struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	State   State  `json:"state"`
	Screen  string `json:"screen"` // home, section, task, questions
	Place   string `json:"place"`  // id of the section or task
	Minutes int    `json:"minutes"`
	// Checks, Hints and Cause are those of the task they are at.
	Checks int   `json:"checks"`
	Hints  int   `json:"hints"`
	Cause  Count `json:"cause,omitzero"`
	Passed int   `json:"passed"` // tasks in all
}

// Count is a cause and how often it was met.
type Count struct {
	ID string `json:"id"`
	N  int    `json:"n"`
}

// maxCauses is how many causes the board names.
const maxCauses = 5

// NewBoard makes the board from what is stored.
func NewBoard(c Class, learners []Learner, attempts []Attempt, hints []Hints, now time.Time) Board {
	b := Board{Title: Clean(c.Title), Code: c.Code, Now: now, Rows: []Row{}, Causes: []Count{}}
	of := make(map[string][]Attempt, len(learners))
	room := make(map[string]int)
	for _, a := range attempts {
		of[a.Learner] = append(of[a.Learner], a)
		if !a.Passed && len(a.Diagnoses) > 0 {
			room[a.Diagnoses[0]]++
		}
	}
	shown := make(map[[2]string]int, len(hints))
	for _, h := range hints {
		shown[[2]string{h.Learner, h.Task}] = h.Shown
	}
	for _, l := range learners {
		r := newRow(l, of[l.ID], now)
		r.Hints = shown[[2]string{l.ID, r.Place}]
		if r.State != Away {
			b.Here++
		}
		b.Rows = append(b.Rows, r)
	}
	slices.SortStableFunc(b.Rows, byNeed)
	b.Causes = ranked(room)
	b.Causes = b.Causes[:min(len(b.Causes), maxCauses)]
	return b
}

func newRow(l Learner, attempts []Attempt, now time.Time) Row {
	r := Row{ID: l.ID, Name: Clean(l.Name), State: Going}
	r.Screen, r.Place, _ = strings.Cut(Clean(l.Place), ":")
	if !l.Since.IsZero() {
		r.Minutes = max(int(now.Sub(l.Since)/time.Minute), 0)
	}
	passed := make(map[string]bool)
	causes := make(map[string]int)
	for _, a := range attempts {
		passed[a.Task] = passed[a.Task] || a.Passed
		if a.Task != r.Place {
			continue
		}
		r.Checks++
		for _, d := range a.Diagnoses {
			causes[d]++
		}
	}
	for _, p := range passed {
		if p {
			r.Passed++
		}
	}
	if all := ranked(causes); len(all) > 0 {
		r.Cause = all[0]
	}
	working := r.Screen == "task" && !passed[r.Place]
	switch {
	case now.Sub(l.Seen) > awayAfter:
		r.State = Away
	case working && (r.Cause.N >= stuckSame || r.Checks >= stuckChecks):
		r.State = Stuck
	case working && now.Sub(l.Since) >= slowAfter:
		r.State = Slow
	}
	return r
}

var order = map[State]int{Stuck: 0, Slow: 1, Going: 2, Away: 3}

// byNeed puts those first who need the teacher most.
func byNeed(a, b Row) int {
	return cmp.Or(
		cmp.Compare(order[a.State], order[b.State]),
		cmp.Compare(b.Checks, a.Checks),
		cmp.Compare(b.Minutes, a.Minutes),
		cmp.Compare(a.Name, b.Name),
	)
}

func ranked(counts map[string]int) []Count {
	all := make([]Count, 0, len(counts))
	for id, n := range counts {
		all = append(all, Count{Clean(id), n})
	}
	slices.SortFunc(all, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Clean puts a sign in the place of every character that a screen would not
// show as itself: what learners made comes onto the teacher's.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
