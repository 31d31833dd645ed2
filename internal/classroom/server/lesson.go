package server

import (
	"context"
	"fmt"
	"time"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/tui"
	"github.com/kubetutor/tutor/internal/tui/editor"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

// shared is the lesson as a room uses it: what is heavy takes turns, so that
// keys are answered at once whatever the others check.
func (s *Server) shared(l *tui.Lesson) *tui.Lesson {
	turns := make(chan struct{}, heavy())
	turn := func(ctx context.Context) (done func(), err error) {
		select {
		case turns <- struct{}{}:
			return func() { <-turns }, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	out := *l
	if l.Check != nil {
		out.Check = func(ctx context.Context, task *lessons.Scenario, manifest []byte) (*grader.Verdict, error) {
			if len(manifest) > s.Limits.Manifest {
				return nil, fmt.Errorf("a manifest may have %d KiB in this class, this one has %d", s.Limits.Manifest>>10, len(manifest)>>10)
			}
			done, err := turn(ctx)
			if err != nil {
				return nil, err
			}
			defer done()
			began := time.Now()
			v, err := l.Check(ctx, task, manifest)
			s.metrics.checked.Observe(time.Since(began).Seconds())
			return v, err
		}
	}
	if l.Diagnose != nil {
		out.Diagnose = func(ctx context.Context, task *lessons.Scenario, manifest []byte) []editor.Diagnostic {
			if len(manifest) > s.Limits.Manifest {
				return nil
			}
			done, err := turn(ctx)
			if err != nil {
				return nil
			}
			defer done()
			return l.Diagnose(ctx, task, manifest)
		}
	}
	if l.Played != nil {
		out.Played = func(ctx context.Context, section *lessons.Section) (*lessons.Section, error) {
			done, err := turn(ctx)
			if err != nil {
				return nil, err
			}
			defer done()
			return l.Played(ctx, section)
		}
	}
	if l.Predict != nil {
		out.Predict = func(ctx context.Context, t quiz.Try) (quiz.Outcome, error) {
			done, err := turn(ctx)
			if err != nil {
				return quiz.Outcome{}, err
			}
			defer done()
			return l.Predict(ctx, t)
		}
	}
	return &out
}
