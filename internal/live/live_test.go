package live

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
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

// desk is a device on which everything was typed before.
type desk struct {
	mu     sync.Mutex
	out    bytes.Buffer
	typed  io.Reader
	raw    bool
	unread string
	edit   func(string) string
}

func (d *desk) Read(p []byte) (int, error) { return d.typed.Read(p) }
func (d *desk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.Write(p)
}
func (d *desk) HangUp() {
	if c, ok := d.typed.(io.Closer); ok {
		c.Close()
	}
}
func (d *desk) Raw(on bool)     { d.raw = d.raw || on }
func (d *desk) Unread(b []byte) { d.unread += string(b) }
func (d *desk) Edit(_ context.Context, _, text string) (string, error) {
	return d.edit(text), nil
}

func run(t *testing.T, term *Terminal, line, manifest string) (string, int) {
	t.Helper()
	d := &desk{typed: strings.NewReader("")}
	code := term.Run(context.Background(), line, manifest, d)
	return d.out.String(), code
}

// TestWhatIsTypedCounts solves a scenario by hand and asks for the verdict.
func TestWhatIsTypedCounts(t *testing.T) {
	c, term := open(t, "order-api-nodeport")
	if v, err := c.Check(); err != nil || v.Passed {
		t.Fatalf("before anything was done: %+v, %v", v, err)
	}
	if out, code := run(t, term, "kubectl apply -f manifest.yaml", c.task.Solution); code != 0 || c.Writes() == 0 {
		t.Fatalf("exit %d, %d writes: %s", code, c.Writes(), out)
	}
	if v, err := c.Check(); err != nil || !v.Passed {
		t.Fatalf("after the solution was applied: %+v, %v", v, err)
	}
	if out, code := run(t, term, "kubectl get svc -n production | grep order-api-svc", ""); code != 0 || !strings.Contains(out, "80:30080/TCP") {
		t.Errorf("exit %d: %s", code, out)
	}
	if out, code := run(t, term, "curl -sm 2 http://order-api-svc", ""); code != 0 || !strings.Contains(out, "order-api") {
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
		out, _ := run(t, term, test.line, "")
		if term.At().String() != test.prompt || !strings.Contains(out, test.says) {
			t.Errorf("%q: at %s, says %q; want %s and %q", test.line, term.At().String(), out, test.prompt, test.says)
		}
	}
}

func TestCompletes(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	run(t, term, "true", "a: 1")
	for line, want := range map[string]string{
		"kub":                    "kubectl",
		"at external:ng":         "external:nginx",
		"kubectl des":            "describe",
		"kubectl get servicea":   "serviceaccounts",
		"kubectl apply -f m":     "manifest.yaml",
		"kubectl get nodes node": "node-eu-west-1a",
		"echo x | gre":           "grep",
		"curl node-eu":           "node-eu-west-1a",
		"cat m":                  "manifest.yaml",
		"cat < ma":               "manifest.yaml",
		"cat /etc/res":           "/etc/resolv.conf",
		"kubectl get po -n prod": "production",
	} {
		if got := term.Complete(context.Background(), line); !slices.Contains(got, want) {
			t.Errorf("%q: %q, want %s among them", line, got, want)
		}
	}
	if got := term.Complete(context.Background(), "kubectl get nodes zzz"); len(got) != 0 {
		t.Errorf("nothing begins with zzz, got %q", got)
	}
}

func TestAClusterIsFullAtLast(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	big := "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: big-, namespace: default}\ndata:\n  a: " + strings.Repeat("x", 1_000_000) + "\n"
	for range 30 {
		out, code := run(t, term, "kubectl create -f manifest.yaml", big)
		if code == 0 {
			continue
		}
		if !strings.Contains(out, "database space exceeded") {
			t.Errorf("it says %q", out)
		}
		if out, code := run(t, term, "kubectl delete configmaps --all -n default", ""); code != 0 {
			t.Errorf("nothing can be deleted: %s", out)
		}
		return
	}
	t.Error("30 MB went in")
}

func TestEndsWithItsContext(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	for _, line := range []string{"ping 10.0.0.1", "kubectl get pods -A -w", "sleep 60"} {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		began := time.Now()
		term.Run(ctx, line, "", &desk{typed: strings.NewReader("")})
		cancel()
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s ended after %v", line, took)
		}
	}
	if out, code := run(t, term, "echo on", ""); code != 0 || out != "on\n" {
		t.Errorf("the shell does not go on: exit %d, %q", code, out)
	}
}

