package grader

import (
	"cmp"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/grader/manifest"
)

// refusedKind is a document of another kind than the one asked for, which was
// refused: what its fields look like does not matter then. A kind that does
// not exist at all is left to the server's words.
func refusedKind(m *miss) (Diagnosis, bool) {
	if m.refusal() == "" || m.doc.Kind() == "" || strings.EqualFold(m.doc.Kind(), m.object.Kind) || !isKind(m.doc.Kind()) {
		return none()
	}
	return m.wrongKind()
}

// refusal is why the API server or kubectl refused what was asked for, "" if
// that is not why it is missing.
func (m *miss) refusal() string {
	if m.expect != nil || m.doc == nil {
		return ""
	}
	return m.scene.refused(m.doc)
}

// refusedByWords finds the cause in the words of the refusal.
func refusedByWords(m *miss) (Diagnosis, bool) {
	words := m.refusal()
	if words == "" {
		return none()
	}
	for _, r := range complaints(words) {
		for _, read := range []func(*miss, complaint) (Diagnosis, bool){
			unknownField, wrongValueType, refusedPort, refusedNodePort, refusedAddress, refusedPolicy, refusedAlias, refusedOther,
		} {
			if d, ok := read(m, r); ok {
				return d, true
			}
		}
	}
	return m.at("rejected-by-api", m.refusedField(words), "Read the words from the left; they name the field and what it may hold.", "%s", oneLine(words))
}

// refusedField is the field that a refusal is about: the first that it names
// and that the learner wrote, or else what says which kind of object it is.
func (m *miss) refusedField(words string) string {
	first := ""
	for _, c := range complaints(words) {
		switch {
		case c.field != "" && m.doc.Has(c.field):
			return c.field
		case first == "":
			first = c.field
		}
	}
	switch {
	case first != "":
		return first
	case m.doc.Name() == "":
		return "metadata.name"
	case isKind(m.doc.Kind()):
		return "apiVersion"
	}
	return "kind"
}

// complaint is one thing that a refusal names.
type complaint struct {
	field  string // as in the manifest: spec.ports[0].nodePort
	detail string // Forbidden: …, Required value, …
	whole  string
}

var (
	invalidField = regexp.MustCompile(`([a-zA-Z]+(?:\.[a-zA-Z]+|\[[^\]]*\])*): ((?:Required value|Invalid value|Forbidden|Unsupported value|Duplicate value|Too long|Too many|Internal error).*)`)
	unknownWord  = regexp.MustCompile(`unknown field "([^"]+)"`)
	goField      = regexp.MustCompile(`cannot unmarshal (\w+)(?: \S+)? into Go struct field \w+\.(\S+) of type (\S+)`)
)

