package grader

import (
	"fmt"
	"path"
	"strings"
)

// gone tells that an object asked for is not stored, and that no refusal is
// the reason.
func (m *miss) gone() bool { return m.expect == nil && m.refusal() == "" && m.stopper() == nil }

// missingKind is a document that bears the name, or is the only one, but is
// of another kind.
func missingKind(m *miss) (Diagnosis, bool) {
	if !m.gone() || m.doc == nil || m.doc.Kind() == m.object.Kind {
		return none()
	}
	return m.wrongKind()
}

func (m *miss) wrongKind() (Diagnosis, bool) {
	return m.at("wrong-kind", "kind", "Write kind: "+m.object.Kind+".", "this is %s, and %s is asked for", article(m.doc.Kind()), article(m.object.Kind))
}

func missingName(m *miss) (Diagnosis, bool) {
	if !m.gone() || m.doc == nil || m.object.Name == "" || m.doc.Name() == m.object.Name {
		return none()
	}
	return m.at("wrong-name", "metadata.name", "Name it "+m.object.Name+": its callers use that name.",
		"the %s is called %q, and %s is asked for", m.object.Kind, m.doc.Name(), m.object.Name)
}

func missingNamespace(m *miss) (Diagnosis, bool) {
	if !m.gone() || m.doc == nil || namespaceOf(m.doc) == m.object.Namespace {
		return none()
	}
	next := "Write namespace: " + m.object.Namespace + " under metadata."
	if m.doc.Namespace() == "" {
		return m.at("wrong-namespace", "metadata.namespace", next, "no namespace is given, so it went to default, and %s is asked for", m.object.Namespace)
	}
	return m.at("wrong-namespace", "metadata.namespace", next, "it is in namespace %s, and %s is asked for", m.doc.Namespace(), m.object.Namespace)
}

// missingPolicy is a NetworkPolicy that is not there at all.
func missingPolicy(m *miss) (Diagnosis, bool) {
	if !m.gone() || m.object.Kind != "NetworkPolicy" {
		return none()
	}
	return Diagnosis{
		ID: "policy-missing", Message: "there is no NetworkPolicy, so every pod may reach these pods on every port",
		Next: "Add a NetworkPolicy whose podSelector selects app=" + m.object.App + ".",
	}, true
}

// serviceGone is a Service that nobody had to write, and that is not there any
// more.
func serviceGone(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.svc != nil || m.object.Kind != "Service" {
		return none()
	}
	return Diagnosis{ID: "object-missing", Message: "there is no " + what(m.object) + " any more", Next: "Make it again, as it was: others use it."}, true
}

// appStopped are pods that ran and do not any more.
func appStopped(m *miss) (Diagnosis, bool) {
	if m.fewer == "" {
		return none()
	}
	space, app := path.Split(m.fewer)
	return Diagnosis{
		ID: "app-stopped", Message: fmt.Sprintf("%d pods of app=%s ran in namespace %s, and they are not all there and ready any more", m.ran, app, strings.TrimSuffix(space, "/")),
		Next: "Let them run again: kubectl get deployments,statefulsets,pods -n " + strings.TrimSuffix(space, "/") + " shows what has become of them.",
	}, true
}

func missingObject(m *miss) (Diagnosis, bool) {
	if !m.gone() {
		return none()
	}
	var there []string
	if m.scene.file != nil {
		for _, d := range m.scene.file.Documents {
			there = append(there, fmt.Sprintf("%s %s", d.Kind(), d.Name()))
		}
	}
	message := "the file has no such object"
	if m.scene.file == nil {
		message = "there is no such object"
	}
	if len(there) > 0 {
		message += "; it has " + strings.Join(there, ", ")
	}
	return Diagnosis{ID: "object-missing", Message: message, Next: "Add " + what(m.object) + "; three dashes part it from the one before."}, true
}
