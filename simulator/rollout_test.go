package simulator_test

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/state"
)

// Pods of a Deployment are bound, get an address and become ready through the
// API server's own rules.
func TestPodsBecomeReady(t *testing.T) {
	c := simulatortest.Settled(t, simulatortest.Parse(t, `
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
