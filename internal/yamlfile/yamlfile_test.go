package yamlfile_test

import (
	"testing"

	"github.com/kubetutor/tutor/internal/yamlfile"
)

func TestDecode(t *testing.T) {
	type file struct {
		ID   string
		List []struct{ N int }
	}
	for name, tc := range map[string]struct{ text, want string }{
		"fine":          {"id: a\nlist: [{n: 1}]\n", ""},
		"empty":         {"# nothing\n", "f.yaml:1: is empty"},
		"not yaml":      {"id: a\n\tlist: b\n", "f.yaml:2: found a tab character that violates indentation"},
		"unknown":       {"id: a\nidd: b\n", "f.yaml:2: field idd not found"},
		"two at once":   {"id: [a]\nlist:\n- n: b\n", "f.yaml:1: cannot unmarshal !!seq into string\nf.yaml:3: cannot unmarshal !!str `b` into int"},
		"twice":         {"id: a\nid: b\n", "f.yaml:2: mapping key \"id\" already defined at line 1"},
		"another shape": {"- a\n", "f.yaml:1: cannot unmarshal !!seq"},
	} {
		t.Run(name, func(t *testing.T) {
			var p yamlfile.Problems
			ok := p.Decode("f.yaml", []byte(tc.text), new(file))
			got := ""
			if err := p.OrNil(); err != nil {
				got = err.Error()
			}
			if got != tc.want || ok != (tc.want == "") {
				t.Errorf("%v, problems %q, want %q", ok, got, tc.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	const text = "id: a\nlist:\n- n: 1\n- n: 2\n  deep: {far: b}\n"
	places := &yamlfile.Places{Text: []byte(text)}
	for _, tc := range []struct {
		path []any
		want int
	}{
		{nil, 1},
		{[]any{"list"}, 2},
		{[]any{"list", 1}, 4},
		{[]any{"list", 1, "deep", "far"}, 5},
		{[]any{"list", 7, "n"}, 2},
		{[]any{"nothing"}, 1},
		{[]any{"id", "deeper"}, 1},
	} {
		if got := places.Line(tc.path...); got != tc.want {
			t.Errorf("line of %v is %d, want %d", tc.path, got, tc.want)
		}
	}
	if got := (&yamlfile.Places{Text: []byte("a: [\n")}).Line("a"); got != 1 {
		t.Errorf("line in what is no YAML: %d", got)
	}
}
