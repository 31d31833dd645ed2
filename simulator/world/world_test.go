package world_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/world"
)

func TestLoadDefaults(t *testing.T) {
	w, err := world.Load(strings.NewReader("# nothing but a comment\n---\napiVersion: v1\nkind: Node\nmetadata: {name: a}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if w.Spec.Platform != world.BareMetal || w.Spec.ProxyMode != world.IPTables || w.Spec.Upstream.Otherwise != "SERVFAIL" {
		t.Errorf("defaults: %+v", w.Spec)
	}
	if h, ok := w.Spec.Host("laptop"); !ok || h.ArrivesAt != "a" {
		t.Errorf("laptop = %+v, %v", h, ok)
	}
}

func TestLoadErrors(t *testing.T) {
	for name, tc := range map[string]struct{ file, want string }{
		"unknown field in an object": {"apiVersion: v1\nkind: Service\nspec: {prots: []}\n", `line 1: Service: unknown field "spec.prots"`},
		"unknown field in World":     {"apiVersion: tutor/v1\nkind: World\nspec: {platfrom: eks}\n", `unknown field "platfrom"`},
		"other version":              {"apiVersion: tutor/v9\nkind: World\n", `apiVersion "tutor/v9" is not known`},
		"two worlds":                 {"apiVersion: tutor/v1\nkind: World\n---\napiVersion: tutor/v1\nkind: World\n", "line 4: a second World"},
		"bad network":                {"apiVersion: tutor/v1\nkind: World\nspec: {podCIDR: nonsense}\n", "spec.podCIDR"},
		"bad host":                   {"apiVersion: tutor/v1\nkind: World\nspec: {hosts: [{name: a, address: b}]}\n", "spec.hosts[0].address"},
		"not a kind we store":        {"apiVersion: v1\nkind: Sevrice\n", "Sevrice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := world.Load(strings.NewReader(tc.file))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestSaveLoad(t *testing.T) {
	b, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	first, err := world.Load(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := first.Save(&out); err != nil {
		t.Fatal(err)
	}
	second, err := world.Load(&out)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, second); d != "" {
		t.Errorf("a saved world reads differently (-first +second):\n%s", d)
	}
}

func TestSnapshot(t *testing.T) {
	b, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	first, err := world.Load(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	second := new(world.World)
	if err := json.Unmarshal(snapshot, second); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, second); d != "" {
		t.Errorf("a snapshot reads differently (-first +second):\n%s", d)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("apiVersion: tutor/v1\nkind: World\nspec: {platform: eks}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: a}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if w, err := world.Load(bytes.NewReader(b)); err == nil && w == nil {
			t.Error("neither a world nor an error")
		}
	})
}

func TestLoadWorkloads(t *testing.T) {
	base := `
apiVersion: tutor/v1
kind: World
spec:
  platform: eks
  workloads:
  - {name: cart, namespace: default, nodes: [a, a], addresses: [10.244.1.10]}
  - {name: shop, namespace: default, nodes: [a]}
---
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
`
	overlay := `
apiVersion: tutor/v1
kind: World
spec:
  workloads:
  - {kind: StatefulSet, name: shop, namespace: default, service: shop, nodes: [a], unready: true}
`
	w, err := world.Load(strings.NewReader(base), strings.NewReader(overlay))
	if err != nil {
		t.Fatal(err)
	}
	if w.Spec.Platform != world.EKS {
		t.Errorf("platform %q: an overlay that does not say it should leave it", w.Spec.Platform)
	}
	var pods []string
	for _, o := range w.Objects {
		if p, ok := o.(*corev1.Pod); ok {
			pods = append(pods, p.Labels["app"]+" "+p.Status.PodIP+" "+string(p.Status.Conditions[3].Status))
		}
	}
	want := []string{"shop 10.244.1.11 False", "cart 10.244.1.10 True", "cart 10.244.1.12 True"}
	if d := cmp.Diff(want, pods); d != "" {
		t.Errorf("pods (-want +got):\n%s", d)
	}
}

func TestPodsOfAWorkloadHaveNamesOfTheirOwn(t *testing.T) {
	w, err := world.Load(strings.NewReader(`
apiVersion: tutor/v1
kind: World
spec:
  workloads:
  - {name: order-api, namespace: production, nodes: [a, b, c, a, b, c]}
  - {name: cart, namespace: production, nodes: [a, b, c]}
---
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
---
apiVersion: v1
kind: Node
metadata: {name: b}
spec: {podCIDR: 10.244.2.0/24}
---
apiVersion: v1
kind: Node
metadata: {name: c}
spec: {podCIDR: 10.244.3.0/24}
`))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, o := range w.Objects {
		if p, ok := o.(*corev1.Pod); ok {
			names[p.Name] = true
		}
	}
	if len(names) != 9 {
		t.Errorf("9 pods have %d names: %v", len(names), names)
	}
}

func TestLoadWorkloadErrors(t *testing.T) {
	for name, tc := range map[string]struct{ workload, want string }{
		"no such node": {"{name: a, namespace: b, nodes: [z]}", `workload b/a: nodes[0]: there is no node "z"`},
		"other kind":   {"{kind: Job, name: a, namespace: b}", `kind "Job" is not known`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := world.Load(strings.NewReader("apiVersion: tutor/v1\nkind: World\nspec: {workloads: [" + tc.workload + "]}\n"))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want it to say %q", err, tc.want)
			}
		})
	}
}
