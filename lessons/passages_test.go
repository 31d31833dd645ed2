package lessons_test

import (
	"reflect"
	"testing"

	"github.com/kubetutor/tutor/lessons"
)

func TestPassages(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []lessons.Passage
	}{
		{"no question", "All.\n", []lessons.Passage{{Text: "All.\n"}}},
		{"two questions", "A.\n```predict\none\n```\nB.\n```predict\n  two\n```\n", []lessons.Passage{{"A.\n", "one"}, {"\nB.\n", "two"}, {"\n", ""}}},
		{"another fence", "```yaml\none\n```\n", []lessons.Passage{{Text: "```yaml\none\n```\n"}}},
	} {
		if got := lessons.Passages(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
