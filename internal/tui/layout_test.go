package tui

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// FuzzCells holds the fast way of counting cells to the general one.
func FuzzCells(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[1;38;2;1;2;3mred\x1b[m ── │", "日本", "a\tb", "\x1b]0;t\x07", "\x1b[2K", "\x1b[", "─", "\xe2\x94", "e\u0301", "─\u0301", "a\u200d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := cells(s), ansi.StringWidth(s); got != want {
			t.Errorf("cells(%q) = %d, want %d", s, got, want)
		}
	})
}
