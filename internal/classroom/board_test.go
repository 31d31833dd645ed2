package classroom_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/kubetutor/tutor/internal/classroom"
)

var now = time.Date(2026, 3, 1, 14, 5, 0, 0, time.UTC)

func learner(name, place string, minutes int) classroom.Learner {
	return classroom.Learner{ID: name, Name: name, Seen: now, Place: place, Since: now.Add(-time.Duration(minutes) * time.Minute)}
}

func failed(name, task string, n int, cause string) []classroom.Attempt {
	return slices.Repeat([]classroom.Attempt{{Learner: name, Task: task, At: now, Diagnoses: []string{cause}}}, n)
}

func TestBoardShowsWhoIsStuckFirst(t *testing.T) {
	gone := learner("eve", "task:postgres", 30)
	gone.Seen = now.Add(-time.Hour)
	attempts := slices.Concat(
		failed("kim", "order-api-nodeport", 4, "client-address-lost"),
		failed("ada", "postgres-headless", 2, "headless-expected"),
		failed("eve", "postgres", 9, "selector-missing"),
		failed("bob", "postgres", 5, "port-wrong"),
		[]classroom.Attempt{{Learner: "bob", Task: "postgres", At: now, Passed: true}},
	)
	b := classroom.NewBoard(classroom.Class{Title: "Services 101", Code: "plum-42"}, []classroom.Learner{
		gone, learner("ada", "task:postgres-headless", 6), learner("bob", "task:postgres", 20),
		learner("dan", "section:nodeport", 40), learner("kim", "task:order-api-nodeport", 1),
	}, attempts, []classroom.Hints{{Learner: "ada", Task: "postgres-headless", Shown: 2}}, now)

	var got []string
	for _, r := range b.Rows {
		got = append(got, fmt.Sprintf("%s %s %d min %d checks %d hints %d passed %s×%d", r.State, r.Name, r.Minutes, r.Checks, r.Hints, r.Passed, r.Cause.ID, r.Cause.N))
	}
	want := []string{
		"stuck kim 1 min 4 checks 0 hints 0 passed client-address-lost×4",
		"slow ada 6 min 2 checks 2 hints 0 passed headless-expected×2",
		"going bob 20 min 6 checks 0 hints 1 passed port-wrong×5",
		"going dan 40 min 0 checks 0 hints 0 passed ×0",
		"away eve 30 min 9 checks 0 hints 0 passed selector-missing×9",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if b.Here != 4 || b.Causes[0] != (classroom.Count{ID: "selector-missing", N: 9}) {
		t.Errorf("here %d, causes %v", b.Here, b.Causes)
	}
}

func TestToggle(t *testing.T) {
	var c classroom.Class
	c.Toggle("nodeport")
	if !c.IsClosed("nodeport") {
		t.Error("not closed")
	}
	c.Toggle("nodeport")
	if c.IsClosed("nodeport") {
		t.Error("not opened again")
	}
}

func TestBoardShowsNoControlCharacters(t *testing.T) {
	l := learner("\x1b[2Jkim", "task:\x1b]0;x\a", 1)
	b := classroom.NewBoard(classroom.Class{Title: "a\nb"}, []classroom.Learner{l}, failed(l.ID, "x", 1, "\x9b31m"), nil, now)
	for _, s := range []string{b.Title, b.Rows[0].Name, b.Rows[0].Place, b.Causes[0].ID} {
		if strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("%q has control characters", s)
		}
	}
}
