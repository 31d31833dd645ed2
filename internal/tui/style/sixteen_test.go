package style

import (
	"strconv"
	"testing"
)

// vga are the 16 colours as the console of Linux and of PCs shows them.
var vga = []string{
	"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
	"#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff",
}

// TestSixteen has every theme in 16 colours, with what means something apart,
// also to eyes without one kind of cone where the theme is for them.
func TestSixteen(t *testing.T) {
	for _, p := range palettes {
		p = p.Sixteen()
		for field, c := range p.fields() {
			if *c == "" {
				continue
			}
			n, err := strconv.Atoi(*c)
			if err != nil || n > 15 {
				t.Errorf("theme %s: %s is %s", p.Name, field, *c)
				continue
			}
			background, least := "#000000", 2.5 // the dark grey that terminals have for what is dim
			if !p.Dark {
				background = "#ffffff"
			}
			if got := contrast(rgb(vga[n]), rgb(background)); got < least && field != "line" {
				t.Errorf("theme %s: %s has a contrast of %.1f", p.Name, field, got)
			}
		}
		for _, pair := range pairs("accent", "good", "bad", "warn", "dim") {
			a, b := *p.fields()[pair[0]], *p.fields()[pair[1]]
			if a == b {
				t.Errorf("theme %s: %s and %s are the same", p.Name, pair[0], pair[1])
			}
		}
		if p.Name != "colour-blind" && p.Name != "colour-blind-light" {
			continue
		}
		for _, pair := range pairs("accent", "good", "bad", "warn") {
			i, _ := strconv.Atoi(*p.fields()[pair[0]])
			j, _ := strconv.Atoi(*p.fields()[pair[1]])
			for name, eye := range eyes {
				if d := distance(eye.see(rgb(vga[i])), eye.see(rgb(vga[j]))); d < 20 {
					t.Errorf("theme %s: %s and %s are %.0f apart to %s", p.Name, pair[0], pair[1], d, name)
				}
			}
		}
	}
	own := Palette{Name: "forest", Dark: true, Text: "#123456", Accent: "5", Good: "34", Warn: "#dca561"}
	if got := own.Sixteen(); got.Accent != "5" || got.Good != "10" || got.Warn != "11" || got.Text != "" || own.Good != "34" {
		t.Errorf("a theme of one's own became %+v", got)
	}
}
