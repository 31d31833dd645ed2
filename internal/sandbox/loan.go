package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubetutor/tutor/internal/atomicfile"
	"github.com/kubetutor/tutor/simulator/world"
)

// Cluster is one that stands in the sandbox's place for a while.
type Cluster interface {
	http.Handler
	Snapshot() *world.World
	Version() int64
}

// Loan is the sandbox's place, held for another cluster: what the sandbox
// itself holds rests until the loan ends.
type Loan struct {
	dir    string
	lock   *flock.Flock
	stored *world.World
	server *http.Server
}

// ErrHeld is why the sandbox's place is not to be had: another program runs it.
var ErrHeld = errors.New("another tutor runs the sandbox")

// loanPatience is how long Borrow waits for a command that works on the sandbox.
const loanPatience = 3 * time.Second

// Borrow takes the sandbox's place. It fails with ErrHeld where a program runs
// the sandbox for longer than a command takes.
func Borrow(ctx context.Context, dir string) (*Loan, error) {
	if err := makeFolder(dir); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, loanPatience)
	defer cancel()
	lock := flock.New(filepath.Join(dir, lockFile))
	switch held, err := lock.TryLockContext(ctx, 10*time.Millisecond); {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, ErrHeld
	case err != nil:
		return nil, fmt.Errorf("lock the sandbox: %w", err)
	case !held:
		return nil, ErrHeld
	}
	l := &Loan{dir: dir, lock: lock}
	// What cannot be read is for the sandbox to set aside, when it is opened.
	l.stored, _, _ = readState(dir)
	return l, nil
}

// Stored is what the sandbox holds; nil where it holds nothing yet.
func (l *Loan) Stored() *world.World { return l.stored }

// Serve answers other programs from a cluster.
func (l *Loan) Serve(c Cluster) error {
	server, err := serve(l.dir, lent{c})
	l.server = server
	return err
}

// Close gives the place back. With keep the sandbox holds that world from now
// on, else what it held before.
func (l *Loan) Close(keep *world.World) error {
	shut(l.dir, l.server)
	var err error
	if keep != nil {
		err = store(l.dir, keep)
	}
	return errors.Join(err, l.lock.Unlock())
}

// lent is a borrowed cluster as other programs see it.
type lent struct{ Cluster }

func (l lent) snapshot() *world.World { return l.Snapshot() }
func (l lent) version() int64         { return l.Version() }

func (l lent) reset(*world.World) error {
	return fmt.Errorf("the app shows %s in the sandbox: leave it there, then try again", l.Snapshot().Name)
}

func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the sandbox's folder: %w", err)
	}
	return nil
}

// store writes the state file.
func store(dir string, w *world.World) error {
	b, err := w.MarshalJSON()
	if err != nil {
		return fmt.Errorf("store the sandbox: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, stateFile), b); err != nil {
		return fmt.Errorf("store the sandbox: %w", err)
	}
	return nil
}
