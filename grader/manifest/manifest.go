// Package manifest reads a learner's file for where things stand in it: its
// documents, and the line of each field. It decides nothing about what the
// API server would say.
//
//	f, err := manifest.Parse(text)
//	f.Documents[0].Line("spec.ports[0].targetPort") // 12
//
// YAML, JSON and flow style, several documents and lists (kind List) are all
// read the same way.
package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// File is a learner's file.
type File struct {
	// Text is the file as UTF-8 without a byte order mark.
	Text []byte
	// Documents are the objects in it, the items of a List each for itself.
	// An empty document is left out.
	Documents []*Document
}

// Document is one object of the file.
type Document struct {
	// First is the line on which the object begins, from 1.
	First int
	// Index counts the documents of the file from 0; the items of one List
	// share theirs.
	Index int
	root  *yaml.Node
}

// Kind is the object's kind, "" where it has none.
func (d *Document) Kind() string { return d.Text("kind") }

// APIVersion is the object's apiVersion.
func (d *Document) APIVersion() string { return d.Text("apiVersion") }

// Name is the object's metadata.name.
func (d *Document) Name() string { return d.Text("metadata.name") }

// Namespace is the object's metadata.namespace, "" where none is given.
func (d *Document) Namespace() string { return d.Text("metadata.namespace") }

// Has tells whether the document has the field.
func (d *Document) Has(field string) bool {
	_, value := d.find(field)
	return value != nil
}

// Gives tells whether the document gives a field a value: one that is null,
// empty or 0 counts as left out, as it does to the server.
func (d *Document) Gives(field string) bool {
	_, value := d.find(field)
	return value != nil && (value.Kind != yaml.ScalarNode || value.Tag != "!!null" && value.Value != "" && value.Value != "0")
}

// Text is a scalar field's text as it stands, without quotes; "" where there
// is no such scalar or it is null.
func (d *Document) Text(field string) string {
	_, value := d.find(field)
	if value == nil || value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
		return ""
	}
	return value.Value
}

// Quoted tells whether a scalar field stands in quotes.
func (d *Document) Quoted(field string) bool {
	_, value := d.find(field)
	return value != nil && value.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
}

// IsString tells whether a scalar field is a string to YAML.
func (d *Document) IsString(field string) bool {
	_, value := d.find(field)
	return value != nil && value.Tag == "!!str" && (value.Style != 0 || !oldBool[strings.ToLower(value.Value)])
}

// oldBool are the words that YAML 1.1, which kubectl reads, takes for true and
// false.
var oldBool = map[string]bool{"y": true, "yes": true, "on": true, "n": true, "no": true, "off": true}

// IsScalar tells whether the field is there and neither a map nor a list.
func (d *Document) IsScalar(field string) bool {
	_, value := d.find(field)
	return value != nil && value.Kind == yaml.ScalarNode
}

// Line is the line on which the field stands, or else the nearest field above
// it that does, so that what was left out points at where it belongs.
func (d *Document) Line(field string) int {
	steps := split(field)
	for n := len(steps); n > 0; n-- {
		if key, value := d.walk(steps[:n]); value != nil {
			if key != nil {
				return key.Line
			}
			return value.Line
		}
	}
	return d.First
}

// Resolve is the path of a field that somebody names by its keys alone, dots
// between them: keys that have dots themselves get their brackets back. A path
// that leads nowhere is returned as it is.
func (d *Document) Resolve(dotted string) string {
	steps := split(dotted)
	path := ""
	for i := 0; i < len(steps); {
		if steps[i].isIndex {
			path = At(path, steps[i].index)
			i++
			continue
		}
		name, n := steps[i].key, 1
		for !d.Has(Join(path, name)) {
			if i+n == len(steps) || steps[i+n].isIndex {
				return dotted
			}
			name += "." + steps[i+n].key
			n++
		}
		path = Join(path, name)
		i += n
	}
	return path
}

// Keys lists the keys of a map field in their order; of the whole object for
// "".
func (d *Document) Keys(field string) []string {
	value := d.root
	if field != "" {
		_, value = d.find(field)
	}
	if value == nil || value.Kind != yaml.MappingNode {
		return nil
	}
	var keys []string
	for i := 0; i+1 < len(value.Content); i += 2 {
		keys = append(keys, value.Content[i].Value)
	}
	return keys
}

// Len is how many items a list field has, 0 where it is none.
func (d *Document) Len(field string) int {
	_, value := d.find(field)
	if value == nil || value.Kind != yaml.SequenceNode {
		return 0
	}
	return len(value.Content)
}

// Value decodes a field into plain Go values: map[string]any, []any, string,
// int, float64, bool, nil. ok tells whether it is there.
func (d *Document) Value(field string) (v any, ok bool) {
	_, value := d.find(field)
	if value == nil {
		return nil, false
	}
	if err := value.Decode(&v); err != nil {
		return nil, false
	}
	return v, true
}

// Fields lists the paths of all scalar fields and of all keys.
func (d *Document) Fields() []string {
	var all []string
	d.visit(func(path string, _, _ *yaml.Node) { all = append(all, path) })
	return all
}

// Repeat is a key that a map has more than once. The server takes the last
// and says nothing.
type Repeat struct {
	Path        string
	Line, Again int // from 1: where it stands first, and next
}

// Repeated lists the keys that stand more than once in their map.
func (d *Document) Repeated() []Repeat {
	var all []Repeat
	type entry struct {
		of  *yaml.Node
		key string
	}
	last := map[entry]int{}
	d.visit(func(path string, of, key *yaml.Node) {
		e := entry{of, key.Value}
		if line, ok := last[e]; ok {
			all = append(all, Repeat{path, line, key.Line})
		}
		last[e] = key.Line
	})
	return all
}

// visit goes through all keys, each with its path and its map, in the order of
// the text.
func (d *Document) visit(each func(path string, of, key *yaml.Node)) {
	seen := 0
	var visit func(prefix string, n *yaml.Node, depth int)
	visit = func(prefix string, n *yaml.Node, depth int) {
		if depth > maxDepth || seen > maxFields {
			return
		}
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				p := Join(prefix, n.Content[i].Value)
				seen++
				each(p, n, n.Content[i])
				visit(p, n.Content[i+1], depth+1)
			}
		case yaml.SequenceNode:
			for i, item := range n.Content {
				visit(At(prefix, i), item, depth+1)
			}
		}
	}
	visit("", d.root, 0)
}

// A manifest is shallow and short; more is looked at by nobody.
const (
	maxDepth  = 20
	maxFields = 10000
)

func (d *Document) find(field string) (key, value *yaml.Node) { return d.walk(split(field)) }

func (d *Document) walk(steps []step) (key, value *yaml.Node) {
	value = d.root
	for _, s := range steps {
		value = resolved(value)
		if value == nil {
			return nil, nil
		}
		if s.isIndex {
			if value.Kind != yaml.SequenceNode || s.index >= len(value.Content) {
				return nil, nil
			}
			key, value = nil, value.Content[s.index]
			continue
		}
		key, value = entry(value, s.key)
		if value == nil {
			return nil, nil
		}
	}
	return key, resolved(value)
}

// entry is a map's entry; the last one where a key is there twice, since that
// is the one that counts.
func entry(m *yaml.Node, name string) (key, value *yaml.Node) {
	if m.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := len(m.Content) - 2; i >= 0; i -= 2 {
		if m.Content[i].Value == name {
			return m.Content[i], m.Content[i+1]
		}
	}
	return nil, nil
}

func resolved(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
