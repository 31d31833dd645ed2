package manifest_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/grader/manifest"
)

const service = `# first
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    a.b/c: "true"
spec:
  ports:
  - {port: 80, targetPort: "8080"}
  - port: 443
---
{
	"kind": "Service",
	"metadata": {"name": "json"},
	"spec": {"ports": [
		{"port": 1}
	]}
}
---
# nothing
---
apiVersion: v1
kind: List
items:
- kind: Service
  metadata: {name: in-list}
`

func TestParse(t *testing.T) {
	f, err := manifest.Parse([]byte(service))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range f.Documents {
		names = append(names, d.Kind()+" "+d.Name())
	}
	if got := strings.Join(names, ", "); got != "Service web, Service json, Service in-list" {
		t.Fatalf("documents: %s", got)
	}
	for _, tc := range []struct {
		doc   int
		field string
		line  int
	}{
		{0, "kind", 3},
		{0, "spec.ports[0].targetPort", 10},
		{0, "spec.ports[1].targetPort", 11}, // left out: the port it belongs to
		{0, "spec.selector", 8},             // left out: spec
		{0, "metadata.annotations[a.b/c]", 7},
		{1, "spec.ports[0].port", 17},
		{2, "metadata.name", 27},
	} {
		if got := f.Documents[tc.doc].Line(tc.field); got != tc.line {
			t.Errorf("document %d, %s: line %d, want %d", tc.doc, tc.field, got, tc.line)
		}
	}
	if d := f.Documents[0]; !d.Quoted("spec.ports[0].targetPort") || d.Quoted("spec.ports[0].port") {
		t.Error("quotes are told apart wrongly")
	}
}

// TestJSONValues: kubectl reads JSON values that stand one after another.
func TestJSONValues(t *testing.T) {
	f, err := manifest.Parse([]byte("{\"kind\": \"A\"}\n{\n  \"kind\": \"B\",\n  \"metadata\": {\"name\": null}\n}\n---\n{kind: C}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds string
	for _, d := range f.Documents {
		kinds += d.Kind()
	}
	if kinds != "ABC" || f.Documents[1].Line("kind") != 3 || f.Documents[2].Line("kind") != 7 {
		t.Errorf("%s, B in line %d, C in line %d", kinds, f.Documents[1].Line("kind"), f.Documents[2].Line("kind"))
	}
	if name := f.Documents[1].Name(); name != "" {
		t.Errorf("null is the name %q", name)
	}
}

func TestParseErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		line  int
		empty bool
		want  string
	}{
		"nothing":      {"", 0, true, "empty"},
		"blanks":       {" \n\n", 0, true, "empty"},
		"comments":     {"# a\n---\n# b\n", 0, true, "empty"},
		"a tab":        {"kind: Service\nspec:\n\ttype: ClusterIP\n", 3, false, "a tab indents this line"},
		"half a flow":  {"kind: Service\nspec: {ports: [", 2, false, ""},
		"in the third": {"kind: A\n---\nkind: B\n---\nkind: C\nspec: [", 6, false, ""},
		"binary":       {"\x7fELF\x00\x01", 1, false, "binary"},
		"Windows-1252": {"kind: Service\n# Gr\xfc\xdfe\n", 2, false, "not UTF-8"},
		"half JSON":    {"{\n\"kind\": \"Service\",\n\t\"spec\": {", 3, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := manifest.Parse([]byte(tc.text))
			var e *manifest.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Line != tc.line || e.Empty != tc.empty || !strings.Contains(e.Message, tc.want) {
				t.Errorf("line %d, empty %v, %q", e.Line, e.Empty, e.Message)
			}
		})
	}
}

// TestDirectives: a file with directives is YAML, of whatever version it says.
func TestDirectives(t *testing.T) {
	for _, text := range []string{"%YAML 1.1\n---\nkind: A\n", "# a comment\n%YAML 1.2\n--- # the first\nkind: A\n---\nkind: B\n", "%YAML 1.2\r\n---\r\nkind: A\r\n"} {
		f, err := manifest.Parse([]byte(text))
		if err != nil || f.Documents[0].Kind() != "A" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := manifest.Parse([]byte("%YAML 1.1\nkind: A\n")); err == nil {
		t.Error("a directive without a line of dashes was read")
	}
}

func TestParseEncodings(t *testing.T) {
	utf16 := []byte{0xff, 0xfe}
	for _, r := range "kind: A\r\n" {
		utf16 = append(utf16, byte(r), 0)
	}
	for name, text := range map[string][]byte{
		"byte order mark": []byte("\ufeffkind: A\n"),
		"CRLF":            []byte("kind: A\r\nspec: {}\r\n"),
		"UTF-16":          utf16,
	} {
		f, err := manifest.Parse(text)
		if err != nil || f.Documents[0].Kind() != "A" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(service))
	f.Add(bytes.Repeat([]byte("["), 1000))
	f.Add([]byte("a: &a [*a]\nb: *a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := manifest.Parse(text)
		if (file == nil) == (err == nil) {
			t.Fatalf("file %v, error %v", file, err)
		}
		if file == nil {
			return
		}
		for _, d := range file.Documents {
			for _, field := range d.Fields() {
				d.Line(field)
				d.Value(field)
			}
		}
	})
}

func TestResolve(t *testing.T) {
	f, err := manifest.Parse([]byte("metadata:\n  a.b/c-d: x\n  labels: {e.f: g}\nspec:\n  ports:\n  - {x.y: 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for dotted, want := range map[string]string{
		"metadata.a.b/c-d":     "metadata[a.b/c-d]",
		"metadata.labels.e.f":  "metadata.labels[e.f]",
		"spec.ports[0].x.y":    "spec.ports[0][x.y]",
		"spec.ports":           "spec.ports",
		"spec.nowhere.to.find": "spec.nowhere.to.find",
	} {
		if got := f.Documents[0].Resolve(dotted); got != want {
			t.Errorf("%s: %s, want %s", dotted, got, want)
		}
	}
}

func TestEmptyListIsNoEmptyFile(t *testing.T) {
	f, err := manifest.Parse([]byte("apiVersion: v1\nkind: List\nitems: []\n"))
	if err != nil || len(f.Documents) != 0 {
		t.Errorf("%v, %v", f, err)
	}
}
