package simulator_test

import (
	"io/fs"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// What runs in a world file goes on running: controllers take its workloads
// over as they stand.
func TestWorldsComeToRestAsTheyStand(t *testing.T) {
	files, err := fs.Glob(assets.FS, "worlds/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d worlds, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			f, err := assets.FS.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			w, err := world.Load(f)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]bool{}
			for _, o := range w.Objects {
				if p, ok := o.(*corev1.Pod); ok {
					want[state.Of(p).String()] = state.Ready(p)
				}
			}
			c, err := simulator.New(simulator.Options{World: w, Start: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if !c.Settle() {
				t.Error("the cluster does not settle")
			}
			pods := c.State().Pods
			for _, p := range pods {
				if ready, ok := want[state.Of(p).String()]; !ok || ready != state.Ready(p) {
					t.Errorf("%s: in the file %v, ready %v before and %v now", state.Of(p), ok, ready, state.Ready(p))
				}
			}
			if len(pods) != len(want) {
				t.Errorf("%d pods, want %d", len(pods), len(want))
			}
		})
	}
}
