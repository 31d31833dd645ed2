package tui

import (
	"context"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/editor"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/internal/tui/text/en"
	"github.com/kubetutor/tutor/lessons"
)

var update = flag.Bool("update", false, "write the screens that the scripts show instead of comparing them")

// TestScreens plays testdata/screens/*.txtar; see package screentest.
func TestScreens(t *testing.T) {
	screentest.Run(t, "testdata/screens", *update, func(t *testing.T) tea.Model {
		app := New(context.Background(), options(t.TempDir()))
		t.Cleanup(func() { _ = app.Close() })
		return app
	})
}

// TestBrokenLesson plays testdata/broken/*.txtar: the lesson cannot be read.
func TestBrokenLesson(t *testing.T) {
	screentest.Run(t, "testdata/broken", *update, func(t *testing.T) tea.Model {
		o := options(t.TempDir())
		o.Load = func(context.Context) (*Lesson, error) {
			return nil, errors.New("read lessons from my-lesson:\nlesson.yaml:3: there is no section \"nodport\"")
		}
		return New(context.Background(), o)
	})
}

// noon is the time of everything in tests.
func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// options are an app on the small lesson of testdata, with a grader that
// knows a few mistakes by their looks.
func options(dir string) Options {
	return Options{
		Load:  small,
		Store: progress.NewFile(dir, noon),
		Words: en.Strings(),
		Now:   noon,
	}
}

func small(context.Context) (*Lesson, error) {
	pack, err := lessons.Load(os.DirFS("testdata/lesson"))
	if err != nil {
		return nil, err
	}
	guide, err := decide.Parse("decide.yaml", file("decide.yaml"))
	if err != nil {
		return nil, err
	}
	drills, err := decide.ParseDrills("drills.yaml", file("drills.yaml"), guide)
	return &Lesson{Pack: pack, Diagnose: diagnose,
		Check: func(_ context.Context, _ *lessons.Scenario, manifest []byte) (*grader.Verdict, error) {
			return verdict(string(manifest)), nil
		},
		Guide:  func() *decide.Guide { return guide },
		Drills: func() *decide.Drills { return drills },
	}, err
}

// file is one of the small lesson's; nil where there is none.
func file(name string) []byte {
	data, _ := os.ReadFile("testdata/lesson/" + name)
	return data
}

const (
	holdsPort = "port 80 inside"
	holdsSeen = "the pods see who connected"
)

func verdict(manifest string) *grader.Verdict {
	if strings.TrimSpace(manifest) == "" {
		return &grader.Verdict{Unusable: true, Failures: []grader.Failure{{
			Expectation: "the file holds a manifest", Evidence: grader.Evidence{Tried: "to read it", Met: "an empty file"},
			Diagnosis: grader.Diagnosis{ID: "not-yaml", Message: "there is nothing in it", Next: "write a Service"},
		}}}
	}
	v := &grader.Verdict{Passed: true}
	if strings.Contains(manifest, "port: 80\n") {
		v.Held = append(v.Held, holdsPort)
	} else {
		v.Passed = false
		v.Failures = append(v.Failures, grader.Failure{
			Expectation: holdsPort,
			Evidence:    grader.Evidence{Tried: "pod production/client → order-api-svc:80", Met: "connection refused"},
			Diagnosis:   grader.Diagnosis{ID: "port-wrong", Message: "the Service listens on another port than 80", Line: lineOf(manifest, "port:"), Field: "spec.ports[0].port", Next: "compare port with the one that callers use"},
		})
	}
	if strings.Contains(manifest, "externalTrafficPolicy: Local") {
		v.Held = append(v.Held, holdsSeen)
		return v
	}
	v.Passed = false
	v.Failures = append(v.Failures, grader.Failure{
		Expectation: holdsSeen,
		Evidence:    grader.Evidence{Tried: "nginx 192.168.0.50 → node-eu-west-1a:30080", Met: "order-api-a1, which saw 192.168.0.10, the node's address"},
		Diagnosis:   grader.Diagnosis{ID: "client-address-lost", Message: "externalTrafficPolicy is Cluster: the node that takes the packet puts its own address in its place", Line: lineOf(manifest, "type:"), Field: "spec.externalTrafficPolicy", Next: "look at spec.externalTrafficPolicy"},
	})
	return v
}

func lineOf(manifest, field string) int {
	for i, l := range strings.Split(manifest, "\n") {
		if strings.Contains(l, field) {
			return i + 1
		}
	}
	return 0
}

func diagnose(_ context.Context, _ *lessons.Scenario, manifest []byte) []editor.Diagnostic {
	var out []editor.Diagnostic
	for i, l := range strings.Split(string(manifest), "\n") {
		if at := strings.Index(l, "externalTrafficPolicy: local"); at >= 0 {
			out = append(out, editor.Diagnostic{Line: i, Col: at + 23, End: at + 28, Message: `Unsupported value: "local": supported values: "Cluster", "Local"`})
		}
	}
	return out
}
