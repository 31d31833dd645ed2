package fields

import (
	"slices"
	"strings"
)

// Place is where in a manifest the cursor stands.
type Place struct {
	APIVersion, Kind, Namespace string
	// Path are the keys around the place, the outermost first. Where a key
	// stands on the line it is the last one.
	Path []string
	// Typed is what stands before the cursor of the key or value there, from
	// byte From of the line.
	Typed string
	From  int
	// onKey tells that the last of Path is a key with its colon, and the cursor
	// in it.
	onKey bool
	// InValue tells that the cursor is behind the key's colon.
	InValue bool
}

// row is a line of block YAML: where its key begins, and the key.
type row struct {
	indent int
	key    string
	colon  int // the byte of the key's colon, -1 without one
}

// read takes a line apart; ok is false for what holds no key or item.
func read(line string) (r row, ok bool) {
	rest := strings.TrimLeft(line, " ")
	r.indent = len(line) - len(rest)
	for strings.HasPrefix(rest, "- ") || rest == "-" {
		after := strings.TrimLeft(rest[1:], " ")
		r.indent += len(rest) - len(after)
		rest = after
	}
	r.colon = -1
	if rest == "" || rest[0] == '#' {
		return r, false
	}
	key := rest
	if i := strings.Index(rest, ":"); i >= 0 && (i+1 == len(rest) || rest[i+1] == ' ') {
		key, r.colon = rest[:i], r.indent+i
	}
	r.key = strings.Trim(key, `"' `)
	return r, true
}

func isMark(line string) bool {
	return line == "---" || strings.HasPrefix(line, "--- ") || line == "..."
}

// Find says what stands at a byte of a line, from the indentation around it:
// the text may be unfinished. Flow style is not looked into.
func Find(lines []string, line, col int) Place {
	var p Place
	if line < 0 || line >= len(lines) {
		return p
	}
	text := lines[line]
	col = min(max(col, 0), len(text))
	here, ok := read(text)
	if !ok && strings.TrimSpace(text) == "" {
		here.indent = col
	}
	p.From = min(here.indent, col)
	switch {
	case here.colon >= 0 && col > here.colon:
		p.InValue = true
		p.From = here.colon + 1
		for p.From < col && text[p.From] == ' ' {
			p.From++
		}
		p.Path = []string{here.key}
	case here.colon >= 0:
		p.Path, p.onKey = []string{here.key}, true
	}
	p.Typed = text[min(p.From, col):col]
	indent := here.indent
	first := 0
	for i := line - 1; i >= 0; i-- {
		if isMark(lines[i]) {
			first = i + 1
			break
		}
		if r, ok := read(lines[i]); ok && r.colon >= 0 && r.indent < indent {
			p.Path = append(p.Path, r.key)
			indent = r.indent
		}
	}
	slices.Reverse(p.Path)
	top := ""
	for _, l := range lines[first:] {
		if isMark(l) {
			break
		}
		if r, ok := read(l); ok && r.indent == 0 {
			top = r.key
		} else if v, is := strings.CutPrefix(strings.TrimSpace(l), "namespace:"); is && top == "metadata" {
			p.Namespace = strings.Trim(strings.TrimSpace(v), `"'`)
		}
		if v, ok := strings.CutPrefix(l, "kind:"); ok {
			p.Kind = strings.Trim(strings.TrimSpace(v), `"'`)
		}
		if v, ok := strings.CutPrefix(l, "apiVersion:"); ok {
			p.APIVersion = strings.Trim(strings.TrimSpace(v), `"'`)
		}
	}
	return p
}

// Field is the documentation of the field at the place.
func (p Place) Field() (Field, bool) {
	if len(p.Path) == 0 {
		return Field{}, false
	}
	last := p.Path[len(p.Path)-1]
	for _, f := range p.fieldsOf(p.Path[:len(p.Path)-1]) {
		if f.Name == last {
			return f, true
		}
	}
	above := Place{APIVersion: p.APIVersion, Kind: p.Kind, Path: p.Path[:len(p.Path)-1]}
	if isPath(above.Path, "metadata", "annotations") {
		for _, f := range annotationFields("", p.Kind) {
			if f.Name == last {
				return f, true
			}
		}
	}
	// A key of a map, such as a label: the map's documentation serves.
	if len(above.Path) > 0 {
		return above.Field()
	}
	return Field{}, false
}

func (p Place) fieldsOf(path []string) []Field {
	t, ok := kindOf(p.APIVersion, p.Kind)
	if !ok {
		return nil
	}
	for _, name := range path {
		if t, ok = child(t, name); !ok {
			return nil
		}
	}
	return children(t, strings.Join(path, "."))
}

// Complete lists what may stand at the place and begins with what is typed:
// fields, or values as fields without a type. A cluster adds the names that are
// in it.
func (p Place) Complete(c *Cluster) []Field {
	var list []Field
	if p.InValue {
		list = append(c.valuesAt(p), p.values()...)
	} else {
		path := p.Path
		if p.onKey {
			path = path[:len(path)-1]
		}
		list = append(p.fieldsOf(path), c.keysAt(p, path)...)
		if len(list) == 0 { // an item of a list of values
			list = Place{APIVersion: p.APIVersion, Kind: p.Kind, Path: path}.values()
		}
	}
	typed := strings.ToLower(p.Typed)
	return slices.DeleteFunc(list, func(f Field) bool {
		return f.Name == "status" || f.Name == "managedFields" || !strings.HasPrefix(strings.ToLower(f.Name), typed)
	})
}

// values are those that the API server takes for the field, where they are few.
func (p Place) values() []Field {
	f, ok := p.Field()
	names := f.Values
	switch {
	case isPath(p.Path, "kind"):
		names, ok = Kinds(), true
	case isPath(p.Path, "apiVersion"):
		names, ok = []string{"v1", "apps/v1", "discovery.k8s.io/v1", "networking.k8s.io/v1"}, true
	}
	if !ok {
		return nil
	}
	var list []Field
	for _, v := range names {
		list = append(list, Field{Name: v, Doc: f.Doc, Path: f.Path})
	}
	return list
}
