// Package text holds the words of the screens: what a language must say. A
// language is a folder below this one, with a function that returns Strings;
// see package en. Words of lessons, of the grader and of Kubernetes are not
// here: they are shown as they come.
package text

// Strings is every word that the screens show of their own.
type Strings struct {
	Editor Editor
}

// Editor is the words of the text editor.
type Editor struct {
	TooLarge, NoUndo, NoRedo, Copied, NotFound string

	Find, FindKeys string
}
