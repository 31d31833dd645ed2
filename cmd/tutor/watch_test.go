package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// output collects what is printed; expect waits for a text and starts anew.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) expect(t *testing.T, want string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		o.mu.Lock()
		got := o.text.String()
		if strings.Contains(got, want) {
			o.text.Reset()
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
	}
	t.Fatalf("no %q in:\n%s", want, o.text.String())
}

// TestWatch saves as editors do: in place, by another file in its place, by
// deleting and writing anew, and through a link.
func TestWatch(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	task := pack.Scenario("pricing-engine")
	right := task.Solution
	wrong := strings.Replace(right, "targetPort: 8080", "targetPort: 80", 1)
	dir, elsewhere := t.TempDir(), t.TempDir()
	file := filepath.Join(dir, "service.yaml")
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(file, text string) { t.Helper(); do(os.WriteFile(file, []byte(text), 0o600)) }
	out := &output{}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- watch(ctx, &system{out: out, getenv: func(string) string { return "" }, now: time.Now}, grader.New(pack), task, file)
	}()
	out.expect(t, "waiting for "+file)
	write(file, right)
	out.expect(t, "pricing-engine: passed.")
	write(file+"~", wrong)
	do(os.Rename(file+"~", file))
	out.expect(t, "target-port-wrong")
	do(os.Remove(file))
	out.expect(t, "waiting for "+file)
	write(file, wrong) // the same as before it went
	out.expect(t, "target-port-wrong")
	write(filepath.Join(elsewhere, "real.yaml"), right)
	do(os.Symlink(filepath.Join(elsewhere, "real.yaml"), file+"~"))
	do(os.Rename(file+"~", file))
	out.expect(t, "pricing-engine: passed.")
	write(filepath.Join(elsewhere, "real.yaml"), wrong)
	out.expect(t, "target-port-wrong")
	stop()
	do(<-ended)
}
