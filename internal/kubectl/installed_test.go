package kubectl_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/kubeserve"
)

// installed is a kubectl of this machine's, connected to a served cluster.
type installed struct {
	path, dir, config string
}

func newInstalled(t *testing.T) *installed {
	t.Helper()
	path, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("no kubectl on PATH: nothing to compare with")
	}
	l := newLearner(t)
	l.cluster.Follow(time.Now)
	dir := t.TempDir()
	k := &installed{path: path, dir: dir, config: filepath.Join(dir, "kubeconfig")}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- kubeserve.Serve(ctx, l.cluster.Handler(), kubeserve.Options{
			Listen: "127.0.0.1:0", Kubeconfig: k.config, Now: time.Now, Ready: func(string) { close(ready) },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-ready:
	case <-time.After(10 * time.Second):
		t.Fatal("the cluster is not served")
	}
	return k
}

func (k *installed) command(t *testing.T, input, line string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), k.path, strings.Fields(line)...)
	cmd.Dir, cmd.Stdin = k.dir, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+k.config, "HOME="+k.dir, `KUBE_EDITOR=sed -i "s/port: 80$/port: 8081/"`)
	return cmd
}

// TestInstalledKubectl: the kubectl that a learner has works with a served
// cluster, whatever its version.
func TestInstalledKubectl(t *testing.T) {
	k := newInstalled(t)
	for _, step := range []struct{ input, line, want string }{
		{manifest, "apply -f -", "service/cart-svc created\n"},
		{manifest, "apply -f -", "service/cart-svc unchanged\n"},
		{manifest, "apply --server-side --force-conflicts -f -", "service/cart-svc serverside-applied\n"},
		{"", "get svc cart-svc -n production -o jsonpath={.spec.ports[0].targetPort}", "8080"},
		{"", "describe svc cart-svc -n production", "TargetPort:               8080/TCP\n"},
		{"", "explain service.spec.type", "FIELD: type"},
		{"", "explain ingress.spec.rules --recursive", "pathType"},
		{"", "edit svc cart-svc -n production", "service/cart-svc edited\n"},
		{"", "get svc cart-svc -n production", "8081/TCP"},
		{"", "create deployment web --image=nginx:1.29 --port=8080 -n production", "deployment.apps/web created\n"},
		{"", "expose deployment web --port=80 -n production", "service/web exposed\n"},
		{"", "scale deployment web --replicas=3 -n production", "deployment.apps/web scaled\n"},
		{"", "rollout status deployment/web -n production --timeout=60s", "successfully rolled out\n"},
		{"", "exec -n production client -- hostname", "client\n"},
		{"echo $HOSTNAME\n", "exec -i -n production client -- sh", "client\n"},
		{"", "auth can-i create services", "yes\n"},
		{"", "delete svc cart-svc -n production", `service "cart-svc" deleted`},
	} {
		var stderr bytes.Buffer
		cmd := k.command(t, step.input, step.line)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), step.want) {
			t.Errorf("%s: %v, output %q, error %q, want %q", step.line, err, out, &stderr, step.want)
		}
	}
}

// TestInstalledWatch: a watch shows a change as it happens.
func TestInstalledWatch(t *testing.T) {
	k := newInstalled(t)
	watch := k.command(t, "", "get svc -n production -w -o name")
	out, err := watch.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	defer watch.Wait() //nolint:errcheck // it is killed
	defer watch.Process.Kill()
	if text, err := k.command(t, manifest, "apply -f -").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	line := make([]byte, len("service/cart-svc\n"))
	if _, err := io.ReadFull(out, line); err != nil || string(line) != "service/cart-svc\n" {
		t.Errorf("the watch shows %q, %v", line, err)
	}
}
