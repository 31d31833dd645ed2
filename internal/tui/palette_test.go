package tui

import "testing"

// TestPaletteTakesAnID: who types an id whole means that.
func TestPaletteTakesAnID(t *testing.T) {
	p := newPalette(openedOn(t, builtIn, t.TempDir(), 80, 24).env, nil)
	for _, id := range []string{"pricing-engine", "redis-cache", "node-port-taken"} {
		p.typed.text = id
		p.search()
		if first := p.all[p.found[0].Index]; first.also != id {
			t.Errorf("%s finds %q (%s) first", id, first.name, first.also)
		}
	}
}
