package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Pods of a Deployment are bound, get an address and become ready through the
// API server's own rules.
func TestPodsBecomeReady(t *testing.T) {
	w, err := world.Load(strings.NewReader(`
apiVersion: v1
kind: Node
metadata: {name: a, labels: {topology.kubernetes.io/zone: z}}
spec: {podCIDR: 10.244.1.0/24}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
`))
	if err != nil {
		t.Fatal(err)
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
	if len(pods) != 2 {
		t.Fatalf("%d pods", len(pods))
	}
	for _, p := range pods {
		if p.Spec.NodeName != "a" || !state.Ready(p) || !strings.HasPrefix(p.Status.PodIP, "10.244.1.") || p.Labels["topology.kubernetes.io/zone"] != "z" {
			t.Errorf("%s: node %q, ready %v, address %q, labels %v", p.Name, p.Spec.NodeName, state.Ready(p), p.Status.PodIP, p.Labels)
		}
	}
}
