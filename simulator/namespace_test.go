package simulator_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/simulatortest"
)

// A namespace goes with all it holds, running pods included.
func TestNamespaceEnds(t *testing.T) {
	c := simulatortest.Settled(t, simulatortest.Parse(t, `
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
---
apiVersion: v1
kind: Namespace
metadata: {name: x}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: x}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
`))
	if n := len(c.State().Pods); n != 1 {
		t.Fatalf("%d pods", n)
	}
	if _, err := c.API().Delete(apiserver.Find(control.Namespaces), "", "x", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	c.Advance(10 * time.Second)
	if c.State().Namespace("x") != nil {
		objects, _ := c.API().Store().All()
		for _, o := range objects {
			if m := o.(metav1.Object); m.GetNamespace() == "x" {
				t.Errorf("left: %T %s %v", o, m.GetName(), m.GetDeletionTimestamp())
			}
		}
		t.Errorf("the namespace is still there: %+v", c.State().Namespace("x"))
	}
}
