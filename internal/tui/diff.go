package tui

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"go.yaml.in/yaml/v3"

	"github.com/kubetutor/tutor/internal/tui/fields"
)

// changed is a line of a comparison: ' ' on both sides, '-' on the first, '+'
// on the second only.
type changed struct {
	op   byte
	line string
}

// maxDiffCells bounds the table of a comparison; longer texts are shown one
// after the other.
const maxDiffCells = 4_000_000

// diff compares two texts by their longest common subsequence of lines, which
// are shown as they stand in the second. The
// texts are a page long, so the plain table does.
func diff(a, b []string) []changed {
	if len(a)*len(b) > maxDiffCells {
		return append(lines('-', a), lines('+', b)...)
	}
	same := func(i, j int) bool { return undashed(a[i]) == undashed(b[j]) }
	// common[i][j] is how many lines a[i:] and b[j:] have in common.
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if same(i, j) {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []changed
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case same(i, j):
			out = append(out, changed{' ', b[j]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			out = append(out, changed{'-', a[i]})
			i++
		default:
			out = append(out, changed{'+', b[j]})
			j++
		}
	}
	return append(append(out, lines('-', a[i:])...), lines('+', b[j:])...)
}

// undashed is a line without the dash of a list's item: which key comes first
// in an item does not count.
func undashed(line string) string {
	in := indentOf(line)
	if strings.HasPrefix(line[in:], "- ") {
		return line[:in] + " " + line[in+1:]
	}
	return line
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func lines(op byte, all []string) []changed {
	out := make([]changed, len(all))
	for i, l := range all {
		out[i] = changed{op, l}
	}
	return out
}

// comparison is a learner's manifest beside ours, with what the fields mean in
// which they differ.
type comparison struct {
	changed []changed
	// about are the fields that a run of changes is about, by its last line.
	about map[int][]fields.Field
}

func (c *comparison) isSame() bool { return len(c.about) == 0 }

// compare compares two manifests. The order of keys, comments and the style of
// writing do not count, as they do not count for the API server.
func compare(mine, ours string) *comparison {
	a, b := alike(mine, ours)
	c := &comparison{changed: diff(a, b), about: map[int][]fields.Field{}}
	var about []fields.Field
	i, j := 0, 0
	for n, l := range c.changed {
		var place fields.Place
		switch l.op {
		case '-':
			place = placeOf(a, i)
			i++
		case '+':
			place = placeOf(b, j)
			j++
		default:
			i, j = i+1, j+1
			continue
		}
		f, ok := place.Field()
		if ok && !slices.ContainsFunc(about, func(o fields.Field) bool { return o.Path == f.Path && o.Name == f.Name }) {
			about = append(about, f)
		}
		if n+1 == len(c.changed) || c.changed[n+1].op == ' ' {
			c.about[n], about = about, nil
		}
	}
	return c
}

// placeOf is the field of a line.
func placeOf(lines []string, n int) fields.Place {
	return fields.Find(lines, n, len(lines[n])-len(strings.TrimLeft(lines[n], " -")))
}

// alike writes two manifests in the same way and order, as far as they can be
// read.
func alike(mine, ours string) (a, b []string) {
	m, errA := documents(mine)
	o, errB := documents(ours)
	if errA != nil || errB != nil {
		return manifestLines(mine), manifestLines(ours)
	}
	for i := range min(len(m), len(o)) {
		inOrderOf(m[i], o[i])
	}
	return written(m), written(o)
}

// documents reads a manifest, without comments and in block style.
func documents(text string) ([]*yaml.Node, error) {
	dec := yaml.NewDecoder(strings.NewReader(text))
	var all []*yaml.Node
	for {
		n := new(yaml.Node)
		err := dec.Decode(n)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if strip(n, 0) != nil {
			return nil, errDeep
		}
		if len(n.Content) > 0 && n.Content[0].Tag != "!!null" {
			all = append(all, n)
		}
	}
}

var errDeep = errors.New("the manifest is nested too deeply, or has aliases")

// maxNesting is deeper than any object's fields.
const maxNesting = 50

func strip(n *yaml.Node, depth int) error {
	if depth > maxNesting || n.Kind == yaml.AliasNode {
		return errDeep
	}
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	if n.Kind != yaml.ScalarNode {
		n.Style = 0
	} else if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		n.Style = 0 // quotes come back where they are needed
	}
	for _, c := range n.Content {
		if err := strip(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// inOrderOf puts the keys of a manifest in the order that another one has them
// in; keys of its own follow.
func inOrderOf(n, model *yaml.Node) {
	if n.Kind != model.Kind {
		return
	}
	if n.Kind != yaml.MappingNode {
		for i := range min(len(n.Content), len(model.Content)) {
			inOrderOf(n.Content[i], model.Content[i])
		}
		return
	}
	var pairs []*yaml.Node
	taken := map[int]bool{}
	for m := 0; m+1 < len(model.Content); m += 2 {
		for k := 0; k+1 < len(n.Content); k += 2 {
			if !taken[k] && n.Content[k].Value == model.Content[m].Value {
				taken[k] = true
				inOrderOf(n.Content[k+1], model.Content[m+1])
				pairs = append(pairs, n.Content[k], n.Content[k+1])
			}
		}
	}
	for k := 0; k+1 < len(n.Content); k += 2 {
		if !taken[k] {
			pairs = append(pairs, n.Content[k], n.Content[k+1])
		}
	}
	n.Content = pairs
}

// written are the lines of documents.
func written(all []*yaml.Node) []string {
	var out strings.Builder
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	for _, n := range all {
		if err := enc.Encode(n); err != nil {
			return nil
		}
	}
	if enc.Close() != nil {
		return nil
	}
	return manifestLines(out.String())
}

// manifestLines are the lines that matter in a comparison: no comments, no
// empty lines, no blanks at the end.
func manifestLines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, " \r\n")
		if i := strings.Index(l, " #"); i >= 0 {
			l = strings.TrimRight(l[:i], " ")
		}
		if t := strings.TrimSpace(l); t != "" && !strings.HasPrefix(t, "#") {
			out = append(out, l)
		}
	}
	return out
}

// cutTo is the first cells of a line, cutFrom what follows them.
func cutTo(line string, cells int) string { return ansi.Truncate(line, cells, "") }

func cutFrom(line string, cells int) string {
	if cells == 0 {
		return line
	}
	return ansi.TruncateLeft(line, cells, "")
}
