package lang

import (
	"testing"

	"github.com/kubetutor/tutor/internal/tui/text"
	"github.com/kubetutor/tutor/internal/tui/text/en"
)

func TestWhatALanguageDoesNotSayIsEnglish(t *testing.T) {
	some := func() *text.Strings {
		return &text.Strings{Keys: text.Keys{Back: "zurück"}, TooSmall: func(int, int) string { return "zu klein" }}
	}
	for locale, back := range map[string]string{
		"de": "zurück", "de_AT.UTF-8": "zurück", "en_GB.UTF-8": en.Strings().Keys.Back, "C": en.Strings().Keys.Back, "": en.Strings().Keys.Back,
	} {
		words := from(map[string]func() *text.Strings{"de": some}, locale)
		if words.Keys.Back != back {
			t.Errorf("%q: back is %q, want %q", locale, words.Keys.Back, back)
		}
		if words.Keys.Quit != "quit" || words.Home.Due == nil || len(words.EditorKeys) == 0 || words.Class.Wall.State["stuck"] == "" {
			t.Errorf("%q: what the language does not say is missing", locale)
		}
	}
}

func TestEnglishSaysEverything(t *testing.T) {
	if missing := en.Strings().Missing(); len(missing) > 0 {
		t.Errorf("English does not say %v", missing)
	}
}
