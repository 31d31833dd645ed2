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

func (c *comparison) isSame() bool {
	return !slices.ContainsFunc(c.changed, func(l changed) bool { return l.op != ' ' })
}

// compare compares two manifests. The order of objects and keys, comments and
// the style of writing do not count, as they do not count for the API server.
func compare(mine, ours string) *comparison {
	c := &comparison{about: map[int][]fields.Field{}}
	m, errA := documents(mine)
	o, errB := documents(ours)
	if errA != nil || errB != nil {
		c.add(manifestLines(mine), manifestLines(ours))
		return c
	}
	for i, p := range paired(m, o) {
		if i > 0 {
			c.changed = append(c.changed, changed{p.op(), "---"})
		}
		if p.mine != nil && p.ours != nil {
			inOrderOf(p.mine, p.ours)
		}
		c.add(written(p.mine), written(p.ours))
	}
	return c
}

// add compares an object as two wrote it; one that only one of them has is
// nothing to explain field by field.
func (c *comparison) add(mine, ours []string) {
	var about []fields.Field
	i, j, from := 0, 0, len(c.changed)
	c.changed = append(c.changed, diff(mine, ours)...)
	if len(mine) == 0 || len(ours) == 0 {
		return
	}
	for n := from; n < len(c.changed); n++ {
		var place fields.Place
		switch c.changed[n].op {
		case '-':
			place = placeOf(mine, i)
			i++
		case '+':
			place = placeOf(ours, j)
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
}

// pair is an object as the learner wrote it and as we did; one of them may be
// missing.
type pair struct{ mine, ours *yaml.Node }

// op says who has it, as changed does.
func (p pair) op() byte {
	switch {
	case p.mine == nil:
		return '+'
	case p.ours == nil:
		return '-'
	}
	return ' '
}

// paired finds the objects of two manifests that are meant to be the same, by
// kind and name and else by their place; what is left stands at the end.
func paired(mine, ours []*yaml.Node) []pair {
	out := make([]pair, len(ours))
	taken := make([]bool, len(mine))
	for i, o := range ours {
		out[i].ours = o
		for k, m := range mine {
			if !taken[k] && isNamed(m, o) {
				out[i].mine, taken[k] = m, true
				break
			}
		}
	}
	for i := range out {
		if out[i].mine == nil && i < len(mine) && !taken[i] {
			out[i].mine, taken[i] = mine[i], true
		}
	}
	for k, m := range mine {
		if !taken[k] {
			out = append(out, pair{mine: m})
		}
	}
	return out
}

// isNamed tells whether two objects have the same kind and name.
func isNamed(a, b *yaml.Node) bool {
	name := valueAt(b, "metadata", "name")
	return name != "" && valueAt(a, "metadata", "name") == name && valueAt(a, "kind") == valueAt(b, "kind")
}

// valueAt is the value of a field, "" where there is none.
func valueAt(n *yaml.Node, path ...string) string {
	if at := nodeAt(n, path...); at != nil {
		return at.Value
	}
	return ""
}

// nodeAt is a field's value, nil where there is no such field.
func nodeAt(n *yaml.Node, path ...string) *yaml.Node {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, key := range path {
		if n.Kind != yaml.MappingNode {
			return nil
		}
		i := 0
		for i+1 < len(n.Content) && n.Content[i].Value != key {
			i += 2
		}
		if i+1 >= len(n.Content) {
			return nil
		}
		n = n.Content[i+1]
	}
	return n
}

// placeOf is the field of a line.
func placeOf(lines []string, n int) fields.Place {
	return fields.Find(lines, n, len(lines[n])-len(strings.TrimLeft(lines[n], " -")))
}

// documents reads the objects of a manifest, those of a List one by one,
// without comments and in block style.
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
		if items := nodeAt(n, "items"); items != nil && valueAt(n, "kind") == "List" {
			all = append(all, items.Content...)
		} else if len(n.Content) > 0 && n.Content[0].Tag != "!!null" {
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

// written are the lines of an object; none where there is none.
func written(n *yaml.Node) []string {
	if n == nil {
		return nil
	}
	var out strings.Builder
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	if enc.Encode(n) != nil || enc.Close() != nil {
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
