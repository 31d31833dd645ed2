package sandbox_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/simulator/world"
)

func fresh() (*world.World, error) {
	return world.Load(strings.NewReader("apiVersion: tutor/v1\nkind: World\nmetadata: {name: fresh}\n"))
}

// eks has a provider of balancers, which takes its time.
func eks() (*world.World, error) {
	return world.Load(strings.NewReader("apiVersion: tutor/v1\nkind: World\nmetadata: {name: eks}\nspec: {platform: eks, cloud: {loadBalancerController: true, region: eu-west-1}}\n"))
}

func post(t *testing.T, h http.Handler, path, body string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusCreated {
		t.Fatalf("POST %s: %d %s", path, w.Code, w.Body)
	}
}

func service(t *testing.T, box *sandbox.Sandbox, name string) *corev1.Service {
	t.Helper()
	w, err := box.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range w.Objects {
		if s, ok := o.(*corev1.Service); ok && s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no Service %s", name)
	return nil
}

func withNamespace(t *testing.T, name string) *world.World {
	t.Helper()
	w, err := fresh()
	if err != nil {
		t.Fatal(err)
	}
	w.Objects = append(w.Objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	return w
}

// shortDir is a folder whose sockets' paths are short enough for the system.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "box")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func open(t *testing.T, dir string) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Open(context.Background(), sandbox.Options{Dir: dir, Now: time.Now, Fresh: fresh})
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func closeBox(t *testing.T, box *sandbox.Sandbox) {
	t.Helper()
	if err := box.Close(); err != nil {
		t.Error(err)
	}
}

func hasNamespace(t *testing.T, box *sandbox.Sandbox, name string) bool {
	t.Helper()
	w, err := box.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range w.Objects {
		if n, ok := o.(*corev1.Namespace); ok && n.Name == name {
			return true
		}
	}
	return false
}

func TestTwoProgramsSeeOneCluster(t *testing.T) {
	dir := shortDir(t)
	first := open(t, dir)
	second := open(t, dir)
	before, err := first.Version(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Reset(context.Background(), withNamespace(t, "mine")); err != nil {
		t.Fatal(err)
	}
	if !hasNamespace(t, first, "mine") || !hasNamespace(t, second, "mine") {
		t.Error("a reset by the second program is not seen by both")
	}
	after, err := second.Version(context.Background())
	if err != nil || after <= before {
		t.Errorf("the version went from %d to %d, %v", before, after, err)
	}
	closeBox(t, second)
	closeBox(t, first)

	later := open(t, dir)
	defer closeBox(t, later)
	if !hasNamespace(t, later, "mine") {
		t.Error("the cluster was not kept")
	}
}

// TestLongPath opens a sandbox whose folder's path is too long for a socket,
// and looks that nothing of it stays among the temporary files.
func TestLongPath(t *testing.T) {
	temporary := shortDir(t)
	t.Setenv("TMPDIR", temporary)
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 30))
	first := open(t, dir)
	second := open(t, dir)
	if !hasNamespace(t, second, "default") {
		t.Error("the second program does not see the cluster")
	}
	closeBox(t, second)
	closeBox(t, first)
	left, err := filepath.Glob(filepath.Join(temporary, "tutor-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left among the temporary files: %v, %v", left, err)
	}
}

// TestTheClusterGoesOn: what was awaited when the last program ended has come
// by the next one, and only looking at it changes nothing that is stored.
func TestTheClusterGoesOn(t *testing.T) {
	dir := shortDir(t)
	box, err := sandbox.Open(context.Background(), sandbox.Options{Dir: dir, Now: time.Now, Fresh: eks})
	if err != nil {
		t.Fatal(err)
	}
	post(t, box, "/api/v1/namespaces/default/services", `{"metadata": {"name": "lb"}, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}`)
	closeBox(t, box)
	file := filepath.Join(dir, "cluster.json")
	for _, tt := range []struct {
		ago  time.Duration
		want int
	}{{0, 0}, {5 * time.Minute, 1}} {
		then := time.Now().Add(-tt.ago)
		if err := os.Chtimes(file, then, then); err != nil {
			t.Fatal(err)
		}
		box := open(t, dir)
		if got := len(service(t, box, "lb").Status.LoadBalancer.Ingress); got != tt.want {
			t.Errorf("%v later the balancer has %d addresses, want %d", tt.ago, got, tt.want)
		}
		closeBox(t, box)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if stored := !info.ModTime().Equal(then.Round(0)); stored != (tt.want > 0) {
			t.Errorf("%v later: stored again: %v", tt.ago, stored)
		}
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	dir := shortDir(t)
	if err := os.WriteFile(filepath.Join(dir, "cluster.json"), []byte("{nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	box := open(t, dir)
	defer closeBox(t, box)
	if !strings.Contains(box.Notice, "set aside as") || !hasNamespace(t, box, "default") {
		t.Errorf("notice %q", box.Notice)
	}
}

func TestSocketOfAKilledProgram(t *testing.T) {
	dir := shortDir(t)
	if err := os.WriteFile(filepath.Join(dir, "cluster.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	box := open(t, dir)
	defer closeBox(t, box)
	other := open(t, dir)
	defer closeBox(t, other)
	if !hasNamespace(t, other, "default") {
		t.Error("the second program does not see the cluster")
	}
}
