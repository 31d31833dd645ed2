package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// meanwhile is an app in whose surroundings something happens when ctrl+q is
// pressed.
type meanwhile struct {
	tea.Model
	happens func()
}

func (m meanwhile) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "ctrl+q" {
		m.happens()
		return m, nil
	}
	var cmd tea.Cmd
	m.Model, cmd = m.Model.Update(msg)
	return m, cmd
}

// playMeanwhile plays the scripts of a folder; change says what happens.
func playMeanwhile(t *testing.T, dir string, change func(*testing.T, *Options) (happens func())) {
	t.Helper()
	screentest.Run(t, dir, *update, func(t *testing.T) tea.Model {
		o := options(t.TempDir())
		happens := change(t, &o)
		app := New(context.Background(), o)
		t.Cleanup(func() { _ = app.Close() })
		return meanwhile{app, happens}
	})
}

// TestWaiting plays testdata/waiting/*.txtar: a check and a cluster that take
// their time.
func TestWaiting(t *testing.T) {
	playScreens(t, "testdata/waiting", func(_ *testing.T, o *Options) {
		o.Load = func(ctx context.Context) (*Lesson, error) {
			lesson, err := withCluster(ctx)
			if err != nil {
				return nil, err
			}
			lesson.Check = func(ctx context.Context, _ *lessons.Scenario, _ []byte) (*grader.Verdict, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			lesson.Live = func(ctx context.Context, _ *lessons.Scenario, _ bool) (*live.Cluster, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return lesson, nil
		}
	})
}

// TestOutOfTime plays testdata/late/*.txtar: an exam's time passes.
func TestOutOfTime(t *testing.T) {
	playMeanwhile(t, "testdata/late", func(_ *testing.T, o *Options) func() {
		var late atomic.Bool
		o.Now = func() time.Time {
			if late.Load() {
				return noon().Add(2 * time.Minute)
			}
			return noon()
		}
		return func() { late.Store(true) }
	})
}

// TestFiles plays testdata/files/*.txtar: another editor saves the manifest. The
// file is shown below the home folder, where it is in every run.
func TestFiles(t *testing.T) {
	home := t.TempDir()
	old := os.Getenv("HOME")
	t.Cleanup(func() { _ = os.Setenv("HOME", old) })
	if err := os.Setenv("HOME", home); err != nil { // t.Setenv has no parallel tests below it
		t.Fatal(err)
	}
	playMeanwhile(t, "testdata/files", func(t *testing.T, o *Options) func() {
		o.Files = filepath.Join(home, "manifests")
		if err := os.RemoveAll(o.Files); err != nil {
			t.Fatal(err)
		}
		saves := 0
		return func() {
			saves++
			text := "# saved outside\nkind: Service\n"
			if saves > 1 {
				text = "# and once more\nkind: Service\n"
			}
			if err := os.WriteFile(filepath.Join(o.Files, "order-api.yaml"), []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		}
	})
}

// withQuestions loads the lesson of testdata/ask.
func withQuestions(context.Context) (*Lesson, error) {
	pack, err := lessons.Load(os.DirFS("testdata/ask"))
	if err != nil {
		return nil, err
	}
	return &Lesson{Pack: pack}, nil
}

// TestAsking plays testdata/asking/*.txtar, where the cluster takes its time to
// answer, and testdata/refusing/*.txtar, where it does not.
func TestAsking(t *testing.T) {
	playMeanwhile(t, "testdata/asking", func(_ *testing.T, o *Options) func() {
		answer := make(chan struct{})
		o.Load = func(ctx context.Context) (*Lesson, error) {
			lesson, err := withQuestions(ctx)
			if err != nil {
				return nil, err
			}
			lesson.Predict = func(ctx context.Context, _ quiz.Try) (quiz.Outcome, error) {
				select {
				case <-answer:
					return quiz.Outcome{Outcome: "ok"}, nil
				case <-ctx.Done():
					return quiz.Outcome{}, ctx.Err()
				}
			}
			return lesson, nil
		}
		return func() { close(answer) }
	})
	playScreens(t, "testdata/refusing", func(_ *testing.T, o *Options) {
		o.Load = func(ctx context.Context) (*Lesson, error) {
			lesson, err := withQuestions(ctx)
			if err != nil {
				return nil, err
			}
			broken := errors.New("the world \"shop\" has no node")
			lesson.Predict = func(context.Context, quiz.Try) (quiz.Outcome, error) { return quiz.Outcome{}, broken }
			lesson.Played = func(context.Context, *lessons.Section) (*lessons.Section, error) { return nil, broken }
			return lesson, nil
		}
	})
}

// TestMidway plays testdata/midway/*.txtar: somebody who has come half way.
func TestMidway(t *testing.T) {
	playScreens(t, "testdata/midway", func(t *testing.T, o *Options) {
		_, err := o.Store.Update(context.Background(), func(p *progress.Progress) error {
			p.Section("rings").Page, p.Section("rings").Read = 1, 1
			p.Task("order-api").SolutionSeen = noon()
			for _, id := range []string{"order-api", "no-answer"} {
				p.Task(id).Record(progress.Attempt{At: noon(), Diagnoses: []string{"port-wrong"}})
			}
			p.Question("cache-type").Answers = []progress.Answer{{At: noon(), Right: true}}
			p.Question("cache-type").Due = noon().Add(-time.Hour)
			p.Question("no-pod-here").Answers = []progress.Answer{{At: noon()}}
			p.Question("no-pod-here").Due = noon().Add(time.Hour)
			p.Bookmarks = []progress.Bookmark{{Place: progress.Place{Screen: placeSection, ID: "rings"}, Note: "the rings", At: noon()}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestEmptyLesson plays testdata/empty/*.txtar: a pack that holds nothing yet.
func TestEmptyLesson(t *testing.T) {
	playScreens(t, "testdata/empty", func(_ *testing.T, o *Options) {
		o.Load = func(context.Context) (*Lesson, error) {
			pack, err := lessons.Load(fstest.MapFS{"lesson.yaml": &fstest.MapFile{Data: []byte("id: new\ntitle: A new lesson\nobjectives: [Begin]\nminutes: 5\n")}})
			if err != nil {
				return nil, err
			}
			return &Lesson{Pack: pack}, nil
		}
	})
}
