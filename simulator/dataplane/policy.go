package dataplane

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
)

func (w *walk) egressAllowed(netip.AddrPort) bool { return true }

func (w *walk) policyStops(*corev1.Pod, Backend) (string, Object, bool) { return "", Object{}, false }
