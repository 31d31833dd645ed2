package server

import (
	"context"
	"sync"
	"time"
)

// shelf keeps what was worked out for one learner, for all who want the same
// within a while. A class opens the same section in the same minute.
type shelf[K comparable, V any] struct {
	now  func() time.Time
	mu   sync.Mutex
	kept map[K]*shelved[V]
}

type shelved[V any] struct {
	done  chan struct{}
	at    time.Time
	value V
	err   error
}

// shelfTime is how long something is kept. What commands print of ages is older
// by no more than that.
const shelfTime = 10 * time.Minute

func newShelf[K comparable, V any](now func() time.Time) *shelf[K, V] {
	return &shelf[K, V]{now: now, kept: map[K]*shelved[V]{}}
}

// get is what is kept under a key, or what work comes to. Whoever is first does
// it, the others wait; an error is theirs too, but is not kept.
func (s *shelf[K, V]) get(ctx context.Context, key K, work func() (V, error)) (V, error) {
	s.mu.Lock()
	k := s.kept[key]
	if k != nil && s.now().Sub(k.at) < shelfTime {
		s.mu.Unlock()
		select {
		case <-k.done:
			return k.value, k.err
		case <-ctx.Done():
			var none V
			return none, ctx.Err()
		}
	}
	k = &shelved[V]{done: make(chan struct{}), at: s.now()}
	s.kept[key] = k
	s.mu.Unlock()
	defer close(k.done)
	if k.value, k.err = work(); k.err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.kept[key] == k {
			delete(s.kept, key)
		}
	}
	return k.value, k.err
}
