package lint_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/lessons"
)

func doc(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestAuthorsGuideHasDiagnoses: an author can look up each diagnosis that the
// built-in lesson's mistakes get, and each kind of expectation.
func TestAuthorsGuideHasDiagnoses(t *testing.T) {
	guide := doc(t, "authors.md")
	for _, s := range tasks(t) {
		mistakes, err := s.Mistakes()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mistakes {
			if !strings.Contains(guide, "`"+m.Diagnosis+"`") {
				t.Errorf("authors.md lacks %s, which %s/%s gets", m.Diagnosis, s.Folder(), m.Name)
			}
		}
	}
}

// TestCoverageNamesWhatIsThere: what coverage.md says where something is
// taught is there, and every lab is listed.
func TestCoverageNamesWhatIsThere(t *testing.T) {
	text := doc(t, "coverage.md")
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	_, drills, err := decide.Load(pack.FS())
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{"lesson": true, "misconceptions": true, "code": true, "minutes": true} // other words in backquotes
	for _, q := range pack.Questions() {
		there[q.ID] = true
	}
	for _, w := range drills.Workloads {
		there[w.ID] = true
	}
	for _, s := range tasks(t) {
		there[s.ID] = true
		if s.IsLab && !strings.Contains(text, s.ID) {
			t.Errorf("coverage.md lacks the lab %s", s.ID)
		}
	}
	for _, m := range regexp.MustCompile("`([a-z0-9-]+)`").FindAllStringSubmatch(text, -1) {
		_, err := pack.Figure(m[1])
		if !there[m[1]] && err != nil {
			t.Errorf("coverage.md names %q, and there is no such question, scenario or figure", m[1])
		}
	}
}

func tasks(t *testing.T) []*lessons.Scenario {
	t.Helper()
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	var list []*lessons.Scenario
	for _, h := range pack.Tasks() {
		list = append(list, pack.Task(h.ID))
	}
	return list
}
