package manifest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Error says why a file holds no objects.
type Error struct {
	Line    int // from 1; 0 where the whole file is meant
	Message string
	// Next is what to do about it.
	Next string
	// Empty tells that the file has nothing but blanks and comments.
	Empty bool
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return e.Message
}

// Parse reads a file. The error is always an [*Error].
func Parse(raw []byte) (*File, error) {
	text, err := decode(raw)
	if err != nil {
		return nil, err
	}
	f := &File{Text: text}
	empty := true
	for i, c := range chunks(text) {
		root, err := c.parse()
		if err != nil {
			return nil, err
		}
		if root != nil {
			f.add(i, root)
			empty = false
		}
	}
	if empty {
		return nil, &Error{Empty: true, Message: "the file is empty: it has no object, only blanks or comments at most", Next: "Write the objects that the brief asks for; comments alone are none."}
	}
	return f, nil
}

// add takes an object, or the items of a List one by one.
func (f *File) add(index int, root *yaml.Node) {
	d := &Document{First: root.Line, Index: index, root: root}
	if _, items := d.find("items"); items != nil && (items.Kind == yaml.SequenceNode || items.Tag == "!!null") && strings.HasSuffix(d.Kind(), "List") {
		for _, item := range items.Content {
			f.Documents = append(f.Documents, &Document{First: item.Line, Index: index, root: resolved(item)})
		}
		return
	}
	f.Documents = append(f.Documents, d)
}

// decode makes UTF-8 of what editors save.
func decode(raw []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return fromUTF16(raw[2:], binary.LittleEndian), nil
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return fromUTF16(raw[2:], binary.BigEndian), nil
	}
	text := bytes.TrimPrefix(raw, []byte("\ufeff"))
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return nil, &Error{Line: lineAt(text, i), Message: "the file is binary: it has a zero byte where a manifest has text", Next: saveAsText}
	}
	if i := firstInvalid(text); i >= 0 {
		return nil, &Error{Line: lineAt(text, i), Message: fmt.Sprintf("byte 0x%02x is not UTF-8; the file may be Windows-1252 or Latin-1", text[i]), Next: saveAsText}
	}
	return text, nil
}

func fromUTF16(raw []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func lineAt(text []byte, offset int) int { return 1 + bytes.Count(text[:offset], []byte("\n")) }

// chunk is the text of one document and the lines before it.
type chunk struct {
	text   []byte
	before int
}

// chunks cuts a file at its lines "---" and between JSON values, as kubectl
// does.
func chunks(text []byte) []chunk {
	var list []chunk
	start, begin, line := 0, 0, 0
	offset := 0
	for l := range bytes.Lines(text) {
		line++
		if rest, ok := bytes.CutPrefix(l, []byte("---")); ok && isBlank(rest) && !isDirectives(text[start:offset]) {
			list = append(list, chunk{text[start:offset], begin}.values()...)
			start, begin = offset+len(l), line
		}
		offset += len(l)
	}
	return append(list, chunk{text[start:], begin}.values()...)
}

// isBlank tells whether nothing but a comment stands on the rest of a line.
func isBlank(rest []byte) bool {
	rest = bytes.TrimSpace(rest)
	return len(rest) == 0 || rest[0] == '#'
}

// isDirectives tells whether nothing but YAML's directives, such as %YAML 1.1,
// stands before a line "---", which then parts no documents. To kubectl it
// does all the same: its refusal is for who applies the file.
func isDirectives(text []byte) bool {
	found := false
	for l := range bytes.Lines(text) {
		switch {
		case bytes.HasPrefix(l, []byte("%")):
			found = true
		case !isBlank(l):
			return false
		}
	}
	return found
}

// values cuts a chunk between the JSON values that stand in it one after
// another; YAML stays as it is.
func (c chunk) values() []chunk {
	if !bytes.HasPrefix(bytes.TrimSpace(c.text), []byte("{")) {
		return []chunk{c}
	}
	var list []chunk
	dec := json.NewDecoder(bytes.NewReader(c.text))
	for start := 0; ; {
		rest := chunk{c.text[start:], c.before + bytes.Count(c.text[:start], []byte("\n"))}
		if err := dec.Decode(new(json.RawMessage)); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			return append(list, rest)
		}
		end := int(dec.InputOffset())
		rest.text = c.text[start:end]
		list, start = append(list, rest), end
	}
}

