// Package style holds the looks of every screen: a palette of named colours
// and the one set of styles made from it. Colour is never the only sign; what
// a style means is in its name, not in its hue.
//
//	s := style.New(style.Named("dark"))
//	fmt.Println(s.Good.Render("✓ passed"))
package style

import (
	"encoding/json"
	"fmt"
	"image/color"
	"regexp"
	"slices"

	"charm.land/lipgloss/v2"
)

// Palette is the colours a theme chooses, as #rrggbb, an ANSI number from 0 to
// 255, or empty for the terminal's own.
type Palette struct {
	Name string `json:"name"`
	Dark bool   `json:"dark"`

	Text   string `json:"text"`   // ordinary text
	Dim    string `json:"dim"`    // what can be skipped
	Line   string `json:"line"`   // between panes
	Accent string `json:"accent"` // the next step
	Good   string `json:"good"`   // holds
	Bad    string `json:"bad"`    // fails
	Warn   string `json:"warn"`   // look here

	Key     string `json:"key"` // of YAML
	String  string `json:"string"`
	Number  string `json:"number"`
	Comment string `json:"comment"`
}

// The themes that are built in. The colour-blind one parts good from bad by
// blue and orange, which every kind of colour vision tells apart.
var palettes = []Palette{
	{
		Name: "dark", Dark: true,
		Dim: "#8b93a7", Line: "#4a5066", Accent: "#7aa2f7", Good: "#9ece6a", Bad: "#f7768e", Warn: "#e0af68",
		Key: "#7dcfff", String: "#c3cbe0", Number: "#ff9e64", Comment: "#7f88a0",
	},
	{
		Name: "light",
		Dim:  "#5f6675", Line: "#b6bcc9", Accent: "#1f4fbf", Good: "#2c6e2f", Bad: "#af0000", Warn: "#855c00",
		Key: "#0b6b8a", String: "#303030", Number: "#a2480a", Comment: "#6a7180",
	},
	{
		Name: "high-contrast", Dark: true,
		Text: "#ffffff", Dim: "#d0d0d0", Line: "#ffffff", Accent: "#66ccff", Good: "#66ff66", Bad: "#ff7777", Warn: "#ffff55",
		Key: "#66ffff", String: "#ffffff", Number: "#ffcc66", Comment: "#d0d0d0",
	},
	{
		Name: "colour-blind", Dark: true,
		Dim: "#98a0b0", Line: "#4a5066", Accent: "#cc99ff", Good: "#56b4e9", Bad: "#e69f00", Warn: "#f0e442",
		Key: "#9ad0f0", String: "#d5d9e4", Number: "#f0c890", Comment: "#8a91a2",
	},
	{
		Name: "colour-blind-light",
		Dim:  "#5f6675", Line: "#b6bcc9", Accent: "#6a2fa0", Good: "#005b99", Bad: "#a65300", Warn: "#6b6200",
		Key: "#0b5b8a", String: "#303030", Number: "#8a4a00", Comment: "#6a7180",
	},
}

// Names are the built-in themes, in the order to show them.
func Names() []string {
	names := make([]string, len(palettes))
	for i, p := range palettes {
		names[i] = p.Name
	}
	return names
}

// Named is the built-in theme of that name, and whether there is one.
func Named(name string) (Palette, bool) {
	i := slices.IndexFunc(palettes, func(p Palette) bool { return p.Name == name })
	if i < 0 {
		return Palette{}, false
	}
	return palettes[i], true
}

// ForBackground is the theme for a terminal whose background is dark or not.
func ForBackground(dark bool) Palette {
	if dark {
		return palettes[0]
	}
	return palettes[1]
}

var colourForm = regexp.MustCompile(`^(#[0-9a-fA-F]{6}|[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])?$`)

// Parse reads a theme of the user's: JSON with the fields of Palette. What it
// leaves out is taken from the built-in theme of the same darkness.
func Parse(data []byte) (Palette, error) {
	var head struct {
		Dark bool `json:"dark"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Palette{}, fmt.Errorf("read the theme: %w", err)
	}
	p := ForBackground(head.Dark)
	p.Name = "your own"
	if err := json.Unmarshal(data, &p); err != nil {
		return Palette{}, fmt.Errorf("read the theme: %w", err)
	}
	for field, c := range p.colours() {
		if !colourForm.MatchString(c) {
			return Palette{}, fmt.Errorf("theme %q: %s is %q: write #rrggbb, a number from 0 to 255, or nothing for the terminal's own", p.Name, field, c)
		}
	}
	return p, nil
}

func (p Palette) colours() map[string]string {
	return map[string]string{
		"text": p.Text, "dim": p.Dim, "line": p.Line, "accent": p.Accent, "good": p.Good, "bad": p.Bad, "warn": p.Warn,
		"key": p.Key, "string": p.String, "number": p.Number, "comment": p.Comment,
	}
}

func colour(c string) color.Color {
	if c == "" {
		return lipgloss.NoColor{}
	}
	return lipgloss.Color(c)
}
