package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// writeText prints a verdict for reading: what fails first, each failure as
// tried, met, because, next; then what holds.
func writeText(w io.Writer, _ *lessons.Scenario, v *grader.Verdict) error {
	p := &printer{w: w}
	for _, warning := range v.Warnings {
		p.printf("! %s\n", warning)
	}
	for _, f := range v.Failures {
		p.printf("✗ %s\n", f.Expectation)
		p.printf("    tried    %s\n    met      %s\n", f.Evidence.Tried, f.Evidence.Met)
		for _, hop := range f.Evidence.Trace {
			p.printf("             %s\n", hop)
		}
		d := f.Diagnosis
		p.printf("    because  %s (%s)\n", d.Message, d.ID)
		switch {
		case d.Line > 0 && d.Field != "":
			p.printf("    look at  line %d, %s\n", d.Line, d.Field)
		case d.Line > 0:
			p.printf("    look at  line %d\n", d.Line)
		}
		p.printf("    next     %s\n", d.Next)
	}
	for _, title := range v.Held {
		p.printf("✓ %s\n", title)
	}
	for _, title := range v.Untried {
		p.printf("· %s: not tried yet\n", title)
	}
	if v.Passed {
		p.printf("%s: passed.\n", v.Scenario)
	} else {
		p.printf("%s: not passed, %d of %d do not hold.\n", v.Scenario, len(v.Failures)+len(v.Untried), len(v.Failures)+len(v.Held)+len(v.Untried))
	}
	return p.err
}

// printer keeps the first error of many prints.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func writeJSON(w io.Writer, _ *lessons.Scenario, v *grader.Verdict) error {
	return encodeJSON(w, v)
}

func encodeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// The elements of JUnit's format that its readers agree on.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
		Skipped *struct{}     `xml:"skipped,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func writeJUnit(w io.Writer, _ *lessons.Scenario, v *grader.Verdict) error {
	return encodeXML(w, junitSuites{Suites: []junitSuite{suite(v.Scenario, v)}})
}

// suite has a test case for each expectation.
func suite(name string, v *grader.Verdict) junitSuite {
	s := junitSuite{Name: name, Failures: len(v.Failures), Skipped: len(v.Untried)}
	for _, f := range v.Failures {
		s.Cases = append(s.Cases, junitCase{Name: f.Expectation, Class: v.Scenario, Failure: &junitFailure{
			Type: f.Diagnosis.ID, Message: f.Diagnosis.Message,
			Text: fmt.Sprintf("line %d %s\ntried: %s\nmet: %s\nnext: %s", f.Diagnosis.Line, f.Diagnosis.Field, f.Evidence.Tried, f.Evidence.Met, f.Diagnosis.Next),
		}})
	}
	for _, title := range v.Held {
		s.Cases = append(s.Cases, junitCase{Name: title, Class: v.Scenario})
	}
	for _, title := range v.Untried {
		s.Cases = append(s.Cases, junitCase{Name: title, Class: v.Scenario, Skipped: &struct{}{}})
	}
	s.Tests = len(s.Cases)
	return s
}

func encodeXML(w io.Writer, suites junitSuites) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
