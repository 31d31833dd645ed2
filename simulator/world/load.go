package world

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/yaml"
)

// file is the World object as it stands in the file.
type file struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec Spec `json:"spec"`
}

// Load reads a world. Objects are decoded strictly: an unknown field is an
// error, since a world is written by hand. What is wrong in a document is told
// as an [Error], with the line.
//
// What overlays hold is added, in order, as if it stood in the file: an object
// or workload of the same name takes the place of the earlier one, and an
// overlay's World object changes what it says and leaves the rest.
func Load(r io.Reader, overlays ...io.Reader) (*World, error) {
	w := &World{}
	declared, err := w.read(r)
	if err != nil {
		return nil, err
	}
	for _, o := range overlays {
		over, err := w.read(o)
		if err != nil {
			return nil, fmt.Errorf("overlay: %w", err)
		}
		declared = declared || over
	}
	if err := w.writeOut(); err != nil {
		return nil, err
	}
	w.Default(declared)
	return w, w.check()
}

// Error is something wrong in one document of a file.
type Error struct {
	// Line is where the fault is, or else where the document begins; from 1.
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap gives what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// document is one document of a file and the line that it begins on.
type document struct {
	line int
	text []byte
}

// documents are the documents of a file. What stands behind a "---" is no
// more than a comment.
func documents(text []byte) []document {
	docs := []document{{line: 1}}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if after, ok := bytes.CutPrefix(line, []byte("---")); ok && len(bytes.TrimSpace(stripComments(after))) == 0 {
			docs = append(docs, document{line: n + 1})
			continue
		}
		last := &docs[len(docs)-1]
		last.text = append(last.text, line...)
	}
	return docs
}

// read adds a file's documents and tells whether it has a World object.
func (w *World) read(r io.Reader) (declared bool, err error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return false, err
	}
	for _, doc := range documents(text) {
		isWorld, err := w.add(doc.text)
		if err == nil && isWorld && declared {
			err = errors.New("a second World object; a file has one")
		}
		if err != nil {
			return declared, wrongIn(doc, err)
		}
		declared = declared || isWorld
	}
	return declared, nil
}

var (
	// yamlLine is where in a document the YAML library gave up.
	yamlLine = regexp.MustCompile(`^error converting YAML to JSON: yaml: line (\d+): |^yaml: line (\d+): `)
	// jargon is what the decoders say about themselves.
	jargon = regexp.MustCompile(`error unmarshaling JSON: while decoding JSON: json: |strict decoding error: | in scheme "[^"]*"`)
)

// wrongIn says where in the file a document's error is.
func wrongIn(doc document, err error) error {
	at, message := doc.line, err.Error()
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		n, _ := strconv.Atoi(m[1] + m[2]) // one of the two is empty
		at, message = doc.line+n-1, message[len(m[0]):]
	}
	return &Error{at, errors.New(jargon.ReplaceAllString(message, ""))}
}

