package kubectl_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

// The recordings are those of a real Kubernetes 1.37.2 with its kubectl;
// simulator/testdata/oracle says where they come from. Here they are replayed
// with kubectl in process.
const oracle = "../../simulator/testdata/oracle"

func readRows[T any](t *testing.T, file string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join(oracle, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []T
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var row T
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// station is a kubectl in a folder of its own on a cluster.
type station struct {
	dir     string
	config  string
	cluster *simulator.Cluster
	cache   *kubectl.Cache
}

func newStation(t *testing.T, cache *kubectl.Cache, worldText []byte) *station {
	t.Helper()
	w, err := world.Load(bytes.NewReader(worldText))
	if err != nil {
		t.Fatal(err)
	}
	c, err := simulator.New(simulator.Options{World: w, Start: time.Now(), Exec: shell.Exec})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	dir := t.TempDir()
	s := &station{dir: dir, config: filepath.Join(dir, "kubeconfig"), cluster: c, cache: cache}
	if err := kubectl.WriteConfig(s.config, "https://tutor.invalid"); err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs kubectl; files that were written to the folder go by their names.
func (s *station) run(t *testing.T, files map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = kubectl.Run(t.Context(), kubectl.Options{
		Handler: s.cluster.Handler(), Config: s.config, Files: files, Cache: s.cache,
		Streams: kubectl.Streams{In: strings.NewReader(""), Out: &out, Err: &err},
	}, args)
	return code, out.String(), err.String()
}

// outcome is what a command showed and left behind.
type outcome struct {
	Exit           int
	Stdout, Stderr string
	Services       []any
}

func TestAdmissionRecordings(t *testing.T) {
	type row struct {
		ID       string
		Verb     string
		Given    []string
		Manifest string
		outcome
	}
	cache := kubectl.NewCache()
	bare := []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: production}\n")
	for _, r := range readRows[row](t, "admission.jsonl") {
		t.Run(r.ID, func(t *testing.T) {
			s := newStation(t, cache, bare)
			for _, g := range r.Given {
				verb := "apply"
				if r.Verb == "replace" {
					verb = "create"
				}
				s.run(t, map[string]string{"given.yaml": g}, verb, "-f", "given.yaml")
			}
			var got outcome
			got.Exit, got.Stdout, got.Stderr = s.run(t, map[string]string{"manifest.yaml": r.Manifest}, r.Verb, "-f", "manifest.yaml")
			if got.Exit == 0 || len(r.Given) > 0 || got.Stdout != "" {
				got.Services = s.services(t, r.Manifest+strings.Join(r.Given, ""))
			}
			if len(r.Services) == 0 {
				r.Services = nil
			}
			if d := cmp.Diff(r.outcome, got); d != "" {
				t.Errorf("(-recorded +here)\n%s", d)
			}
		})
	}
}

// services are those stored, without what a server makes up.
func (s *station) services(t *testing.T, asked string) []any {
	t.Helper()
	_, out, _ := s.run(t, nil, "get", "svc", "-A", "-o", "json")
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	var stored []any
	for _, o := range list.Items {
		m, spec := o["metadata"].(map[string]any), o["spec"].(map[string]any)
		if m["name"] == "kubernetes" {
			continue
		}
		for _, k := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "selfLink"} {
			delete(m, k)
		}
		if a, ok := m["annotations"].(map[string]any); ok {
			delete(a, "kubectl.kubernetes.io/last-applied-configuration")
			if len(a) == 0 {
				delete(m, "annotations")
			}
		}
		if prefix, ok := m["generateName"].(string); ok && strings.HasPrefix(m["name"].(string), prefix) {
			m["name"] = "<auto>"
		}
		maskChosen(spec, asked)
		stored = append(stored, o)
	}
	return stored
}

// maskChosen hides the addresses and ports that nobody asked for.
func maskChosen(spec map[string]any, asked string) {
	auto := func(v any) any {
		if strings.Contains(asked, fmt.Sprint(v)) {
			return v
		}
		return "<auto>"
	}
	if ip, ok := spec["clusterIP"]; ok && ip != "None" {
		spec["clusterIP"] = auto(ip)
	}
	if ips, ok := spec["clusterIPs"].([]any); ok && ips[0] != "None" {
		for i := range ips {
			ips[i] = auto(ips[i])
		}
	}
	ports, _ := spec["ports"].([]any)
	for _, p := range ports {
		if port := p.(map[string]any); port["nodePort"] != nil {
			port["nodePort"] = auto(port["nodePort"])
		}
	}
	if p, ok := spec["healthCheckNodePort"]; ok {
		spec["healthCheckNodePort"] = auto(p)
	}
}

// sessionRow is a command of a recorded session and what it showed.
type sessionRow struct {
	Cmd            string
	Args           []string
	Exit           int
	Stdout, Stderr string
}

// TestSessionRecording replays one session on the recorded world; its commands
// build on each other.
func TestSessionRecording(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(oracle, "world.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := newStation(t, kubectl.NewCache(), text)
	for _, r := range readRows[sessionRow](t, "kubectl.jsonl") {
		t.Run(r.Cmd, func(t *testing.T) {
			code, out, stderr := s.run(t, nil, r.Args...)
			want := outcome{Exit: r.Exit, Stdout: comparable(r.Stdout), Stderr: comparable(r.Stderr)}
			got := outcome{Exit: code, Stdout: comparable(out), Stderr: comparable(stderr)}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-recorded +here)\n%s", d)
			}
		})
	}
}

// masks hide what differs from run to run.
var masks = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "<uid>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "<time>"},
	{regexp.MustCompile(`\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}`), "<time>"},
	{regexp.MustCompile(`(resourceVersion"?: "?)\d+`), "$1<rv>"},
	{regexp.MustCompile(`-[bcdfghjklmnpqrstvwxz2456789]{5}\b`), "-<suffix>"},
	{regexp.MustCompile(`\b(\d+d)?(\d+h)?(\d+m)?\d+s\b|\b\d+[mhd]\d*[hms]?\b|<invalid>|<unknown>`), "<age>"},
}

// chosenIP is a cluster IP that nobody asked for in the recorded world.
var chosenIP = regexp.MustCompile(`\b10\.96\.\d+\.\d+\b`)

var addressList = regexp.MustCompile(`\d+(?:\.\d+){3}(?::\d+)?(?:,\d+(?:\.\d+){3}(?::\d+)?)+( \+ \d+ more)?`)

// comparable is text without what may differ: ages, made-up values, the width
// of columns, the order of addresses and which of them "+ 1 more" leaves out.
func comparable(text string) string {
	for _, m := range masks {
		text = m.pattern.ReplaceAllString(text, m.by)
	}
	text = chosenIP.ReplaceAllStringFunc(text, func(ip string) string {
		for _, asked := range []string{"10.96.10.", "10.96.200.", "10.96.201.", "10.96.99."} {
			if strings.HasPrefix(ip, asked) {
				return ip
			}
		}
		if ip == "10.96.0.1" {
			return ip
		}
		return "<ip>"
	})
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.Join(strings.Fields(line), " ")
		line = addressList.ReplaceAllStringFunc(line, func(list string) string {
			addresses, more, cut := strings.Cut(list, " + ")
			all := strings.Split(addresses, ",")
			if cut {
				return fmt.Sprintf("%d addresses + %s", len(all), more)
			}
			slices.Sort(all)
			return strings.Join(all, ",")
		})
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
