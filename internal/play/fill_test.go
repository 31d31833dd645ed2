package play_test

import (
	"testing"

	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/lessons"
)

func TestFill(t *testing.T) {
	s := &lessons.Section{Body: "\nText.\n\n```console\n$ first\n$ second\n```\n\n```yaml\na: b\n```\n"}
	filled := play.Fill(s, map[int][]play.Step{5: {{Command: "first", Output: "one\ntwo\n"}, {Command: "second"}}})
	want := "\nText.\n\n```console\n$ first\none\ntwo\n$ second\n```\n\n```yaml\na: b\n```\n"
	if filled.Body != want {
		t.Errorf("got\n%s\nwant\n%s", filled.Body, want)
	}
	if s.Body == filled.Body {
		t.Error("the section itself was changed")
	}
}
