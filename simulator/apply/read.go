package apply

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"

	"github.com/kubetutor/tutor/simulator/apiserver"
)

var errNothing = errors.New("no objects passed to apply")

// info is one object of the file, on its way to the server.
type info struct {
	object   *unstructured.Unstructured
	gvk      schema.GroupVersionKind
	resource *apiserver.Resource
	// versionless: the object says kind but an empty apiVersion. kubectl
	// finds its kind and then asks at a path that no server has.
	versionless bool
	// namespace is where the object goes; empty for kinds without.
	namespace string
	source    string
	line      int
}

// read is what kubectl's resource builder makes of a file: the objects, and
// what could not be made one.
func read(manifest []byte, o Options) (infos []*info, unread []Result) {
	d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifest), 4096)
	lines := documentLines(manifest)
	for n := 0; ; n++ {
		line := lines[min(n, len(lines)-1)]
		var ext runtime.RawExtension
		if err := d.Decode(&ext); err == io.EOF {
			return infos, unread
		} else if err != nil {
			return infos, append(unread, Result{Line: line, Err: fmt.Errorf("error parsing %s: %w", o.Source, err)})
		}
		raw := bytes.TrimSpace(ext.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		if err := checkKind(raw); err != nil {
			return infos, append(unread, Result{Line: line, Err: fmt.Errorf(
				"error validating %q: error validating data: %w; if you choose to ignore these errors, turn validation off with --validate=false", o.Source, err)})
		}
		found, failed := decode(raw, line, o)
		infos, unread = append(infos, found...), append(unread, failed...)
	}
}

// documentLines tells for each document, in the order of decoding, where its
// first line of content is.
func documentLines(manifest []byte) []int {
	var lines []int
	line, content := 1, 0
	for l := range bytes.Lines(manifest) {
		text := bytes.TrimSpace(l)
		switch {
		case bytes.HasPrefix(l, []byte("---")) && line > 1:
			lines = append(lines, max(content, 1))
			content = 0
		case content == 0 && len(text) > 0 && text[0] != '#' && !bytes.HasPrefix(text, []byte("---")):
			content = line
		}
		line++
	}
	return append(lines, max(content, 1))
}

// checkKind is what kubectl checks before it leaves validation to the server.
func checkKind(raw []byte) error {
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return errors.New("invalid object to validate")
	}
	var errs []error
	switch v := fields["apiVersion"].(type) {
	case nil:
		errs = append(errs, errors.New("apiVersion not set"))
	case string:
		if _, err := schema.ParseGroupVersion(v); err != nil {
			errs = append(errs, err)
		}
	default:
		errs = append(errs, errors.New("apiVersion isn't string type"))
	}
	switch fields["kind"].(type) {
	case nil:
		errs = append(errs, errors.New("kind not set"))
	case string:
	default:
		errs = append(errs, errors.New("kind isn't string type"))
	}
	if len(errs) == 0 {
		return nil
	}
	return utilerrors.NewAggregate(errs)
}

// decode makes a document an object, or the objects of a list.
func decode(raw []byte, line int, o Options) ([]*info, []Result) {
	obj, gvk, err := unstructured.UnstructuredJSONScheme.Decode(raw, nil, nil)
	if err == nil {
		err = checkMetadata(raw)
	}
	if err != nil {
		return nil, []Result{{Line: line, Err: fmt.Errorf("unable to decode %q: %w", o.Source, err)}}
	}
	switch obj := obj.(type) {
	case *unstructured.Unstructured:
		i, err := newInfo(obj, *gvk, line, o)
		if err != nil {
			return nil, []Result{failed(obj, line, notFoundKind(obj, err, o.Source))}
		}
		return []*info{i}, nil
	case *unstructured.UnstructuredList:
		if !isList(*gvk) {
			u := &unstructured.Unstructured{Object: obj.Object}
			return nil, []Result{failed(u, line, notFoundKind(u, noMatch(*gvk), o.Source))}
		}
		return flatten(obj, line, o)
	}
	return nil, nil
}

// isList tells whether kubectl takes a kind apart: List itself, and the list of
// each kind that it knows, such as ServiceList.
func isList(gvk schema.GroupVersionKind) bool {
	item, ok := strings.CutSuffix(gvk.Kind, "List")
	return ok && (item == "" || apiserver.FindKind(gvk.GroupVersion().WithKind(item)) != nil)
}

// checkMetadata reads a document's metadata as what it must be.
func checkMetadata(raw []byte) error { return utiljson.Unmarshal(raw, new(metadataOnlyObject)) }

// metadataOnlyObject bears the name that decoding errors show.
type metadataOnlyObject struct {
	metav1.TypeMeta   `json:""` //nolint:staticcheck // as kubectl has it
	metav1.ObjectMeta `json:"metadata,omitempty"`
}

func flatten(list *unstructured.UnstructuredList, line int, o Options) (infos []*info, unread []Result) {
	for n := range list.Items {
		obj := &list.Items[n]
		i, err := newInfo(obj, obj.GroupVersionKind(), line, o)
		if err != nil {
			unread = append(unread, failed(obj, line, fmt.Errorf("unable to recognize %w", err)))
			continue
		}
		infos = append(infos, i)
	}
	return infos, unread
}

func failed(obj *unstructured.Unstructured, line int, err error) Result {
	return Result{Kind: obj.GetKind(), Namespace: obj.GetNamespace(), Name: obj.GetName(), Line: line, Err: err}
}

func notFoundKind(obj *unstructured.Unstructured, err error, source string) error {
	return fmt.Errorf("resource mapping not found for name: %q namespace: %q from %q: %w\nensure CRDs are installed first",
		obj.GetName(), obj.GetNamespace(), source, err)
}

func noMatch(gvk schema.GroupVersionKind) error {
	return &meta.NoKindMatchError{GroupKind: gvk.GroupKind(), SearchedVersions: []string{gvk.Version}}
}

// newInfo finds the kind of an object and settles its namespace.
func newInfo(obj *unstructured.Unstructured, gvk schema.GroupVersionKind, line int, o Options) (*info, error) {
	i := &info{object: obj, gvk: gvk, source: o.Source, line: line, versionless: gvk.Version == ""}
	if i.versionless {
		i.gvk.Version = "v1"
	}
	if i.resource = apiserver.FindKind(i.gvk); i.resource == nil {
		return nil, noMatch(gvk)
	}
	switch {
	case !i.resource.Namespaced && obj.GetNamespace() != "":
		obj.SetNamespace("")
	case i.resource.Namespaced && obj.GetNamespace() == "":
		obj.SetNamespace(o.Namespace)
		i.namespace = o.Namespace // which an object whose metadata is null does not take
	default:
		i.namespace = obj.GetNamespace()
	}
	return i, nil
}

// result is that of an object that failed.
func (i *info) result(err error) Result {
	return Result{
		Object: i.objectName(), Kind: i.gvk.Kind, Namespace: i.namespace, Name: i.object.GetName(),
		Line: i.line, Err: err,
	}
}

// objectName is what kubectl's name printer shows.
func (i *info) objectName() string {
	kind := i.resource.Singular
	if i.gvk.Group != "" {
		kind += "." + i.gvk.Group
	}
	return kind + "/" + i.object.GetName()
}
