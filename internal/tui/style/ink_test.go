package style

import (
	"reflect"
	"testing"
)

// TestRenderAsLipglossDoes holds the short way to the long one, for every
// style of every theme.
func TestRenderAsLipglossDoes(t *testing.T) {
	texts := []string{"", "x", " ", " a  b ", "日本 ✓", "a\tb", "a\nlong\n", "a\r\nb", "\x1b[1mbold\x1b[m", "\u200b"}
	for _, name := range append(Names(), "") {
		p, _ := Named(name)
		styles := New(p)
		simple := 0
		for _, group := range []reflect.Value{reflect.ValueOf(styles).Elem(), reflect.ValueOf(&styles.Editor).Elem()} {
			for i := range group.NumField() {
				s, ok := group.Field(i).Interface().(Style)
				if !ok {
					continue
				}
				if s.simple {
					simple++
				}
				for _, text := range texts {
					if got, want := s.Render(text), s.Style.Render(text); got != want {
						t.Errorf("%s: %s.Render(%q) = %q, want %q", name, group.Type().Field(i).Name, text, got, want)
					}
				}
			}
		}
		if simple < 15 {
			t.Errorf("%s: only %d styles take the short way", name, simple)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	s := New(ForBackground(true)).Editor.Key
	for b.Loop() {
		s.Render("selector")
	}
}
