package manifest

import (
	"bytes"
	"encoding/binary"
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
		return nil, &Error{Empty: true, Message: "the file is empty: it has no object, only blanks or comments at most"}
	}
	return f, nil
}

// add takes an object, or the items of a List one by one.
func (f *File) add(index int, root *yaml.Node) {
	d := &Document{First: root.Line, Index: index, root: root}
	if _, items := d.find("items"); items != nil && items.Kind == yaml.SequenceNode && strings.HasSuffix(d.Kind(), "List") {
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
		return nil, &Error{Line: lineAt(text, i), Message: "the file is binary: it has a zero byte where a manifest has text"}
	}
	if i := firstInvalid(text); i >= 0 {
		return nil, &Error{Line: lineAt(text, i), Message: fmt.Sprintf("byte 0x%02x is not UTF-8; save the file as UTF-8 (it may be Windows-1252 or Latin-1)", text[i])}
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

// chunks cuts a file at its lines "---", as kubectl does.
func chunks(text []byte) []chunk {
	var list []chunk
	start, begin, line := 0, 0, 0
	offset := 0
	for l := range bytes.Lines(text) {
		line++
		if rest, ok := bytes.CutPrefix(l, []byte("---")); ok && len(bytes.TrimSpace(rest)) == 0 {
			list = append(list, chunk{text[start:offset], begin})
			start, begin = offset+len(l), line
		}
		offset += len(l)
	}
	return append(list, chunk{text[start:], begin})
}

func (c chunk) parse() (*yaml.Node, error) {
	text := c.text
	if json := bytes.TrimSpace(text); bytes.HasPrefix(json, []byte("{")) || bytes.HasPrefix(json, []byte("[")) {
		text = bytes.ReplaceAll(text, []byte("\t"), []byte(" ")) // JSON may be indented by tabs, YAML's flow style may not
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
		return &Error{Line: c.before + tab, Message: "a tab indents this line; YAML is indented with spaces alone (" + message + ")"}
	}
	if at := bytes.IndexFunc(c.text, isControl); at >= 0 && line == 0 {
		r, _ := utf8.DecodeRune(c.text[at:])
		return &Error{Line: c.before + lineAt(c.text, at), Message: fmt.Sprintf("the control character U+%04X does not belong in text", r)}
	}
	line = max(line, 1)
	return &Error{Line: c.before + line, Message: message}
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
