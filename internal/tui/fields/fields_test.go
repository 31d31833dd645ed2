package fields

import (
	"slices"
	"strings"
	"testing"
)

const manifest = `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  type: Cl
  ports:
  - port: 80
    tar
  - name: https
    targetPort: 443
  
---
kind: Deployment
apiVersion: apps/v1
spec:
  template:
    spec:
      containers:
      - image: web
`

func TestField(t *testing.T) {
	lines := strings.Split(manifest, "\n")
	for _, tt := range []struct {
		line, col         int
		path, kind, about string
	}{
		{1, 2, "kind", "string", "Kind is a string value representing the REST resource"},
		{7, 4, "spec.type", "string", "type determines how the Service is exposed"},
		{12, 8, "spec.ports.targetPort", "IntOrString", "Number or name of the port to access on the pods"},
		{9, 5, "spec.ports.port", "integer", "The port that will be exposed by this service"},
		{5, 5, "metadata.labels", "map[string]string", "Map of string keys and values"},
		{21, 10, "spec.template.spec.containers.image", "string", "Container image name"},
	} {
		f, ok := Find(lines, tt.line, tt.col).Field()
		if !ok || f.Path != tt.path || f.Type != tt.kind || !strings.HasPrefix(f.Doc, tt.about) {
			t.Errorf("line %d: %+v, %v", tt.line+1, f, ok)
		}
	}
}

func TestComplete(t *testing.T) {
	lines := strings.Split(manifest, "\n")
	for _, tt := range []struct {
		line, col int
		want      []string
	}{
		{7, 10, []string{"ClusterIP"}},
		{7, 8, []string{"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"}},
		{10, 7, []string{"targetPort"}},
	} {
		var got []string
		for _, f := range Find(lines, tt.line, tt.col).Complete() {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("line %d: %q, want %q", tt.line+1, got, tt.want)
		}
	}
	if all := Find(lines, 13, 2).Complete(); !slices.ContainsFunc(all, func(f Field) bool { return f.Name == "selector" }) {
		t.Errorf("an empty line of spec offers %v", all)
	}
}

func FuzzFind(f *testing.F) {
	f.Add(manifest, 3, 4)
	f.Add("- - a: b\n -", 1, 2)
	f.Fuzz(func(_ *testing.T, text string, line, col int) {
		p := Find(strings.Split(text, "\n"), line, col)
		p.Field()
		p.Complete()
	})
}
