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

	Text, Dim, Strong lipgloss.Style
	Line              lipgloss.Style // between panes
	Accent            lipgloss.Style // the next step, once a screen
	Good, Bad, Warn   lipgloss.Style
	Tab, TabOn        lipgloss.Style
	Key               lipgloss.Style // a key's name in the bottom line
	Dialog            lipgloss.Style // the frame of what lies over a screen
	Added, Removed    lipgloss.Style // of a diff

	Editor Editor
}

// Editor is the styles of the YAML editor.
type Editor struct {
	Text, Key, String, Number, Comment, Punctuation lipgloss.Style

	LineNumber, LineNumberHere lipgloss.Style
	Selected, Found            lipgloss.Style
	Odd                        lipgloss.Style // tabs and control characters
	Problem, Warning           lipgloss.Style // below the characters meant
	Message, WarningMessage    lipgloss.Style // below the line
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
	s := &Styles{
		Palette: p,
		Text:    fg(p.Text),
		Dim:     fg(p.Dim),
		Strong:  fg(p.Text).Bold(true),
		Line:    fg(p.Line),
		Accent:  fg(p.Accent).Bold(true),
		Good:    fg(p.Good),
		Bad:     fg(p.Bad),
		Warn:    fg(p.Warn),
		Tab:     fg(p.Dim),
		TabOn:   fg(p.Text).Bold(true).Underline(true),
		Key:     fg(p.Text).Bold(true),
		Added:   fg(p.Good),
		Removed: fg(p.Bad),
		Dialog:  fg(p.Text).Border(lipgloss.RoundedBorder()).BorderForeground(colour(p.Line)).Padding(0, 1),
	}
	s.Editor = Editor{
		Text:           fg(p.Text),
		Key:            fg(p.Key),
		String:         fg(p.String),
		Number:         fg(p.Number),
		Comment:        fg(p.Comment).Italic(true),
		Punctuation:    fg(p.Dim),
		LineNumber:     fg(p.Line),
		LineNumberHere: fg(p.Text),
		Selected:       base.Reverse(true),
		Found:          base.Underline(true).Bold(true).Foreground(colour(p.Warn)),
		Odd:            fg(p.Warn),
		Problem:        fg(p.Bad).UnderlineStyle(lipgloss.UnderlineCurly),
		Warning:        fg(p.Warn).UnderlineStyle(lipgloss.UnderlineCurly),
		Message:        fg(p.Bad),
		WarningMessage: fg(p.Warn),
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
	yes, none, two := true, uint(0), uint(2)
	text := ansi.StylePrimitive{Color: opt(p.Text)}
	head := func(prefix string) ansi.StyleBlock {
		return ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Bold: &yes, Color: opt(p.Text), Prefix: prefix, BlockSuffix: "\n"}}
	}
	code := ansi.StyleCodeBlock{
		StyleBlock: ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Color: opt(p.String)}, Margin: &two},
		Chroma: &ansi.Chroma{
			Text:        ansi.StylePrimitive{Color: opt(p.String)},
			NameTag:     ansi.StylePrimitive{Color: opt(p.Key)},
			Literal:     ansi.StylePrimitive{Color: opt(p.String)},
			Comment:     ansi.StylePrimitive{Color: opt(p.Comment), Italic: &yes},
			Keyword:     ansi.StylePrimitive{Color: opt(p.Number)},
			Punctuation: ansi.StylePrimitive{Color: opt(p.Dim)},
		},
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
		CodeBlock:      code,
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
