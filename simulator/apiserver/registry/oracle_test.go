package registry

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/kubetutor/tutor/simulator/world"
)

// The recordings are replayed here without HTTP: what a strategy says and what
// it leaves to be stored. Rows that kubectl or decoding end before a strategy
// is reached are the business of the tests above.

// row is a line of testdata/oracle's files.
type row struct {
	ID, Group, Verb, Manifest string
	Given                     []string
	Exit                      int
	Stdout, Stderr            string
	Services, Objects         []map[string]any
}

func rows(t testing.TB, file string) []row {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "testdata", "oracle", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []row
	for d := json.NewDecoder(bufio.NewReader(f)); ; {
		var r row
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
}

// reachesStrategy tells whether a recorded answer came from admission.
func (r row) reachesStrategy() bool {
	for _, other := range []string{"error: ", "(BadRequest)", "(NotFound)", "ensure CRDs"} {
		if strings.Contains(r.Stderr, other) {
			return false
		}
	}
	return true
}

// cluster is a registry and a map for a store.
type cluster struct {
	*Registry
	objects map[string]runtime.Object
	last    map[string][]byte // what apply was given last
	now     time.Time
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	r, err := New(Options{ServiceCIDR: "10.96.0.0/16", NodePortRange: "30000-32767", Rand: rand.New(rand.NewPCG(1, 2))})
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{Registry: r, objects: map[string]runtime.Object{}, last: map[string][]byte{}, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	s, _ := r.For(schema.GroupResource{Resource: "services"})
	kubernetes := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "kubernetes"},
		Spec:       corev1.ServiceSpec{ClusterIP: "10.96.0.1", Ports: []corev1.ServicePort{{Name: "https", Port: 443}}},
	}
	if err := s.Restore(Request{Now: c.now}, kubernetes); err != nil {
		t.Fatal(err)
	}
	return c
}

// resources are the plurals of the kinds in the recordings.
var resources = map[string]schema.GroupResource{
	"Service": {Resource: "services"}, "Endpoints": {Resource: "endpoints"}, "Pod": {Resource: "pods"}, "Namespace": {Resource: "namespaces"},
	"Ingress": {Group: "networking.k8s.io", Resource: "ingresses"}, "NetworkPolicy": {Group: "networking.k8s.io", Resource: "networkpolicies"},
	"EndpointSlice": {Group: "discovery.k8s.io", Resource: "endpointslices"}, "Deployment": {Group: "apps", Resource: "deployments"},
	"StatefulSet": {Group: "apps", Resource: "statefulsets"}, "DaemonSet": {Group: "apps", Resource: "daemonsets"},
}

func decode(raw []byte) (runtime.Object, schema.GroupVersionKind, error) {
	d := serializer.NewCodecFactory(world.Scheme()).UniversalDeserializer()
	obj, gvk, err := d.Decode(raw, nil, nil)
	if err != nil {
		return nil, schema.GroupVersionKind{}, err
	}
	return obj, *gvk, nil
}

// documents splits a manifest, and lists in it, and makes JSON of it.
func documents(t testing.TB, manifest string) [][]byte {
	t.Helper()
	var out [][]byte
	for d := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(manifest))); ; {
		doc, err := d.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		j, err := yaml.YAMLToJSON(doc)
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Items []json.RawMessage }
		if json.Unmarshal(j, &list) == nil && list.Items != nil {
			for _, item := range list.Items {
				out = append(out, item)
			}
		} else if string(j) != "null" {
			out = append(out, withoutNulls(t, j))
		}
	}
}

