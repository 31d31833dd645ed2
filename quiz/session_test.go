package quiz_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/quiz"
)

// clock is a clock that a test moves.
type clock struct{ t time.Time }

func newClock() *clock                { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time       { return c.t }
func (c *clock) pass(d time.Duration) { c.t = c.t.Add(d) }

func asked(id, section string, right string) *quiz.Question {
	return &quiz.Question{ID: id, Kind: quiz.Short, Section: section, Accept: []string{right}}
}

func TestSessionWithHelp(t *testing.T) {
	c := newClock()
	s := quiz.NewSession(quiz.SessionOptions{Now: c.now, Questions: []*quiz.Question{
		asked("a", "one", "ClusterIP"), asked("b", "two", "NodePort"), asked("c", "one", "ExternalName"), asked("d", "two", "CNAME"),
	}})
	give := func(text string, want quiz.Verdict, wantAgain bool) {
		t.Helper()
		if _, ok, err := s.Current(context.Background()); !ok || err != nil {
			t.Fatalf("no question for %q: %v", text, err)
		}
		c.pass(5 * time.Second)
		r, again := s.Answer(quiz.Answer{Text: text})
		if r.Verdict != want || again != wantAgain {
			t.Errorf("%q: %v, again %v; want %v, %v", text, r.Verdict, again, want, wantAgain)
		}
	}
	give("ClusterIP", quiz.Right, false)
	give("Nodeport", quiz.Near, true)
	give("NodePort", quiz.Near, false)
	give("NodePort", quiz.Wrong, false)
	if n, of := s.Place(); n != 4 || of != 4 {
		t.Errorf("place %d of %d", n, of)
	}
	s.Skip()
	if !s.Over() {
		t.Error("not over after the last question")
	}
	if _, ok, _ := s.Current(context.Background()); ok {
		t.Error("a question after the end")
	}
	s.Skip()
	if r, again := s.Answer(quiz.Answer{Text: "x"}); again || r.Answer != "" {
		t.Error("an answer after the end was marked")
	}

	r := s.Report()
	if want := (quiz.Count{Right: 1, Near: 1, Wrong: 1, Skipped: 1}); r.Count != want || r.Percent() != 50 || r.Took != 20*time.Second {
		t.Errorf("report %+v", r)
	}
	if len(r.Topics) != 2 || r.Topics[0].Section != "one" || len(r.Topics[0].Missed) != 1 || r.Topics[0].Missed[0].ID != "c" || r.Topics[1].Near != 1 {
		t.Errorf("topics %+v", r.Topics)
	}
	if rec := s.Records()[1]; rec.Given != "NodePort" || rec.Took != 10*time.Second || rec.Question.ID != "b" {
		t.Errorf("record %+v", rec)
	}
}

func TestExamHasAClockAndNoSecondTry(t *testing.T) {
	c := newClock()
	s := quiz.NewSession(quiz.SessionOptions{Exam: true, Limit: time.Minute, Now: c.now, Questions: []*quiz.Question{
		asked("a", "one", "NodePort"), asked("b", "one", "NodePort"), asked("c", "two", "NodePort"),
	}})
	s.Current(context.Background())
	if r, again := s.Answer(quiz.Answer{Text: "Nodeport"}); again || r.Verdict != quiz.Near {
		t.Errorf("near in an exam: %v, again %v", r.Verdict, again)
	}
	s.Current(context.Background())
	c.pass(59 * time.Second)
	if left, limited := s.Left(); left != time.Second || !limited || s.Over() {
		t.Errorf("left %v", left)
	}
	c.pass(time.Minute)
	s.Answer(quiz.Answer{Text: "NodePort"})
	if !s.Over() || len(s.Records()) != 1 {
		t.Errorf("an answer after the end was taken: %+v", s.Records())
	}
	r := s.Report()
	if want := (quiz.Count{Near: 1, Skipped: 2}); r.Count != want || !r.OutOfTime || r.Took != time.Minute {
		t.Errorf("report %+v", r)
	}
}

func TestSessionResolvesPredictions(t *testing.T) {
	c := newClock()
	fails := errors.New("no such world")
	s := quiz.NewSession(quiz.SessionOptions{Now: c.now,
		Questions: []*quiz.Question{prediction(), prediction()},
		Predict: func(context.Context, quiz.Try) (quiz.Outcome, error) {
			defer func() { c.pass(time.Second) }()
			if c.t.Second() > 0 {
				return quiz.Outcome{}, fails
			}
			return quiz.Outcome{Outcome: quiz.Refused}, nil
		},
	})
	p, ok, err := s.Current(context.Background())
	if !ok || err != nil {
		t.Fatal(err)
	}
	a, _ := p.Read("refused")
	if r, _ := s.Answer(a); r.Verdict != quiz.Right {
		t.Errorf("%+v", r)
	}
	if _, ok, err := s.Current(context.Background()); !ok || !errors.Is(err, fails) {
		t.Errorf("ok %v, error %v", ok, err)
	}
	s.Skip()
	if !s.Over() {
		t.Error("a question that cannot be resolved cannot be skipped")
	}
}

func TestTold(t *testing.T) {
	match := &quiz.Question{Kind: quiz.Match, Pairs: []quiz.Pair{{Left: "l1", Right: "r1"}, {Left: "l2", Right: "r2"}}}
	if got := match.Told(quiz.Answer{Picks: []int{1, 0, 7}}); got != "l1: r2; l2: r1" {
		t.Errorf("match %q", got)
	}
	if got := options(quiz.Choices, true, false, true).Told(quiz.Answer{Picks: []int{0, 2}}); got != "A; C" {
		t.Errorf("choices %q", got)
	}
}

func TestDraw(t *testing.T) {
	var all []*quiz.Question
	for i := range 12 {
		all = append(all, asked(string(rune('a'+i)), []string{"many", "many", "few"}[min(i/5, 2)], "x"))
	}
	for seed := range uint64(20) {
		got := quiz.Draw(all, 4, rand.New(rand.NewPCG(seed, 1)))
		count := map[string]int{}
		for _, q := range got {
			count[q.Section]++
		}
		if len(got) != 4 || count["many"] != 2 || count["few"] != 2 {
			t.Fatalf("seed %d: %v", seed, count)
		}
		if !slices.IsSortedFunc(got, func(a, b *quiz.Question) int { return strings.Compare(a.ID, b.ID) }) {
			t.Errorf("seed %d: not in the order of the list", seed)
		}
	}
	if got := quiz.Draw(all, 99, rand.New(rand.NewPCG(1, 1))); len(got) != 12 {
		t.Errorf("drew %d of 12", len(got))
	}
	if got := quiz.Draw(nil, 3, rand.New(rand.NewPCG(1, 1))); len(got) != 0 {
		t.Errorf("drew %d of none", len(got))
	}
}

func TestSchedule(t *testing.T) {
	c := newClock()
	s := quiz.NewSchedule()
	var card json.RawMessage
	review := func(v quiz.Verdict) time.Duration {
		t.Helper()
		next, due, err := s.Next(card, v, c.now())
		if err != nil {
			t.Fatal(err)
		}
		card = next
		wait := due.Sub(c.now())
		c.t = due
		return wait
	}
	if wait := review(quiz.Wrong); wait <= 0 || wait > time.Hour {
		t.Errorf("a wrong answer comes back after %v", wait)
	}
	var waits []time.Duration
	for range 6 {
		waits = append(waits, review(quiz.Right))
	}
	if !slices.IsSorted(waits) || waits[5] < 7*24*time.Hour {
		t.Errorf("known answers come back after %v", waits)
	}
	if wait := review(quiz.Wrong); wait > time.Hour {
		t.Errorf("a forgotten answer comes back after %v", wait)
	}
}

// TestScheduleOfAFirstAnswer: who knows it at once is asked days later, who
// knows it nearly in the same sitting.
func TestScheduleOfAFirstAnswer(t *testing.T) {
	c := newClock()
	for verdict, want := range map[quiz.Verdict][2]time.Duration{
		quiz.Right: {24 * time.Hour, 7 * 24 * time.Hour},
		quiz.Near:  {time.Minute, time.Hour},
		quiz.Wrong: {time.Minute, time.Hour},
	} {
		_, due, err := quiz.NewSchedule().Next(nil, verdict, c.now())
		if wait := due.Sub(c.now()); err != nil || wait < want[0] || wait > want[1] {
			t.Errorf("%v: comes back after %v, %v, want %v", verdict, wait, err, want)
		}
	}
}

func TestScheduleBeginsAnewWithADamagedCard(t *testing.T) {
	c := newClock()
	s := quiz.NewSchedule()
	_, fresh, _ := s.Next(nil, quiz.Right, c.now())
	for _, card := range []string{`"x"`, `{"State":9}`, `{"Stability":-5,"State":2}`, `{`} {
		_, due, err := s.Next(json.RawMessage(card), quiz.Right, c.now())
		if err != nil || !due.Equal(fresh) {
			t.Errorf("%s: due %v, %v; a new one is due %v", card, due, err, fresh)
		}
	}
}

func TestDue(t *testing.T) {
	c := newClock()
	got := quiz.Due(map[string]time.Time{
		"now": c.t, "later": c.t.Add(time.Second), "long ago": c.t.Add(-time.Hour), "also now": c.t, "never": {},
	}, c.t)
	if want := []string{"long ago", "also now", "now"}; !slices.Equal(got, want) {
		t.Errorf("due %v, want %v", got, want)
	}
}
