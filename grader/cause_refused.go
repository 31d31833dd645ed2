package grader

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

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
	if m.expect != nil || m.doc == nil || m.stopper() != nil {
		return ""
	}
	return m.scene.refused(m.doc)
}

// stopper is the document at which kubectl stopped reading before it came to
// what was asked for, nil if that is not why it is missing.
func (m *miss) stopper() *manifest.Document {
	if m.expect != nil || m.doc == nil {
		return nil
	}
	return m.scene.stopper(m.doc)
}

// neverRead is an object that kubectl did not come to.
func neverRead(m *miss) (Diagnosis, bool) {
	stopper := m.stopper()
	if stopper == nil {
		return none()
	}
	return Diagnosis{
		ID: "rejected-by-api", Line: stopper.First, Next: fmt.Sprintf("Mend the object in line %d first.", stopper.First),
		Message: fmt.Sprintf("kubectl stopped reading at the object in line %d and never came to this one: %s", stopper.First, oneLine(m.scene.refused(m.doc))),
	}, true
}

// refusedByWords finds the cause in the words of the refusal.
func refusedByWords(m *miss) (Diagnosis, bool) {
	words := m.refusal()
	if words == "" {
		return none()
	}
	for _, c := range complaints(words) {
		if d, ok := m.read(c); ok {
			return d, true
		}
		if d, ok := refusedOther(m, c); ok {
			return d, true
		}
	}
	if d, ok := m.unparsed(words); ok {
		return d, true
	}
	return m.at("rejected-by-api", m.refusedField(words), "Read the words from the left; they name the field and what it may hold.", "%s", oneLine(words))
}

// read is what a complaint means, where it is one of those that say so.
func (m *miss) read(c complaint) (Diagnosis, bool) {
	for _, reader := range []func(*miss, complaint) (Diagnosis, bool){
		unknownField, wrongValueType, refusedPort, refusedNodePort, refusedAddress, refusedPolicy, refusedAlias, refusedLabel,
	} {
		if d, ok := reader(m, c); ok {
			return d, true
		}
	}
	return none()
}

// furtherRefusals are the failures for what a refusal complains about beside
// its first cause, each cause once. Where a value does not exist, complaints
// about what depends on it are left out.
func (s *scene) furtherRefusals(m *miss, first Diagnosis) []Failure {
	all := complaints(m.refusal())
	known := map[string]bool{first.ID: true}
	var list []Failure
	for _, c := range all[1:] {
		if strings.HasPrefix(all[0].detail, unsupported) && !c.isOfOne() && !strings.HasPrefix(c.field, "spec.ports[") {
			continue
		}
		if d, ok := m.read(c); ok && d != first && (!known[d.ID] || c.isOfOne()) {
			known[d.ID] = true
			list = append(list, Failure{Expectation: m.title, Evidence: Evidence{Tried: m.evidence.Tried, Met: c.field + ": " + oneLine(c.detail)}, Diagnosis: d})
		}
	}
	return list
}

// isOfOne tells whether a complaint is about its own field alone: a name or a
// value that does not exist.
func (c complaint) isOfOne() bool {
	return c.unknown != "" || strings.HasPrefix(c.detail, unsupported)
}

// unsupported is how the server begins about a value that does not exist.
const unsupported = "Unsupported value"

// unparsed is a file that is YAML and that kubectl cannot read all the same,
// since it cuts it at its lines "---" first.
func (m *miss) unparsed(words string) (Diagnosis, bool) {
	if !strings.Contains(words, "error parsing") {
		return none()
	}
	line := 0
	for l := range strings.Lines(string(m.scene.file.Text)) {
		line++
		next := ""
		switch rest, parts := strings.CutPrefix(l, "---"); {
		case strings.HasPrefix(l, "%"):
			next = "Take this line out; kubectl knows no directives."
		case parts && strings.HasPrefix(rest, " ") && strings.TrimLeft(rest, " ")[0] != '#':
			next = "Write three dashes, and nothing else on the line."
		default:
			continue
		}
		return Diagnosis{ID: "rejected-by-api", Line: line, Next: next, Message: "kubectl cuts a file at its lines of three dashes, and cannot read what this leaves: " + oneLine(words)}, true
	}
	return none()
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
	case first != "", strings.Contains(words, "error parsing"):
		return first
	case !isKind(m.doc.Kind()):
		return "kind"
	case m.doc.Name() == "":
		return "metadata.name"
	}
	return "apiVersion"
}

// complaint is one thing that a refusal names.
type complaint struct {
	field  string // as in the manifest: spec.ports[0].nodePort
	detail string // Forbidden: …, Required value, …
	whole  string
	// unknown is the name of a field that does not exist, "" for other
	// complaints.
	unknown string
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
				list = append(list, complaint{field: fieldInManifest(f[1]), detail: f[2], whole: words})
			}
		}
	}
	for _, f := range unknownWord.FindAllStringSubmatch(words, -1) {
		list = append(list, complaint{field: f[1], detail: "unknown field", whole: words, unknown: f[1]})
	}
	// What follows from a wrong type is complained about too: values that do
	// not exist come first.
	slices.SortStableFunc(list, func(a, b complaint) int {
		return cmp.Compare(btoi(!strings.HasPrefix(a.detail, unsupported)), btoi(!strings.HasPrefix(b.detail, unsupported)))
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
