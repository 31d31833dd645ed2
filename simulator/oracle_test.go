package simulator_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/apply"
	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/world"
)

// recorded is a row of testdata/oracle: what kubectl and a real cluster made
// of a manifest.
type recorded struct {
	ID       string   `json:"id"`
	Given    []string `json:"given"`
	Verb     string   `json:"verb"`
	Manifest string   `json:"manifest"`
	Exit     int      `json:"exit"`
	Stdout   string   `json:"stdout"`
	Stderr   string   `json:"stderr"`
}

func readRows(t *testing.T, file string) []recorded {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []recorded
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// emptyWorld is a cluster as the recordings of admission began with: nothing
// but the namespace production.
func emptyWorld(t testing.TB) *simulator.Cluster {
	t.Helper()
	w := &world.World{Objects: []runtime.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "production"}}}}
	w.Default(false)
	return simulatortest.New(t, w)
}

// TestRecordedApply applies what was applied to a real cluster and compares
// what kubectl printed. What is stored is the registry's test.
func TestRecordedApply(t *testing.T) {
	for _, file := range []string{"admission", "kinds"} {
		t.Run(file, func(t *testing.T) {
			for _, r := range readRows(t, "testdata/oracle/"+file+".jsonl") {
				if r.Verb != "apply" {
					continue
				}
				t.Run(r.ID, func(t *testing.T) { replayApply(t, r) })
			}
		})
	}
}

func replayApply(t *testing.T, r recorded) {
	t.Parallel()
	c := emptyWorld(t)
	for _, given := range r.Given {
		c.Apply(context.Background(), []byte(given))
	}
	stdout, stderr, exit := apply.Output(c.Apply(context.Background(), []byte(r.Manifest)))
	if exit != r.Exit {
		t.Errorf("exit %d, recorded %d", exit, r.Exit)
	}
	if d := cmp.Diff(r.Stdout, stdout); d != "" {
		t.Errorf("output (-recorded +here):\n%s", d)
	}
	if d := cmp.Diff(unordered(r.Stderr), unordered(stderr)); d != "" {
		t.Errorf("errors (-recorded +here):\n%s", d)
	}
}

var addressList = regexp.MustCompile(`\d+(?:\.\d+){3}(?::\d+)?(?:,\d+(?:\.\d+){3}(?::\d+)?)+`)

// unordered sorts lists of addresses, which come in no fixed order.
func unordered(s string) string {
	return addressList.ReplaceAllStringFunc(s, func(list string) string {
		all := strings.Split(list, ",")
		slices.Sort(all)
		return strings.Join(all, ",")
	})
}