// add decodes one document into w and tells whether it was the World object.
func (w *World) add(doc []byte) (isWorld bool, err error) {
	if len(bytes.TrimSpace(stripComments(doc))) == 0 {
		return false, nil
	}
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := yaml.Unmarshal(doc, &head); err != nil {
		return false, err
	}
	if head.Kind == "World" && strings.HasPrefix(head.APIVersion, "tutor/") {
		return true, w.addWorld(doc)
	}
	if bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")) {
		// The decoder would take YAML's flow style for JSON.
		if doc, err = yaml.YAMLToJSONStrict(doc); err != nil {
			return false, fmt.Errorf("%s: %w", head.Kind, err)
		}
	}
	obj, _, err := decoder().Decode(doc, nil, nil)
	if err != nil {
		return false, fmt.Errorf("%s: %w", head.Kind, err)
	}
	if list, ok := obj.(*corev1.List); ok {
		for _, item := range list.Items {
			if _, err := w.add(item.Raw); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	w.put(obj)
	return false, nil
}

// addWorld takes over what a World object says.
func (w *World) addWorld(doc []byte) error {
	f := file{Spec: w.Spec}
	was := &w.Spec
	// A list is replaced whole, never element by element.
	f.Spec.Hosts, f.Spec.NodesReachableFrom, f.Spec.Upstream.Names = nil, nil, nil
	f.Spec.Cloud.Pools, f.Spec.Workloads = nil, nil
	if err := yaml.UnmarshalStrict(doc, &f); err != nil {
		return fmt.Errorf("World: %w", err)
	}
	if f.APIVersion != APIVersion {
		return fmt.Errorf("World: apiVersion %q is not known, want %q", f.APIVersion, APIVersion)
	}
	keep(&f.Spec.Hosts, was.Hosts)
	keep(&f.Spec.NodesReachableFrom, was.NodesReachableFrom)
	keep(&f.Spec.Upstream.Names, was.Upstream.Names)
	keep(&f.Spec.Cloud.Pools, was.Cloud.Pools)
	for _, l := range was.Workloads {
		if !slices.ContainsFunc(f.Spec.Workloads, func(n Workload) bool { return n.Namespace == l.Namespace && n.Name == l.Name }) {
			f.Spec.Workloads = append(f.Spec.Workloads, l)
		}
	}
	w.Name, w.Spec = f.Metadata.Name, f.Spec
	return nil
}

func keep[T any](list *[]T, was []T) {
	if *list == nil {
		*list = was
	}
}

// put adds an object, in the place of an earlier one of its kind and name.
func (w *World) put(obj runtime.Object) {
	for i, o := range w.Objects {
		if sameObject(o, obj) {
			w.Objects[i] = obj
			return
		}
	}
	w.Objects = append(w.Objects, obj)
}

func sameObject(a, b runtime.Object) bool {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	x, errX := meta.Accessor(a)
	y, errY := meta.Accessor(b)
	return errX == nil && errY == nil && x.GetName() == y.GetName() && x.GetNamespace() == y.GetNamespace() && x.GetName() != ""
}

func decoder() runtime.Decoder {
	return serializer.NewCodecFactory(Scheme(), serializer.EnableStrict).UniversalDeserializer()
}

// Save writes the world so that [Load] reads the same one again.
func (w *World) Save(out io.Writer) error {
	f := file{APIVersion: APIVersion, Kind: "World", Spec: w.Spec}
	f.Metadata.Name = w.Name
	b, err := yaml.Marshal(f)
	if err != nil {
		return fmt.Errorf("write world: %w", err)
	}
	if _, err := out.Write(b); err != nil {
		return fmt.Errorf("write world: %w", err)
	}
	for _, obj := range w.Objects {
		if err := writeObject(out, obj); err != nil {
			return err
		}
	}
	return nil
}

func writeObject(out io.Writer, obj runtime.Object) error {
	gvk, err := KindOf(obj)
	if err != nil {
		return err
	}
	obj = obj.DeepCopyObject()
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	b, err := yaml.Marshal(obj)
	if err != nil {
		return fmt.Errorf("write %s: %w", gvk.Kind, err)
	}
	_, err = fmt.Fprintf(out, "---\n%s", b)
	if err != nil {
		return fmt.Errorf("write %s: %w", gvk.Kind, err)
	}
	return nil
}

// KindOf is the group, version and kind of a typed object.
func KindOf(obj runtime.Object) (schema.GroupVersionKind, error) {
	gvks, _, err := Scheme().ObjectKinds(obj)
	if err != nil {
		return schema.GroupVersionKind{}, err
	}
	return gvks[0], nil
}

func (w *World) nodeNames() []string {
	var names []string
	for _, o := range w.Objects {
		if n, ok := o.(*corev1.Node); ok {
			names = append(names, n.Name)
		}
	}
	return names
}

func (w *World) hasClusterDNS() bool {
	for _, o := range w.Objects {
		if s, ok := o.(*corev1.Service); ok && s.Namespace == "kube-system" && s.Name == "kube-dns" {
			return true
		}
	}
	return false
}

// check says what a later part would stumble over.
func (w *World) check() error {
	for field, cidr := range map[string]string{"serviceCIDR": w.Spec.ServiceCIDR, "podCIDR": w.Spec.PodCIDR} {
		if _, err := netip.ParsePrefix(cidr); err != nil {
			return fmt.Errorf("World: spec.%s: %w", field, err)
		}
	}
	for i, h := range w.Spec.Hosts {
		if _, err := netip.ParseAddr(h.Address); err != nil {
			return fmt.Errorf("World: spec.hosts[%d].address: %w", i, err)
		}
	}
	return nil
}

func stripComments(doc []byte) []byte {
	var kept [][]byte
	for line := range bytes.Lines(doc) {
		t := bytes.TrimSpace(line)
		if !bytes.HasPrefix(t, []byte("#")) && !bytes.Equal(t, []byte("---")) {
			kept = append(kept, line)
		}
	}
	return bytes.Join(kept, nil)
}
