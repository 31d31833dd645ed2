package style

import (
	"fmt"
	"math"
	"testing"
)

// backgrounds are what a theme must be read on: the blackest and the lightest
// that terminals of its kind have.
func backgrounds(p Palette) []string {
	if p.Dark {
		return []string{"#000000", "#1e1e2e", p.OnItsGround().Background}
	}
	return []string{"#ffffff", "#fafafa", p.OnItsGround().Background}
}

// TestContrast holds every text of every theme to the ratio that WCAG 2.2 asks
// of text, and a high-contrast theme to the stricter one.
func TestContrast(t *testing.T) {
	for _, p := range palettes {
		least := 4.5
		if p.Name == "high-contrast" {
			least = 7
		}
		for field, c := range p.fields() {
			if *c == "" {
				continue // the terminal's own
			}
			for _, background := range backgrounds(p) {
				want := least
				if field == "line" {
					want = 1.5 // no text: it parts panes, which stand apart anyway
				}
				if got := contrast(rgb(*c), rgb(background)); got < want {
					t.Errorf("theme %s: %s %s has a contrast of %.1f on %s, at least %.1f is wanted", p.Name, field, *c, got, background, want)
				}
			}
		}
	}
}

// TestColourBlind holds the pairs whose difference means something apart,
// as eyes without one kind of cone see them. The signs beside them say the
// same; this is so that nobody needs to look for the signs.
func TestColourBlind(t *testing.T) {
	const apart = 20 // of CIE76: 2 is just seen, 10 at a glance
	for _, p := range palettes {
		if p.Name != "colour-blind" && p.Name != "colour-blind-light" {
			continue
		}
		for _, pair := range pairs("accent", "good", "bad", "warn", "dim") {
			a, b := *p.fields()[pair[0]], *p.fields()[pair[1]]
			for name, eye := range eyes {
				if d := distance(eye.see(rgb(a)), eye.see(rgb(b))); d < apart {
					t.Errorf("theme %s: %s %s and %s %s are %.0f apart to %s", p.Name, pair[0], a, pair[1], b, d, name)
				}
			}
		}
	}
}

// pairs are all pairs of some names.
func pairs(names ...string) [][2]string {
	var out [][2]string
	for i, a := range names {
		for _, b := range names[i+1:] {
			out = append(out, [2]string{a, b})
		}
	}
	return out
}

// eye turns linear colours into what it sees: the matrices of Machado,
// Oliveira and Fernandes (2009) for eyes without one kind of cone.
type eye [3][3]float64

var eyes = map[string]eye{
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
}

func (e eye) see(c [3]float64) [3]float64 {
	var out [3]float64
	for i, row := range e {
		out[i] = min(max(row[0]*c[0]+row[1]*c[1]+row[2]*c[2], 0), 1)
	}
	return out
}

// rgb is a colour #rrggbb as linear red, green and blue from 0 to 1.
func rgb(s string) [3]float64 {
	var v [3]int
	if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &v[0], &v[1], &v[2]); err != nil {
		panic(err)
	}
	var out [3]float64
	for i, n := range v {
		f := float64(n) / 255
		if f <= 0.04045 {
			out[i] = f / 12.92
		} else {
			out[i] = math.Pow((f+0.055)/1.055, 2.4)
		}
	}
	return out
}

func luminance(c [3]float64) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is WCAG's ratio of two colours.
func contrast(a, b [3]float64) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

// distance is how different two colours look: CIE76, in CIELAB.
func distance(a, b [3]float64) float64 {
	x, y := lab(a), lab(b)
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

func lab(c [3]float64) [3]float64 {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124*c[0] + 0.3576*c[1] + 0.1805*c[2]) / 0.95047)
	y := f(luminance(c))
	z := f((0.0193*c[0] + 0.1192*c[1] + 0.9505*c[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}
