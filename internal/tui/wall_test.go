package tui

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/tui/screentest"
)

// TestWall plays testdata/wall/*.txtar: the teacher's screen over a class; and
// testdata/emptywall/*.txtar, where nobody has come yet.
func TestWall(t *testing.T) {
	for dir, learners := range map[string]int{"wall": 30, "emptywall": 0} {
		screentest.Run(t, "testdata/"+dir, *update, func(t *testing.T) tea.Model {
			of := newClassOf(learners)
			o := options(t.TempDir())
			o.Teacher, o.Class = of, of.news
			app := New(context.Background(), o)
			t.Cleanup(func() { _ = app.Close() })
			return app
		})
	}
}

// classOf is a class with its teacher.
type classOf struct {
	mu    sync.Mutex
	class classroom.Class
	board classroom.Board
	news  chan Room
}

func newClassOf(learners int) *classOf {
	now := time.Date(2026, 3, 1, 14, 5, 0, 0, time.Local)
	c := &classOf{news: make(chan Room, 8), board: classroom.Board{
		Title: "Services 101", Code: "plum-42", Join: "ssh -p 2222 tutor.local", Now: now, Here: learners,
	}}
	if learners == 0 {
		return c
	}
	c.board.Causes = []classroom.Count{{ID: "selector-matches-nothing", N: 11}, {ID: "target-port-missing", N: 7}, {ID: "client-address-lost", N: 6}, {ID: "headless-expected", N: 2}}
	c.board.Rows = []classroom.Row{
		{ID: "1", Name: "kim", State: classroom.Stuck, Screen: placeTask, Place: "order-api-nodeport", Minutes: 9, Checks: 5, Cause: classroom.Count{ID: "client-address-lost", N: 4}, Passed: 3},
		{ID: "2", Name: "Bartholomäus-Maximilian-der-Dritte", State: classroom.Stuck, Screen: placeTask, Place: "policy-of-the-service-port", Minutes: 104, Checks: 12, Hints: 2, Cause: classroom.Count{ID: "selector-matches-nothing", N: 3}},
		{ID: "3", Name: "ada", State: classroom.Slow, Screen: placeTask, Place: "postgres-headless", Minutes: 6, Checks: 2, Hints: 1, Cause: classroom.Count{ID: "headless-expected", N: 1}, Passed: 2},
		{ID: "4", Name: "山田太郎", State: classroom.Going, Screen: placeSection, Place: "nodeport", Minutes: 2, Passed: 4},
	}
	for i := len(c.board.Rows); i < learners; i++ {
		r := classroom.Row{ID: fmt.Sprint(i + 1), Name: fmt.Sprintf("learner-%02d", i+1), State: classroom.Going, Screen: placeSection, Place: "clusterip", Minutes: i}
		if i > 26 {
			r.State, r.Screen, r.Place = classroom.Away, placeHome, ""
		}
		c.board.Rows = append(c.board.Rows, r)
	}
	return c
}

func (c *classOf) Board(context.Context) (classroom.Board, error) { return c.board, nil }

// Change tells the app, as a server tells everybody.
func (c *classOf) Change(_ context.Context, change func(*classroom.Class)) (classroom.Class, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.class)
	c.news <- Room{Class: c.class}
	return c.class, nil
}

func (c *classOf) Manifest(_ context.Context, learner, _ string) (string, error) {
	if learner == "3" { // has typed nothing
		return "", nil
	}
	return nodePort, nil
}
