package style

import (
	"errors"
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// colourForm is how a colour is written: #rrggbb, a number of the terminal's
// 256 colours, or nothing for the terminal's own.
var colourForm = regexp.MustCompile(`^(#[0-9a-fA-F]{6}|[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])?$`)

// Parse reads a theme of the user's: YAML or JSON with the names of
// [Palette.fields]. What it leaves out is taken from the built-in theme of the
// same darkness. Errors begin with the file, and the line where there is one.
func Parse(file string, data []byte) (Palette, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return Palette{}, fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return Palette{}, fmt.Errorf("%s: a theme is a list of names with colours, such as accent: \"#7aa2f7\"", file)
	}
	entries := doc.Content[0].Content
	p, err := base(entries)
	if err != nil {
		return Palette{}, fmt.Errorf("%s:%w", file, err)
	}
	for i := 0; i+1 < len(entries); i += 2 {
		if err := p.set(entries[i], entries[i+1]); err != nil {
			return Palette{}, fmt.Errorf("%s:%d: %w", file, entries[i].Line, err)
		}
	}
	return p, nil
}

// base is the built-in theme that the entries change.
func base(entries []*yaml.Node) (Palette, error) {
	dark := false
	for i := 0; i+1 < len(entries); i += 2 {
		if entries[i].Value != "dark" {
			continue
		}
		if err := entries[i+1].Decode(&dark); err != nil {
			return Palette{}, fmt.Errorf("%d: dark is %q: write true or false", entries[i].Line, entries[i+1].Value)
		}
	}
	p := ForBackground(dark)
	p.Name = OwnName
	return p, nil
}

// OwnName is the name of the user's theme where its file gives none.
const OwnName = "own"

// set takes over one entry of a file.
func (p *Palette) set(name, value *yaml.Node) error {
	if value.Kind != yaml.ScalarNode {
		return fmt.Errorf("%s is not a single value", name.Value)
	}
	switch name.Value {
	case "dark":
		return nil
	case "name":
		p.Name = value.Value
		return nil
	}
	field := p.fields()[name.Value]
	switch {
	case field == nil:
		return fmt.Errorf("there is no colour %q: the names are name, dark, background, text, dim, line, accent, good, bad, warn, key, string, number and comment", name.Value)
	case value.Tag == "!!null" && value.Value == "" && value.Style == 0:
		*field = ""
		return nil
	case !colourForm.MatchString(value.Value):
		return fmt.Errorf("%s is %q: %w", name.Value, value.Value, errColour)
	}
	*field = value.Value
	return nil
}

var errColour = errors.New(`write "#rrggbb" in quotes, a number from 0 to 255, or "" for the terminal's own`)

// fields are the colours by the names they have in a file.
func (p *Palette) fields() map[string]*string {
	return map[string]*string{
		"background": &p.Background,
		"text":       &p.Text, "dim": &p.Dim, "line": &p.Line, "accent": &p.Accent, "good": &p.Good, "bad": &p.Bad, "warn": &p.Warn,
		"key": &p.Key, "string": &p.String, "number": &p.Number, "comment": &p.Comment,
	}
}
