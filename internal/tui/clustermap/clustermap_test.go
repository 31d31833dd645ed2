package clustermap

import (
	"context"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text/en"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
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

func BenchmarkLook(b *testing.B) {
	c, task := cluster(b, "order-api-nodeport")
	for b.Loop() {
		Look(c.Network(), task, nil)
	}
}
