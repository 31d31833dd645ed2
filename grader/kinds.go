package grader

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/kubetutor/tutor/simulator/world"
)

// isKind tells whether the cluster knows objects of that kind.
func isKind(kind string) bool { return kindType(kind) != nil }

func kindType(kind string) reflect.Type {
	for gvk, t := range world.Scheme().AllKnownTypes() {
		if gvk.Kind == kind && gvk.Version != "__internal" {
			if _, ok := t.FieldByName("ObjectMeta"); ok {
				return t
			}
		}
	}
	return nil
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
	if name := nearest(last, all[parent]); name != "" {
		return join(parent, name)
	}
	for _, p := range sortedKeys(all) {
		for _, name := range all[p] {
			if plain(name) == plain(last) && join(p, name) != bare {
				return join(p, name)
			}
		}
	}
	return ""
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
	if t.Kind() != reflect.Struct || depth > 4 {
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

// sortedKeys are a map's keys, the shortest path first.
func sortedKeys(all map[string][]string) []string {
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")), cmp.Compare(a, b))
	})
	return keys
}
