package grader

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/internal/spelling"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/state"
)

func refusedPort(m *miss, c complaint) (Diagnosis, bool) {
	switch {
	case strings.Contains(c.detail, "between 1 and 65535") && !m.doc.Gives(c.field):
		return m.at("rejected-by-api", c.field, "Write "+manifest.Key(c.field)+": and the number that callers use.", "%s is missing, and every entry needs one", c.field)
	case strings.Contains(c.detail, "between 1 and 65535"):
		return m.at("rejected-by-api", c.field, "Write a number from 1 to 65535.", "%s is no port: they go from 1 to 65535", m.doc.Text(c.field))
	case c.field == "spec.ports" && strings.HasPrefix(c.detail, "Required value"):
		alias := m.object.App == ""
		if m.doc.Has("spec.externalName") && (alias || !m.doc.Has("spec.type") && !m.doc.Has("spec.selector")) {
			next := "Write type: ExternalName."
			if !alias {
				next = "Write a selector and ports in its place: this Service is for pods."
			}
			return m.at("external-name-missing", "spec.externalName", next, "externalName counts only with type: ExternalName; the type is %s", typeOf(m.doc))
		}
		return m.at("ports-missing", c.field, "Add a list of ports, each with port and, if it differs, targetPort.", "the Service has no ports; only a headless one or an ExternalName may go without")
	case strings.HasPrefix(c.field, "spec.ports") && strings.HasSuffix(c.field, ".name"):
		switch {
		case strings.HasPrefix(c.detail, "Required"):
			return m.at("port-name-missing", c.field, "Give each port a name.", "with several ports each needs a name; this one has none")
		case strings.HasPrefix(c.detail, "Duplicate"):
			return m.at("port-name-duplicate", c.field, "Give it another name.", "two ports have the name %s", m.doc.Text(c.field))
		default:
			return m.at("port-name-invalid", c.field, "Use lower-case letters, digits and hyphens, at most 63.", "%q cannot be a port's name", m.doc.Text(c.field))
		}
	case strings.HasSuffix(c.field, ".targetPort"):
		text := m.doc.Text(c.field)
		if m.doc.IsString(c.field) && allDigits(text) {
			return m.at("target-port-quoted-number", c.field, "Write "+text+" without quotes.", "%q in quotes is a name, not a number, and a name needs a letter", text)
		}
		if m.doc.IsString(c.field) {
			return m.at("port-name-invalid", c.field, "Write the name that the pods give their port, or its number.", "%q cannot be the name of a port: at most 15 lower-case letters, digits and hyphens", text)
		}
	}
	return none()
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func refusedNodePort(m *miss, c complaint) (Diagnosis, bool) {
	if !strings.HasSuffix(c.field, ".nodePort") || !m.doc.Has(c.field) {
		return none() // a number that the server chose follows from something else
	}
	number := m.doc.Text(c.field)
	switch {
	case strings.HasPrefix(c.detail, "Forbidden"):
		next := "Take nodePort out."
		if need := m.scene.needed(m.object.Name); need != "" {
			next = "Write type: " + string(need) + "."
		}
		return m.at("node-port-not-allowed", c.field, next, "nodePort %s is set, but a Service of type %s has none", number, typeOf(m.doc))
	case strings.Contains(c.detail, "valid range"):
		return m.at("node-port-out-of-range", c.field, "Choose a number from 30000 to 32767.", "nodePort %s is outside 30000-32767", number)
	case strings.Contains(c.detail, "already allocated"), strings.HasPrefix(c.detail, "Duplicate"):
		next := "Choose another number, or leave it out to be given a free one."
		if m.scene.asksForNodePort(m.object.Name, number) {
			next = "This number is asked for: give the one who has it another."
		}
		return m.at("node-port-taken", c.field, next, "nodePort %s belongs to %s already", number, m.holder(number))
	}
	return none()
}

// asksForNodePort tells whether a Service is to have that very node port.
func (s *scene) asksForNodePort(service, number string) bool {
	return slices.ContainsFunc(s.scenario.Expect, func(e lessons.Expectation) bool {
		return e.Reach != nil && e.Reach.Service == service && e.Reach.Way == lessons.ByNode && fmt.Sprint(e.Reach.Port) == number
	})
}

// holder is who has a node port.
func (m *miss) holder(number string) string {
	for _, svc := range m.scene.st.Services {
		for _, p := range svc.Spec.Ports {
			if fmt.Sprint(p.NodePort) == number && svc.Name != m.object.Name {
				return "Service " + state.Of(svc).String()
			}
		}
	}
	return "another port of this Service"
}

// typeOf is the type that a document asks for, with the default.
func typeOf(d *manifest.Document) string {
	if t := d.Text("spec.type"); t != "" {
		return t
	}
	return "ClusterIP"
}

func refusedAddress(m *miss, c complaint) (Diagnosis, bool) {
	if c.field != "spec.clusterIP" {
		return none()
	}
	value := m.doc.Text("spec.clusterIP")
	if value == "" {
		value = m.doc.Text("spec.clusterIPs[0]")
	}
	switch {
	case value == "None" && strings.Contains(c.detail, "may not change once set"):
		return m.at("headless-conflict", c.field, "Take clusterIP: None out.", "the Service has an address already, and clusterIP cannot change to None in place: the Service would have to be deleted and made anew")
	case value == "None" && typeOf(m.doc) == string(corev1.ServiceTypeExternalName):
		return m.at("headless-conflict", c.field, "Take clusterIP: None out.", "clusterIP None belongs to a Service with pods of its own; type ExternalName is an alias and takes no clusterIP at all")
	case value == "None" && width[corev1.ServiceType(typeOf(m.doc))] > width[corev1.ServiceTypeClusterIP]:
		return m.at("headless-conflict", c.field, "Take clusterIP: None out, or change the type to ClusterIP.", "clusterIP None means no address, and type %s needs one", typeOf(m.doc))
	case value != "None" && strings.EqualFold(value, "none"):
		return m.at("unknown-enum-value", c.field, "Write None, with a capital N.", "clusterIP %q does not exist; the word is None", value)
	}
	return none()
}

func refusedPolicy(m *miss, c complaint) (Diagnosis, bool) {
	value := m.doc.Text(c.field)
	switch {
	case strings.HasPrefix(c.detail, "Unsupported value"):
		next := "Take one of the supported values, letter by letter."
		if _, supported, ok := strings.Cut(c.detail, "supported values: "); ok {
			next = "Take one of " + supported + ", letter by letter."
		}
		return m.at("unknown-enum-value", c.field, next, "%s has no value %q", c.field, value)
	case strings.Contains(c.detail, "may only be used when `type` is 'LoadBalancer'") && m.scene.needed(m.object.Name) == corev1.ServiceTypeLoadBalancer:
		return m.at("type-too-narrow", "spec.type", "Write type: LoadBalancer.", "type %s has no balancer, and %s is about one", typeOf(m.doc), c.field)
	case c.field == "spec.externalTrafficPolicy":
		next := "Take it out."
		if need := m.scene.needed(m.object.Name); need != "" {
			next = "Write type: " + string(need) + "."
		}
		return m.at("traffic-policy-not-allowed", c.field, next, "externalTrafficPolicy is about traffic from outside, and type %s has none", typeOf(m.doc))
	case strings.Contains(c.field, "timeoutSeconds"):
		return m.at("affinity-timeout", c.field, "Write a number of seconds from 1 to 86400.", "%s is not a possible time-out", value)
	case strings.HasPrefix(c.detail, "Invalid") && (strings.HasPrefix(c.field, "spec.loadBalancerSourceRanges") || strings.Contains(c.field, rangesAnnotation)):
		return m.at("source-ranges-invalid", c.field, "Write networks in CIDR form, such as 203.0.113.0/24.", "%s", oneLine(c.detail))
	}
	return none()
}

func refusedAlias(m *miss, c complaint) (Diagnosis, bool) {
	if c.field != "spec.externalName" {
		return none()
	}
	value := m.doc.Text(c.field)
	switch required := strings.HasPrefix(c.detail, "Required"); {
	case required && m.object.App != "" && m.object.Existing:
		return m.at("still-external", "spec.type", "Write type: ClusterIP.", "the type is still ExternalName, which makes the Service an alias and not a way to the pods")
	case required && m.object.App != "":
		return m.at("external-name-missing", c.field, "Write another type: this Service is for pods.", "type ExternalName says that this is an alias, but not for what: externalName is missing")
	case required:
		return m.at("external-name-missing", c.field, "Add externalName with the host.", "type ExternalName says that this is an alias, but not for what: externalName is missing")
	}
	if _, err := netip.ParseAddr(strings.Trim(value, "[]")); err == nil {
		return m.addressAsAlias(value)
	}
	return m.at("external-name-not-a-host", c.field, "Write the host name alone: no https://, no port, no path, in lower case.", "%q is not a host name", value)
}

// refusedLabel is a selector with a value that no label can have.
func refusedLabel(m *miss, c complaint) (Diagnosis, bool) {
	if c.field != "spec.selector" || m.object.App == "" || !strings.HasPrefix(c.detail, "Invalid value") {
		return none()
	}
	return m.at("rejected-by-api", c.field, "Write app: "+m.object.App+".",
		"no label has such a value: it is made of letters, digits, hyphens, underscores and dots, with a letter or digit at both ends")
}

// refusedOther are refusals whose words are enough, where the field tells
// more than they do.
func refusedOther(m *miss, c complaint) (Diagnosis, bool) {
	if strings.Contains(c.whole, "namespaces \"") && strings.Contains(c.whole, "not found") {
		return m.at("wrong-namespace", "metadata.namespace", "Write namespace: "+m.object.Namespace+".", "there is no namespace %q", m.doc.Namespace())
	}
	for _, field := range []string{"metadata.uid", "metadata.resourceVersion"} {
		if strings.Contains(c.whole, "(Conflict)") && m.doc.Has(field) {
			return m.at("rejected-by-api", field, "Take "+manifest.Key(field)+" out.",
				"%s was copied from an object as it was once; the one that is there has another, so nothing is changed", field)
		}
	}
	switch kind := m.doc.Kind(); {
	case strings.Contains(c.detail, "must contain at least one letter") && allDigits(m.doc.Text(c.field)):
		next := "Write " + m.doc.Text(c.field) + " without quotes."
		if manifest.Key(c.field) == "name" {
			next = "Write number: " + m.doc.Text(c.field) + " in its place."
		}
		return m.at("rejected-by-api", c.field, next, "%q is a name here, not a number, and a name needs a letter", m.doc.Text(c.field))
	case m.doc.Has("metadata.generateName") && m.doc.Name() == "" && m.object.Name != "":
		return m.at("rejected-by-api", "metadata.generateName", "Write name: "+m.object.Name+" in its place.", "kubectl apply has to know the name, and generateName leaves it to the server")
	case m.unnamedObject() && stray(m.doc) != "":
		return m.noSuchField(stray(m.doc))
	case m.unnamedObject():
		return m.at("rejected-by-api", "metadata.name", m.naming("Give it a name under metadata."), "the object has no name")
	case kind != "" && !isKind(kind) && spelling.Near(kind, m.object.Kind):
		return m.at("rejected-by-api", "kind", "Write kind: "+m.object.Kind+".", "there is no kind %q: is %s meant?", kind, m.object.Kind)
	case kind != "" && width[corev1.ServiceType(kind)] > 0 && m.object.Kind == "Service":
		return m.at("rejected-by-api", "kind", "Write kind: Service.", "%s is a type of Service, which stands under spec, and no kind", kind)
	case kind != "" && !isKind(kind) && strings.Contains(c.whole, "no matches for kind"):
		return m.at("rejected-by-api", "kind", "Write kind: "+m.object.Kind+" and apiVersion: "+apiVersionOf(m.object.Kind)+".",
			"this cluster has no kind %s in version %s, and %s is asked for", kind, m.doc.APIVersion(), article(m.object.Kind))
	case isKind(kind) && strings.Contains(c.whole, "no matches for kind"):
		return m.at("rejected-by-api", "apiVersion", "Write apiVersion: "+apiVersionOf(kind)+".", "there is no kind %s in version %s", kind, m.doc.APIVersion())
	case len(m.doc.Keys("")) == 0:
		return m.at("rejected-by-api", "", "Begin with apiVersion, kind and metadata.",
			"this is no object: an object has fields, and first of all apiVersion and kind")
	case c.field == "metadata.name":
		return m.at("rejected-by-api", c.field, m.naming("Choose another name."),
			"%q cannot be a name here: it has lower-case letters, digits and hyphens, at most 63, and no hyphen at an end", m.doc.Name())
	case strings.Contains(c.whole, "Version not set"), strings.Contains(c.whole, "kind not set"):
		if key := spelling.Nearest(m.unnamed(), m.doc.Keys("")); key != "" {
			return m.at("unknown-field", key, "Write "+m.unnamed()+" instead.", "An object has no field %s. Is %s meant?", key, m.unnamed())
		}
		return m.at("rejected-by-api", m.unnamed(), "Write "+m.unnamed()+" at the top of the object.",
			"the object does not say what it is: it has no %s", m.unnamed())
	}
	return none()
}

// naming is what to do about a name; where any will do, it is that.
func (m *miss) naming(any string) string {
	if m.object.Name == "" {
		return any
	}
	return "Write name: " + m.object.Name + " under metadata."
}

// unnamedObject tells whether the document is an object that lacks a name and
// nothing else that kubectl asks for.
func (m *miss) unnamedObject() bool {
	return isKind(m.doc.Kind()) && m.doc.APIVersion() != "" && !m.doc.Gives("metadata.name")
}

// unnamed is the one of the two fields that say what an object is which the
// document leaves out.
func (m *miss) unnamed() string {
	if m.doc.APIVersion() == "" {
		return "apiVersion"
	}
	return "kind"
}
