package kubectl_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// learner is a cluster with somebody at its kubectl.
type learner struct {
	cluster *simulator.Cluster
	config  string
	files   map[string]string
	cache   *kubectl.Cache
}

func newLearner(t testing.TB) *learner {
	t.Helper()
	f, err := os.Open("testdata/world.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := world.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	c, err := simulator.New(simulator.Options{World: w, Start: time.Now(), Exec: shell.Exec})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	l := &learner{cluster: c, config: filepath.Join(t.TempDir(), "kubeconfig")}
	if err := kubectl.WriteConfig(l.config, "https://tutor.invalid"); err != nil {
		t.Fatal(err)
	}
	return l
}

// run runs a line of words without quoting.
func (l *learner) run(ctx context.Context, restricted bool, input, line string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = kubectl.Run(ctx, kubectl.Options{
		Handler: l.cluster.Handler(), Config: l.config, Files: l.files, Cache: l.cache, Restricted: restricted,
		Streams: kubectl.Streams{In: strings.NewReader(input), Out: &out, Err: &err},
	}, strings.Fields(line))
	return code, out.String(), err.String()
}

const manifest = `apiVersion: v1
kind: Service
metadata: {name: cart-svc, namespace: production}
spec:
  selector: {app: cart}
  ports: [{port: 80, targetPort: 8080}]
`

// TestRestrictedServes: what a learner on a shared server needs works there.
func TestRestrictedServes(t *testing.T) {
	l := newLearner(t)
	l.files = map[string]string{"cart.yaml": manifest}
	for _, tc := range []struct{ input, line, want string }{
		{"", "apply -f cart.yaml", "service/cart-svc created\n"},
		{manifest, "apply -f -", "service/cart-svc unchanged\n"},
		{manifest, "apply --server-side --force-conflicts -f -", "service/cart-svc serverside-applied\n"},
		{"", "get svc cart-svc -n production -o jsonpath={.spec.ports[0].targetPort}", "8080"},
		{"", "patch svc cart-svc -n production --type=merge -p {\"spec\":{\"type\":\"NodePort\"}}", "service/cart-svc patched\n"},
		{"", "label svc cart-svc -n production tier=front", "service/cart-svc labeled\n"},
		{"", "exec -n production client -- hostname", "client\n"},
		{"", "get svc -A --sort-by=.metadata.name -o custom-columns=N:.metadata.name --no-headers", "cart-svc\nkubernetes\n"},
		{"", "explain service.spec.type", "FIELD: type"},
		{"", "completion bash", "bash completion"},
		{"", "__complete get svc -n production ca", "cart-svc"},
		{"", "auth can-i --list -n production", "*.*"},
		{"", "delete svc cart-svc -n production", "service \"cart-svc\" deleted"},
	} {
		code, out, err := l.run(t.Context(), true, tc.input, tc.line)
		if code != 0 || !strings.Contains(out, tc.want) {
			t.Errorf("%s: exit %d, output %q, error %q, want %q", tc.line, code, out, err, tc.want)
		}
	}
}

// TestOrderOfAll: `get all` shows the kinds in the server's order, each time.
func TestOrderOfAll(t *testing.T) {
	l := newLearner(t)
	for range 20 {
		_, out, err := l.run(t.Context(), true, "", "get all -A -o name")
		var kinds []string
		for line := range strings.Lines(out) {
			kind, _, _ := strings.Cut(line, "/")
			kinds = append(kinds, kind)
		}
		want := []string{"pod", "service", "deployment.apps", "replicaset.apps"}
		if kinds = slices.Compact(kinds); !slices.Equal(kinds, want) {
			t.Fatalf("shows %q, %q, want %q", kinds, err, want)
		}
	}
}

// TestLentFilesKeepTheirNames: messages name what the learner wrote.
func TestLentFilesKeepTheirNames(t *testing.T) {
	l := newLearner(t)
	l.files = map[string]string{"cart.yaml": strings.Replace(manifest, "port: 80,", "prot: 80,", 1)}
	_, _, err := l.run(t.Context(), true, "", "apply -f cart.yaml")
	if !strings.Contains(err, `error when creating "cart.yaml"`) && !strings.Contains(err, `"cart.yaml"`) || strings.Contains(err, os.TempDir()) {
		t.Errorf("the error is %q", err)
	}
	_, _, err = l.run(t.Context(), true, "kind: [", "apply -f -")
	if !strings.Contains(err, "STDIN") && !strings.Contains(err, "error") || strings.Contains(err, os.TempDir()) {
		t.Errorf("the error is %q", err)
	}
}

// TestFiftyAtOnce: fifty learners, each with a cluster and a kubectl, at once.
func TestFiftyAtOnce(t *testing.T) {
	learners, cache := make([]*learner, 50), kubectl.NewCache()
	for i := range learners {
		learners[i] = newLearner(t)
		learners[i].cache = cache
	}
	var wg sync.WaitGroup
	for i, l := range learners {
		wg.Go(func() {
			mine := strings.ReplaceAll(manifest, "cart-svc", fmt.Sprintf("cart-%d", i))
			for _, line := range []string{"apply -f -", "get svc -n production", "describe svc -n production", "nonsense", "auth can-i create pods", "exec -n production client -- hostname"} {
				code, out, err := l.run(t.Context(), true, mine, line)
				if (code != 0) != (line == "nonsense") {
					t.Errorf("learner %d: %s: exit %d, %q, %q", i, line, code, out, err)
				}
			}
			_, out, _ := l.run(t.Context(), true, "", "get svc -n production -o name")
			if want := fmt.Sprintf("service/cart-%d\n", i); out != want {
				t.Errorf("learner %d sees %q, want %q", i, out, want)
			}
		})
	}
	wg.Wait()
}

// TestEndOfContext: a command ends when its caller does.
func TestEndOfContext(t *testing.T) {
	for _, line := range []string{"get svc -A -w", "logs -f client -n production", "proxy --port=0"} {
		t.Run(line, func(t *testing.T) {
			l := newLearner(t)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				kubectl.Run(ctx, kubectl.Options{
					Handler: l.cluster.Handler(), Config: l.config,
					Streams: kubectl.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard},
				}, strings.Fields(line))
			}()
			time.Sleep(50 * time.Millisecond)
			cancel()
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Fatal("it goes on")
			}
		})
	}
}

// TestCopyEndsTheCommandAlone: what fails in a goroutine of kubectl's does not
// end the program.
func TestCopyEndsTheCommandAlone(t *testing.T) {
	l := newLearner(t)
	for _, line := range []string{"cp production/client:/etc/resolv.conf /nonexistent/r", "cp /etc/hostname production/client:/tmp/x"} {
		if code, _, err := l.run(t.Context(), false, "", line); code != 1 || !strings.Contains(err, "needs tar") {
			t.Errorf("%s: exit %d, %q", line, code, err)
		}
	}
}

func BenchmarkApply(b *testing.B) {
	l := newLearner(b)
	l.cache = kubectl.NewCache()
	for i := 0; b.Loop(); i++ {
		mine := strings.Replace(manifest, "port: 80,", fmt.Sprintf("port: %d,", 1+i%60000), 1)
		if code, _, err := l.run(b.Context(), true, mine, "apply -f -"); code != 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	l := newLearner(b)
	for b.Loop() {
		if code, _, err := l.run(b.Context(), true, "", "get svc -A"); code != 0 {
			b.Fatal(err)
		}
	}
}