// withoutNulls drops what a manifest sets to null: decoding does (a key of a
// map, too, which plain JSON decoding would set to "").
func withoutNulls(t testing.TB, raw []byte) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var prune func(v any)
	prune = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			maps.DeleteFunc(v, func(_ string, v any) bool { return v == nil })
			for _, child := range v {
				prune(child)
			}
		case []any:
			for _, child := range v {
				prune(child)
			}
		}
	}
	prune(v)
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// do is what the API server does with one document.
func (c *cluster) do(verb string, doc []byte) (Outcome, error) {
	obj, gvk, err := decode(doc)
	if err != nil {
		return Outcome{}, err
	}
	m := obj.(metav1.Object)
	s, ok := c.For(resources[gvk.Kind])
	if !ok {
		return Outcome{}, fmt.Errorf("no strategy for %v", gvk)
	}
	if gvk.Kind != "Namespace" && m.GetNamespace() == "" {
		m.SetNamespace("production")
	}
	key := gvk.Kind + "/" + m.GetName()
	old, exists := c.objects[key]
	req := Request{Now: c.now}
	var out Outcome
	if !exists {
		s.Default(obj)
		out, err = s.Create(req, obj)
	} else {
		if verb == "apply" {
			if obj, err = c.patched(key, doc, old); err != nil {
				return Outcome{}, err
			}
		}
		s.Default(obj)
		obj.(metav1.Object).SetNamespace(old.(metav1.Object).GetNamespace())
		out, err = s.Update(req, obj, old.DeepCopyObject())
	}
	out.Done(err == nil)
	if err == nil {
		obj.GetObjectKind().SetGroupVersionKind(gvk)
		obj.(metav1.Object).SetResourceVersion("1")
		c.objects[key], c.last[key] = obj, doc
	}
	return out, err
}

// patched is old after the three-way merge of kubectl apply.
func (c *cluster) patched(key string, doc []byte, old runtime.Object) (runtime.Object, error) {
	current, err := json.Marshal(old)
	if err != nil {
		return nil, err
	}
	schema, err := strategicpatch.NewPatchMetaFromStruct(old)
	if err != nil {
		return nil, err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(c.last[key], doc, current, schema, true)
	if err != nil {
		return nil, err
	}
	merged, err := strategicpatch.StrategicMergePatch(current, patch, old)
	if err != nil {
		return nil, err
	}
	obj, _, err := decode(merged)
	return obj, err
}

// said is an error as kubectl prints it.
func said(err error) string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return "Error: " + err.Error() + "\n"
	}
	s := status.Status()
	if s.Reason != metav1.StatusReasonInvalid {
		return fmt.Sprintf("Error from server (%s): error when creating \"manifest.yaml\": %s\n", s.Reason, s.Message)
	}
	var causes []string
	for _, c := range s.Details.Causes {
		if line := c.Field + ": " + c.Message; !slices.Contains(causes, line) {
			causes = append(causes, line)
		}
	}
	head := fmt.Sprintf("The %s %q is invalid: ", s.Details.Kind, s.Details.Name)
	if len(causes) == 1 {
		return head + causes[0] + "\n"
	}
	return head + "\n* " + strings.Join(causes, "\n* ") + "\n"
}

func (c *cluster) play(t testing.TB, r row) string {
	for _, g := range r.Given {
		for _, d := range documents(t, g) {
			if _, err := c.do("apply", d); err != nil {
				t.Fatalf("given: %v", err)
			}
		}
	}
	var got strings.Builder
	for _, d := range documents(t, r.Manifest) {
		out, err := c.do(r.Verb, d)
		for _, w := range out.Warnings {
			fmt.Fprintf(&got, "Warning: %s\n", w)
		}
		if err != nil {
			got.WriteString(said(err))
		}
	}
	return got.String()
}

func TestAdmissionRecordings(t *testing.T) {
	for _, r := range rows(t, "admission.jsonl") {
		if !r.reachesStrategy() {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			c := newCluster(t)
			if diff := cmp.Diff(r.Stderr, c.play(t, r)); diff != "" {
				t.Errorf("stderr (-recorded +here):\n%s", diff)
			}
			if r.Exit != 0 && len(r.Given) == 0 && r.Stdout == "" {
				return // the recording does not say what was stored
			}
			if diff := cmp.Diff(sorted(r.Services), c.stored(t, r)); diff != "" {
				t.Errorf("stored (-recorded +here):\n%s", diff)
			}
		})
	}
}

