package simulator_test

import (
	"io/fs"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/state"
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
			w := simulatortest.Asset(t, file)
			want := map[string]bool{}
			for _, o := range w.Objects {
				if p, ok := o.(*corev1.Pod); ok {
					want[state.Of(p).String()] = state.Ready(p)
				}
			}
			c := simulatortest.Settled(t, w)
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
