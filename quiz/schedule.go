package quiz

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/open-spaced-repetition/go-fsrs/v4"
)

// Schedule says when a question comes back, by FSRS: minutes after a wrong
// answer, days after a right one, and longer each time it is known. The same
// answers at the same times give the same dates.
type Schedule struct {
	fsrs *fsrs.FSRS
}

// learningStep is when a question comes back that was not known, in minutes.
const learningStep = 10

// NewSchedule is a schedule with FSRS's own parameters, which aim at nine of
// ten questions being known when they come back, but for one thing: there is
// one step of learning and not two, so that what was known at once is not asked
// again in the same sitting.
func NewSchedule() *Schedule {
	p := fsrs.DefaultParam()
	p.LearningSteps = []float64{learningStep}
	return &Schedule{fsrs: fsrs.NewFSRS(p)}
}

// Next takes the card of a question, which is nil at its first answer, and
// gives the card to keep and the time when the question is due. A card that
// cannot be read or used begins anew.
func (s *Schedule) Next(card json.RawMessage, v Verdict, now time.Time) (json.RawMessage, time.Time, error) {
	rating := map[Verdict]fsrs.Rating{Wrong: fsrs.Again, Near: fsrs.Hard, Right: fsrs.Good}[v]
	c := fsrs.NewCard(now)
	if len(card) > 0 && json.Unmarshal(card, &c) != nil {
		c = fsrs.NewCard(now)
	}
	info, err := s.fsrs.Next(c, now, rating)
	if err != nil {
		info, err = s.fsrs.Next(fsrs.NewCard(now), now, rating)
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("schedule a review: %w", err)
	}
	kept, err := json.Marshal(info.Card)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("schedule a review: %w", err)
	}
	return kept, info.Card.Due, nil
}

// Due lists the ids whose time has come, the longest overdue first.
func Due(due map[string]time.Time, now time.Time) []string {
	var ids []string
	for id, t := range due {
		if !t.IsZero() && !t.After(now) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(due[a].Compare(due[b]), cmp.Compare(a, b))
	})
	return ids
}
