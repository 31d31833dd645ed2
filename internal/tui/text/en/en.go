// Package en is the words of the screens in English.
package en

import "github.com/kubetutor/tutor/internal/tui/text"

// Strings returns the words.
func Strings() *text.Strings {
	return &text.Strings{
		Editor: text.Editor{
			TooLarge: "That is more than 1 MiB of text: Kubernetes would not take it either.",
			NoUndo:   "Nothing to undo.",
			NoRedo:   "Nothing to redo.",
			Copied:   "Copied.",
			NotFound: "Not found.",
			Find:     "find ",
			FindKeys: "enter next  ↑ before  esc close",
		},
	}
}
