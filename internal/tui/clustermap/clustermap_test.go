package clustermap

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text/en"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

func cluster(t testing.TB, id string) (*simulator.Cluster, *lessons.Scenario) {
	t.Helper()
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	task := pack.Task(id)
	c, err := grader.New(pack).Cluster(task)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, task
}

func drawn(m *Map, width, height int) string {
	return ansi.Strip(strings.Join(m.Lines(style.New(style.ForBackground(true)), width, height), "\n"))
}

// TestWalk goes the way of the order API's packet before and after it exists.
func TestWalk(t *testing.T) {
	c, task := cluster(t, "order-api-nodeport")
	m := New(&en.Strings().Map)
	if got := drawn(m, 80, 20); !strings.Contains(got, "starting") {
		t.Errorf("without a scene:\n%s", got)
	}
	m.Show(Look(c.Network(), task, nil))
	if got := drawn(m, 80, 20); !strings.Contains(got, "no Service production/order-api-svc") {
		t.Errorf("before the Service exists:\n%s", got)
	}
	m.Mark()
	c.Apply(context.Background(), []byte(strings.Replace(task.Solution, "Local", "Cluster", 1)))
	c.Settle()
	m.Show(Look(c.Network(), task, nil))
	for range 50 {
		if client, _ := m.Client(); client.String() == "external:nginx" {
			break
		}
		m.ChooseClient(1)
	}
	for range 50 {
		if strings.HasSuffix(m.scene.Targets[m.target].Label, "1a:30080") {
			break
		}
		m.ChooseTarget(1)
	}
	if got := drawn(m, 120, 40); !strings.Contains(got, "source 192.168.0.50 ▸ 192.168.0.10") || !strings.Contains(got, "✓ answered") {
		t.Errorf("walked to the end:\n%s", got)
	}
	m.Restart()
	if got := drawn(m, 120, 40); strings.Contains(got, "192.168.0.50 ▸") || !strings.Contains(got, "hop 0 of") {
		t.Errorf("at the start:\n%s", got)
	}
	steps := 0
	for m.Step(1) {
		steps++
	}
	if steps+1 != m.Hops() {
		t.Errorf("%d steps for %d hops", steps+1, m.Hops())
	}
	m.Turn()
	if got := drawn(m, 80, 20); !strings.Contains(got, "✓·") || !strings.Contains(got, "▸ nginx") {
		t.Errorf("the matrix after a change:\n%s", got)
	}
}

// TestFits draws every size in which a screen may show it.
func TestFits(t *testing.T) {
	for _, id := range []string{"order-api-nodeport", "one-front-door"} {
		c, task := cluster(t, id)
		m := New(&en.Strings().Map)
		m.Show(Look(c.Network(), task, nil))
		for range 2 {
			for width := 1; width <= 300; width += 7 {
				for height := 1; height <= 100; height += 5 {
					lines := m.Lines(style.New(style.ForBackground(true)), width, height)
					if len(lines) > height {
						t.Fatalf("%s %dx%d: %d lines", id, width, height, len(lines))
					}
					for _, l := range lines {
						if w := ansi.StringWidth(l); w > width {
							t.Fatalf("%s %dx%d: a line of %d cells: %q", id, width, height, w, l)
						}
					}
				}
			}
			m.Turn()
		}
	}
}

// crowd is a world with as much as anybody may have in a lab: 30 nodes, 60
// Services and 300 pods.
func crowd(t testing.TB) *Scene {
	t.Helper()
	var b strings.Builder
	b.WriteString("apiVersion: tutor/v1\nkind: World\nmetadata: {name: crowd}\nspec:\n  hosts:\n  - {name: office, address: 203.0.113.7}\n  workloads:\n")
	for i := range 60 {
		fmt.Fprintf(&b, "  - {name: app%d, namespace: production, ports: [{containerPort: 8080}], nodes: [", i)
		for j := range 5 {
			fmt.Fprintf(&b, "node-%d,", (i+6*j)%30)
		}
		b.WriteString("]}\n")
	}
	b.WriteString("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: production}\n")
	for i := range 30 {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Node\nmetadata: {name: node-%d}\nspec: {podCIDR: 10.244.%d.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.0.%d}]}\n", i, i, i+1)
	}
	for i := range 60 {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Service\nmetadata: {name: app%d, namespace: production}\nspec: {type: NodePort, selector: {app: app%d}, ports: [{port: 80, targetPort: 8080}]}\n", i, i)
	}
	w, err := world.Load(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	c, err := simulator.New(simulator.Options{World: w})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.Settle()
	return Look(c.Network(), &lessons.Scenario{}, nil)
}

