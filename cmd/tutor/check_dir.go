package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

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
	tasks, left, err := tasksIn(pack, dir, id)
	if err != nil {
		return errors.Join(err, report(sys.out, nil))
	}
	for _, why := range left {
		fmt.Fprintf(sys.err, "tutor: %s\n", why)
	}
	all, err := checkAll(ctx, grader.New(pack), dir, tasks)
	if err != nil {
		return err
	}
	if err := report(sys.out, all); err != nil {
		return err
	}
	if len(left) > 0 || slices.ContainsFunc(all, func(h handedIn) bool { return !h.Passed }) {
		return notPassed
	}
	return nil
}

// fileTask is a file and the scenario that it is for.
type fileTask struct {
	file string
	task *lessons.Scenario
}

// tasksIn are the manifests of a folder with their scenarios: the one of the
// id, or that of each name. left says what could not be checked, and why.
func tasksIn(pack *lessons.Pack, dir, id string) (tasks []fileTask, left []string, err error) {
	var all *lessons.Scenario
	if id != "" {
		if all, err = task(pack, id); err != nil {
			return nil, nil, err
		}
	}
	files, left, err := manifestsIn(dir)
	if err != nil {
		return nil, nil, err
	}
	if len(files)+len(left) == 0 {
		return nil, nil, fmt.Errorf("there is no manifest (.yaml, .yml or .json) in %s", dir)
	}
	for _, file := range files {
		s := all
		if s == nil {
			s = taskOfFile(pack, file)
		}
		if s == nil {
			left = append(left, fmt.Sprintf("%s: its name tells no scenario; call it SCENARIO.yaml, or give the scenario: tutor check ID --dir %s", file, dir))
			continue
		}
		tasks = append(tasks, fileTask{file, s})
	}
	return tasks, left, nil
}

// checkAll checks files, as many at once as there are processors.
func checkAll(ctx context.Context, g *grader.Grader, dir string, tasks []fileTask) ([]handedIn, error) {
	all := make([]handedIn, len(tasks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, t := range tasks {
		group.Go(func() error {
			v, err := checkOne(ctx, g, t.task, filepath.Join(dir, t.file))
			all[i] = handedIn{File: filepath.ToSlash(t.file), Verdict: v}
			return err
		})
	}
	return all, group.Wait()
}

// checkOne checks a file; one that cannot be read is a verdict too, so that
// the others are still checked.
func checkOne(ctx context.Context, g *grader.Grader, s *lessons.Scenario, file string) (*grader.Verdict, error) {
	text, err := readHandedIn(file)
	if err != nil {
		return &grader.Verdict{Scenario: s.ID, Unusable: true, Failures: []grader.Failure{{
			Expectation: "The file is a manifest",
			Evidence:    grader.Evidence{Tried: "reading the file", Met: err.Error()},
			Diagnosis:   grader.Diagnosis{ID: "not-yaml", Message: err.Error(), Next: "Put a manifest that can be read in its place."},
		}}}, nil
	}
	return g.Check(ctx, s, text)
}

// readHandedIn reads a file of a folder, if it is one: a pipe would be waited
// for without end.
func readHandedIn(file string) ([]byte, error) {
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read manifest: %s is no file", file)
	}
	return readFile(file)
}

// manifestsIn lists the manifests below a folder, by path, and says which
// folders could not be read.
func manifestsIn(dir string) (files, unread []string, err error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, nil, fmt.Errorf("list the files to check: %w", err)
	} else if !info.IsDir() {
		return nil, nil, fmt.Errorf("list the files to check: %s is no folder", dir)
	}
	root := dir + string(filepath.Separator) // of a link, the folder that it leads to
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			unread = append(unread, err.Error())
			return nil
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(path))):
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		files = append(files, rel)
		return err
	})
	slices.Sort(files)
	return files, unread, err
}

// taskOfFile is the scenario that a file's name tells, or else that of the
// nearest folder that does: the longest id that is the name, or its beginning
// or end next to a separator.
func taskOfFile(pack *lessons.Pack, file string) *lessons.Scenario {
	name := strings.TrimSuffix(file, filepath.Ext(file))
	for ; name != "." && name != string(filepath.Separator); name = filepath.Dir(name) {
		var best string
		for _, h := range pack.Tasks() {
			if named(strings.ToLower(filepath.Base(name)), h.ID) && len(h.ID) > len(best) {
				best = h.ID
			}
		}
		if best != "" {
			return pack.Task(best)
		}
	}
	return nil
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
