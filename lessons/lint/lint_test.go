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
	if report.Starters != 1 || report.Solutions != 1 || report.Alternatives != 1 || report.Mistakes != 1 || report.Hints != 4 {
		t.Errorf("proved: %s", report)
	}
	if err := lint.New(dir); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a second time: error %v", err)
	}
}

func TestBrokenPack(t *testing.T) {
	for name, tc := range map[string]struct{ file, old, new, want string }{
		"a starter that passes":       {"scenarios/web/starter.yaml", "  ports:\n  - port: 80\n", "  selector: {app: pricing-engine}\n  ports:\n  - {port: 80, targetPort: 8080}\n", "starter.yaml: passes"},
		"a solution that fails":       {"scenarios/web/solution.yaml", "8080", "8081", "solution.yaml:11: does not pass"},
		"an alternative that fails":   {"scenarios/web/also/by-name.yaml", "http", "web", "also/by-name.yaml:5: does not pass"},
		"a mistake with another name": {"scenarios/web/mistakes/no-target-port.yaml", "target-port-missing", "target-port-wrong", "gets target-port-missing, not target-port-wrong"},
		"a mistake that passes":       {"scenarios/web/mistakes/no-target-port.yaml", "port: 80\n", "port: 80\n    targetPort: 8080\n", "passes; it should fail"},
		"a link to nowhere":           {"sections/first.md", "scenario:web", "scenario:moon", `sections/first.md:27: link "scenario:moon" leads nowhere`},
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
