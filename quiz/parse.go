package quiz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is something wrong in a file of questions.
type Problem struct {
	File    string
	Line    int // from 1; 0 where none is known
	Message string
}

func (p *Problem) Error() string {
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
	}
	return p.File + ": " + p.Message
}

// Problems is everything wrong that was found in one go.
type Problems []*Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) add(file string, line int, format string, args ...any) {
	*p = append(*p, &Problem{File: file, Line: line, Message: fmt.Sprintf(format, args...)})
}

// file is a file of questions.
type file struct {
	Set       Set         `yaml:"set"`
	Questions []*Question `yaml:"questions"`
}

// Parse reads a file of questions; name is what errors call it. The error is
// [Problems], with everything that is wrong in the file; questions are
// returned only without any.
func Parse(name string, text []byte) ([]*Question, error) {
	var problems Problems
	var f file
	if !decode(name, text, &f, &problems) {
		return nil, problems
	}
	lines := questionLines(text)
	seen := map[string]int{}
	for i, q := range f.Questions {
		line := 0
		if i < len(lines) {
			line = lines[i]
		}
		if q == nil {
			problems.add(name, line, "question %d is empty", i+1)
			continue
		}
		q.File, q.Line = name, line
		if q.Set == "" {
			q.Set = f.Set
		}
		if first, twice := seen[q.ID]; twice {
			problems.add(name, line, "question id %q is used on line %d already", q.ID, first)
		}
		seen[q.ID] = line
		for _, wrong := range q.check() {
			problems.add(name, line, "question %q: %s", q.ID, wrong)
		}
	}
	if len(f.Questions) == 0 {
		problems.add(name, 1, "holds no questions")
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return f.Questions, nil
}

// decode reads one strict YAML document into v.
func decode(name string, text []byte, v any, problems *Problems) bool {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	err := dec.Decode(v)
	var typed *yaml.TypeError
	switch {
	case err == nil:
		return true
	case errors.Is(err, io.EOF):
		problems.add(name, 1, "is empty")
	case errors.As(err, &typed):
		for _, e := range typed.Errors {
			problems.addYAML(name, e)
		}
	default:
		problems.addYAML(name, err.Error())
	}
	return false
}

var (
	yamlLine = regexp.MustCompile(`^line (\d+): `)
	goType   = regexp.MustCompile(` (?:in|into) (?:type )?[\[\]*]*quiz\.\w+$`)
)

// addYAML adds a problem in the YAML library's words, with its line and
// without the names of Go types.
func (p *Problems) addYAML(name, message string) {
	message = strings.TrimPrefix(message, "yaml: ")
	line := 0
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	p.add(name, line, "%s", goType.ReplaceAllString(message, ""))
}

// questionLines is the line on which each question begins. The strict decoder
// keeps no positions, so that the text is read a second time as a tree.
func questionLines(text []byte) []int {
	var doc struct {
		Questions []yaml.Node `yaml:"questions"`
	}
	if yaml.Unmarshal(text, &doc) != nil {
		return nil
	}
	lines := make([]int, len(doc.Questions))
	for i := range doc.Questions {
		lines[i] = doc.Questions[i].Line
	}
	return lines
}
