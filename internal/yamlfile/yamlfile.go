// Package yamlfile reads the YAML files that authors write, strictly, and says
// what is wrong in them with file and line.
package yamlfile

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

// Problem is something wrong in a file.
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

// Problems is everything found wrong in one go.
type Problems []*Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// OrNil is p as an error, nil where there is no problem.
func (p Problems) OrNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Add adds a problem.
func (p *Problems) Add(file string, line int, format string, args ...any) {
	*p = append(*p, &Problem{File: file, Line: line, Message: fmt.Sprintf(format, args...)})
}

// Decode reads one YAML document into v, which has to know every field; each
// thing wrong with it is a problem of that file. ok is false if there is one.
func (p *Problems) Decode(file string, text []byte, v any) (ok bool) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	err := dec.Decode(v)
	var typed *yaml.TypeError
	switch {
	case err == nil:
		return true
	case errors.Is(err, io.EOF):
		p.Add(file, 1, "is empty")
	case errors.As(err, &typed):
		for _, e := range typed.Errors {
			p.addYAML(file, e)
		}
	default:
		p.addYAML(file, err.Error())
	}
	return false
}

var (
	yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)`)
	goType   = regexp.MustCompile(` (?:in|into) (?:type )?[\[\]*]*(?:map\[\S+\])?\w+\.\w+$`)
)

// addYAML adds a problem in the YAML library's words, with its line and
// without the names of Go types.
func (p *Problems) addYAML(file, message string) {
	line := 0
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	p.Add(file, line, "%s", goType.ReplaceAllString(strings.TrimPrefix(message, "yaml: "), ""))
}

// Places finds the lines of places in a document. The decoder keeps none, so
// that the text is read once more, as a tree, when one is asked for.
type Places struct {
	Text []byte
	root *yaml.Node
}

// Line is the line of a place named by keys and by numbers of list entries
// from 0: that of the innermost part of the path that is there, 1 where there
// is none.
func (p *Places) Line(path ...any) int {
	if p.root == nil {
		p.root = new(yaml.Node)
		if yaml.Unmarshal(p.Text, p.root) != nil {
			p.root = new(yaml.Node)
		}
	}
	if len(p.root.Content) == 0 {
		return 1
	}
	line, node := 1, p.root.Content[0]
	for _, step := range path {
		key, next := child(node, step)
		if next == nil {
			break
		}
		line, node = key.Line, next
	}
	return line
}

// child is what a step leads to, and the node that names it.
func child(n *yaml.Node, step any) (key, value *yaml.Node) {
	switch step := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && 0 <= step && step < len(n.Content) {
			return n.Content[step], n.Content[step]
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i], n.Content[i+1]
			}
		}
	}
	return nil, nil
}