// TestFiles has kubectl and the shell share the files of the terminal.
func TestFiles(t *testing.T) {
	c, term := open(t, "order-api-nodeport")
	for _, test := range []struct {
		line, says string
		code       int
	}{
		{"ls", "manifest.yaml\n", 0},
		{"sed s/80/81/ manifest.yaml", "bash: sed: command not found\nHere there are:", 127},
		{"kubectl apply -f missing.yaml", "error: the path \"missing.yaml\" does not exist\n", 1},
		{"kubectl create -f manifest.yaml -o yaml --dry-run=client > svc.yaml", "", 0},
		{"kubectl apply -f svc.yaml", "service/order-api-svc created\n", 0},
		{"kubectl apply -f https://example.com/a.yaml", "error: not available here", 1},
		{"cat /etc/passwd", "No such file", 1},
		{"kubectl config set-context --current --namespace=production", "Context \"tutor\" modified.\n", 0},
		{"kubectl get svc order-api-svc --no-headers | wc -l", "1\n", 0},
		{"cd /tmp && pwd", "/tmp\n", 0},
		{"exit 3", "", 3},
		{"pwd", "/root\n", 0},
	} {
		if out, code := run(t, term, test.line, c.task.Solution); code != test.code || !strings.Contains(out, test.says) {
			t.Errorf("%s: exit %d, %q; want %d, %q", test.line, code, out, test.code, test.says)
		}
	}
}

// TestTyped gives commands what is typed, and takes back what none has read.
func TestTyped(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	for _, test := range []struct {
		line, typed, says, unread string
		raw                       bool
	}{
		{"cat | wc -l", "a\nb\n", "2\n", "", false},
		{"read x; echo got $x", "one\n", "got one\n", "", false},
		{"kubectl apply -n default -f -", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", "configmap/a created\n", "", false},
		{"echo a", "typed ahead\n", "a\n", "typed ahead\n", false},
		{"sleep 0.1; echo a", "typed ahead\n", "a\n", "typed ahead\n", false},
		{"kubectl exec -it client -n production -- sh", "hostname\rexit 4\r", "client:/# hostname\r\nclient\r\n", "", true},
		{"kubectl exec -it client -n production -- hostname", "", "client\r\n", "", false},
		{"kubectl run tmp --rm -it --image=busybox -n default --restart=Never -- sh", "hostname\rexit\r", "pod \"tmp\" deleted", "", true},
	} {
		d := &desk{typed: strings.NewReader(test.typed)}
		term.Run(context.Background(), test.line, "", d)
		if !strings.Contains(d.out.String(), test.says) || d.unread != test.unread || d.raw != test.raw {
			t.Errorf("%s: raw %v, unread %q:\n%q", test.line, d.raw, d.unread, d.out.String())
		}
		if strings.Contains(d.out.String(), "Unable to use a TTY") {
			t.Errorf("%s: no terminal: %q", test.line, d.out.String())
		}
	}
}

// TestAnExitEndsIt leaves a shell in a pod while nothing more is typed.
func TestAnExitEndsIt(t *testing.T) {
	_, term := open(t, "order-api-nodeport")
	typed, keys := io.Pipe()
	defer keys.Close()
	go io.WriteString(keys, "exit\r")
	ended := make(chan int)
	go func() {
		ended <- term.Run(context.Background(), "kubectl exec -it client -n production -- sh", "", &desk{typed: typed})
	}()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit %d", code)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it waits for more to be typed")
	}
}

// TestEdit edits a Service until the server takes it, and solves a lab so.
func TestEdit(t *testing.T) {
	c, term := open(t, "order-api-nodeport")
	run(t, term, "kubectl apply -f manifest.yaml", strings.Replace(c.task.Solution, "30080", "30081", 1))
	times := 0
	d := &desk{typed: strings.NewReader(""), edit: func(text string) string {
		times++
		switch times {
		case 1:
			return strings.Replace(text, "nodePort: 30081", "nodePort: 99", 1)
		case 2:
			if !strings.Contains(text, "# services \"order-api-svc\" was not valid:\n# * spec.ports[0].nodePort: Invalid value: 99") {
				t.Errorf("edited again with no reason:\n%s", text)
			}
			return strings.Replace(text, "nodePort: 99", "nodePort: [", 1)
		case 3:
			if !strings.Contains(text, "# The edited file had a syntax error") && !strings.Contains(text, "failed validation") {
				t.Errorf("edited again with no reason:\n%s", text)
			}
			return strings.Replace(text, "nodePort: [", "nodePort: 30080", 1)
		}
		return text
	}}
	if code := term.Run(context.Background(), "kubectl edit svc order-api-svc -n production", "", d); code != 0 || !strings.Contains(d.out.String(), "service/order-api-svc edited\n") || times != 3 {
		t.Errorf("edited %d times, exit %d: %s", times, code, d.out.String())
	}
	if v, err := c.Check(); err != nil || !v.Passed {
		t.Errorf("after the edit: %+v, %v", v, err)
	}
	d = &desk{typed: strings.NewReader(""), edit: func(text string) string { return text + "mine\n" }}
	term.Run(context.Background(), "vi notes && vi notes && cat notes", "", d)
	if got := d.out.String(); got != "mine\nmine\n" {
		t.Errorf("a file edited twice: %q", got)
	}
	d = &desk{typed: strings.NewReader(""), edit: func(text string) string { return text }}
	term.Run(context.Background(), "kubectl edit svc order-api-svc -n production", "", d)
	if got := d.out.String(); got != "Edit cancelled, no changes made.\n" {
		t.Errorf("without a change: %q", got)
	}
	if out, code := run(t, term, "kubectl edit svc nothing", ""); code != 1 || !strings.Contains(out, `services "nothing" not found`) {
		t.Errorf("exit %d: %s", code, out)
	}
}

