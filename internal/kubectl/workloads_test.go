package kubectl_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/internal/kubectl"
)

// setFile is what the recorded session applies: a StatefulSet and its Service.
const setFile = `apiVersion: v1
kind: Service
metadata: {name: pg, namespace: production}
spec:
  clusterIP: None
  selector: {app: pg}
  ports: [{port: 5432}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pg, namespace: production}
spec:
  serviceName: pg
  replicas: 3
  selector: {matchLabels: {app: pg}}
  template:
    metadata: {labels: {app: pg}}
    spec:
      containers:
      - {name: pg, image: "postgres:18", ports: [{containerPort: 5432}]}
`

// TestWorkloadsRecording replays a session of rollouts that was recorded under
// the real controllers. Time runs 50 times as fast; what depends on it, the
// number of progress lines and which pods are still terminating, is left out.
func TestWorkloadsRecording(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	text, err := os.ReadFile(filepath.Join(oracle, "world.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := newStation(t, kubectl.NewCache(), text)
	const haste = 50
	stop := make(chan struct{})
	var clock sync.WaitGroup
	clock.Go(func() {
		for last := time.Now(); ; time.Sleep(time.Millisecond) {
			select {
			case <-stop:
				return
			default:
			}
			now := time.Now()
			s.cluster.Advance(haste * now.Sub(last))
			last = now
		}
	})
	defer clock.Wait()
	defer close(stop)
	files := map[string]string{"sts.yaml": setFile}
	shown := timeless
	for _, r := range readRows[sessionRow](t, "workloads.jsonl") {
		t.Run(r.Cmd, func(t *testing.T) {
			code, out, stderr := s.run(t, files, r.Args...)
			time.Sleep(4 * time.Second / haste) // pods start and end meanwhile
			want := outcome{Exit: r.Exit, Stdout: shown(r.Stdout), Stderr: shown(r.Stderr)}
			got := outcome{Exit: code, Stdout: shown(out), Stderr: shown(stderr)}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-recorded +here)\n%s", d)
			}
		})
		if strings.HasPrefix(r.Cmd, "rollout restart") {
			shown = hashless // the template holds the time from now on
		}
	}
}

// timed are the lines of a session that are there or not as time has it.
var timed = regexp.MustCompile(`^Waiting for |^\S+ +\d/\d +Terminating |\(combined from similar events\)`)

var (
	podAddress = regexp.MustCompile(`\b10\.244\.\d+\.\d+(:\d+)?`)
	eventAge   = regexp.MustCompile(`<age> \(x\d+ over <age>\)`)
)

// timeless is text without what depends on time and on where pods land.
func timeless(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if !timed.MatchString(line) {
			lines = append(lines, line)
		}
	}
	text = comparable(strings.Join(lines, ""))
	return podAddress.ReplaceAllString(eventAge.ReplaceAllString(text, "<age>"), "<pod>$1")
}

var templateHash = regexp.MustCompile(`\bapi-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b`)

// hashless is timeless without the hashes of templates, by which lines are
// sorted. Hashes go first: one such as 76d5h4s may look like an age.
func hashless(text string) string {
	lines := strings.Split(timeless(templateHash.ReplaceAllString(text, "api-<hash>")), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestHashless(t *testing.T) {
	if got, want := hashless("api-6758496d5s-xk2lp   1/1   Running   0   5s"), "api-<hash>-<suffix> 1/1 Running 0 <age>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
