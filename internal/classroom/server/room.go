package server

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/tui"
)

// room tells everybody who is connected what the teacher has set, here or on
// another server of the same class.
type room struct {
	store *store.Store

	mu     sync.Mutex
	now    tui.Room
	inside map[*seat]struct{}
}

// seat is one session in the room.
type seat struct {
	learner string // "" for a teacher
	news    chan tui.Room
}

func newRoom(s *store.Store) *room { return &room{store: s, inside: map[*seat]struct{}{}} }

// sit takes a place in the room; news come on the seat's channel, the latest
// alone.
func (r *room) sit(learner string) *seat {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &seat{learner: learner, news: make(chan tui.Room, 1)}
	r.inside[s] = struct{}{}
	s.news <- r.now
	return s
}

func (r *room) leave(s *seat) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.inside, s)
}

// tell passes on what has changed.
func (r *room) tell(change func(*tui.Room)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := r.now
	change(&next)
	if reflect.DeepEqual(next, r.now) {
		return
	}
	r.now = next
	for s := range r.inside {
		select {
		case <-s.news: // an older one that nobody has read
		default:
		}
		s.news <- next
	}
}

// set takes over the class's settings.
func (r *room) set(c classroom.Class) {
	c.Code, c.Token, c.Teachers = "", "", nil // nobody in the room needs them
	r.tell(func(room *tui.Room) { room.Class, room.Notice = c, "" })
}

func (r *room) notice(text string) { r.tell(func(room *tui.Room) { room.Notice = text }) }

// end has every app store what it holds and end.
func (r *room) end() { r.tell(func(room *tui.Room) { room.Over = true }) }

// isOver tells whether the server ends.
func (r *room) isOver() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now.Over
}

// The pace at which the room looks at the store.
const (
	watchEvery   = time.Second
	watchPatient = 2 * time.Second
	seenEvery    = 30 * time.Second
)

// watch follows the class's settings, and tells the room when the database
// does not answer.
func (r *room) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		patience, cancel := context.WithTimeout(ctx, watchPatient)
		c, err := r.store.Class(patience)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.notice("The class's database does not answer. Go on: what you do is kept here and stored as soon as it does.")
		default:
			r.set(c)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// keepSeen notes who is still connected.
func (r *room) keepSeen(ctx context.Context) {
	tick := time.NewTicker(seenEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		patience, cancel := context.WithTimeout(ctx, seenEvery)
		// A database that is away for a while costs the board a minute.
		_ = r.store.Here(patience, r.learners())
		cancel()
	}
}

func (r *room) learners() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for s := range r.inside {
		if s.learner != "" {
			all = append(all, s.learner)
		}
	}
	return all
}