// TestShared works on a task's cluster through the sandbox, as another program
// does.
func TestShared(t *testing.T) {
	dir, err := os.MkdirTemp("", "live") // short enough for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	g, task := grader.New(pack), pack.Lab("no-endpoints")
	share := func(afresh bool) *Cluster {
		t.Helper()
		c, err := OpenShared(ctx, g, task, time.Now, dir, filepath.Join(dir, "kept"), afresh)
		if err != nil {
			t.Fatal(err)
		}
		if !c.IsShared() {
			t.Fatal("the cluster is seen by nobody else")
		}
		return c
	}
	box := func() *sandbox.Sandbox {
		t.Helper()
		b, err := sandbox.Open(ctx, sandbox.Options{Dir: dir, Now: time.Now, Fresh: func() (*world.World, error) {
			return world.Load(strings.NewReader("apiVersion: tutor/v1\nkind: World\nmetadata: {name: own}\n"))
		}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	name := func(b *sandbox.Sandbox) string {
		t.Helper()
		w, err := b.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return w.Name
	}
	ask := func(h http.Handler, method, path, body string) int {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	const mine = "/api/v1/namespaces/mine"

	c := share(false)
	start := c.Snapshot()
	other := box()
	if got := name(other); got != task.ID {
		t.Errorf("another program sees %q", got)
	}
	if code := ask(other, "POST", "/api/v1/namespaces", `{"metadata":{"name":"mine"}}`); code != http.StatusCreated || c.Writes() != 1 {
		t.Errorf("it is answered %d, and %d changes are seen here", code, c.Writes())
	}
	other.Close()
	c.Close()
	own := box()
	if got := name(own); got != "own" {
		t.Errorf("afterwards the sandbox is %q", got)
	}
	// The sandbox holds the task, as tutor lab start leaves it.
	if err := own.Reset(ctx, start); err != nil {
		t.Fatal(err)
	}
	own.Close()

	c = share(false)
	ask(c, "POST", "/api/v1/namespaces", `{"metadata":{"name":"mine"}}`)
	c.Close()
	own = box()
	if code := ask(own, "GET", mine, ""); code != http.StatusOK {
		t.Errorf("what was done in the task's own sandbox is gone: %d", code)
	}
	own.Close()
	c = share(true)
	if code := ask(c, "GET", mine, ""); code != http.StatusNotFound {
		t.Errorf("the task does not begin afresh: %d", code)
	}
	c.Close()
}

// TestKept leaves a task and comes back to it: what was changed in its cluster
// is still there, until the task is begun anew.
func TestKept(t *testing.T) {
	dir, err := os.MkdirTemp("", "live") // short enough for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	g, kept := grader.New(pack), filepath.Join(dir, "kept")
	visit := func(task string, anew bool, during func(*Cluster)) {
		t.Helper()
		c, err := OpenShared(context.Background(), g, pack.Task(task), time.Now, dir, kept, anew)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		during(c)
	}
	ask := func(c *Cluster, method, path, body string) int {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		return w.Code
	}
	expect := func(writes int64, code int) func(*Cluster) {
		return func(c *Cluster) {
			t.Helper()
			if got := ask(c, "GET", "/api/v1/namespaces/mine", ""); got != code || c.Writes() != writes {
				t.Errorf("the namespace: %d, %d changes; want %d, %d", got, c.Writes(), code, writes)
			}
		}
	}
	visit("no-endpoints", false, func(c *Cluster) {
		if code := ask(c, "POST", "/api/v1/namespaces", `{"metadata":{"name":"mine"}}`); code != http.StatusCreated {
			t.Fatalf("answered %d", code)
		}
	})
	visit("not-ready", false, expect(0, http.StatusNotFound))
	visit("no-endpoints", false, expect(1, http.StatusOK))
	visit("no-endpoints", true, expect(0, http.StatusNotFound))
	visit("no-endpoints", false, expect(0, http.StatusNotFound))
	if err := os.MkdirAll(kept, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(kept, "no-endpoints.json"), []byte(`{"task":"no-endpoints","world":{"obj`), 0o600); err != nil {
		t.Fatal(err)
	}
	visit("no-endpoints", false, expect(0, http.StatusNotFound))
}
