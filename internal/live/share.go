package live

import (
	"context"
	"errors"
	"time"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/world"
)

// OpenShared is Open, with the cluster in the place of the sandbox in dir until
// it is closed: whatever works on the sandbox works on this cluster. Where the
// sandbox holds this very task it goes on from there, unless it is to begin
// anew, and stays with what becomes of it. Where another program runs the
// sandbox the cluster is seen here alone. What the sandbox does not hold is kept
// in the folder kept, and taken up from there.
func OpenShared(ctx context.Context, g *grader.Grader, task *lessons.Scenario, now func() time.Time, dir, kept string, anew bool) (*Cluster, error) {
	loan, err := sandbox.Borrow(ctx, dir)
	held := errors.Is(err, sandbox.ErrHeld)
	if err != nil && !held {
		return nil, err
	}
	c, err := Open(g, task, now)
	switch {
	case err != nil && held:
		return nil, err
	case err != nil:
		return nil, errors.Join(err, loan.Close(nil))
	case held:
		c.keepIn(kept, anew)
		return c, nil
	}
	c.loan = loan
	stored := loan.Stored()
	c.stays = stored != nil && stored.Name == task.ID
	switch {
	case !c.stays:
		c.keepIn(kept, anew)
	case !anew:
		err = c.Load(stored, 0)
	}
	if err == nil {
		err = loan.Serve(c)
	}
	if err != nil {
		c.stays = false
		c.Close()
		return nil, err
	}
	return c, nil
}

// IsShared tells whether the learner's other programs see the cluster.
func (c *Cluster) IsShared() bool { return c.loan != nil }

// Snapshot is the cluster as it stands, by the task's name.
func (c *Cluster) Snapshot() *world.World {
	w := c.cluster.Snapshot()
	w.Name = c.task.ID
	return w
}

// giveBack ends the sharing. A full disk leaves the sandbox as it was.
func (c *Cluster) giveBack() {
	switch {
	case c.loan == nil:
	case c.stays:
		_ = c.loan.Close(c.Snapshot())
	default:
		_ = c.loan.Close(nil)
	}
}
