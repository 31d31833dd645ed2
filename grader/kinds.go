package grader

import (
	"cmp"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/internal/spelling"
	"github.com/kubetutor/tutor/simulator/world"
)

// isKind tells whether the cluster knows objects of that kind.
func isKind(kind string) bool { return kindType(kind) != nil }

// kindType is the type of a kind's objects, nil where there is no such kind.
func kindType(kind string) reflect.Type {
	_, t := findKind(kind)
	return t
}

// apiVersionOf is the version in which the cluster knows a kind.
func apiVersionOf(kind string) string {
	gvk, _ := findKind(kind)
	return gvk.GroupVersion().String()
}

func findKind(kind string) (schema.GroupVersionKind, reflect.Type) {
	for gvk, t := range world.Scheme().AllKnownTypes() {
		if gvk.Kind == kind && gvk.Version != runtime.APIVersionInternal {
			if _, ok := t.FieldByName("ObjectMeta"); ok {
				return gvk, t
			}
		}
	}
	return schema.GroupVersionKind{}, nil
}

// realField is the field of a kind that a misspelt or misplaced path may be
// meant for, "" where none is near: first one in the same place, then one of
// that very name elsewhere.
func realField(kind, path string) string {
	t := kindType(kind)
	if t == nil {
		return ""
	}
	all := map[string][]string{} // parent path → names
	fieldsOf(t, "", 0, all)
	bare := indices.ReplaceAllString(path, "")
	parent, last := "", bare
	if i := strings.LastIndex(bare, "."); i >= 0 {
		parent, last = bare[:i], bare[i+1:]
	}
	if name := spelling.Nearest(last, all[parent]); name != "" {
		return join(parent, name)
	}
	for _, p := range byNearness(all, parent) {
		for _, name := range all[p] {
			if spelling.Plain(name) == spelling.Plain(last) && join(p, name) != bare {
				return join(p, name)
			}
		}
	}
	return ""
}

// stray is the first field at the top of a document or of its metadata that no
// object of its kind has there, "" where there is none.
func stray(d *manifest.Document) string {
	t := kindType(d.Kind())
	if t == nil {
		return ""
	}
	all := map[string][]string{}
	fieldsOf(t, "", 0, all)
	for _, parent := range []string{"", "metadata"} {
		for _, key := range d.Keys(parent) {
			if !slices.Contains(all[parent], key) && (parent != "" || key != "status") {
				return manifest.Join(parent, key)
			}
		}
	}
	return ""
}

// indexed puts a path's indices into another one, as far as both go the same
// way: ports[1].targetport and ports.targetPort give ports[1].targetPort.
func indexed(path, other string) string {
	for end := len(path); end > 0; end = strings.LastIndexAny(path[:end], ".") {
		bare := indices.ReplaceAllString(path[:end], "")
		if rest, ok := strings.CutPrefix(other, bare); ok && (rest == "" || rest[0] == '.') {
			return path[:end] + rest
		}
	}
	return other
}

func join(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "." + name
}

// fieldsOf collects the names of a type's fields by the path they stand at.
func fieldsOf(t reflect.Type, path string, depth int, all map[string][]string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || depth > 8 {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || f.Anonymous && name == "" {
			fieldsOf(f.Type, path, depth, all)
			continue
		}
		if name == "-" || path == "" && name == "status" || name == "managedFields" {
			continue
		}
		all[path] = append(all[path], name)
		fieldsOf(f.Type, join(path, name), depth+1, all)
	}
}

var indices = regexp.MustCompile(`\[\d+\]`)

// byNearness are a map's keys, paths: the one first that has most in common
// with a path, and of several the shortest.
func byNearness(all map[string][]string, path string) []string {
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(
			cmp.Compare(common(b, path), common(a, path)),
			cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")),
			cmp.Compare(a, b),
		)
	})
}

// common counts the steps that two paths begin with.
func common(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n
}
