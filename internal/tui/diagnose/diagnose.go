// Package diagnose says while a learner types what the API server would say,
// at the lines it means. It asks the same server that a check asks, so the
// words are the same.
//
//	d := diagnose.New(pack)
//	for _, found := range d.Look(ctx, pack.Scenario("pricing-engine"), text) {
//		fmt.Println(found.Line+1, found.Message)
//	}
package diagnose

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/internal/tui/editor"
	"github.com/kubetutor/tutor/internal/tui/fields"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/apply"
	"github.com/kubetutor/tutor/simulator/world"
)

// Diagnoser looks at texts. It keeps the worlds of the scenarios it has looked
// at, and is safe for concurrent use.
type Diagnoser struct {
	pack *lessons.Pack

	mu     sync.Mutex
	worlds map[*lessons.Scenario]*world.World
}

// New makes a Diagnoser for a pack.
func New(pack *lessons.Pack) *Diagnoser {
	return &Diagnoser{pack: pack, worlds: map[*lessons.Scenario]*world.World{}}
}

// maxFound bounds what is shown of a text that is wrong everywhere.
const maxFound = 40

// Look says what is wrong with a text, in the order of its lines. An empty
// text, and a scenario whose cluster cannot be made, give nothing.
func (d *Diagnoser) Look(ctx context.Context, s *lessons.Scenario, text []byte) []editor.Diagnostic {
	file, err := manifest.Parse(text)
	if err != nil {
		return unread(err)
	}
	c, err := d.open(s)
	if err != nil {
		return nil
	}
	defer c.Close()
	var found []editor.Diagnostic
	for _, r := range c.Apply(ctx, file.Text) {
		if ctx.Err() != nil {
			return nil
		}
		found = append(found, said(document(file, r.Line), r)...)
	}
	slices.SortStableFunc(found, func(a, b editor.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	found = slices.Compact(found)
	return found[:min(len(found), maxFound)]
}

// unread is what there is to say of a text that holds no objects.
func unread(err error) []editor.Diagnostic {
	var problem *manifest.Error
	if !errors.As(err, &problem) || problem.Empty {
		return nil
	}
	return []editor.Diagnostic{{Line: max(problem.Line-1, 0), Message: problem.Message}}
}

// start is the time of the cluster; nothing that is said depends on it.
var start = time.Date(2026, time.January, 2, 9, 0, 0, 0, time.UTC)

// open makes a fresh cluster for a scenario.
func (d *Diagnoser) open(s *lessons.Scenario) (*simulator.Cluster, error) {
	w, err := d.world(s)
	if err != nil {
		return nil, err
	}
	return simulator.New(simulator.Options{World: w, Start: start, Seed: 1, Still: true})
}

// world is a scenario's, with what controllers make of it.
func (d *Diagnoser) world(s *lessons.Scenario) (*world.World, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if w := d.worlds[s]; w != nil {
		return w, nil
	}
	w, err := d.pack.OpenWorld(s.World, overlays(s)...)
	if err != nil {
		return nil, err
	}
	c, err := simulator.New(simulator.Options{World: w, Start: start, Seed: 1})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	d.worlds[s] = c.Snapshot()
	return d.worlds[s], nil
}

// Cluster is what a manifest for a scenario may name; nil where its cluster
// cannot be made.
func (d *Diagnoser) Cluster(s *lessons.Scenario) *fields.Cluster {
	w, err := d.world(s)
	if err != nil {
		return nil
	}
	return fields.NewCluster(string(w.Spec.Platform), w.Objects)
}

func overlays(s *lessons.Scenario) []string {
	if s.Overlay == "" {
		return nil
	}
	return []string{s.Overlay}
}

// document is the one that begins at or first after a line; nil if none does.
func document(f *manifest.File, line int) *manifest.Document {
	for _, d := range f.Documents {
		if d.First >= line {
			return d
		}
	}
	return nil
}

// said turns the answer for one object into messages at lines.
func said(d *manifest.Document, r apply.Result) []editor.Diagnostic {
	at := func(field, message string, warning bool) editor.Diagnostic {
		line := r.Line
		if d != nil {
			line = lineOf(d, field)
		}
		return editor.Diagnostic{Line: max(line-1, 0), Message: message, Warning: warning}
	}
	var out []editor.Diagnostic
	for _, w := range r.Warnings {
		field, _, _ := strings.Cut(w, ":")
		out = append(out, at(field, w, true))
	}
	if r.Err == nil {
		return out
	}
	var status *apierrors.StatusError
	if errors.As(r.Err, &status) && status.ErrStatus.Details != nil && len(status.ErrStatus.Details.Causes) > 0 {
		for _, c := range status.ErrStatus.Details.Causes {
			out = append(out, at(c.Field, c.Message, false))
		}
		return out
	}
	message := apply.Message(r.Err)
	if fields := strictFields(message); len(fields) > 0 {
		for _, f := range fields {
			out = append(out, at(f[1], f[0], false))
		}
		return out
	}
	return append(out, at(namedField(message), message, false))
}

var (
	strictForm = regexp.MustCompile(`((?:unknown|duplicate) field "([^"]+)")`)
	typeForm   = regexp.MustCompile(`Go struct field [A-Za-z]+\.([A-Za-z0-9.]+) of type`)
)

// strictFields are the complaints of a strict decoding, each with its field.
func strictFields(message string) [][2]string {
	var out [][2]string
	for _, m := range strictForm.FindAllStringSubmatch(message, -1) {
		out = append(out, [2]string{m[1], m[2]})
	}
	return out
}

// namedField is the field whose value has the wrong type.
func namedField(message string) string {
	if m := typeForm.FindStringSubmatch(message); m != nil {
		return m[1]
	}
	return ""
}

var index = regexp.MustCompile(`\[[^\]]*\]`)

// lineOf is the line of a field, or of the nearest one around it. A path may lack its indexes, as Go's decoder writes it.
func lineOf(d *manifest.Document, field string) int {
	if field == "" {
		return d.First
	}
	if !d.Has(field) {
		for _, f := range d.Fields() {
			if index.ReplaceAllString(f, "") == field {
				return d.Line(f)
			}
		}
	}
	return d.Line(field)
}
