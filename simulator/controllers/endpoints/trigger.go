package endpoints

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// triggers remembers, by Service, when its pods last became ready or unready:
// what the annotation endpoints.kubernetes.io/last-change-trigger-time tells,
// as k8s.io/endpointslice/util's TriggerTimeTracker computes it.
type triggers map[control.Key]map[string]time.Time

// change is when the earliest change since the last call came about; the zero
// time if nothing that counts has changed.
func (t triggers) change(k control.Key, svc *corev1.Service, pods []*corev1.Pod) time.Time {
	was, known := t[k]
	now := make(map[string]time.Time, len(pods))
	var earliest time.Time
	for _, p := range pods {
		at := readySince(p)
		if at.IsZero() {
			continue
		}
		now[p.Name] = at
		if at.After(was[p.Name]) && (earliest.IsZero() || at.Before(earliest)) {
			earliest = at
		}
	}
	t[k] = now
	if !known {
		return svc.CreationTimestamp.Time
	}
	return earliest
}

func readySince(p *corev1.Pod) time.Time {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.LastTransitionTime.Time
		}
	}
	return time.Time{}
}
