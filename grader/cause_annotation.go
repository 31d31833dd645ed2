package grader

import (
	"strings"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/internal/spelling"
)

const (
	awsPrefix = "service.beta.kubernetes.io/aws-load-balancer-"
	albPrefix = "alb.ingress.kubernetes.io/"
)

// known are the annotations that make a difference here, by the kind of object
// that they are read on. A near miss of one of them, or one of them elsewhere,
// is misplaced.
var known = map[string][]string{
	"Service": {
		awsPrefix + "type", awsPrefix + "nlb-target-type", awsPrefix + "scheme", awsPrefix + "internal",
		awsPrefix + "target-group-attributes", awsPrefix + "attributes", awsPrefix + "cross-zone-load-balancing-enabled",
		awsPrefix + "ssl-cert", awsPrefix + "ssl-ports", awsPrefix + "proxy-protocol", awsPrefix + "name",
		awsPrefix + "subnets", awsPrefix + "eip-allocations", awsPrefix + "security-groups", awsPrefix + "backend-protocol",
		awsPrefix + "additional-resource-tags", awsPrefix + "ip-address-type", awsPrefix + "healthcheck-protocol",
		awsPrefix + "healthcheck-port", awsPrefix + "healthcheck-path", awsPrefix + "healthcheck-interval",
		rangesAnnotation,
	},
	"Ingress": {
		albPrefix + "scheme", albPrefix + "target-type", albPrefix + "group.name", albPrefix + "listen-ports",
		albPrefix + "certificate-arn", albPrefix + "healthcheck-path", albPrefix + "healthcheck-port",
		albPrefix + "healthcheck-protocol", albPrefix + "inbound-cidrs", albPrefix + "ssl-redirect", albPrefix + "ssl-policy",
		albPrefix + "load-balancer-name", albPrefix + "load-balancer-attributes", albPrefix + "target-group-attributes",
		albPrefix + "group.order", albPrefix + "ip-address-type", albPrefix + "backend-protocol", albPrefix + "success-codes",
		albPrefix + "subnets", albPrefix + "security-groups", albPrefix + "tags", albPrefix + "actions", albPrefix + "conditions",
	},
}

// annotationMisplaced is an annotation among the labels, misspelt, or on an
// object of another kind, that would have made what is missed.
func annotationMisplaced(m *miss) (Diagnosis, bool) {
	if !m.aboutBalancer() || m.scene.file == nil {
		return none()
	}
	if !m.aboutFront() {
		return m.misplaced()
	}
	for _, d := range m.scene.file.Documents {
		if d.Kind() == "Ingress" {
			about := *m
			about.doc = d
			if found, ok := about.misplaced(); ok {
				return found, true
			}
		}
	}
	return none()
}

// misplaced looks through the labels and annotations of the miss's document
// for what was meant to be an annotation that it lacks.
func (m *miss) misplaced() (Diagnosis, bool) {
	if m.doc == nil {
		return none()
	}
	const annotations, labels = "metadata.annotations", "metadata.labels"
	lacks := func(name string) bool { return m.decides(name) && !m.doc.Has(manifest.Join(annotations, name)) }
	for _, key := range m.doc.Keys(labels) {
		if lacks(key) {
			return m.at("annotation-misplaced", manifest.Join(labels, key), "Move it to metadata.annotations.",
				"%s stands among the labels, where nobody reads it", key)
		}
	}
	kind := m.doc.Kind()
	for _, key := range m.doc.Keys(annotations) {
		if isKnown(key, kind) {
			continue
		}
		var wanted []string
		for _, name := range known[kind] {
			if lacks(name) {
				wanted = append(wanted, name)
			}
		}
		meant := nearAnnotation(key, wanted)
		field, next := manifest.Join(annotations, key), "Write "+meant+"."
		switch other := readOn(key); {
		case meant == "":
		case other != "":
			return m.at("annotation-misplaced", field, next, "%s is read on %s, and this is %s; is %s meant?", key, article(other), article(kind), meant)
		default:
			return m.at("annotation-misplaced", field, next, "%s is no annotation that the controller knows; is %s meant?", key, meant)
		}
	}
	return none()
}

// isKnown tells whether an annotation is read on objects of a kind.
func isKnown(key, kind string) bool {
	for _, k := range known[kind] {
		// A target group's attributes may be those of one port alone.
		if key == k || strings.HasPrefix(key, k+".") {
			return true
		}
	}
	return false
}

// readOn is the kind of object that an annotation is read on, "" for one that
// nobody reads.
func readOn(key string) string {
	for _, kind := range []string{"Service", "Ingress"} {
		if isKnown(key, kind) {
			return kind
		}
	}
	return ""
}

// nearAnnotation is the annotation of a list that a misspelt one may be meant
// for, "" where none is near. It looks at what follows the domain, and at
// annotations that speak of Kubernetes or of balancers at all.
func nearAnnotation(key string, names []string) string {
	if len(key) > 200 || !strings.Contains(key, "kubernetes.io") && !strings.Contains(key, "balancer") {
		return ""
	}
	best, least := "", 1<<30
	for _, name := range names {
		x, y := ending(key), ending(name)
		if d := spelling.Distance(spelling.Plain(x), spelling.Plain(y)); d < least && (spelling.Near(x, y) || sameWords(x, y)) {
			best, least = name, d
		}
	}
	return best
}

// ending is what an annotation is about: its name without the domain and
// without what all of its controller's have in common.
func ending(key string) string {
	name := key[strings.LastIndex(key, "/")+1:]
	if i := strings.LastIndex(name, "balancer-"); i >= 0 {
		name = name[i+len("balancer-"):]
	}
	return name
}

// sameWords tells whether all words of one name are among those of the other.
func sameWords(a, b string) bool {
	x, y := strings.FieldsFunc(strings.ToLower(a), isSeparator), strings.FieldsFunc(strings.ToLower(b), isSeparator)
	if len(x) > len(y) {
		x, y = y, x
	}
	has := map[string]bool{}
	for _, word := range y {
		has[word] = true
	}
	for _, word := range x {
		if !has[word] {
			return false
		}
	}
	return len(x) > 0
}

func isSeparator(r rune) bool { return r == '-' || r == '_' || r == '.' }

// decides tells whether an annotation is about what the miss is about.
func (m *miss) decides(key string) bool {
	switch e := m.expect; {
	case e.Balancer != nil && e.Balancer.Service == "":
		return key == albScheme
	case e.Balancer != nil:
		return strings.HasSuffix(key, "target-type") || strings.HasSuffix(key, "balancer-type")
	case e.Admits != nil:
		return key == rangesAnnotation
	case e.Sees != nil:
		return strings.Contains(key, "target-group-attributes")
	case e.Route != nil:
		return strings.HasPrefix(key, albPrefix)
	default:
		return strings.HasSuffix(key, "scheme") || strings.HasSuffix(key, "internal")
	}
}
