package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// TestCodeHasTheColoursOfItsTheme renders with one theme after the other, as a
// server does for the terminals of a class.
func TestCodeHasTheColoursOfItsTheme(t *testing.T) {
	app := opened(t, t.TempDir(), 80, 24)
	const text = "```yaml\nkind: Service # what\n```"
	for _, dark := range []bool{true, false} {
		p := style.ForBackground(dark)
		app.setPalette(p)
		got := app.prose(text, 72)
		if want := app.styles.Editor.Key.Render("kind"); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("theme %s: %q has no %q", p.Name, got, want)
		}
		if plain := ansi.Strip(got[0]); plain != "  kind: Service # what" {
			t.Errorf("theme %s: %q", p.Name, plain)
		}
	}
}

func TestLinesDoNotBreakInsideNames(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"the pods run on -1a and -1b", 18, []string{"the pods run on", "-1a and -1b"}},
		{"kubectl run --restart=Never --image=a", 31, []string{"kubectl run --restart=Never", "--image=a"}},
		{"kube-dns in kube-system", 20, []string{"kube-dns in", "kube-system"}},
		{"LABELS app=cart-svc,hash=7d-6b,zone=west-1b", 17, []string{"LABELS", "app=cart-svc,", "hash=7d-6b,", "zone=west-1b"}},
		{"at 10.0.0.1,10.0.0.2 twice", 18, []string{"at", "10.0.0.1,10.0.0.2", "twice"}},
		{"see a-name-that-is-longer", 14, []string{"see a-name-", "that-is-longer"}},
	} {
		if got := wrap(test.text, test.width); !slices.Equal(got, test.want) {
			t.Errorf("%q became %q, want %q", test.text, got, test.want)
		}
	}
}

// TestProse is what Markdown looks like in a narrow window, without its colours.
func TestProse(t *testing.T) {
	app := opened(t, t.TempDir(), 80, 24)
	for _, test := range []struct {
		name, text string
		width      int
		want       string
	}{
		{"names stay whole, though Glamour breaks lines after dots, too",
			"- list the slices with `-l kubernetes.io/service-name=redis` first; https://a.b/c-d.e stays", 44,
			"• list the slices with -l\n  kubernetes.io/service-name=redis first;\n  https://a.b/c-d.e stays"},
		{"each line of a quotation is full, and has the bar",
			"So:\n\n> **No endpoints at all: refused.**\\\n> **Endpoints elsewhere, none to be used here: silence.**\n\nAnd on.", 36,
			"So:\n\n│ No endpoints at all: refused.\n│ Endpoints elsewhere, none to\n│ be used here: silence.\n\nAnd on."},
		{"a command of another client says where it runs",
			"```console external:nginx\n$ curl web\n```\n\n```console\n$ kubectl get svc\n```", 40,
			"  # at external:nginx\n  $ curl web\n\n  $ kubectl get svc"},
		{"tabs end where a terminal's do",
			"```console\n$ nslookup web\nServer:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n```", 70,
			"  $ nslookup web\n  Server:         10.96.0.10\n  Address:        10.96.0.10#53"},
		{"what kubectl prints between < and > is no HTML",
			"no event, <pending>: nobody; `<none>` and <https://a.b/c>", 70,
			"no event, <pending>: nobody; <none> and https://a.b/c"},
		{"what a command printed is there to its end, a manifest's lines stay whole",
			"```console\n$ curl -s web\nweb-1:80 host=web path=/ from=192.168.0.10\n```\n\n```yaml\nname: a-name-that-is-longer-than-the-window\n```", 32,
			"  $ curl -s web\n  web-1:80 host=web path=/\n      from=192.168.0.10\n\n  name: a-name-that-is-longer-than-the-window"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ansi.Strip(strings.Join(app.prose(test.text, test.width), "\n")); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestInLine(t *testing.T) {
	for in, want := range map[string]string{
		"`a` *b* **c**\n d\n\nmore": "a b c d",
		"*.example.com":             "*.example.com",
		"a * b * c":                 "a * b * c",
		"":                          "",
	} {
		if got := inLine(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestJoined(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"prose\nover two lines":           "prose\nover two lines",
		"- one\n  goes on\n- two\n\nthen": "- one goes on\n- two\n\nthen",
		"1. one\n   goes on\n   and on":   "1. one goes on and on",
		"- one\n  - below\n    goes on":   "- one\n  - below goes on",
		"text\n\n    indented\n    code":  "text\n\n    indented\n    code",
		"- one\n\n  a paragraph\n  of it": "- one\n\n  a paragraph\n  of it",
	} {
		if got := joined(in); got != want {
			t.Errorf("joined(%q) = %q, want %q", in, got, want)
		}
	}
}
