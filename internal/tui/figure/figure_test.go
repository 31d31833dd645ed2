package figure

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text/en"
)

func TestRingsFitEveryWidth(t *testing.T) {
	s := style.New(style.ForBackground(true))
	for width := 30; width <= 100; width++ {
		lines, ok := Draw("rings", width, s, &en.Strings().Figures)
		if !ok {
			t.Fatal("no figure rings")
		}
		for _, l := range lines {
			if got := ansi.StringWidth(l); got != width {
				t.Errorf("at %d cells a line has %d: %s", width, got, ansi.Strip(l))
			}
		}
	}
}

func TestRingsNameTheTypesFromTheOutside(t *testing.T) {
	lines, _ := Draw("rings", 56, style.New(style.ForBackground(false)), &en.Strings().Figures)
	drawn, at := ansi.Strip(strings.Join(lines, "\n")), -1
	for _, name := range []string{"LoadBalancer", "NodePort", "ClusterIP", "Pods"} {
		i := strings.Index(drawn, name)
		if i < at {
			t.Errorf("%s stands before the ring around it:\n%s", name, drawn)
		}
		at = i
	}
	if _, ok := Draw("no such", 56, style.New(style.ForBackground(true)), &en.Strings().Figures); ok {
		t.Error("a figure that there is none of was drawn")
	}
}
