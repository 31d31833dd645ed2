package style

import "charm.land/lipgloss/v2"

// The signs beside the colours, so that a screen reads without any.
const (
	SignNext = "▸"
	SignGood = "✓"
	SignBad  = "✗"
	SignWarn = "!"
	SignOpen = "·"
)

// Styles is every style the screens use.
type Styles struct {
	Palette Palette

	Text, Dim, Strong Style
	Line              Style // between panes
	Accent            Style // the next step, once a screen
	Good, Bad, Warn   Style
	Tab, TabOn        Style
	Key               Style          // a key's name in the bottom line
	Dialog            lipgloss.Style // the frame of what lies over a screen
	Added, Removed    Style          // of a diff

	Prose  Prose
	Editor Editor
}

// Prose is the styles of the lesson's texts. They are mixed: code may stand in
// strong words.
type Prose struct {
	Text, Code, Block, Quote, Link, Line lipgloss.Style
}

// Editor is the styles of the YAML editor.
type Editor struct {
	Text, Key, String, Number, Comment, Punctuation Style

	LineNumber, LineNumberHere Style
	Selected, Found            Style
	Odd                        Style // tabs and control characters
	Problem, Warning           Style // below the characters meant
	Message, WarningMessage    Style // below the line
}

// New makes the styles of a palette.
func New(p Palette) *Styles {
	base := lipgloss.NewStyle()
	fg := func(c string) lipgloss.Style {
		if c == "" {
			return base
		}
		return base.Foreground(colour(c))
	}
	wave := lipgloss.UnderlineCurly
	if p.Plain {
		wave = lipgloss.UnderlineSingle
	}
	s := &Styles{
		Palette: p,
		Text:    Of(fg(p.Text)),
		Dim:     Of(fg(p.Dim)),
		Strong:  Of(fg(p.Text).Bold(true)),
		Line:    Of(fg(p.Line)),
		Accent:  Of(fg(p.Accent).Bold(true)),
		Good:    Of(fg(p.Good)),
		Bad:     Of(fg(p.Bad)),
		Warn:    Of(fg(p.Warn)),
		Tab:     Of(fg(p.Dim)),
		TabOn:   Of(fg(p.Text).Bold(true).Underline(true)),
		Key:     Of(fg(p.Text).Bold(true)),
		Added:   Of(fg(p.Good)),
		Removed: Of(fg(p.Bad)),
		Dialog:  fg(p.Text).Border(lipgloss.RoundedBorder()).BorderForeground(colour(p.Line)).Padding(0, 1),
	}
	s.Prose = Prose{
		Text:  fg(p.Text),
		Code:  fg(p.Key),
		Block: fg(p.String),
		Quote: fg(p.Dim),
		Link:  fg(p.Dim).Underline(true),
		Line:  fg(p.Line),
	}
	s.Editor = Editor{
		Text:           Of(fg(p.Text)),
		Key:            Of(fg(p.Key)),
		String:         Of(fg(p.String)),
		Number:         Of(fg(p.Number)),
		Comment:        Of(fg(p.Comment).Italic(true)),
		Punctuation:    Of(fg(p.Dim)),
		LineNumber:     Of(fg(p.Line)),
		LineNumberHere: Of(fg(p.Text)),
		Selected:       Of(base.Reverse(true)),
		Found:          Of(base.Underline(true).Bold(true).Foreground(colour(p.Warn))),
		Odd:            Of(fg(p.Warn)),
		Problem:        Of(fg(p.Bad).UnderlineStyle(wave)),
		Warning:        Of(fg(p.Warn).UnderlineStyle(wave)),
		Message:        Of(fg(p.Bad)),
		WarningMessage: Of(fg(p.Warn)),
	}
	return s
}
