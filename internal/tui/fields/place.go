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
	// OnKey tells that the last of Path is a key with its colon, and the cursor
	// in it.
	OnKey bool
	// InValue tells that the cursor is behind the key's colon.
	InValue bool
	// InFlow tells that the place is between brackets.
	InFlow bool
	// present are the keys that the mapping has besides.
	present []string
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
	if i := strings.Index(rest, ":"); i >= 0 && rest[0] != '{' && rest[0] != '[' && (i+1 == len(rest) || rest[i+1] == ' ') {
		key, r.colon = rest[:i], r.indent+i
	}
	r.key = strings.Trim(key, `"' `)
	return r, true
}

func isMark(line string) bool {
	return line == "---" || strings.HasPrefix(line, "--- ") || line == "..."
}

// Find says what stands at a byte of a line, from the indentation and the
// brackets around it: the text may be unfinished.
func Find(lines []string, line, col int) Place {
	var p Place
	if line < 0 || line >= len(lines) {
		return p
	}
	col = min(max(col, 0), len(lines[line]))
	first, last := document(lines, line)
	if f, ok := flowAt(lines, first, last, line, col); ok {
		p = f
	} else {
		p = blockAt(lines, first, last, line, col)
	}
	p.readHead(lines[first:last])
	return p
}

// document are the lines of the document that a line is in.
func document(lines []string, line int) (first, last int) {
	for first = line; first > 0 && !isMark(lines[first-1]); first-- {
	}
	for last = line + 1; last < len(lines) && !isMark(lines[last]); last++ {
	}
	return first, last
}

// readHead notes what the document says of itself.
func (p *Place) readHead(lines []string) {
	top := ""
	for _, l := range lines {
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
}

// blockAt is the place where indentation tells it.
func blockAt(lines []string, first, last, line, col int) Place {
	var p Place
	text := lines[line]
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
	case here.colon >= 0:
		p.OnKey = true
	}
	p.Typed = text[min(p.From, col):col]
	p.Path = above(lines[first:line], here.indent)
	if here.colon >= 0 {
		p.Path = append(p.Path, here.key)
	}
	p.present = siblings(lines[first:last], line-first, here)
	return p
}

// above are the keys that a line of an indentation is below, the outermost
// first.
func above(lines []string, indent int) []string {
	var path []string
	for _, l := range slices.Backward(lines) {
		if r, ok := read(l); ok && r.colon >= 0 && r.indent < indent {
			path = append(path, r.key)
			indent = r.indent
		}
	}
	slices.Reverse(path)
	return path
}

// siblings are the other keys of the mapping that a row is of.
func siblings(lines []string, line int, here row) []string {
	var keys []string
	// take notes a line's key; it tells whether there may be more behind it.
	take := func(l string, up bool) bool {
		r, ok := read(l)
		if !ok || r.indent > here.indent {
			return true
		}
		begins := strings.HasPrefix(strings.TrimLeft(l, " "), "-") // an item of a list
		if r.indent < here.indent || begins && !up {
			return false
		}
		keys = append(keys, r.key)
		return !begins
	}
	if !strings.HasPrefix(strings.TrimLeft(lines[line], " "), "-") {
		for i := line - 1; i >= 0 && take(lines[i], true); i-- {
		}
	}
	for i := line + 1; i < len(lines) && take(lines[i], false); i++ {
	}
	return keys
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
// fields that are not there yet, or values as fields without a type. A cluster adds the names that are
// in it.
func (p Place) Complete(c *Cluster) []Field {
	var list []Field
	if p.InValue {
		list = append(c.valuesAt(p), p.values()...)
	} else {
		path := p.Path
		if p.OnKey {
			path = path[:len(path)-1]
		}
		list = append(p.fieldsOf(path), c.keysAt(p, path)...)
		if len(list) == 0 { // an item of a list of values
			list = Place{APIVersion: p.APIVersion, Kind: p.Kind, Path: path}.values()
		}
	}
	typed := strings.ToLower(p.Typed)
	return slices.DeleteFunc(list, func(f Field) bool {
		return f.Name == "status" || f.Name == "managedFields" || !strings.HasPrefix(strings.ToLower(f.Name), typed) ||
			!p.InValue && slices.Contains(p.present, f.Name)
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
