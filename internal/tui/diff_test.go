package tui

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	const ours = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: http\n"
	for _, tt := range []struct{ name, mine, want string }{
		{"the same", ours, ""},
		{"another order, quotes, comments, flow", "# mine\nkind: \"Service\"\napiVersion: v1\nmetadata: {name: 'web'}\n\nspec:\n    ports: [{targetPort: http, port: 80}] # one\n    selector:\n        app: web\n", ""},
		{"JSON", `{"kind": "Service", "apiVersion": "v1", "metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}}`, ""},
		{"another value", strings.Replace(ours, "targetPort: http", "targetPort: 8080", 1),
			"-     targetPort: 8080\n+     targetPort: http\n  about spec.ports.targetPort"},
		{"a field more", ours + "  type: ClusterIP\n", "-   type: ClusterIP\n  about spec.type"},
		{"a field more before the first of an item", strings.Replace(ours, "- port: 80", "- name: a\n    port: 80", 1), "-     name: a\n  about spec.ports.name"},
		{"a string that needs its quotes", strings.Replace(ours, "app: web", `app: "1"`, 1),
			"-     app: \"1\"\n+     app: web\n  about spec.selector"},
		{"an object more, before it", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n---\n" + ours,
			"- ---\n- apiVersion: v1\n- kind: Pod\n- metadata:\n-   name: web"},
		{"a list", "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(ours), "\n", "\n  "), ""},
		{"no YAML", "a: [", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := compare(tt.mine, ours)
			var got []string
			for n, l := range c.changed {
				if l.op != ' ' {
					got = append(got, string(l.op)+" "+l.line)
				}
				for _, f := range c.about[n] {
					got = append(got, "  about "+f.Path)
				}
			}
			if tt.name == "no YAML" {
				if c.isSame() {
					t.Error("what cannot be read is the same")
				}
				return
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("a: &b [*b]\n", "a: 1\n---\nb: 2\n")
	f.Fuzz(func(_ *testing.T, mine, ours string) { compare(mine, ours) })
}
