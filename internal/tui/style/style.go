package style

import (
	"charm.land/glamour/v2/ansi"
	"charm.land/lipgloss/v2"
)

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

	Editor Editor

	Ground Style // of what has no other colour
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
	if p.Background != "" {
		s.Ground = Of(fg(p.Text).Background(colour(p.Background)))
	}
	s.Editor = Editor{
		Text:           Of(fg(p.Text)),
		Key:            Of(fg(p.Key)),
		String:         Of(fg(p.String)),
		Number:         Of(fg(p.Number)),
		Comment:        Of(fg(p.Comment).Italic(true)),
		Punctuation:    Of(fg(p.Dim)),
		LineNumber:     Of(fg(p.Dim)),
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

// Markdown is the style Glamour renders the lesson's prose with.
func (s *Styles) Markdown() ansi.StyleConfig {
	p := s.Palette
	opt := func(c string) *string {
		if c == "" {
			return nil
		}
		return &c
	}
	yes, none := true, uint(0)
	text := ansi.StylePrimitive{Color: opt(p.Text)}
	head := func(prefix string) ansi.StyleBlock {
		return ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Bold: &yes, Color: opt(p.Text), Prefix: prefix, BlockSuffix: "\n"}}
	}
	return ansi.StyleConfig{
		Document:       ansi.StyleBlock{StylePrimitive: text, Margin: &none},
		Heading:        head(""),
		H1:             head(""),
		H2:             head(""),
		H3:             head(""),
		Strong:         ansi.StylePrimitive{Bold: &yes},
		Emph:           ansi.StylePrimitive{Italic: &yes},
		Code:           ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Color: opt(p.Key)}},
		CodeBlock:      ansi.StyleCodeBlock{StyleBlock: ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Color: opt(p.String)}}},
		BlockQuote:     ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Color: opt(p.Dim)}, Indent: ptr(uint(1)), IndentToken: ptr("│ ")},
		List:           ansi.StyleList{LevelIndent: 2},
		Item:           ansi.StylePrimitive{BlockPrefix: "• "},
		Enumeration:    ansi.StylePrimitive{BlockPrefix: ". "},
		HorizontalRule: ansi.StylePrimitive{Color: opt(p.Line), Format: "\n──────\n"},
		Link:           ansi.StylePrimitive{Color: opt(p.Dim), Underline: &yes},
		LinkText:       ansi.StylePrimitive{Bold: &yes},
		Table:          ansi.StyleTable{CenterSeparator: ptr("┼"), ColumnSeparator: ptr("│"), RowSeparator: ptr("─")},
	}
}

func ptr[T any](v T) *T { return &v }