// TestCrowd shows, of a crowd, what the packet comes by.
func TestCrowd(t *testing.T) {
	m := New(&en.Strings().Map)
	m.Show(crowd(t))
	m.ChooseClient(1) // a node
	if got := m.trace(); len(got.Backends) != 5 {
		t.Fatalf("the crowd has no Service with five pods: %+v", got)
	}
	for _, size := range []point{{76, 20}, {116, 36}, {196, 56}} {
		got := drawn(m, size.x, size.y)
		if !strings.Contains(got, m.scene.Targets[m.target].Service.Name+" ") || !strings.Contains(got, "more") && !strings.Contains(got, "+") {
			t.Errorf("%dx%d:\n%s", size.x, size.y, got)
		}
	}
}

// frames draws one frame after another, each of them anew.
func frames(b *testing.B, m *Map, width, height int) {
	s := style.New(style.ForBackground(true))
	b.ReportAllocs()
	for b.Loop() {
		m.version++
		m.Lines(s, width, height)
	}
}

func BenchmarkMap(b *testing.B) {
	m := New(&en.Strings().Map)
	m.Show(crowd(b))
	frames(b, m, 196, 56)
}

func BenchmarkMatrix(b *testing.B) {
	m := New(&en.Strings().Map)
	m.Show(crowd(b))
	m.Turn()
	frames(b, m, 196, 56)
}

// BenchmarkUnchanged draws a frame in which nothing has changed.
func BenchmarkUnchanged(b *testing.B) {
	m := New(&en.Strings().Map)
	m.Show(crowd(b))
	s := style.New(style.ForBackground(true))
	b.ReportAllocs()
	for b.Loop() {
		m.Lines(s, 196, 56)
	}
}

func BenchmarkLook(b *testing.B) {
	c, task := cluster(b, "order-api-nodeport")
	for b.Loop() {
		Look(c.Network(), task, nil)
	}
}

// TestStart is where a map opens: at the widest way into the task's Service,
// until the learner chooses.
func TestStart(t *testing.T) {
	for _, test := range []struct{ task, apply, from, to string }{
		{"order-api-nodeport", "", "pod:", "order-api-svc:80"}, // there is no Service yet
		{"order-api-nodeport", "NodePort", "external:", "node-eu-west-1a:30080"},
		{"order-api-nodeport", "ClusterIP", "pod:", "order-api-svc:80"},
		{"pricing-engine", "solution", "pod:", "pricing-engine"},
		{"postgres-headless", "solution", "pod:", "postgres"},
		{"order-api-lb", "solution", "external:", ".elb."},
		{"external-payments-gateway", "solution", "pod:", "payments"},
		{"external-ip-left-open", "", "external:", "203.0.113.50:80"},
	} {
		c, task := cluster(t, test.task)
		m := New(&en.Strings().Map)
		m.Show(Look(c.Network(), task, nil))
		if manifest := task.Solution; test.apply != "" {
			if test.apply == "ClusterIP" {
				manifest = strings.NewReplacer("NodePort", "ClusterIP", "nodePort: 30080", "", "externalTrafficPolicy: Local", "").Replace(manifest)
			}
			c.Apply(context.Background(), []byte(manifest))
			c.Settle()
			m.Show(Look(c.Network(), task, nil))
		}
		from, _ := m.Client()
		if to := m.scene.Targets[m.target].Label; !strings.HasPrefix(from.String(), test.from) || !strings.Contains(to, test.to) {
			t.Errorf("%s with %q starts at %s → %s", test.task, test.apply, from, to)
		}
		m.ChooseTarget(1)
		chosen := m.scene.Targets[m.target].Label
		m.Show(Look(c.Network(), task, nil))
		if now := m.scene.Targets[m.target].Label; now != chosen {
			t.Errorf("%s: %s was chosen, and became %s", test.task, chosen, now)
		}
	}
}
