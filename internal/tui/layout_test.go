package tui

import (
	"slices"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/lessons"
)

// TestCells holds the fast way to the general one for each character that it
// knows, and for what changes one.
func TestCells(t *testing.T) {
	for r := rune(0x80); r < 0x3000; r++ {
		for _, s := range []string{string(r), "a" + string(r), string(r) + "b", string(r) + "\u0301", string(r) + "\ufe0f", string(r) + "\u200d" + string(r)} {
			if got, want := cells(s), ansi.StringWidth(s); got != want {
				t.Errorf("cells(%q) = %d, want %d", s, got, want)
			}
		}
	}
}

// FuzzCells holds the fast way of counting cells to the general one.
func FuzzCells(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[1;38;2;1;2;3mred\x1b[m ── │", "日本", "a\tb", "\x1b]0;t\x07", "\x1b[2K", "\x1b[", "─", "\xe2\x94", "\xe2\x94 ", "e\u0301", "─\u0301", "a\u200d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := cells(s), ansi.StringWidth(s); got != want {
			t.Errorf("cells(%q) = %d, want %d", s, got, want)
		}
	})
}

func TestLay(t *testing.T) {
	red := func(s string) string { return "\x1b[31m" + s + "\x1b[m" }
	tests := []struct {
		name      string
		box, rows []string
		x, y      int
		want      []string
	}{
		{"in the middle", []string{"ab", "cd"}, []string{"......", "......", "......"}, 2, 1, []string{"......", "..ab..", "..cd.."}},
		{"below the last row", []string{"ab", "cd"}, []string{"....", "...."}, 0, 1, []string{"....", "ab.."}},
		{"over half of wide characters", []string{"ab"}, []string{"日本語。"}, 1, 0, []string{" ab 語。"}},
		{"on a row that ends before", []string{"ab"}, []string{"."}, 3, 0, []string{".  ab"}},
		{"at the row's end", []string{"ab"}, []string{"...."}, 2, 0, []string{"..ab"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rows := slices.Clone(test.rows)
			lay(test.box, rows, test.x, test.y)
			if !slices.Equal(rows, test.want) {
				t.Errorf("got %q, want %q", rows, test.want)
			}
		})
	}
	rows := []string{red("12345678")}
	lay([]string{"ab"}, rows, 3, 0)
	if got := ansi.Strip(rows[0]); got != "123ab678" {
		t.Errorf("got %q", got)
	}
	buffer := uv.NewScreenBuffer(8, 1)
	uv.NewStyledString(rows[0]).Draw(buffer, buffer.Bounds())
	for x, want := range []bool{true, true, true, false, false, true, true, true} {
		if is := buffer.CellAt(x, 0).Style.Fg != nil; is != want {
			t.Errorf("cell %d coloured: %v", x, is)
		}
	}
}

// TestShorterTitle: the number of a page is seen in a narrow window, too.
func TestShorterTitle(t *testing.T) {
	app := opened(t, t.TempDir(), 80, 24)
	r := newReader(app.env, &lessons.Section{Title: "NodePort: a port on every node", Body: "One.\n\n## Who is the client?\n\nTwo.\n"}, 1)
	for room, want := range map[int]string{
		41: "NodePort › Who is the client?   2 of 2",
		37: "Who is the client?   2 of 2",
	} {
		if got := r.shorter(room); got != want {
			t.Errorf("in %d cells %q, want %q", room, got, want)
		}
	}
	r.page = 0
	if got, want := r.shorter(20), "NodePort   1 of 2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
