package tui

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/lessons"
)

// TestDone plays testdata/done/*.txtar: everything was done, and a question is
// due again.
func TestDone(t *testing.T) {
	playScreens(t, "testdata/done", func(t *testing.T, o *Options) {
		_, err := o.Store.Update(context.Background(), func(p *progress.Progress) error {
			lesson, err := o.Load(context.Background())
			if err != nil {
				return err
			}
			for _, s := range newCourse(lesson.Pack).steps {
				switch {
				case s.section != nil:
					p.Section(s.section.ID).Done = true
				case s.task != nil:
					p.Task(s.task.ID).Passed = noon()
				}
			}
			for _, q := range lesson.Pack.Questions() {
				p.Question(q.ID).Answers = []progress.Answer{{At: noon(), Right: true}}
				p.Question(q.ID).Due = noon().Add(24 * time.Hour)
			}
			p.Question("cache-type").Due = noon().Add(-time.Hour)
			p.Question("no-pod-here").Due = noon().Add(-time.Minute)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestClass plays testdata/class/*.txtar and testdata/classquiz/*.txtar: what
// a teacher has set, for a learner.
func TestClass(t *testing.T) {
	for dir, class := range map[string]classroom.Class{
		"class":     {Message: "Break until ten", At: noon(), Closed: []string{"rings"}, HoldHints: true},
		"classquiz": {Quiz: &classroom.Quiz{Ends: noon().Add(10 * time.Minute)}},
	} {
		playScreens(t, "testdata/"+dir, func(_ *testing.T, o *Options) {
			room := make(chan Room, 1)
			room <- Room{Class: class}
			o.Class = room
		})
	}
}

// TestFailing plays testdata/failing/*.txtar: no check and no cluster works;
// testdata/unsaved/*.txtar, where nothing can be stored; and
// testdata/brokenwall/*.txtar, where a teacher's class cannot be read.
func TestFailing(t *testing.T) {
	playScreens(t, "testdata/failing", func(_ *testing.T, o *Options) {
		o.Load = func(ctx context.Context) (*Lesson, error) {
			lesson, err := withCluster(ctx)
			if err != nil {
				return nil, err
			}
			lesson.Check = func(context.Context, *lessons.Scenario, []byte) (*grader.Verdict, error) {
				return nil, errors.New("the world \"shop\" has no node")
			}
			lesson.Live = func(context.Context, *lessons.Scenario, bool) (*live.Cluster, error) {
				return nil, errors.New("the world \"shop\" has no node")
			}
			return lesson, nil
		}
	})
	playScreens(t, "testdata/unsaved", func(_ *testing.T, o *Options) { o.Store = full{o.Store} })
	playScreens(t, "testdata/brokenwall", func(_ *testing.T, o *Options) {
		class := newClassOf(0)
		o.Teacher, o.Class = unreadable{class}, class.news
	})
}

// full is a store that takes nothing more.
type full struct{ progress.Store }

func (full) Update(context.Context, func(*progress.Progress) error) (*progress.Progress, error) {
	return nil, errors.New("no space left on device")
}

// unreadable is a class whose database does not answer.
type unreadable struct{ *classOf }

func (unreadable) Board(context.Context) (classroom.Board, error) {
	return classroom.Board{}, errors.New("the database does not answer")
}

// playScreens plays the scripts of a folder on an app whose options were
// changed.
func playScreens(t *testing.T, dir string, change func(*testing.T, *Options)) {
	t.Helper()
	screentest.Run(t, dir, *update, func(t *testing.T) tea.Model {
		o := options(t.TempDir())
		change(t, &o)
		app := New(context.Background(), o)
		t.Cleanup(func() { _ = app.Close() })
		return app
	})
}

// TestNoticesFit holds what is said in one line to the room of the narrowest
// usual window.
func TestNoticesFit(t *testing.T) {
	w := options(t.TempDir()).Words
	for _, notice := range []string{
		w.Home.NothingDueYet, w.Task.VimIsOn, w.Task.VimIsOff, w.Task.ResetDone, w.Task.FileTaken, w.Task.FileConflict,
		w.Class.NotOpen, w.Class.HintsHeld, w.Class.QuizOver, w.Map.AsItStands, w.Map.NotSavedYet,
		w.LookUp.Marked, w.LookUp.NoField, w.LookUp.NoCompletion, w.Question.Wait, w.Question.MarkFirst, w.Editor.TooLarge,
	} {
		if n := cells(notice); n > 80-2*margin-2 {
			t.Errorf("%d cells, which is cut in a window of 80: %s", n, notice)
		}
	}
}
