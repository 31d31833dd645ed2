package world_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/world"
)

// A world that was written, or came to rest, long ago is opened as if that
// were now; what is as old as its nodes keeps its date.
func TestMoved(t *testing.T) {
	w, err := world.Load(strings.NewReader(`
apiVersion: v1
kind: Node
metadata: {name: a, creationTimestamp: "2026-01-01T00:00:00Z"}
---
apiVersion: v1
kind: Service
metadata: {name: old, namespace: default, creationTimestamp: "2026-01-01T00:00:00Z"}
---
apiVersion: v1
kind: Pod
metadata: {name: young, namespace: default, creationTimestamp: "2026-01-02T08:30:00Z"}
status:
  startTime: "2026-01-02T08:31:00Z"
  conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-02T08:32:00Z"}]
---
apiVersion: v1
kind: Event
metadata: {name: e, namespace: default, creationTimestamp: "2026-01-02T08:33:00Z"}
eventTime: "2026-01-02T08:33:00.000000Z"
lastTimestamp: "2026-01-02T08:33:00Z"
`))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, time.May, 3, 12, 0, 0, 0, time.UTC)
	moved := w.Moved(world.Present, now)
	for _, obj := range moved.Objects {
		switch obj := obj.(type) {
		case *corev1.Node, *corev1.Service:
			if at := obj.(metav1.Object).GetCreationTimestamp(); at.Year() != 2026 {
				t.Errorf("%T is of %s now", obj, at)
			}
		case *corev1.Pod:
			for want, at := range map[time.Duration]time.Time{
				30 * time.Minute: obj.CreationTimestamp.Time,
				29 * time.Minute: obj.Status.StartTime.Time,
				28 * time.Minute: obj.Status.Conditions[0].LastTransitionTime.Time,
			} {
				if age := now.Sub(at); age != want {
					t.Errorf("a time of the pod is %s ago, want %s", age, want)
				}
			}
		case *corev1.Event:
			if age := now.Sub(obj.LastTimestamp.Time); age != 27*time.Minute || !obj.EventTime.Time.Equal(obj.LastTimestamp.Time) {
				t.Errorf("the event is %s old, and of %s", age, obj.EventTime)
			}
		}
	}
	if p := w.Objects[2].(*corev1.Pod); p.CreationTimestamp.Year() != 2026 {
		t.Error("the world itself was changed")
	}
}
