package kubeproxy

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// HealthzPort is where every kube-proxy answers for itself
// (--healthz-bind-address, 0.0.0.0:10256).
const HealthzPort = 10256

// HealthAnswer is what kube-proxy's health server says over HTTP, whatever the
// path (pkg/proxy/healthcheck).
type HealthAnswer struct {
	Service *corev1.Service // nil for /healthz
	Status  int             // 200 or 503
	Header  map[string]string
	Body    string
}

// Health is the answer at a health-check node port (or at [HealthzPort]) of a
// node; false where kube-proxy does not listen at that address and port.
// A Service's answer counts ready endpoints on that node alone: one that is
// ending may still serve, and the check fails all the same.
func (r *Rules) Health(nodeName string, to netip.AddrPort, now time.Time) (HealthAnswer, bool) {
	n := r.nodes[nodeName]
	if n == nil {
		return HealthAnswer{}, false
	}
	if to.Port() == HealthzPort {
		return n.healthz(now), true
	}
	svc, ok := r.health[to.Port()]
	if !ok || !n.healthListens(to.Addr()) {
		return HealthAnswer{}, false
	}
	count := r.LocalReady(svc, nodeName)
	status := 200
	if count == 0 {
		status = 503
	}
	body := fmt.Sprintf("{\n\t\"service\": {\n\t\t\"namespace\": %q,\n\t\t\"name\": %q\n\t},\n\t\"localEndpoints\": %d,\n\t\"serviceProxyHealthy\": true\n}",
		svc.Namespace, svc.Name, count)
	return HealthAnswer{svc, status, map[string]string{
		"Content-Type":                     "application/json",
		"X-Content-Type-Options":           "nosniff",
		"X-Load-Balancing-Endpoint-Weight": strconv.Itoa(count),
	}, body}, true
}

// healthz is kube-proxy's answer for itself: 503 once the node is on its way
// out, so that balancers stop sending to it (KEP-3836).
func (n *node) healthz(now time.Time) HealthAnswer {
	status := 200
	if n.leaving {
		status = 503
	}
	at := now.UTC().Format(time.RFC3339)
	body := fmt.Sprintf("{\"lastUpdated\": %q,\"currentTime\": %q, \"nodeEligible\": %t}", at, at, !n.leaving)
	return HealthAnswer{nil, status, map[string]string{
		"Content-Type":           "application/json",
		"X-Content-Type-Options": "nosniff",
	}, body}
}

// healthListens: the server listens where node ports are served; loopback is
// among them where every local address is.
func (n *node) healthListens(addr netip.Addr) bool {
	if addr.IsLoopback() {
		return n.anyAddress
	}
	return slices.Contains(n.ports, addr)
}

// LocalReady counts the addresses of a Service's ready endpoints on a node,
// each once, over all of its ports: what a balancer's health check of a Local
// Service learns.
func (r *Rules) LocalReady(svc *corev1.Service, nodeName string) int {
	addrs := map[netip.Addr]bool{}
	for _, sp := range r.ports[svc] {
		for _, all := range []*listed{&sp.endpoints.v4, &sp.endpoints.v6} {
			for _, e := range all.on(nodeName) {
				if e.Ready && e.Node == nodeName {
					addrs[e.Address.Addr()] = true
				}
			}
		}
	}
	return len(addrs)
}

// needsHealthCheck is a Service that has a health-check node port.
func needsHealthCheck(svc *corev1.Service) bool {
	return svc.Spec.Type == corev1.ServiceTypeLoadBalancer && svc.Spec.HealthCheckNodePort != 0 &&
		svc.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal
}
