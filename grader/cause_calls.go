package grader

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/kubetutor/tutor/simulator/dataplane"
)

// envField is where a Deployment's variables stand.
const envField = "spec.template.spec.containers[0].env"

// nameOfAlias is a call to a host outside under a name that only the cluster
// knows: the host serves its own names alone.
func nameOfAlias(m *miss) (Diagnosis, bool) {
	if m.called == nil || m.called.outside == nil {
		return none()
	}
	if _, err := netip.ParseAddr(m.called.url.Hostname()); err == nil {
		return m.at("name-of-alias", envField, "Call "+m.called.outside.Serves[0]+", the name that it serves.",
			"the client sends along what it calls, here an address, and checks the certificate against it; the host outside serves %s", words(m.called.outside.Serves))
	}
	return m.at("name-of-alias", envField, "Call "+m.called.outside.Serves[0]+", the name that it serves.",
		"%s is an alias that lives in DNS alone; the client sends this name along and checks the certificate against it, and the host outside serves %s",
		m.called.url.Hostname(), words(m.called.outside.Serves))
}

// nameNeedsSearch is a name that only a resolver with a search list finds.
func nameNeedsSearch(m *miss) (Diagnosis, bool) {
	if m.called == nil || !m.called.searched {
		return none()
	}
	name := strings.TrimSuffix(m.called.url.Hostname(), ".")
	return m.at("name-not-absolute", envField, "Write the whole name: SERVICE.NAMESPACE.svc."+m.scene.st.World.ClusterDomain+".",
		"%s is found by way of resolv.conf's search list, and this client takes names as they are written", name)
}

// callWrongPort is a call to a port that its Service has not.
func callWrongPort(m *miss) (Diagnosis, bool) {
	if m.called == nil || m.trace == nil || m.trace.Outcome == dataplane.OK {
		return none()
	}
	for _, svc := range m.scene.st.Services {
		if svc.Spec.ClusterIP != m.trace.Packet.To.Addr().String() {
			continue
		}
		var have []string
		for _, p := range svc.Spec.Ports {
			if p.Port == int32(m.called.port) {
				return none()
			}
			have = append(have, fmt.Sprint(p.Port))
		}
		return m.at("port-wrong", envField, "Call port "+words(have)+".", "Service %s listens on %s, and %d is called", svc.Name, words(have), m.called.port)
	}
	return none()
}

// notURL is a variable that holds nothing to call.
func notURL(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Calls == nil || m.called != nil || m.client.Name == "" {
		return none()
	}
	return m.at("not-a-url", envField, "Write a URL: http:// or https://, and a host.", "%s holds no URL that could be called", m.expect.Calls.Variable)
}

// nameUnknown is a name that nobody knows.
func nameUnknown(m *miss) (Diagnosis, bool) {
	if m.called == nil || m.trace != nil {
		return none()
	}
	return m.at("name-unknown", envField, "Name a Service that exists, with its namespace if that is another one.",
		"no resolver of this cluster knows %s", m.called.url.Hostname())
}
