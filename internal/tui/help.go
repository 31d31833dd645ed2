package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// help lists all keys that work where it was opened.
type help struct {
	*env
	of   []binding
	pane pane
}

func newHelp(e *env, of []binding) *help { return &help{env: e, of: of} }

func (h *help) title() string { return h.words.Help.Title }

func (h *help) keys() []binding {
	bs := scrollKeys(&h.pane, h.words.Keys.Scroll)
	return append(bs, binding{keys: []string{"enter", "?", "f9", "q", "ctrl+g"}, does: h.words.Keys.Close, run: h.closeDialog})
}

func (h *help) view(width, height int) string {
	of := h.working()
	wide := 0
	for _, b := range of {
		wide = max(wide, ansi.StringWidth(h.names(b)))
	}
	lines := make([]string, len(of))
	for i, b := range of {
		lines[i] = h.styles.Key.Render(fit(h.names(b), wide)) + "  " + b.does
	}
	h.pane.resize(width, min(height, len(lines)))
	h.pane.set(lines)
	return strings.Join(h.pane.box(h.styles.Dim), "\n")
}

// working are the bindings that have a key of their own: not those for a moment
// that is not now, nor those whose keys do something else here.
func (h *help) working() []binding {
	taken := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(h.of), func(b binding) bool {
		own := slices.ContainsFunc(b.keys, func(k string) bool { return !taken[k] })
		for _, k := range b.keys {
			taken[k] = true
		}
		return b.does == "" || !own
	})
}

// names are the ways to press a key: the one on the screen and its second way.
func (h *help) names(b binding) string {
	label := b.label()
	for _, k := range b.keys {
		if strings.HasPrefix(k, "ctrl+") && !strings.EqualFold(k, label) {
			return label + "  " + k
		}
	}
	return label
}
