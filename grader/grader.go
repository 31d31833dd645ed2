package grader

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// Grader checks manifests against the scenarios of one pack. It is safe for
// concurrent use.
type Grader struct {
	pack *lessons.Pack

	mu     sync.Mutex
	worlds map[*lessons.Scenario]*world.World
}

// New makes a Grader for a pack.
func New(pack *lessons.Pack) *Grader {
	return &Grader{pack: pack, worlds: map[*lessons.Scenario]*world.World{}}
}

// start is the time at which every check begins; a check depends on nothing
// that changes from one to the next.
var start = world.Present

// brokenFor is how long a scenario's cluster has run when it is opened: not so
// long that the API server has forgotten its events.
const brokenFor = 20 * time.Minute

// The seeds of what is made up. They differ, since a cluster made from
// another's snapshot must not make up the uids that are in it already.
const (
	seedOfWorld = 1 + iota
	seedOfCheck
	seedAfterMove
)

// Check applies a manifest to a fresh copy of a scenario's (or lab's) cluster,
// lets it come to rest, and tells what holds. The error is about the scenario
// alone; whatever is wrong with the manifest stands in the verdict.
func (g *Grader) Check(ctx context.Context, s *lessons.Scenario, text []byte) (*Verdict, error) {
	v := &Verdict{Scenario: s.ID}
	file, err := manifest.Parse(text)
	if err != nil {
		v.Unusable = true
		v.Failures = []Failure{unusable(err)}
		return v, nil
	}
	c, err := g.Cluster(s)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	results := c.Apply(ctx, file.Text)
	c.Settle()
	sc, err := g.scene(s, c, file, results)
	if err != nil {
		return nil, err
	}
	return sc.judge(v)
}

// CheckCluster tells what holds in a cluster as it stands, however it came to
// be so: a lab that was repaired by hand.
func (g *Grader) CheckCluster(s *lessons.Scenario, c *simulator.Cluster) (*Verdict, error) {
	sc, err := g.scene(s, c, nil, nil)
	if err != nil {
		return nil, err
	}
	return sc.judge(&Verdict{Scenario: s.ID})
}

// Cluster makes a fresh copy of a scenario's cluster, at rest. The caller
// closes it.
func (g *Grader) Cluster(s *lessons.Scenario) (*simulator.Cluster, error) {
	w, err := g.world(s)
	if err != nil {
		return nil, err
	}
	c, err := simulator.New(simulator.Options{World: w, Start: start, Seed: seedOfCheck})
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", s.ID, err)
	}
	return c, nil
}

// world is a scenario's cluster at rest, made at its first check.
func (g *Grader) world(s *lessons.Scenario) (*world.World, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w := g.worlds[s]; w != nil {
		return w, nil
	}
	w, err := g.pack.OpenWorld(s.World, s.Overlays()...)
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", s.ID, err)
	}
	c, err := simulator.New(simulator.Options{World: w, Start: start.Add(-brokenFor), Seed: seedOfWorld})
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", s.ID, err)
	}
	defer c.Close()
	c.Settle()
	g.worlds[s] = c.Snapshot()
	return g.worlds[s], nil
}

// unusable is the failure of a file that holds no objects.
func unusable(err error) Failure {
	f := Failure{
		Expectation: "The file is a manifest",
		Evidence:    Evidence{Tried: "reading the file as YAML or JSON", Met: err.Error()},
		Diagnosis:   Diagnosis{ID: "not-yaml", Message: err.Error()},
	}
	if e := (*manifest.Error)(nil); errors.As(err, &e) {
		f.Diagnosis.Line, f.Diagnosis.Message, f.Diagnosis.Next = e.Line, e.Message, e.Next
	}
	return f
}