func (c chunk) parse() (*yaml.Node, error) {
	text := c.text
	if t := bytes.TrimSpace(text); bytes.HasPrefix(t, []byte("{")) || bytes.HasPrefix(t, []byte("[")) {
		text = bytes.ReplaceAll(text, []byte("\t"), []byte(" ")) // JSON may be indented by tabs, YAML's flow style may not
	}
	if i := bytes.Index(text, []byte("\n---")); i >= 0 && isDirectives(text[:i]) {
		text = bytes.Replace(text, []byte("%YAML"), []byte("#YAML"), 1) // of whatever version
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, c.explain(err)
	}
	if doc.Kind == 0 || len(doc.Content) == 0 {
		return nil, nil
	}
	root := doc.Content[0]
	if root.Tag == "!!null" {
		return nil, nil
	}
	shift(root, c.before, 0)
	return root, nil
}

// shift makes the lines of a document those of the file.
func shift(n *yaml.Node, by, depth int) {
	if by == 0 || depth > 1000 {
		return
	}
	n.Line += by
	for _, child := range n.Content {
		shift(child, by, depth+1)
	}
}

var atLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?:did not find|could not find)?`)

// explain turns the parser's words into ours, with the line of the file.
func (c chunk) explain(err error) *Error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if m := atLine.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
		line, _ = strconv.Atoi(m[1])
		message = strings.TrimPrefix(message, "line "+m[1]+": ")
	}
	if tab := c.tab(); tab > 0 {
		return &Error{Line: c.before + tab, Message: "a tab indents this line; YAML is indented with spaces alone (" + message + ")", Next: "Put spaces in the tab's place."}
	}
	if at := bytes.IndexFunc(c.text, isControl); at >= 0 && line == 0 {
		r, _ := utf8.DecodeRune(c.text[at:])
		return &Error{Line: c.before + lineAt(c.text, at), Message: fmt.Sprintf("the control character U+%04X does not belong in text", r), Next: saveAsText}
	}
	if name := unknownAnchor.FindStringSubmatch(message); name != nil {
		line = lineAt(c.text, max(0, bytes.Index(c.text, []byte("*"+name[1]))))
	}
	line = max(line, 1)
	switch text := c.line(line); {
	case tightColon.Match(text) && strings.Contains(message, "could not find expected ':'"):
		return &Error{Line: c.before + line, Message: message, Next: "Put a space after the colon."}
	case bytes.HasPrefix(text, []byte("```")):
		return &Error{Line: c.before + line, Message: message, Next: "Take the lines of backticks out: the manifest is what stands between them."}
	case bytes.HasPrefix(text, []byte("---")):
		return &Error{Line: c.before + line, Message: "this line parts no documents (" + message + ")", Next: "Write three dashes, and nothing else on the line."}
	}
	return &Error{Line: c.before + line, Message: message, Next: remedy(message)}
}

var tightColon = regexp.MustCompile(`^\s*\w+:\w`)

var unknownAnchor = regexp.MustCompile(`^unknown anchor '([^']+)'`)

// line is the n-th line of the chunk, from 1.
func (c chunk) line(n int) []byte {
	for l := range bytes.Lines(c.text) {
		if n--; n == 0 {
			return l
		}
	}
	return nil
}

const saveAsText = "Save the file as plain text, in UTF-8."

// remedies are what to do about what the parser says, by a part of its words.
var remedies = []struct{ words, next string }{
	{"mapping values are not allowed", "Look whether this line is indented too far, or holds a second colon that needs quotes around the text."},
	{"did not find expected key", "Indent this line as far as the others of its block."},
	{"did not find expected '-' indicator", "Indent this line as far as the entries of its list."},
	{"could not find expected ':'", "Write a colon after the key."},
	{"did not find expected ',' or", "Close the bracket that is open here."},
	{"did not find expected node content", "Write a value, or close the bracket that is open here."},
	{"unexpected end of stream", "Close the quote that is open here."},
	{"unknown anchor", "Define the anchor with & before it is used."},
	{"cannot start any token", "Put the text in quotes: it begins with a character that means something else in YAML."},
}

func remedy(message string) string {
	for _, r := range remedies {
		if strings.Contains(message, r.words) {
			return r.next
		}
	}
	return "Mend the file where the parser stopped; indent with spaces, and close every bracket and quote."
}

// isControl tells whether YAML forbids a character.
func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85
}

// tab is the first line of the chunk that a tab indents, 0 where none does.
func (c chunk) tab() int {
	n := 0
	for l := range bytes.Lines(c.text) {
		n++
		indent := l[:len(l)-len(bytes.TrimLeft(l, " \t"))]
		if bytes.ContainsRune(indent, '\t') && len(bytes.TrimSpace(l)) > 0 {
			return n
		}
	}
	return 0
}
