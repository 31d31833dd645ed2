package style

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

func TestASCIIMovesNothing(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"▸ ✓ holds ✗ fails …": "> + holds x fails .",
		"╭─ NodePort ─╮":      "+- NodePort -+",
		"\x1b[1m│\x1b[m é":    "\x1b[1m|\x1b[m ?",
		"日本 👩‍🚀 e\u0301":      "???? ?? e",
		"a\xffb":              "a?b",
	} {
		got := ASCII(in)
		if ansi.StringWidth(want) != ansi.StringWidth(got) || in != "日本 👩‍🚀 e\u0301" && got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		for _, r := range got {
			if r > unicode.MaxASCII {
				t.Errorf("%q became %q", in, got)
			}
		}
	}
}

// TestEverySignHasAStandIn reads what the screens are made of.
func TestEverySignHasAStandIn(t *testing.T) {
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "screentest/") {
			return err
		}
		data, err := fs.ReadFile(root, path)
		for _, r := range string(data) {
			if _, ok := standIns[string(r)]; !ok && r > unicode.MaxASCII && !strings.ContainsRune("␀␡�", r) {
				t.Errorf("%s has %q, which has no ASCII stand-in", path, r)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
