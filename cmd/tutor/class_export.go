package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/progress"
)

// report is what is told of one learner.
type report struct {
	Name     string                `json:"name"`
	Joined   time.Time             `json:"joined"`
	Seen     time.Time             `json:"seen,omitzero"`
	Place    string                `json:"place,omitempty"`
	Sections []string              `json:"sectionsRead"`
	Tasks    map[string]taskReport `json:"tasks"`
	// Questions answered, and how many of them right at last.
	Questions int `json:"questions"`
	Right     int `json:"right"`
}

type taskReport struct {
	Passed       time.Time `json:"passed,omitzero"`
	SolutionSeen time.Time `json:"solutionSeen,omitzero"`
	Checks       int       `json:"checks"`
	Hints        int       `json:"hints"`
	Diagnoses    []string  `json:"diagnoses,omitempty"` // of the last check
}

func newClassExportCmd(sys *system) *cobra.Command {
	var where, form string
	cmd := &cobra.Command{Use: "export", Short: "Print what everybody has done, as CSV or JSON", Args: cobra.NoArgs}
	cmd.RunE = withClass(sys, &where, func(ctx context.Context, class *store.Store) error {
		if form != "csv" && form != "json" {
			return fmt.Errorf("-o %s: the forms are csv and json", form)
		}
		reports := []report{}
		err := class.Each(ctx, func(l store.Learner, p *progress.Progress) error {
			reports = append(reports, newReport(l, p))
			return nil
		})
		if err != nil {
			return err
		}
		if form == "json" {
			enc := json.NewEncoder(sys.out)
			enc.SetIndent("", "  ")
			return enc.Encode(reports)
		}
		return writeCSV(sys.out, reports)
	})
	classFlag(cmd, sys, &where)
	cmd.Flags().StringVarP(&form, "output", "o", "csv", "form: csv (a line for each learner and task) or json")
	return cmd
}

func newReport(l store.Learner, p *progress.Progress) report {
	r := report{Name: classroom.Clean(l.Name), Joined: l.Joined, Seen: l.Seen, Place: classroom.Clean(l.Place), Sections: []string{}, Tasks: map[string]taskReport{}}
	for _, id := range slices.Sorted(maps.Keys(p.Sections)) {
		if p.Sections[id].Done {
			r.Sections = append(r.Sections, id)
		}
	}
	for id, t := range p.Tasks {
		row := taskReport{Passed: t.Passed, SolutionSeen: t.SolutionSeen, Checks: len(t.Attempts), Hints: t.Hints}
		if n := len(t.Attempts); n > 0 {
			row.Diagnoses = t.Attempts[n-1].Diagnoses
		}
		r.Tasks[id] = row
	}
	for _, q := range p.Questions {
		if n := len(q.Answers); n > 0 {
			r.Questions++
			if q.Answers[n-1].Right {
				r.Right++
			}
		}
	}
	return r
}

// writeCSV prints a line for each learner and task, and one for a learner who
// has begun none.
func writeCSV(out io.Writer, reports []report) error {
	w := csv.NewWriter(out)
	lines := [][]string{{"name", "joined", "seen", "sections_read", "questions", "questions_right", "task", "passed", "solution_seen", "checks", "hints", "last_diagnoses"}}
	for _, r := range reports {
		head := []string{cell(r.Name), stamp(r.Joined), stamp(r.Seen), strconv.Itoa(len(r.Sections)), strconv.Itoa(r.Questions), strconv.Itoa(r.Right)}
		if len(r.Tasks) == 0 {
			lines = append(lines, append(head, "", "", "", "", "", ""))
		}
		for _, id := range slices.Sorted(maps.Keys(r.Tasks)) {
			t := r.Tasks[id]
			lines = append(lines, append(slices.Clone(head), cell(id), stamp(t.Passed), stamp(t.SolutionSeen),
				strconv.Itoa(t.Checks), strconv.Itoa(t.Hints), cell(strings.Join(t.Diagnoses, " "))))
		}
	}
	return w.WriteAll(lines)
}

// cell is a text that no spreadsheet takes for a formula.
func cell(s string) string {
	s = classroom.Clean(s)
	if s != "" && strings.ContainsAny(s[:1], "=+-@") {
		return "'" + s
	}
	return s
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func newClassImportCmd(sys *system) *cobra.Command {
	var where string
	cmd := &cobra.Command{
		Use:   "import FILE|FOLDER…",
		Short: "Take in learners' exported progress: NAME.json, made with tutor progress export",
		Args:  cobra.MinimumNArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withClass(sys, &where, func(ctx context.Context, class *store.Store) error { return importAll(ctx, sys, class, args) })(cmd, args)
	}
	classFlag(cmd, sys, &where)
	return cmd
}

// importAll takes every file, and tells of those that it cannot take.
func importAll(ctx context.Context, sys *system, class *store.Store, args []string) error {
	taken, refused := 0, 0
	for _, arg := range args {
		files := []string{arg}
		if info, err := os.Stat(arg); err == nil && info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(arg, "*.json")); err != nil {
				return err
			}
		}
		for _, file := range files {
			if err := importFile(ctx, class, file); err != nil {
				refused++
				fmt.Fprintf(sys.err, "%s: %v\n", classroom.Clean(file), err)
				continue
			}
			taken++
		}
	}
	fmt.Fprintf(sys.out, "%d taken, %d refused\n", taken, refused)
	if refused > 0 {
		return exitCode(1)
	}
	return nil
}

// maxExport is the most that is read of one learner's progress, in bytes.
const maxExport = 64 << 20

func importFile(ctx context.Context, class *store.Store, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxExport+1))
	if err != nil {
		return err
	}
	if len(b) > maxExport {
		return errors.New("it is larger than 64 MiB, which no progress is")
	}
	p, err := progress.Decode(b)
	if err != nil {
		return fmt.Errorf("this is no exported progress: %w", err)
	}
	return class.Import(ctx, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), p)
}
