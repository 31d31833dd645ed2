package registry

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// FuzzAdmission puts whatever decodes through a strategy: nothing panics, what
// was created can be updated with itself, and what is refused keeps nothing.
func FuzzAdmission(f *testing.F) {
	for _, file := range []string{"admission.jsonl", "kinds.jsonl"} {
		for _, r := range rows(f, file) {
			f.Add([]byte(r.Manifest))
		}
	}
	f.Fuzz(func(t *testing.T, manifest []byte) {
		raw, err := yaml.YAMLToJSON(manifest)
		if err != nil {
			return
		}
		obj, gvk, err := decode(raw)
		if err != nil {
			return
		}
		c := newCluster(t)
		s, ok := c.For(resources[gvk.Kind])
		m, isObject := obj.(metav1.Object)
		if !ok || !isObject {
			return
		}
		m.SetNamespace("production")
		if gvk.Kind == "Namespace" {
			m.SetNamespace("")
		}
		ips, ports := len(c.ips.used), len(c.ports.used)
		s.Default(obj)
		out, err := s.Create(Request{Now: c.now}, obj)
		out.Done(err == nil)
		if err != nil {
			if len(c.ips.used) != ips || len(c.ports.used) != ports {
				t.Errorf("refused (%v), and yet it keeps what it was given", err)
			}
			return
		}
		m.SetResourceVersion("1")
		again := obj.DeepCopyObject()
		s.Default(again)
		out, err = s.Update(Request{Now: c.now}, again, obj)
		out.Done(err == nil)
		if err != nil {
			t.Errorf("update with itself: %v", err)
		}
		s.Release(again)
		if len(c.ips.used) != ips || len(c.ports.used) != ports {
			t.Error("deleted, and yet it keeps what it was given")
		}
	})
}
