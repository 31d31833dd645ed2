package world

import (
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"
)

// snapshot is a world as one JSON value: quicker to write and read than YAML,
// for programs rather than for people.
type snapshot struct {
	Name    string            `json:"name,omitempty"`
	Spec    Spec              `json:"spec"`
	Objects []json.RawMessage `json:"objects"`
}

// MarshalJSON writes the world whole; UnmarshalJSON reads the same one again.
func (w *World) MarshalJSON() ([]byte, error) {
	s := snapshot{Name: w.Name, Spec: w.Spec, Objects: make([]json.RawMessage, len(w.Objects))}
	for i, obj := range w.Objects {
		b, err := marshalObject(obj)
		if err != nil {
			return nil, err
		}
		s.Objects[i] = b
	}
	return json.Marshal(s)
}

func marshalObject(obj runtime.Object) ([]byte, error) {
	gvk, err := KindOf(obj)
	if err != nil {
		return nil, err
	}
	if obj.GetObjectKind().GroupVersionKind() != gvk {
		obj = obj.DeepCopyObject()
		obj.GetObjectKind().SetGroupVersionKind(gvk)
	}
	b, err := json.Marshal(obj)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", gvk.Kind, err)
	}
	return b, nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (w *World) UnmarshalJSON(b []byte) error {
	var s snapshot
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	w.Name, w.Spec, w.Objects = s.Name, s.Spec, make([]runtime.Object, len(s.Objects))
	for i, raw := range s.Objects {
		obj, err := unmarshalObject(raw)
		if err != nil {
			return fmt.Errorf("object %d: %w", i+1, err)
		}
		w.Objects[i] = obj
	}
	return w.check()
}

func unmarshalObject(raw []byte) (runtime.Object, error) {
	var head metav1.TypeMeta
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, err
	}
	obj, err := Scheme().New(head.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, obj); err != nil {
		return nil, fmt.Errorf("%s: %w", head.Kind, err)
	}
	obj.GetObjectKind().SetGroupVersionKind(head.GroupVersionKind())
	return obj, nil
}
