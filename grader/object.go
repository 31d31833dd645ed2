package grader

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/internal/spelling"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/apply"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// tryObject tells whether an object that the brief asks for was stored, nil if
// it was. One that the world held before counts as stored unless the learner's
// own version of it was refused or went elsewhere.
func (s *scene) tryObject(o lessons.Object) *miss {
	doc := s.document(o)
	m := &miss{object: o, doc: doc, title: s.objectTitle(o)}
	stored := s.stored(o)
	switch {
	case doc != nil && s.refused(doc) != "":
		m.evidence = Evidence{Tried: "kubectl apply of the document in line " + fmt.Sprint(doc.First), Met: s.refused(doc)}
		return m
	case stored && (!o.Existing || doc == nil || s.exact(doc, o)):
		return nil
	case s.file == nil && !stored:
		m.evidence = Evidence{Tried: "looking for " + what(o), Met: "it is not there"}
		return m
	case stored && doc == nil:
		return nil
	}
	m.evidence = Evidence{Tried: "looking for " + what(o), Met: "after kubectl apply it is not there"}
	if stored {
		m.elsewhere = true
		m.evidence.Met = "after kubectl apply it is as it was before"
	}
	return m
}

func (s *scene) objectTitle(o lessons.Object) string {
	if o.Name == "" {
		return fmt.Sprintf("%s is in namespace %s", article(o.Kind), o.Namespace)
	}
	return fmt.Sprintf("%s %s is in namespace %s", o.Kind, o.Name, o.Namespace)
}

func what(o lessons.Object) string {
	if o.Name == "" {
		return article(o.Kind) + " in namespace " + o.Namespace
	}
	return o.Kind + " " + o.Name + " in namespace " + o.Namespace
}

