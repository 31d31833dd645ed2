package progress

import (
	"cmp"
	"slices"
	"time"
)

// Merge adds to p what somebody did elsewhere, where it was exported. What
// both have is kept once; a text that differs is kept aside; merging the same
// again changes nothing.
func (p *Progress) Merge(other *Progress) {
	for id, s := range other.Sections {
		mine := p.Section(id)
		mine.Page, mine.Read, mine.Done = max(mine.Page, s.Page), max(mine.Read, s.Read), mine.Done || s.Done
	}
	for id, t := range other.Tasks {
		p.Task(id).merge(t)
	}
	for id, q := range other.Questions {
		p.Question(id).merge(q)
	}
	for _, b := range other.Bookmarks {
		if !slices.Contains(p.Bookmarks, b) {
			p.Bookmarks = append(p.Bookmarks, b)
		}
	}
}

func (t *Task) merge(other *Task) {
	switch {
	case t.Draft.Text == "":
		t.Draft = other.Draft
	case t.Draft.Text != other.Draft.Text:
		t.Keep(other.Draft)
	}
	for _, a := range other.Attempts {
		if !slices.ContainsFunc(t.Attempts, func(b Attempt) bool { return a.At.Equal(b.At) && a.Passed == b.Passed }) {
			t.Attempts = append(t.Attempts, a)
		}
	}
	slices.SortStableFunc(t.Attempts, func(a, b Attempt) int { return a.At.Compare(b.At) })
	t.Hints = max(t.Hints, other.Hints)
	t.Prediction = cmp.Or(t.Prediction, other.Prediction)
	t.Passed = earlier(t.Passed, other.Passed)
	t.SolutionSeen = earlier(t.SolutionSeen, other.SolutionSeen)
	t.Started = earlier(t.Started, other.Started)
}

func (q *Question) merge(other *Question) {
	for _, a := range other.Answers {
		if !slices.ContainsFunc(q.Answers, func(b Answer) bool { return a.At.Equal(b.At) && a.Given == b.Given }) {
			q.Answers = append(q.Answers, a)
		}
	}
	slices.SortStableFunc(q.Answers, func(a, b Answer) int { return a.At.Compare(b.At) })
	if other.Due.After(q.Due) {
		q.Due, q.Card = other.Due, other.Card
	}
}

// earlier is the first of two times, one that is not set counting as never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
