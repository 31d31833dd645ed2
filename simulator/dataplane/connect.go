package dataplane

import (
	"net/netip"

	"github.com/kubetutor/tutor/simulator/dataplane/kubeproxy"
)

// affinityKey names what session affinity remembers an endpoint under: a
// client's address at a Service port on a node.
func affinityKey(d *kubeproxy.Decision, node string, source netip.Addr) string {
	return node + " " + d.Service.Namespace + "/" + d.Service.Name + ":" + portName(d.Port.Port) + " " + source.String()
}
