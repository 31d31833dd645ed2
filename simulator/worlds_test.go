package simulator_test

import (
	"io/fs"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator/simulatortest"
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

// An app that runs already was rolled out once: that its pods are not ready
// does not make its rollout a failed one.
func TestUnreadyWorkloadIsRolledOut(t *testing.T) {
	w, err := world.Load(strings.NewReader(`
apiVersion: tutor/v1
kind: World
metadata: {name: unready}
spec:
  workloads:
  - {name: cart, namespace: default, nodes: [a], ports: [{containerPort: 8080}], probe: 8081, unready: true}
---
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
`))
	if err != nil {
		t.Fatal(err)
	}
	c := simulatortest.Settled(t, w)
	obj, err := c.API().Client().Get(schema.GroupResource{Group: "apps", Resource: "deployments"}, "default", "cart")
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[appsv1.DeploymentConditionType]string{}
	for _, c := range obj.(*appsv1.Deployment).Status.Conditions {
		reasons[c.Type] = string(c.Status) + " " + c.Reason
	}
	if reasons["Progressing"] != "True NewReplicaSetAvailable" || reasons["Available"] != "False MinimumReplicasUnavailable" {
		t.Errorf("conditions %v", reasons)
	}
}
