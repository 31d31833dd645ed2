// Package style holds the looks of every screen: a palette of named colours
// and the one set of styles made from it. Colour is never the only sign; what
// a style means is in its name, not in its hue.
//
//	s := style.New(style.Named("dark"))
//	fmt.Println(s.Good.Render("✓ passed"))
package style

import (
	"image/color"
	"slices"

	"charm.land/lipgloss/v2"
)

// Palette is the colours a theme chooses, as #rrggbb, an ANSI number from 0 to
// 255, or empty for the terminal's own.
type Palette struct {
	Name string
	Dark bool
	// Plain is for terminals that draw no other line below a text than a
	// straight one.
	Plain bool

	// Background is painted below everything; empty leaves the terminal's own.
	Background string

	Text   string // ordinary text
	Dim    string // what can be skipped
	Line   string // between panes
	Accent string // the next step
	Good   string // holds
	Bad    string // fails
	Warn   string // look here

	Key     string // of YAML, as the three below
	String  string
	Number  string
	Comment string
}

// The themes that are built in. The colour-blind ones part good from bad by
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
		Text: "#ffffff", Dim: "#d0d0d0", Line: "#ffffff", Accent: "#66ccff", Good: "#66ff66", Bad: "#ff8a8a", Warn: "#ffff55",
		Key: "#66ffff", String: "#ffffff", Number: "#ffcc66", Comment: "#d0d0d0",
	},
	{
		Name: "colour-blind", Dark: true,
		Dim: "#98a0b0", Line: "#4a5066", Accent: "#7f9cff", Good: "#8fd8ff", Bad: "#e69f00", Warn: "#fff3a0",
		Key: "#9ad0f0", String: "#d5d9e4", Number: "#f0c890", Comment: "#8a91a2",
	},
	{
		Name: "colour-blind-light",
		Dim:  "#5f6675", Line: "#b6bcc9", Accent: "#2a00b8", Good: "#0072b8", Bad: "#b05400", Warn: "#403a00",
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

// colour is a colour of the terminal, none where c is empty.
func colour(c string) color.Color {
	if c == "" {
		return lipgloss.NoColor{}
	}
	return lipgloss.Color(c)
}
