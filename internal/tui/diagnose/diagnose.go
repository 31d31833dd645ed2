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
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

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
	lines := strings.Split(string(file.Text), "\n")
	for _, d := range file.Documents {
		found = append(found, repeated(lines, d)...)
	}
	for _, r := range c.Apply(ctx, file.Text) {
		if ctx.Err() != nil {
			return nil
		}
		found = append(found, said(lines, document(file, r.Line), r)...)
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
var start = world.Present

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

// repeated warns of the keys that a map has twice: the server takes the last
// without a word, and what stands under the first is lost.
func repeated(lines []string, d *manifest.Document) []editor.Diagnostic {
	var out []editor.Diagnostic
	for _, r := range d.Repeated() {
		key := manifest.Key(r.Path)
		found := editor.Diagnostic{Line: r.Line - 1, Warning: true, Message: fmt.Sprintf("%s stands here twice: only the one in line %d counts", key, r.Again)}
		if at := strings.Index(lines[found.Line], key); at >= 0 {
			found.Col, found.End = at, at+len(key)
		}
		out = append(out, found)
	}
	return out
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
func said(lines []string, d *manifest.Document, r apply.Result) []editor.Diagnostic {
	at := func(field, message string, warning bool) editor.Diagnostic {
		found := editor.Diagnostic{Line: max(r.Line-1, 0), Message: message, Warning: warning}
		if d == nil {
			return found
		}
		path, there := pathOf(d, field)
		found.Line = max(d.Line(path)-1, 0)
		switch {
		case there && found.Line < len(lines):
			found.Col, found.End = meant(lines[found.Line], path, message)
		case field != "" && !strings.Contains(message, field):
			// What is missing has no line of its own to be named by.
			found.Message = field + ": " + message
		}
		return found
	}
	var out []editor.Diagnostic
	for _, w := range r.Warnings {
		field, _, _ := strings.Cut(w, ":")
		out = append(out, at(field, w, true))
	}
	for _, c := range complaints(r.Err) {
		found := at(c.field, c.message, false)
		// A value that was left out may come from one that is complained of.
		again := slices.ContainsFunc(out, func(o editor.Diagnostic) bool { return o.Line == found.Line && o.Message == c.message })
		if found.Message == c.message || !again {
			out = append(out, found)
		}
	}
	return out
}

// complaint is one thing that the API server has against an object.
type complaint struct{ field, message string }

// complaints takes a refusal apart.
func complaints(err error) []complaint {
	if err == nil {
		return nil
	}
	var out []complaint
	add := func(field, message string) {
		if fields := strictFields(message); len(fields) > 0 {
			out = append(out, fields...)
			return
		}
		out = append(out, complaint{field, message})
	}
	var status *apierrors.StatusError
	if errors.As(err, &status) && status.ErrStatus.Details != nil && len(status.ErrStatus.Details.Causes) > 0 {
		for _, c := range status.ErrStatus.Details.Causes {
			add(c.Field, c.Message)
		}
		return out
	}
	message := apply.Message(err)
	if _, cause, ok := strings.Cut(message, nameless); ok {
		add("metadata.name", cause)
	} else {
		add(namedField(message), message)
	}
	return out
}

// nameless stands before the cause where kubectl could not ask for the object,
// since it has no name.
const nameless = "\nfrom server for: \"manifest.yaml\": "

// meant are the bytes of a line that a message means: the key where there is no
// such field, else the value, if it stands on the line.
func meant(line, path, message string) (from, to int) {
	key := path[strings.LastIndexAny(path, ".[")+1:]
	key = strings.Trim(key, `"']`)
	at := strings.Index(line, key+":")
	if at < 0 {
		return 0, 0
	}
	if strictForm.MatchString(message) {
		return at, at + len(key)
	}
	value := line[at+len(key)+1:]
	from = len(line) - len(strings.TrimLeft(value, " "))
	if i := strings.Index(value, " #"); i >= 0 {
		value = value[:i]
	}
	to = at + len(key) + 1 + len(strings.TrimRight(value, " "))
	if to <= from {
		return at, at + len(key)
	}
	return from, to
}

var (
	strictForm = regexp.MustCompile(`((?:unknown|duplicate) field "([^"]+)")`)
	typeForm   = regexp.MustCompile(`Go struct field [A-Za-z]+\.([A-Za-z0-9.]+) of type`)
)

// strictFields are the complaints of a strict decoding, each with its field.
func strictFields(message string) []complaint {
	var out []complaint
	for _, m := range strictForm.FindAllStringSubmatch(message, -1) {
		out = append(out, complaint{m[2], m[1]})
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

// pathOf is the path of a field and whether it is there. A path may lack its
// indexes, as Go's decoder writes it.
func pathOf(d *manifest.Document, field string) (path string, there bool) {
	if field == "" || d.Has(field) {
		return field, field != ""
	}
	for _, f := range d.Fields() {
		if index.ReplaceAllString(f, "") == field {
			return f, true
		}
	}
	return field, false
}
