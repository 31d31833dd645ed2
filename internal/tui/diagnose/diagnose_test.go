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
