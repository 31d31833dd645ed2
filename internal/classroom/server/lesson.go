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

// turns let n at a time do something; who waits gives up with its context.
func turns(n int) func(context.Context) (done func(), err error) {
	free := make(chan struct{}, n)
	return func(ctx context.Context) (func(), error) {
		select {
		case free <- struct{}{}:
			return func() { <-free }, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// taking waits for a turn and does something in it.
func taking[T any](ctx context.Context, turn func(context.Context) (func(), error), do func() (T, error)) (T, error) {
	done, err := turn(ctx)
	if err != nil {
		var none T
		return none, err
	}
	defer done()
	return do()
}

// shared is the lesson as a room uses it: what is heavy takes turns, so that
// keys are answered at once whatever the others check.
func (s *Server) shared(l *tui.Lesson) *tui.Lesson {
	turn, look := turns(heavy()), turns(1)
	out := *l
	if l.Check != nil {
		out.Check = func(ctx context.Context, task *lessons.Scenario, manifest []byte) (*grader.Verdict, error) {
			if len(manifest) > s.Limits.Manifest {
				return nil, fmt.Errorf("a manifest may have %d KiB in this class, this one has %d", s.Limits.Manifest>>10, len(manifest)>>10)
			}
			return taking(ctx, turn, func() (*grader.Verdict, error) {
				began := time.Now()
				v, err := l.Check(ctx, task, manifest)
				s.metrics.checked.Observe(time.Since(began).Seconds())
				return v, err
			})
		}
	}
	if l.Diagnose != nil {
		out.Diagnose = func(ctx context.Context, task *lessons.Scenario, manifest []byte) []editor.Diagnostic {
			if len(manifest) > s.Limits.Manifest {
				return nil
			}
			done, err := look(ctx)
			if err != nil {
				return nil
			}
			began := time.Now()
			found := l.Diagnose(ctx, task, manifest)
			// A room that types keeps this busy all the time: half of it is
			// left to those who wait for a key.
			time.AfterFunc(time.Since(began), done)
			return found
		}
	}
	if l.Played != nil {
		played := newShelf[[2]string, *lessons.Section](s.Now)
		out.Played = func(ctx context.Context, section *lessons.Section) (*lessons.Section, error) {
			return played.get(ctx, [2]string{section.ID, section.Body}, func() (*lessons.Section, error) {
				return taking(s.ctx, turn, func() (*lessons.Section, error) { return l.Played(s.ctx, section) })
			})
		}
	}
	if l.Predict != nil {
		predicted := newShelf[quiz.Try, quiz.Outcome](s.Now)
		out.Predict = func(ctx context.Context, t quiz.Try) (quiz.Outcome, error) {
			return predicted.get(ctx, t, func() (quiz.Outcome, error) {
				return taking(s.ctx, turn, func() (quiz.Outcome, error) { return l.Predict(s.ctx, t) })
			})
		}
	}
	return &out
}
