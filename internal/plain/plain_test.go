package plain_test

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/internal/plain"
)

const source = `# Title of it
<!-- world: eks -->

Some *words* with ` + "`code`" + `, a [link](section:x) and **more** of them, so
that the line is wrapped somewhere.

![rings](figure:rings)

- one item that is long enough to need a second line in this width
- two
  1. nested

> Said by
> somebody.

## Second

` + "```console\n$ kubectl get svc\n  out\n```" + `

    indented

` + "```predict\nq1\n```\n"

func TestWrite(t *testing.T) {
	var b strings.Builder
	err := plain.Write(&b, source, plain.Options{
		Width:  40,
		Figure: func(name string) (string, bool) { return "[" + name + "]\n", name == "rings" },
		Link:   func(target, words string) string { return words + " <" + target + ">" },
		Block:  func(info, text string) (string, bool) { return "Question " + text, info == "predict" },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `Title of it
===========

Some words with code, a link <section:x>
and more of them, so that the line is
wrapped somewhere.

[rings]

- one item that is long enough to need a
  second line in this width
- two
  1. nested

  Said by somebody.

Second
------

    $ kubectl get svc
      out

    indented

Question q1
`
	if b.String() != want {
		t.Errorf("wrote\n%s\nwant\n%s", b.String(), want)
	}
}

func TestWriteNothing(t *testing.T) {
	for _, text := range []string{"", "\n\n", "<!-- only a comment -->"} {
		var b strings.Builder
		if err := plain.Write(&b, text, plain.Options{}); err != nil || strings.TrimSpace(b.String()) != "" {
			t.Errorf("%q: %q, %v", text, b.String(), err)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add(source, 40)
	f.Add("- \n  - a\n\n\n1. ```", 1)
	f.Fuzz(func(t *testing.T, text string, width int) {
		var b strings.Builder
		if err := plain.Write(&b, text, plain.Options{Width: width % 200}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTable(t *testing.T) {
	var b strings.Builder
	err := plain.Write(&b, "A \\*star\\* and `a\\*b`, <pending><!-- x -->:\n\n| name | asked for |\n|---|---|\n| `web` | port 80 of every node, from outside |\n| db | |\n\nEnd.", plain.Options{Width: 30})
	want := "A *star* and a\\*b, <pending>:\n\n- name: web\n  asked for: port 80 of every\n  node, from outside\n- name: db\n\nEnd.\n"
	if err != nil || b.String() != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, b.String(), want)
	}
}
