package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// handedIn is one file of a class and what became of it.
type handedIn struct {
	File string `json:"file"`
	*grader.Verdict
}

// checkFolder checks every manifest in a folder.
func checkFolder(ctx context.Context, sys *system, pack *lessons.Pack, dir, id, output string) error {
	report, ok := map[string]func(io.Writer, []handedIn) error{
		"": writeClassCSV, "csv": writeClassCSV, "json": writeClassJSON, "junit": writeClassJUnit,
	}[output]
	if !ok {
		return fmt.Errorf("-o %s is not known with --dir; csv, json and junit are", output)
	}
	if id != "" {
		if _, err := task(pack, id); err != nil {
			return err
		}
	}
	files, err := manifestsIn(dir)
	if err != nil {
		return err
	}
	var all []handedIn
	var code error
	g := grader.New(pack)
	for _, file := range files {
		s := pack.Task(id)
		if s == nil {
			s = taskOfFile(pack, file)
		}
		if s == nil {
			fmt.Fprintf(sys.err, "tutor: %s: its name tells no scenario; call it SCENARIO.yaml, or give the scenario: tutor check ID --dir %s\n", file, dir)
			code = notPassed
			continue
		}
		v, err := checkOne(ctx, g, s, filepath.Join(dir, file))
		if err != nil {
			return err
		}
		if !v.Passed {
			code = notPassed
		}
		all = append(all, handedIn{File: filepath.ToSlash(file), Verdict: v})
	}
	if err := report(sys.out, all); err != nil {
		return err
	}
	return code
}

// checkOne checks a file; one that cannot be read is a verdict too, so that
// the others are still checked.
func checkOne(ctx context.Context, g *grader.Grader, s *lessons.Scenario, file string) (*grader.Verdict, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return &grader.Verdict{Scenario: s.ID, Unusable: true, Failures: []grader.Failure{{
			Expectation: "The file is a manifest",
			Evidence:    grader.Evidence{Tried: "reading the file", Met: err.Error()},
			Diagnosis:   grader.Diagnosis{ID: "not-yaml", Message: err.Error(), Next: "Make the file readable."},
		}}}, nil
	}
	return g.Check(ctx, s, text)
}

// manifestsIn lists the manifests below a folder, by path.
func manifestsIn(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != dir && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if !d.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(path))) {
			rel, err := filepath.Rel(dir, path)
			files = append(files, rel)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the files to check: %w", err)
	}
	slices.Sort(files)
	return files, nil
}

// taskOfFile is the scenario that a file's name or its folder's tells: the
// longest id that is the name, or its beginning or end next to a separator.
func taskOfFile(pack *lessons.Pack, file string) *lessons.Scenario {
	var best *lessons.Scenario
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	for _, s := range append(slices.Clone(pack.Scenarios), pack.Labs...) {
		if named(name, s.ID) && (best == nil || len(s.ID) > len(best.ID)) {
			best = s
		}
	}
	if folder := filepath.Base(filepath.Dir(file)); best == nil {
		best = pack.Task(folder)
	}
	return best
}

func named(name, id string) bool {
	for _, sep := range []string{"-", "_", ".", " "} {
		if name == id || strings.HasPrefix(name, id+sep) || strings.HasSuffix(name, sep+id) {
			return true
		}
	}
	return false
}

func writeClassCSV(w io.Writer, all []handedIn) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"file", "scenario", "passed", "failures", "diagnosis", "line", "message"}}
	for _, h := range all {
		row := []string{h.File, h.Scenario, strconv.FormatBool(h.Passed), strconv.Itoa(len(h.Failures)), "", "", ""}
		if len(h.Failures) > 0 {
			d := h.Failures[0].Diagnosis
			row[4], row[5], row[6] = d.ID, strconv.Itoa(d.Line), d.Message
		}
		rows = append(rows, row)
	}
	return c.WriteAll(rows)
}

func writeClassJSON(w io.Writer, all []handedIn) error {
	type row struct {
		File     string           `json:"file"`
		Scenario string           `json:"scenario"`
		Passed   bool             `json:"passed"`
		Failures []grader.Failure `json:"failures"`
	}
	rows := []row{}
	for _, h := range all {
		failures := h.Failures
		if failures == nil {
			failures = []grader.Failure{}
		}
		rows = append(rows, row{h.File, h.Scenario, h.Passed, failures})
	}
	return encodeJSON(w, rows)
}

func writeClassJUnit(w io.Writer, all []handedIn) error {
	var suites junitSuites
	for _, h := range all {
		suites.Suites = append(suites.Suites, suite(h.File, h.Verdict))
	}
	return encodeXML(w, suites)
}
