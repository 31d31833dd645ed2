package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// saveDelay is how long changes are gathered before they are stored.
const saveDelay = 200 * time.Millisecond

// host runs the cluster in this program.
type host struct {
	options Options
	lock    *flock.Flock
	server  *http.Server

	mu      sync.RWMutex // guards cluster against reset
	cluster *simulator.Cluster
	epoch   int64 // grows with each reset, so that versions never go back

	saveMu sync.Mutex
	saving *time.Timer
	saved  int64 // the version that is stored; -1 for none
}

func openHost(o Options, lock *flock.Flock) (*Sandbox, error) {
	s, err := startHost(o, lock)
	if err != nil {
		lock.Unlock()
		return nil, err
	}
	return s, nil
}

func startHost(o Options, lock *flock.Flock) (*Sandbox, error) {
	s := new(Sandbox)
	w, stored, err := readState(o.Dir)
	var broken *damage
	if errors.As(err, &broken) {
		s.Notice, err = broken.setAside(o.Now())
	}
	kept := w != nil
	if err == nil && !kept {
		stored = o.Now()
		w, err = o.Fresh()
	}
	if err != nil {
		return nil, err
	}
	h := &host{options: o, lock: lock, saved: -1}
	if h.cluster, err = h.start(w, stored); err != nil {
		return nil, err
	}
	if kept {
		h.saved = h.cluster.Version()
	}
	h.cluster.Advance(o.Now().Sub(h.cluster.Now()))
	h.cluster.Follow(o.Now)
	if h.server, err = serve(o.Dir, h); err != nil {
		h.cluster.Close()
		return nil, err
	}
	s.Handler, s.host = h, h
	return s, nil
}

// longestAbsence is for how long the cluster is said to have gone on while no
// program ran it. Nothing that is awaited takes longer.
const longestAbsence = time.Hour

// start starts a cluster that goes on from a moment, at most longestAbsence ago
// and not in the future.
func (h *host) start(w *world.World, from time.Time) (*simulator.Cluster, error) {
	now := h.options.Now()
	if from.After(now) {
		from = now
	} else if earliest := now.Add(-longestAbsence); from.Before(earliest) {
		from = earliest
	}
	c, err := simulator.New(simulator.Options{World: w, Start: from, Exec: h.options.Exec})
	if err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	return c, nil
}

// ServeHTTP answers from the cluster and stores what a request changed.
func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.current().Handler().ServeHTTP(w, r)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.saveSoon()
	}
}

func (h *host) current() *simulator.Cluster {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.cluster
}

func (h *host) snapshot() *world.World { return h.current().Snapshot() }

func (h *host) version() int64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.epoch + h.cluster.Version()
}

func (h *host) reset(w *world.World) error {
	fresh, err := h.start(w, h.options.Now())
	if err != nil {
		return err
	}
	fresh.Follow(h.options.Now)
	h.mu.Lock()
	old := h.cluster
	h.epoch += old.Version() + 1
	h.cluster = fresh
	h.mu.Unlock()
	old.Close()
	h.saveSoon()
	return nil
}

func (h *host) saveSoon() {
	h.saveMu.Lock()
	defer h.saveMu.Unlock()
	if h.saving == nil {
		h.saving = time.AfterFunc(saveDelay, func() {
			h.saveMu.Lock()
			h.saving = nil
			h.saveMu.Unlock()
			// A full disk is told at Close, where somebody listens.
			_ = h.save()
		})
	}
}

func (h *host) save() error {
	h.saveMu.Lock()
	defer h.saveMu.Unlock()
	version := h.version()
	if version == h.saved {
		return nil
	}
	if err := store(h.options.Dir, h.snapshot()); err != nil {
		return err
	}
	h.saved = version
	return nil
}

func (h *host) close() error {
	shut(h.options.Dir, h.server)
	err := h.save()
	h.current().Close()
	return errors.Join(err, h.lock.Unlock())
}
