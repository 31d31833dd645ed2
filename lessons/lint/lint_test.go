package lint_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/lessons/lint"
)

// A new pack, which stands outside the binary, lints as it is.
func TestNewPackLints(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	if err := lint.New(dir); err != nil {
		t.Fatal(err)
	}
	pack, err := lessons.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	report, err := lint.Pack(context.Background(), pack, lint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Starters != 2 || report.Solutions != 2 || report.Alternatives != 2 || report.Mistakes != 2 || report.Hints != 8 || report.Broken != 1 || report.Questions != 3 {
		t.Errorf("proved: %s", report)
	}
	if err := lint.New(dir); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a second time: error %v", err)
	}
}

func TestBrokenPack(t *testing.T) {
	for name, tc := range map[string]struct{ file, old, new, want string }{
		"a starter that passes":       {"scenarios/web/starter.yaml", "  ports:\n  - port: 80\n", "  selector: {app: pricing-engine}\n  ports:\n  - {port: 80, targetPort: 8080}\n", "starter.yaml:1: passes"},
		"a solution that fails":       {"scenarios/web/solution.yaml", "8080", "8081", "solution.yaml:11: does not pass"},
		"an alternative that fails":   {"scenarios/web/also/by-name.yaml", "http", "web", "also/by-name.yaml:5: does not pass"},
		"a mistake with another name": {"scenarios/web/mistakes/no-target-port.yaml", "target-port-missing", "target-port-wrong", "gets target-port-missing, not target-port-wrong"},
		"a mistake that passes":       {"scenarios/web/mistakes/no-target-port.yaml", "port: 80\n", "port: 80\n    targetPort: 8080\n", "passes; it should fail"},
		"a link to nowhere":           {"sections/first.md", "scenario:web", "scenario:moon", `sections/first.md:43: link "scenario:moon" leads nowhere`},
		"a world that is no YAML":     {"labs/no-answer/world.yaml", "  - port: 80\n", "  - port: 80\n\tx: y\n", "labs/no-answer/world.yaml:20: found a tab"},
		"a world of unknown kind":     {"labs/no-answer/world.yaml", "kind: Service", "kind: Servce", `labs/no-answer/world.yaml:9: Servce: no kind "Servce"`},
		"a lab that is not broken":    {"labs/no-answer/world.yaml", "port: 80", "port: 80\n    targetPort: 8080", "labs/no-answer/world.yaml:1: is not broken"},
		"a caller that is nobody":     {"labs/no-answer/scenario.yaml", "from: [pods]", `from: ["pod:nobody"]`, `labs/no-answer/scenario.yaml:10: expect[0] (calls): there is no pod "nobody"`},
		"a section of no world":       {"sections/first.md", "\n", "\n<!-- world: moon -->\n", `sections/first.md:2: there is no world "moon"`},
		"a lab in no part":            {"lesson.yaml", "  labs: [no-answer]\n", "", "labs/no-answer/scenario.yaml:1: is in no part"},
		"two right predictions":       {"scenarios/web/scenario.yaml", "{text: NodePort,", "{text: NodePort, right: true,", "predict has 2 right options"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := lint.New(dir); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, tc.file)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			changed := strings.Replace(string(b), tc.old, tc.new, 1)
			if changed == string(b) {
				t.Fatalf("%s has no %q", tc.file, tc.old)
			}
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			pack, err := lessons.Load(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			if _, err = lint.Pack(context.Background(), pack, lint.Options{}); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want it to say %q", err, tc.want)
			}
		})
	}
}
