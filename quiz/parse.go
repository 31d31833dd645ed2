package quiz

import "github.com/kubetutor/tutor/internal/yamlfile"

// file is a file of questions.
type file struct {
	Set       Set         `yaml:"set"`
	Questions []*Question `yaml:"questions"`
}

// Parse reads a file of questions; name is what errors call it. The error is
// [yamlfile.Problems], with everything that is wrong in the file; questions are
// returned only without any.
func Parse(name string, text []byte) ([]*Question, error) {
	var problems yamlfile.Problems
	var f file
	if !problems.Decode(name, text, &f) {
		return nil, problems
	}
	line := lines(text)
	seen := map[string]int{}
	for i, q := range f.Questions {
		line := line(i)
		if q == nil {
			problems.Add(name, line, "question %d is empty", i+1)
			continue
		}
		q.File, q.Line = name, line
		if q.Set == "" {
			q.Set = f.Set
		}
		if first, twice := seen[q.ID]; twice {
			problems.Add(name, line, "question id %q is used on line %d already", q.ID, first)
		}
		seen[q.ID] = line
		for _, wrong := range q.check() {
			problems.Add(name, line, "question %q: %s", q.ID, wrong)
		}
	}
	if len(f.Questions) == 0 {
		problems.Add(name, 1, "holds no questions")
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return f.Questions, nil
}

// lines tells the lines of a file's questions: from the index, since reading
// the file again as a tree takes as long as reading it.
func lines(text []byte) func(i int) int {
	entries, _ := Index(text)
	places := &yamlfile.Places{Text: text}
	return func(i int) int {
		if i < len(entries) {
			return entries[i].Line
		}
		return places.Line("questions", i)
	}
}
