package diagnose_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/internal/tui/diagnose"
	"github.com/kubetutor/tutor/lessons"
)

const service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: default\nspec:\n  selector: {app: web}\n  ports:\n  - port: 80\n"

func TestLook(t *testing.T) {
	pack, err := lessons.Load(os.DirFS("../testdata/lesson"))
	if err != nil {
		t.Fatal(err)
	}
	d := diagnose.New(pack)
	for _, tt := range []struct{ name, text, want string }{
		{"right", service, ""},
		{"empty", "\n# nothing\n", ""},
		{"an unknown field", strings.Replace(service, "selector:", "selctor:", 1), `7 unknown field "spec.selctor"`},
		{"an unsupported value", service + "  type: Nodeport\n", `10 Unsupported value: "Nodeport"`},
		{"a value of the wrong type", strings.Replace(service, "port: 80", "port: eighty", 1), "9 "},
		{"a value out of range", service + "    nodePort: 80\n  type: NodePort\n", "10 "},
		{"the second document", service + "---\n" + strings.Replace(service, "port: 80", "port: 0", 1), "19 "},
		{"a key twice", service + "  selector: {app: api}\n", "7 selector stands here twice: only the one in line 10 counts"},
		{"a key of two ports", service + "    name: a\n  - port: 81\n    name: b\n", ""},
		{"no YAML", "a: b\n\tc: d\n", "2 "},
		{"no such kind", "apiVersion: v1\nkind: Servise\nmetadata: {name: a}\n", "1 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range d.Look(context.Background(), pack.Scenario("order-api"), []byte(tt.text)) {
				got = append(got, fmt.Sprintf("%d %s", f.Line+1, f.Message))
			}
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("%q", got)
			case tt.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], tt.want)):
				t.Error(cmp.Diff([]string{tt.want}, got))
			}
		})
	}
}

// TestMeant is which characters are underlined, in which document, by whose
// words.
func TestMeant(t *testing.T) {
	pack, err := lessons.Load(os.DirFS("../testdata/lesson"))
	if err != nil {
		t.Fatal(err)
	}
	d := diagnose.New(pack)
	for _, tt := range []struct{ name, text, want string }{
		{"a key", strings.Replace(service, "selector:", "selctor:", 1), `selctor|unknown field "spec.selctor"`},
		{"a value", service + "  type: Nodeport # what\n", `Nodeport|Unsupported value: "Nodeport": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"`},
		{"a value behind a dash", strings.Replace(service, "port: 80", "port: 0", 1), "0|Invalid value: 0: must be between 1 and 65535, inclusive"},
		{"what is missing, at what is around it", strings.Replace(service, "port: 80", "name: a", 1), "name: a|spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive / name: a|spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive"},
		{"no name", strings.Replace(service, "  name: web\n", "", 1), "metadata:|metadata.name: resource name may not be empty"},
		{"several", strings.Replace(service, "port: 80", "port: 0\n    protocol: tcp", 1), "0|Invalid value: 0: must be between 1 and 65535, inclusive / tcp|Unsupported value: \"tcp\": supported values: \"SCTP\", \"TCP\", \"UDP\""},
		{"the third document", service + "---\n" + strings.Replace(service, "web", "b", 1) + "---\n" + strings.Replace(service, "selector", "selectr", 1), `selectr|unknown field "spec.selectr"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines := strings.Split(tt.text, "\n")
			var got []string
			for _, f := range d.Look(context.Background(), pack.Scenario("order-api"), []byte(tt.text)) {
				under := strings.TrimLeft(lines[f.Line], " -")
				if f.End > f.Col {
					under = lines[f.Line][f.Col:f.End]
				}
				got = append(got, under+"|"+f.Message)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " / ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func BenchmarkLook(b *testing.B) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		b.Fatal(err)
	}
	d := diagnose.New(pack)
	b.ReportAllocs()
	for b.Loop() {
		d.Look(context.Background(), pack.Scenario("redis-cache"), []byte(service))
	}
}
