// Package lang finds the words for a language. Each language is a folder
// beside this one and a line in the table below; what it does not say is said
// in English.
//
//	words := lang.For(os.Getenv("LANG"))
package lang

import (
	"strings"

	"github.com/kubetutor/tutor/internal/tui/text"
	"github.com/kubetutor/tutor/internal/tui/text/en"
)

// languages are those that there are besides English.
var languages = map[string]func() *text.Strings{}

// For is the words for a locale such as de_AT.UTF-8.
func For(locale string) *text.Strings { return from(languages, locale) }

// from looks for the language with its country first, then without.
func from(languages map[string]func() *text.Strings, locale string) *text.Strings {
	name, _, _ := strings.Cut(locale, ".")
	short, _, _ := strings.Cut(name, "_")
	for _, n := range []string{name, short} {
		if words, ok := languages[n]; ok {
			return words().Or(en.Strings())
		}
	}
	return en.Strings()
}
