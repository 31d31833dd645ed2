// Package play plays what a lesson shows: it runs the commands of a section in
// the section's own cluster, and finds out what becomes of a prediction. What
// a learner reads is therefore what the simulator says, never what an author
// typed.
//
//	player := play.New(pack, time.Now)
//	steps, err := player.Section(ctx, pack.Section("nodeport"))
//	question, err = question.Resolve(ctx, player.Predict)
package play

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/apply"
	"github.com/kubetutor/tutor/simulator/world"
)

// Player plays a pack. Every section and every prediction has a cluster of its
// own, so that nothing that is played changes anything else.
type Player struct {
	pack *lessons.Pack
	now  func() time.Time
}

// New is a player of a pack; now is the clock that kubectl counts ages by.
func New(pack *lessons.Pack, now func() time.Time) *Player {
	return &Player{pack: pack, now: now}
}

// cluster starts a settled cluster from a world of the pack.
func (p *Player) cluster(name, proxyMode string) (*simulator.Cluster, error) {
	w, err := p.pack.OpenWorld(name)
	if err != nil {
		return nil, err
	}
	if proxyMode != "" {
		w.Spec.ProxyMode = world.ProxyMode(proxyMode)
	}
	return startCluster(w.Moved(world.Present, p.now()), p.now())
}

// startCluster makes a cluster that has come to rest by start: what takes its
// time, such as a load balancer, has begun as much earlier.
func startCluster(w *world.World, start time.Time) (*simulator.Cluster, error) {
	c, err := settledCluster(w, start)
	if err != nil {
		return nil, err
	}
	if took := c.Now().Sub(start); took > 0 {
		c.Close()
		return settledCluster(w, start.Add(-took))
	}
	return c, nil
}

func settledCluster(w *world.World, start time.Time) (*simulator.Cluster, error) {
	c, err := simulator.New(simulator.Options{World: w, Start: start, Exec: shell.Exec})
	if err != nil {
		return nil, fmt.Errorf("start world %q: %w", w.Name, err)
	}
	c.Settle()
	return c, nil
}

// applyAll applies a manifest and lets the controllers finish. The error is
// the first document's that was refused, in the API server's words.
func applyAll(ctx context.Context, c *simulator.Cluster, manifest string) error {
	if strings.TrimSpace(manifest) == "" {
		return nil
	}
	for _, r := range apply.File(ctx, c.API(), []byte(manifest), apply.Options{}) {
		if r.Err != nil {
			return r.Err
		}
	}
	c.Settle()
	return nil
}