func article(kind string) string {
	if kind != "" && strings.ContainsAny(kind[:1], "AEIOU") {
		return "an " + kind
	}
	return "a " + kind
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// stored tells whether the cluster holds the object, or where any name will
// do, one of its kind that is not just the world's own.
func (s *scene) stored(o lessons.Object) bool {
	switch o.Kind {
	case "Service":
		return s.st.Service(o.Namespace, o.Name) != nil
	case "NetworkPolicy":
		for _, p := range s.st.PoliciesIn(o.Namespace) {
			if o.Name == "" || p.Name == o.Name {
				return true
			}
		}
	case "Ingress":
		for _, i := range s.st.Ingresses {
			if i.Namespace == o.Namespace && (o.Name == "" || i.Name == o.Name) {
				return true
			}
		}
	}
	return false
}

// document is where the learner wrote an object, or what was meant to be it:
// the nearest of the file's documents that is no other object asked for.
func (s *scene) document(o lessons.Object) *manifest.Document {
	if s.file == nil {
		return nil
	}
	var best *manifest.Document
	most := 0
	for _, d := range s.file.Documents {
		if s.exact(d, o) && s.refused(d) != "" {
			return d
		}
		n := s.likeness(d, o)
		if n > most && (s.exact(d, o) || !s.taken(d, o)) {
			best, most = d, n
		}
	}
	if best == nil && !s.stored(o) {
		return s.ofNoKind(o)
	}
	return best
}

// ofNoKind is a document of a kind that the cluster does not know, which is
// therefore why something is missing.
func (s *scene) ofNoKind(o lessons.Object) *manifest.Document {
	for _, d := range s.file.Documents {
		if !isKind(d.Kind()) && !s.taken(d, o) && s.refused(d) != "" {
			return d
		}
	}
	return nil
}

// taken tells whether a document is exactly another object that is asked for,
// or of a kind of which any other is asked for.
func (s *scene) taken(d *manifest.Document, than lessons.Object) bool {
	for _, o := range s.scenario.Objects {
		if (o.Kind != than.Kind || o.Name != than.Name) && (s.exact(d, o) || d.Kind() == o.Kind && (o.Name == d.Name() || o.Name == "" && o.Kind != than.Kind)) {
			return true
		}
	}
	return false
}

func (s *scene) exact(d *manifest.Document, o lessons.Object) bool {
	return d.Kind() == o.Kind && (o.Name == "" || d.Name() == o.Name) && namespaceOf(d) == o.Namespace
}

// likeness says how much a document looks like an object: 0 for not at all.
func (s *scene) likeness(d *manifest.Document, o lessons.Object) int {
	if o.Existing && !strings.EqualFold(d.Kind(), o.Kind) && d.Name() != o.Name && d.Kind() != "" {
		return 0 // what is there may be mended by way of something else
	}
	if o.Kind == "Service" && (d.Kind() == "Endpoints" || d.Kind() == "EndpointSlice") || o.Existing && d.Kind() != o.Kind && s.wasThere(d) {
		return 0 // it may bear the same name
	}
	n := 0
	if strings.EqualFold(d.Kind(), o.Kind) {
		n += 4
	}
	if o.Name != "" && d.Name() == o.Name {
		n += 6
	}
	if o.App != "" && d.Text("spec.selector.app") == o.App || s.isAlias(d, o) {
		n += 3
	}
	if o.Name != "" && spelling.Near(d.Name(), o.Name) {
		n += 2
	}
	if n > 0 && namespaceOf(d) == o.Namespace {
		n++
	}
	if s.askedOf(o.Kind) > 1 && n <= 5 {
		return 0 // the kind alone tells nothing where several are asked for
	}
	if n == 0 && len(s.scenario.Objects) == 1 {
		return 1 // the only thing there is
	}
	return n
}

// wasThere tells whether the cluster was found with a document's object.
func (s *scene) wasThere(d *manifest.Document) bool {
	return slices.ContainsFunc(s.start.Objects, func(obj runtime.Object) bool {
		m, ok := obj.(metav1.Object)
		if !ok || m.GetName() != d.Name() || m.GetNamespace() != namespaceOf(d) {
			return false
		}
		kinds, _, err := world.Scheme().ObjectKinds(obj)
		return err == nil && kinds[0].Kind == d.Kind()
	})
}

// isAlias tells whether a document is an alias for the host that an object is
// asked to be one for.
func (s *scene) isAlias(d *manifest.Document, o lessons.Object) bool {
	for i := range s.scenario.Expect {
		if a := s.scenario.Expect[i].Alias; a != nil && a.Service == o.Name && strings.TrimSuffix(d.Text("spec.externalName"), ".") == a.Host {
			return true
		}
	}
	return false
}

// askedOf counts the objects of a kind that the brief asks for.
func (s *scene) askedOf(kind string) int {
	n := 0
	for _, o := range s.scenario.Objects {
		if o.Kind == kind {
			n++
		}
	}
	return n
}

func namespaceOf(d *manifest.Document) string {
	if ns := d.Namespace(); ns != "" {
		return ns
	}
	return "default"
}

// refused is why a document was not stored, in kubectl's words; "" where it
// was.
func (s *scene) refused(d *manifest.Document) string {
	r := s.result(d)
	if r == nil && len(s.results) > 0 {
		r = &s.results[len(s.results)-1] // what kubectl stopped at
	}
	if r == nil || r.Err == nil {
		return ""
	}
	return apply.Message(r.Err)
}

// result is what became of a document, nil if kubectl never came to it. There
// is one for each document, in their order, up to where it stops reading.
func (s *scene) result(d *manifest.Document) *apply.Result {
	if i := slices.Index(s.file.Documents, d); i >= 0 && i < len(s.results) {
		return &s.results[i]
	}
	return nil
}

// stopper is the document at which kubectl stopped reading before it came to
// another, nil where it did not.
func (s *scene) stopper(of *manifest.Document) *manifest.Document {
	if n := len(s.results); n > 0 && n < len(s.file.Documents) && s.result(of) == nil {
		return s.file.Documents[n-1]
	}
	return nil
}

// service fills in what a miss about a Service needs.
func (s *scene) service(namespace, name string) *miss {
	if namespace == "" {
		namespace = "production"
	}
	o, ok := s.scenario.Object("Service", name)
	if !ok {
		o = lessons.Object{Kind: "Service", Namespace: namespace, Name: name}
	}
	return &miss{scene: s, object: o, svc: s.st.Service(namespace, name), doc: s.wrote(o.Kind, o.Namespace, o.Name)}
}

// wrote is where the learner wrote an object: the last document of its name,
// which is the one that counts; nil if nowhere.
func (s *scene) wrote(kind, namespace, name string) *manifest.Document {
	if s.file == nil {
		return nil
	}
	for _, d := range slices.Backward(s.file.Documents) {
		if d.Kind() == kind && d.Name() == name && namespaceOf(d) == namespace {
			return d
		}
	}
	return nil
}

// behind is what a miss about an alias for a Service of this cluster is about:
// that Service, where it leads to the pods that are asked for.
func (s *scene) behind(m *miss) *miss {
	for range 8 { // an alias may be one for itself
		if m.svc == nil || m.svc.Spec.Type != corev1.ServiceTypeExternalName {
			break
		}
		name, rest, _ := strings.Cut(strings.TrimSuffix(m.svc.Spec.ExternalName, "."), ".")
		space, rest, _ := strings.Cut(rest, ".")
		other := s.st.Service(space, name)
		if other == nil || rest != "svc."+s.st.World.ClusterDomain || !s.leadsTo(other, m.object) && other.Spec.Type != corev1.ServiceTypeExternalName {
			break
		}
		next := s.service(space, name)
		next.object.App, next.object.DataStore = m.object.App, m.object.DataStore
		m = next
	}
	return m
}

// podsOf are the pods of an app in a namespace.
func podsOf(st *state.State, namespace, app string) []state.Name {
	var names []state.Name
	for _, p := range st.Pods {
		if p.Namespace == namespace && p.Labels["app"] == app {
			names = append(names, state.Of(p))
		}
	}
	return names
}
