package lessons

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

// Problem is something wrong in a pack, with the file and, where it is known,
// the line.
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

// orNil is p as an error, nil where there is no problem.
func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

func (p *Problems) add(file string, line int, format string, args ...any) {
	*p = append(*p, &Problem{File: file, Line: line, Message: fmt.Sprintf(format, args...)})
}

// decode reads one strict YAML document into v; each thing wrong with it is a
// problem of that file.
func (p *Problems) decode(file string, text []byte, v any) bool {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	err := dec.Decode(v)
	if err == nil {
		return true
	}
	if errors.Is(err, io.EOF) {
		p.add(file, 1, "is empty")
		return false
	}
	var typed *yaml.TypeError
	if errors.As(err, &typed) {
		for _, e := range typed.Errors {
			p.addYAML(file, e)
		}
		return false
	}
	p.addYAML(file, err.Error())
	return false
}

var (
	yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)`)
	goType   = regexp.MustCompile(` (?:in|into) (?:type )?\S*(lessons|quiz)\.\w+$`)
)

func (p *Problems) addYAML(file, message string) {
	line := 0
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	p.add(file, line, "%s", goType.ReplaceAllString(strings.TrimPrefix(message, "yaml: "), ""))
}