// stored are the objects as the recording shows them: without what the server
// makes up.
func (c *cluster) stored(t testing.TB, r row) []map[string]any {
	text := r.Manifest + strings.Join(r.Given, "")
	var out []map[string]any
	for _, o := range c.objects {
		raw, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		meta := m["metadata"].(map[string]any)
		for _, k := range []string{"uid", "resourceVersion", "creationTimestamp", "generation"} {
			delete(meta, k)
		}
		if a, ok := meta["annotations"].(map[string]any); ok {
			delete(a, corev1.LastAppliedConfigAnnotation)
			if len(a) == 0 {
				delete(meta, "annotations")
			}
		}
		maskService(m, text)
		out = append(out, m)
	}
	return sorted(out)
}

func maskService(m map[string]any, text string) {
	spec, ok := m["spec"].(map[string]any)
	if !ok {
		return
	}
	auto := func(v any) any {
		if s := fmt.Sprint(v); strings.Contains(text, s) {
			return v
		}
		return "<auto>"
	}
	if ip, ok := spec["clusterIP"]; ok && ip != "None" {
		spec["clusterIP"] = auto(ip)
	}
	if ips, ok := spec["clusterIPs"].([]any); ok && ips[0] != "None" {
		for i := range ips {
			ips[i] = auto(ips[i])
		}
	}
	ports, _ := spec["ports"].([]any)
	for _, p := range ports {
		if p := p.(map[string]any); p["nodePort"] != nil {
			p["nodePort"] = auto(p["nodePort"])
		}
	}
	if p, ok := spec["healthCheckNodePort"]; ok {
		spec["healthCheckNodePort"] = auto(p)
	}
}

func sorted(objects []map[string]any) []map[string]any {
	slices.SortFunc(objects, func(a, b map[string]any) int { return bytes.Compare(key(a), key(b)) })
	if len(objects) == 0 {
		return nil
	}
	return objects
}

func key(m map[string]any) []byte {
	meta := m["metadata"].(map[string]any)
	return fmt.Appendf(nil, "%v/%v/%v", m["kind"], meta["namespace"], meta["name"])
}

func TestKindRecordings(t *testing.T) {
	for _, r := range rows(t, "kinds.jsonl") {
		if !r.reachesStrategy() {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			c := newCluster(t)
			got := c.play(t, r)
			want := strings.TrimPrefix(r.Stderr, "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("stderr (-recorded +here):\n%s", diff)
			}
			if diff := cmp.Diff(sorted(slices.Clone(r.Objects)), c.shown(t, r)); diff != "" {
				t.Errorf("stored (-recorded +here):\n%s", diff)
			}
		})
	}
}

// shown are the stored objects of the manifest, as the recording shows them.
func (c *cluster) shown(t testing.TB, r row) []map[string]any {
	stored := map[string]map[string]any{}
	for _, m := range c.stored(t, r) {
		stored[fmt.Sprintf("%s/%s", m["kind"], m["metadata"].(map[string]any)["name"])] = m
	}
	var out []map[string]any
	for _, d := range documents(t, r.Manifest) {
		obj, gvk, err := decode(d)
		if err != nil {
			t.Fatal(err)
		}
		m, ok := stored[gvk.Kind+"/"+obj.(metav1.Object).GetName()]
		if !ok || gvk.Kind == "Pod" || gvk.Kind == "Namespace" {
			continue
		}
		delete(m, "status")
		if spec, ok := m["spec"].(map[string]any); ok && gvk.Kind == "Service" {
			delete(spec, "clusterIP")
			delete(spec, "clusterIPs")
		}
		out = append(out, m)
	}
	return sorted(out)
}
