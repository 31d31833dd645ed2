package grader

import "strings"

// envField is where a Deployment's variables stand.
const envField = "spec.template.spec.containers[0].env"

// nameOfAlias is a call to a host outside under a name that only the cluster
// knows: the host serves its own names alone.
func nameOfAlias(m *miss) (Diagnosis, bool) {
	if m.called == nil || m.called.outside == nil {
		return none()
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

// nameUnknown is a name that nobody knows.
func nameUnknown(m *miss) (Diagnosis, bool) {
	if m.called == nil || m.trace != nil {
		return none()
	}
	return m.at("name-unknown", envField, "Name a Service that exists, with its namespace if that is another one.",
		"no resolver of this cluster knows %s", m.called.url.Hostname())
}
