package server

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

func TestShelf(t *testing.T) {
	now := time.Unix(0, 0)
	s, made := newShelf[string, int](func() time.Time { return now }), 0
	get := func(err error) (int, error) {
		return s.get(context.Background(), "a", func() (int, error) { made++; return made, err })
	}
	if _, err := get(errors.New("no")); err == nil {
		t.Error("the error is lost")
	}
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 2}, {shelfTime - 1, 2}, {1, 3}} {
		now = now.Add(step.wait)
		if v, err := get(nil); v != step.want || err != nil {
			t.Errorf("after %v: %d, %v; want %d", step.wait, v, err, step.want)
		}
	}
}

func TestShelfMakesOnce(t *testing.T) {
	s, made := newShelf[string, int](time.Now), 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, _ = s.get(context.Background(), "a", func() (int, error) {
				made++ // the race detector sees a second one
				time.Sleep(10 * time.Millisecond)
				return made, nil
			})
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

func TestShelfLetsOneGoWhoWaits(t *testing.T) {
	s, busy, end := newShelf[string, int](time.Now), make(chan struct{}), make(chan struct{})
	go func() {
		_, _ = s.get(context.Background(), "a", func() (int, error) { close(busy); <-end; return 1, nil })
	}()
	<-busy
	defer close(end)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.get(ctx, "a", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}
