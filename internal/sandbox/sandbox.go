// Package sandbox keeps the learner's cluster between runs and lets every
// program of theirs see the same one: the app's screen, `tutor kubectl` in
// another window, an editor outside.
//
// The first program to open the sandbox locks its file, runs the cluster and
// answers the others on a unix socket beside it; whoever finds the socket
// talks to that program. The cluster's virtual time follows the wall clock,
// also while nobody looks.
//
//	box, err := sandbox.Open(ctx, sandbox.Options{Dir: dir, Now: time.Now, Fresh: lessonWorld})
//	defer box.Close()
//	code := kubectl.Run(ctx, kubectl.Options{Handler: box, …}, args)
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// Options say where a sandbox is and what a new one starts from.
type Options struct {
	// Dir is the folder of its files; it is made if it is not there.
	Dir string
	// Now is the wall clock.
	Now func() time.Time
	// Fresh gives the world of a sandbox that is new.
	Fresh func() (*world.World, error)
	// Exec runs commands in the cluster's pods.
	Exec simulator.ExecFunc
}

// Sandbox is the learner's cluster. It is the cluster's API as an
// http.Handler, wherever the cluster runs.
type Sandbox struct {
	http.Handler
	// Notice says what the learner should know about how the sandbox was
	// opened, for example that a damaged file was set aside.
	Notice string

	host   *host   // nil unless this program runs the cluster
	remote *remote // nil if this program runs the cluster
}

// The files of a sandbox, within its folder.
const (
	stateFile = "cluster.json"
	lockFile  = "cluster.lock"
)

// patience is how long Open waits for another program that has locked the
// sandbox but does not answer yet.
const patience = 5 * time.Second

// Open opens the sandbox. It fails when another program holds it and answers
// nobody, when its folder cannot be written, or when a new world is unusable.
func Open(ctx context.Context, o Options) (*Sandbox, error) {
	if err := makeFolder(o.Dir); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lock := flock.New(filepath.Join(o.Dir, lockFile))
	for {
		held, err := lock.TryLock()
		if err != nil {
			return nil, fmt.Errorf("lock the sandbox: %w", err)
		}
		if held {
			return openHost(o, lock)
		}
		r, err := dial(ctx, socketPath(o.Dir))
		if err == nil {
			return &Sandbox{Handler: r, remote: r}, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("another tutor holds the sandbox in %s and does not answer: end it and try again", o.Dir)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Snapshot is the cluster as it stands.
func (s *Sandbox) Snapshot(ctx context.Context) (*world.World, error) {
	if s.host != nil {
		return s.host.snapshot(), nil
	}
	return s.remote.snapshot(ctx)
}

// Version grows with every change of the cluster: a screen that shows it need
// not ask for a snapshot until it has grown.
func (s *Sandbox) Version(ctx context.Context) (int64, error) {
	if s.host != nil {
		return s.host.version(), nil
	}
	return s.remote.version(ctx)
}

// Reset puts a new cluster in the place of the old one.
func (s *Sandbox) Reset(ctx context.Context, w *world.World) error {
	if s.host != nil {
		return s.host.reset(w)
	}
	return s.remote.reset(ctx, w)
}

// Close stores the cluster, if this program ran it, and lets go of it.
func (s *Sandbox) Close() error {
	if s.host != nil {
		return s.host.close()
	}
	s.remote.close()
	return nil
}

// readState returns the stored world, nil if there is none, and when it was
// stored.
func readState(dir string) (w *world.World, stored time.Time, err error) {
	path := filepath.Join(dir, stateFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, stored, nil
	}
	if err != nil {
		return nil, stored, fmt.Errorf("read the sandbox: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, stored, fmt.Errorf("read the sandbox: %w", err)
	}
	w = new(world.World)
	if err := w.UnmarshalJSON(b); err != nil {
		return nil, stored, &damage{path, err}
	}
	return w, info.ModTime(), nil
}

// damage is a stored cluster that cannot be read.
type damage struct {
	path string
	err  error
}

func (d *damage) Error() string { return fmt.Sprintf("read the sandbox %s: %v", d.path, d.err) }

// setAside renames the damaged file and says so.
func (d *damage) setAside(now time.Time) (notice string, err error) {
	aside := fmt.Sprintf("%s.damaged-%s", d.path, now.UTC().Format("20060102T150405"))
	if err := os.Rename(d.path, aside); err != nil {
		return "", fmt.Errorf("set the damaged sandbox aside: %w", err)
	}
	return fmt.Sprintf("The sandbox could not be read (%v). Its file was set aside as %s, and the cluster starts afresh.", d.err, aside), nil
}

// limit bounds what is read of another program's answer.
func limit(r io.Reader) io.Reader { return io.LimitReader(r, 64<<20) }
