package live

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

func open(t *testing.T, id string) (*Cluster, *Terminal) {
	t.Helper()
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(grader.New(pack), pack.Task(id), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, c.Terminal(dataplane.PodClient("production", "client"))
}

func run(t *testing.T, term *Terminal, line string, files map[string]string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := term.Run(context.Background(), line, files, &out)
	return out.String(), code
}

// TestWhatIsTypedCounts solves a scenario by hand and asks for the verdict.
func TestWhatIsTypedCounts(t *testing.T) {
	c, term := open(t, "order-api-nodeport")
	if v, err := c.Check(); err != nil || v.Passed {
		t.Fatalf("before anything was done: %+v, %v", v, err)
	}
	files := map[string]string{"manifest.yaml": c.task.Solution}
	if out, code := run(t, term, "kubectl apply -f manifest.yaml", files); code != 0 || c.Writes() == 0 {
		t.Fatalf("exit %d, %d writes: %s", code, c.Writes(), out)
	}
	if v, err := c.Check(); err != nil || !v.Passed {
		t.Fatalf("after the solution was applied: %+v, %v", v, err)
	}
	if out, code := run(t, term, "kubectl get svc -n production | grep order-api-svc", nil); code != 0 || !strings.Contains(out, "80:30080/TCP") {
		t.Errorf("exit %d: %s", code, out)
	}
	if out, code := run(t, term, "curl -sm 2 http://order-api-svc", nil); code != 0 || !strings.Contains(out, "order-api") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestMovesBetweenClients(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	for _, test := range []struct{ line, prompt, says string }{
		{"at node:node-eu-west-1a", "node:node-eu-west-1a", ""},
		{"hostname", "node:node-eu-west-1a", "node-eu-west-1a"},
		{"at external:nginx", "external:nginx", ""},
		{"at nowhere:x", "external:nginx", "want pod:NAME"},
		{"at pod:missing", "external:nginx", "no pod missing"},
		{"at", "external:nginx", "pod:production/client"},
	} {
		out, _ := run(t, term, test.line, nil)
		if term.At().String() != test.prompt || !strings.Contains(out, test.says) {
			t.Errorf("%q: at %s, says %q; want %s and %q", test.line, term.At().String(), out, test.prompt, test.says)
		}
	}
}

func TestCompletes(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	files := map[string]string{"manifest.yaml": ""}
	for line, want := range map[string]string{
		"kub":                    "kubectl",
		"at external:ng":         "external:nginx",
		"kubectl des":            "describe",
		"kubectl get servicea":   "serviceaccounts",
		"kubectl apply -f m":     "manifest.yaml",
		"kubectl get nodes node": "node-eu-west-1a",
		"echo x | gre":           "grep",
		"curl node-eu":           "node-eu-west-1a",
	} {
		if got := term.Complete(context.Background(), line, files); !slices.Contains(got, want) {
			t.Errorf("%q: %q, want %s among them", line, got, want)
		}
	}
	if got := term.Complete(context.Background(), "kubectl get nodes zzz", files); len(got) != 0 {
		t.Errorf("nothing begins with zzz, got %q", got)
	}
}

func TestEndsWithItsContext(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	for _, line := range []string{"ping 10.0.0.1", "kubectl get pods -A -w", "sleep 60"} {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		began := time.Now()
		term.Run(ctx, line, nil, &bytes.Buffer{})
		cancel()
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s ended after %v", line, took)
		}
	}
	if out, code := run(t, term, "echo on", nil); code != 0 || out != "on\n" {
		t.Errorf("the shell does not go on: exit %d, %q", code, out)
	}
}
