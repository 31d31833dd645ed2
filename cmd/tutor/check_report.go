package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"

	"github.com/kubetutor/tutor/grader"
)

// reports are the forms that -o asks for.
var reports = map[string]func(*system, *grader.Verdict) error{
	"": reportText, "text": reportText,
	"json": func(sys *system, v *grader.Verdict) error { return encodeJSON(sys.out, v) },
	"junit": func(sys *system, v *grader.Verdict) error {
		return encodeXML(sys.out, junitSuites{Suites: []junitSuite{suite(v.Scenario, v)}})
	},
}

func reportText(sys *system, v *grader.Verdict) error {
	return writeText(sys.out, lookOf(sys, sys.out), v)
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
		Name     string         `xml:"name,attr"`
		Class    string         `xml:"classname,attr"`
		Failures []junitFailure `xml:"failure,omitempty"`
		Skipped  *struct{}      `xml:"skipped,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// suite has a test case for each expectation.
func suite(name string, v *grader.Verdict) junitSuite {
	s := junitSuite{Name: name, Skipped: len(v.Untried)}
	s.Failures, _ = v.Count()
	for _, f := range v.Failures {
		failure := junitFailure{
			Type: f.Diagnosis.ID, Message: f.Diagnosis.Message,
			Text: fmt.Sprintf("line %d %s\ntried: %s\nmet: %s\nnext: %s", f.Diagnosis.Line, f.Diagnosis.Field, f.Evidence.Tried, f.Evidence.Met, f.Diagnosis.Next),
		}
		i := slices.IndexFunc(s.Cases, func(c junitCase) bool { return c.Name == f.Expectation })
		if i >= 0 { // another cause of the same
			s.Cases[i].Failures = append(s.Cases[i].Failures, failure)
			continue
		}
		s.Cases = append(s.Cases, junitCase{Name: f.Expectation, Class: v.Scenario, Failures: []junitFailure{failure}})
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
