package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

func TestSetProse(t *testing.T) {
	styles := style.New(style.ForBackground(true))
	for name, tc := range map[string]struct{ in, want string }{
		"nothing":             {" \n", ""},
		"paragraphs":          {"one\nline of `many`\n\n\nnext", "one line of many\n\nnext"},
		"a break":             {"one  \ntwo", "one\ntwo"},
		"headings":            {"# One\ntext\n## Two", "One\n\ntext\n\nTwo"},
		"a list":              {"- one\n  goes on\n- two\n\nthen", "• one goes on\n• two\n\nthen"},
		"hanging":             {"- an item that does not fit in one line", "• an item that does not fit\n  in one line"},
		"numbers":             {"9. nine\n10. ten that does not fit in its line", "9. nine\n10. ten that does not fit in\n    its line"},
		"a list below":        {"- one\n  - below that goes on and on\n", "• one\n  • below that goes on and\n    on"},
		"items apart":         {"- one\n\n  more\n- two", "• one\n\n  more\n\n• two"},
		"a quotation":         {"> said `by`\n> somebody, and then some more", "│ said by somebody, and\n│ then some more"},
		"code as it stands":   {"    kubectl get pods -n production --watch\n     two", "  kubectl get pods -n production --watch\n   two"},
		"code over two lines": {"so `kubectl\nget`.", "so kubectl get."},
		"a flag":              {"it is found with a flag -n", "it is found with a flag -n"},
		"no flag at the end":  {"it is found with some of -n", "it is found with some of\n-n"},
		"characters":          {"\\*a\\* &lt;none&gt; x_y_z `\\*`", "*a* <none> x_y_z \\*"},
		"remarks":             {"a <!-- no --> b\n\n<!-- world: eks -->\n\nc", "a  b\n\nc"},
		"a rule":              {"a\n\n---\n\nb", "a\n\n──────\n\nb"},
		"a link":              {"[here](https://example.com) it is", "here https://example.com\nit is"},
		"no table":            {"| one line alone", "| one line alone"},
		"a table": {"| a | `b` |\n|---|:--|\n| one | two |\n", "" +
			" a           │ b\n" +
			"─────────────┼────────────\n" +
			" one         │ two"},
	} {
		t.Run(name, func(t *testing.T) {
			lines := setProse(tc.in, 30, styles)
			if got := ansi.Strip(strings.Join(lines, "\n")); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// TestStylesMix: what is strong stays so where it is code, each line has all
// its styles, and a quotation is all of one colour.
func TestStylesMix(t *testing.T) {
	s := style.New(style.ForBackground(true))
	for in, want := range map[string][]string{
		"**a `b`**":          {s.Prose.Text.Bold(true).Render("a ") + s.Prose.Code.Bold(true).Render("b")},
		"*a **b***":          {s.Prose.Text.Italic(true).Render("a ") + s.Prose.Text.Italic(true).Bold(true).Render("b")},
		"**one more words**": {s.Prose.Text.Bold(true).Render("one more"), s.Prose.Text.Bold(true).Render("words")},
		"> a":                {"│ " + s.Prose.Quote.Render("a")},
	} {
		got := setProse(in, 10, s)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// FuzzSetProse: no text of an author's breaks the screen.
func FuzzSetProse(f *testing.F) {
	f.Add("# One\n- a\n  - b\n\n> c\n\n| a | b |\n|---|---|\n| `c` |\n", 20)
	f.Add("1. [a](b)\n   ![c](d) <e>\n***f* g**\n", 1)
	styles := style.New(style.ForBackground(true))
	f.Fuzz(func(t *testing.T, text string, width int) {
		for _, l := range setProse(text, width%200, styles) {
			if strings.Contains(l, "\n") {
				t.Errorf("a line holds two: %q", l)
			}
		}
	})
}
