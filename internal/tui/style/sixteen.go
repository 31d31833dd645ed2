package style

import (
	"slices"
	"strconv"
)

// sixteen are the built-in themes in the colours that every terminal has. The
// nearest ones would not do: they make a failure and a warning the same red,
// and what is dim a blue that nobody can read on black. On a dark background
// what is dim is not the eighth: consoles have it nearly black.
var sixteen = []Palette{
	{
		Name: "dark",
		Dim:  "7", Line: "8", Accent: "12", Good: "10", Bad: "9", Warn: "11",
		Key: "14", Number: "13", Comment: "7",
	},
	{
		Name: "light",
		Dim:  "8", Line: "7", Accent: "4", Good: "2", Bad: "1", Warn: "5",
		Key: "6", Number: "5", Comment: "8",
	},
	{
		Name: "high-contrast",
		Text: "15", Dim: "7", Line: "15", Accent: "14", Good: "10", Bad: "9", Warn: "11",
		Key: "14", String: "15", Number: "13", Comment: "7",
	},
	{
		Name: "colour-blind",
		Dim:  "7", Line: "8", Accent: "12", Good: "14", Bad: "3", Warn: "11",
		Key: "14", Number: "13", Comment: "7",
	},
	{
		Name: "colour-blind-light",
		Dim:  "8", Line: "7", Accent: "4", Good: "6", Bad: "1", Warn: "5",
		Key: "6", Number: "5", Comment: "8",
	},
}

// Sixteen is the palette for a terminal with no more than 16 colours. Those of
// a user's own that it has are kept.
func (p Palette) Sixteen() Palette {
	base := slices.IndexFunc(sixteen, func(s Palette) bool { return s.Name == p.Name })
	if base < 0 {
		base = slices.IndexFunc(sixteen, func(s Palette) bool { return s.Name == ForBackground(p.Dark).Name })
	}
	has := sixteen[base].fields()
	for name, c := range p.fields() {
		if n, err := strconv.Atoi(*c); *c != "" && (err != nil || n > 15) {
			*c = *has[name]
		}
	}
	p.Plain = true
	return p
}
