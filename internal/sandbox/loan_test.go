package sandbox_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// another is a cluster that stands in the sandbox's place.
type another struct {
	http.Handler
	*simulator.Cluster
}

func newAnother(t *testing.T, w *world.World) another {
	t.Helper()
	c, err := simulator.New(simulator.Options{World: w, Start: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return another{c.Handler(), c}
}

func TestLoan(t *testing.T) {
	dir := shortDir(t)
	first := open(t, dir)
	if err := first.Reset(context.Background(), withNamespace(t, "mine")); err != nil {
		t.Fatal(err)
	}
	closeBox(t, first)

	loan, err := sandbox.Borrow(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if loan.Stored() == nil {
		t.Error("what the sandbox holds is not told")
	}
	if err := loan.Serve(newAnother(t, withNamespace(t, "lent"))); err != nil {
		t.Fatal(err)
	}
	seen := open(t, dir)
	if !hasNamespace(t, seen, "lent") || hasNamespace(t, seen, "mine") {
		t.Error("another program does not see the lent cluster")
	}
	if err := seen.Reset(context.Background(), withNamespace(t, "third")); err == nil {
		t.Error("the lent cluster was reset from outside")
	}
	closeBox(t, seen)
	if _, err := sandbox.Borrow(context.Background(), dir); !errors.Is(err, sandbox.ErrHeld) {
		t.Errorf("borrowed twice: %v", err)
	}
	if err := loan.Close(nil); err != nil {
		t.Fatal(err)
	}

	after := open(t, dir)
	if !hasNamespace(t, after, "mine") {
		t.Error("the sandbox is not what it was before the loan")
	}
	closeBox(t, after)

	loan, err = sandbox.Borrow(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := loan.Close(withNamespace(t, "kept")); err != nil {
		t.Fatal(err)
	}
	last := open(t, dir)
	defer closeBox(t, last)
	if !hasNamespace(t, last, "kept") {
		t.Error("what was to be kept is not there")
	}
}
