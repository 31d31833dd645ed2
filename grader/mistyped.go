package grader

import (
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/grader/manifest"
)

// mistyped finds the first field of a document whose value is of another type
// than its kind has there, and names the type that belongs there.
func mistyped(d *manifest.Document) (field, want string, ok bool) {
	t := kindType(d.Kind())
	if t == nil {
		return "", "", false
	}
	return mistypedIn(d, t, "", 0)
}

func mistypedIn(d *manifest.Document, t reflect.Type, path string, depth int) (field, want string, ok bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	value, there := d.Value(path)
	if !there && path != "" || value == nil && path != "" || depth > 20 {
		return "", "", false
	}
	switch t.Kind() {
	case reflect.String:
		return path, "string", !d.IsString(path)
	case reflect.Int32, reflect.Int64:
		_, isInt := value.(int)
		return path, "int", !isInt
	case reflect.Bool:
		_, isBool := value.(bool)
		return path, "bool", !isBool
	case reflect.Slice:
		if d.Len(path) == 0 {
			_, isList := value.([]any)
			return path, "[]", !isList
		}
		for i := range d.Len(path) {
			if field, want, ok := mistypedIn(d, t.Elem(), manifest.At(path, i), depth+1); ok {
				return field, want, true
			}
		}
	case reflect.Map:
		if _, isMap := value.(map[string]any); !isMap {
			return path, "map", true
		}
		for _, key := range d.Keys(path) {
			if field, want, ok := mistypedIn(d, t.Elem(), manifest.Join(path, key), depth+1); ok {
				return field, want, true
			}
		}
	case reflect.Struct:
		if path != "" && d.IsScalar(path) && !reflect.PointerTo(t).Implements(unmarshaler) {
			return path, "map", true
		}
		return mistypedField(d, t, path, depth)
	}
	return "", "", false
}

// mistypedField looks through the fields of a struct; one that reads its own
// form, such as a port that may be a number or a name, takes what it likes.
func mistypedField(d *manifest.Document, t reflect.Type, path string, depth int) (field, want string, ok bool) {
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return path, "int", t == reflect.TypeFor[intstr.IntOrString]() && !d.IsScalar(path)
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := path
		if name != "" {
			at = manifest.Join(path, name)
		}
		if name == "-" {
			continue
		}
		if field, want, ok := mistypedIn(d, f.Type, at, depth+1); ok {
			return field, want, true
		}
	}
	return "", "", false
}

var unmarshaler = reflect.TypeFor[interface{ UnmarshalJSON([]byte) error }]()
