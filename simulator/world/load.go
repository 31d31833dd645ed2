package world

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
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
// error, since a world is written by hand. The error names the document (from
// 1) and its kind and name where they could be read.
func Load(r io.Reader) (*World, error) {
	w := &World{}
	declared := false
	docs := utilyaml.NewYAMLReader(bufio.NewReader(r))
	for n := 1; ; n++ {
		doc, err := docs.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read document %d: %w", n, err)
		}
		isWorld, err := w.add(doc)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", n, err)
		}
		if isWorld && declared {
			return nil, fmt.Errorf("document %d: a second World object; a file has one", n)
		}
		declared = declared || isWorld
	}
	w.Default(declared)
	return w, w.check()
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
		var f file
		if err := yaml.UnmarshalStrict(doc, &f); err != nil {
			return true, fmt.Errorf("World: %w", err)
		}
		if f.APIVersion != APIVersion {
			return true, fmt.Errorf("World: apiVersion %q is not known, want %q", f.APIVersion, APIVersion)
		}
		w.Name, w.Spec = f.Metadata.Name, f.Spec
		return true, nil
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
	w.Objects = append(w.Objects, obj)
	return false, nil
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