// complaints takes a refusal apart; there is always at least one.
func complaints(words string) []complaint {
	var list []complaint
	_, after, is := strings.Cut(words, "is invalid:")
	if is {
		after = strings.TrimPrefix(strings.TrimSpace(after), "[")
		for _, part := range splitComplaints(after) {
			if f := invalidField.FindStringSubmatch(part); f != nil {
				list = append(list, complaint{fieldInManifest(f[1]), f[2], words})
			}
		}
	}
	// What follows from a wrong type is complained about too: values that do
	// not exist come first.
	slices.SortStableFunc(list, func(a, b complaint) int {
		return cmp.Compare(btoi(!strings.HasPrefix(a.detail, "Unsupported")), btoi(!strings.HasPrefix(b.detail, "Unsupported")))
	})
	if len(list) == 0 {
		list = append(list, complaint{whole: words, detail: words})
	}
	return list
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// splitComplaints cuts a list of complaints at its bullets or at the commas
// before the next field.
func splitComplaints(s string) []string {
	if strings.Contains(s, "* ") {
		return strings.Split(s, "* ")
	}
	return regexp.MustCompile(`, (?:spec|metadata)\b`).Split(strings.ReplaceAll(s, ", spec", ", spec.spec"), -1)
}

// fieldInManifest is a field's path as a manifest writes it: the server
// speaks of lists where the manifest has one value, and capitalises some.
func fieldInManifest(f string) string {
	f = strings.TrimPrefix(f, "spec.spec")
	switch {
	case strings.HasPrefix(f, "spec.clusterIPs"):
		return "spec.clusterIP"
	case strings.HasPrefix(f, "spec.LoadBalancerSourceRanges"), strings.HasPrefix(f, "spec.loadBalancerSourceRanges"):
		return "spec.loadBalancerSourceRanges" + strings.TrimPrefix(strings.ToLower(f), "spec.loadbalancersourceranges")
	}
	return f
}

// unknownField is a field that no object of this kind has.
func unknownField(m *miss, c complaint) (Diagnosis, bool) {
	all := unknownWord.FindAllStringSubmatch(c.whole, -1)
	if all == nil {
		return none()
	}
	path := m.doc.Resolve(all[0][1])
	last := manifest.Key(path)
	if last == "annotations" || isKnown(last) || strings.Contains(path, "aws-load-balancer") || strings.Contains(path, "alb.ingress") {
		return m.at("annotation-misplaced", path, "Move it to metadata.annotations.",
			"%s is no field of a %s there: annotations stand under metadata", path, m.doc.Kind())
	}
	message := capital(article(m.doc.Kind())) + " has no field " + path + "."
	next := "Look the field up with kubectl explain, and mind capitals and indentation."
	if real := realField(m.doc.Kind(), path); real != "" {
		message += " Is " + real + " meant?"
		next = "Write " + real + " instead."
	}
	return m.at("unknown-field", path, next, "%s", message)
}

// wrongValueType is a value of another type than the field has.
func wrongValueType(m *miss, c complaint) (Diagnosis, bool) {
	f := goField.FindStringSubmatch(c.whole)
	if f == nil && (strings.Contains(c.whole, "unrecognized type") || strings.Contains(c.whole, "patch: Invalid value")) {
		return m.wrongTypeInPatch()
	}
	if f == nil {
		return none()
	}
	got, path, want := f[1], f[2], f[3]
	path = m.indexed(strings.TrimPrefix(path, "metadataOnlyObject."))
	if path == "metadata" && m.doc.IsScalar("metadata") {
		return m.at("wrong-value-type", path, `Put a space after the colon: "name: value".`, "metadata is a plain text here, not a map: a colon or the space after it is missing")
	}
	if want == "string" {
		path = m.culprit(path, got)
	}
	if field, other, ok := mistyped(m.doc); ok && (!m.doc.Has(path) || strings.HasPrefix(path, field+".")) {
		path, want = field, other // the server named a field below the one that is wrong
	}
	kind := map[string]string{"string": "a string", "number": "a number", "bool": "true or false", "object": "a map", "array": "a list"}[got]
	next := "Write a value of that type."
	switch {
	case got == "object" || got == "array":
		next = "Take what stands below it out from there; the indentation may have slipped."
	case want == "string":
		next = "Put the value in quotes."
	case strings.HasPrefix(want, "int") && got == "number":
		next = "Write a whole number."
	case strings.HasPrefix(want, "int"):
		next = "Write the number without quotes."
	}
	return m.at("wrong-value-type", path, next, "%s holds %s, where %s belongs", path, kind, inWords(want))
}

// wrongTypeInPatch finds a wrong type that the server met while it merged a
// change: its words name no field then.
func (m *miss) wrongTypeInPatch() (Diagnosis, bool) {
	field, want, ok := mistyped(m.doc)
	if !ok {
		return none()
	}
	return m.at("wrong-value-type", field, "Write a value of that type.", "%s holds something else than %s", field, inWords(want))
}

// wordType are the API's types that are strings of a fixed choice; its other
// types are structs.
var wordType = regexp.MustCompile(`^v1\.\w*(Type|Affinity|Protocol|Policy|Family)$`)

func inWords(goType string) string {
	switch {
	case goType == "string", wordType.MatchString(goType):
		return "a string"
	case strings.HasPrefix(goType, "int"):
		return "a whole number"
	case goType == "bool":
		return "true or false"
	case strings.HasPrefix(goType, "map"), strings.HasPrefix(goType, "v1."):
		return "a map"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	default:
		return goType
	}
}

// indexed finds the first item of a list that a path without indices can
// mean: spec.ports.port becomes spec.ports[1].port where that one is odd.
func (m *miss) indexed(path string) string {
	rest, ok := strings.CutPrefix(path, "spec.ports.")
	if !ok {
		return path
	}
	wantsNumber := rest == "port" || rest == "nodePort"
	for i := range m.doc.Len("spec.ports") {
		field := manifest.At("spec.ports", i) + "." + rest
		if m.doc.Has(field) && m.doc.IsString(field) == wantsNumber {
			return field
		}
	}
	return "spec.ports[0]." + rest
}

// culprit is the entry of a map of strings that is no string.
func (m *miss) culprit(path, got string) string {
	for _, key := range m.doc.Keys(path) {
		field := manifest.Join(path, key)
		if got != "string" && !m.doc.IsString(field) {
			return field
		}
	}
	return path
}

func refusedPort(m *miss, c complaint) (Diagnosis, bool) {
	switch {
	case c.field == "spec.ports" && strings.HasPrefix(c.detail, "Required value"):
		if m.doc.Has("spec.externalName") && !m.doc.Has("spec.type") {
			return m.at("external-name-missing", "spec.externalName", "Add type: ExternalName.", "externalName counts only with type: ExternalName, which is missing")
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
		return m.at("node-port-not-allowed", c.field, "Set spec.type to NodePort, or take nodePort out.", "nodePort %s is set, but a Service of type %s has none", number, typeOf(m.doc))
	case strings.Contains(c.detail, "valid range"):
		return m.at("node-port-out-of-range", c.field, "Choose a number from 30000 to 32767.", "nodePort %s is outside 30000-32767", number)
	case strings.Contains(c.detail, "already allocated"), strings.HasPrefix(c.detail, "Duplicate"):
		return m.at("node-port-taken", c.field, "Choose another number, or leave it out to be given a free one.", "nodePort %s belongs to another port already", number)
	}
	return none()
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
	case strings.Contains(c.detail, "may only be used when `type` is 'LoadBalancer'") && m.scene.needsBalancer(m.object.Name):
		return m.at("type-too-narrow", "spec.type", "Write type: LoadBalancer.", "type %s has no balancer, and %s is about one", typeOf(m.doc), c.field)
	case c.field == "spec.externalTrafficPolicy":
		return m.at("traffic-policy-not-allowed", c.field, "Take it out, or choose a type that opens something to the outside.", "externalTrafficPolicy is about traffic from outside, and type %s has none", typeOf(m.doc))
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

// refusedOther are refusals whose words are enough, where the field tells
// more than they do.
func refusedOther(m *miss, c complaint) (Diagnosis, bool) {
	if strings.Contains(c.whole, "namespaces \"") && strings.Contains(c.whole, "not found") {
		return m.at("wrong-namespace", "metadata.namespace", "Write namespace: "+m.object.Namespace+".", "there is no namespace %q", m.doc.Namespace())
	}
	switch kind := m.doc.Kind(); {
	case kind != "" && !isKind(kind) && near(kind, m.object.Kind):
		return m.at("rejected-by-api", "kind", "Write kind: "+m.object.Kind+".", "there is no kind %q: is %s meant?", kind, m.object.Kind)
	case len(m.doc.Keys("")) == 0:
		return m.at("rejected-by-api", "", "Begin with apiVersion, kind and metadata.",
			"this is no object: an object has fields, and first of all apiVersion and kind")
	case strings.Contains(c.whole, "Version not set"), strings.Contains(c.whole, "kind not set"):
		return m.at("rejected-by-api", m.unnamed(), "Write "+m.unnamed()+" at the top of the object.",
			"the object does not say what it is: it has no %s", m.unnamed())
	}
	return none()
}

// unnamed is the one of the two fields that say what an object is which the
// document leaves out.
func (m *miss) unnamed() string {
	if m.doc.APIVersion() == "" {
		return "apiVersion"
	}
	return "kind"
}

// oneLine is a server's words without their line breaks, cut where they only
// repeat a long value.
func oneLine(s string) string {
	const most = 1000
	line := strings.Join(strings.Fields(s), " ")
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + " …"
	}
	return line
}
