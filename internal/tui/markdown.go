package tui

import (
	"regexp"
	"strings"

	"charm.land/glamour/v2"

	"github.com/kubetutor/tutor/internal/tui/editor"
	"github.com/kubetutor/tutor/internal/tui/figure"
	"github.com/kubetutor/tutor/lessons"
)

// markdown renders prose and remembers what it made: a screen is drawn after
// every message, its text changes rarely.
type markdown struct {
	renderers map[rendererKey]*glamour.TermRenderer
	made      map[proseKey][]string
}

type rendererKey struct{ width, looks int }

type proseKey struct {
	rendererKey
	text string
}

// tabStop is how far apart a terminal's tab stops are.
const tabStop = 8

// maxMade bounds what is remembered.
const maxMade = 200

var (
	// apart is what is not wrapped like prose: a figure, or a block of code,
	// whose lines a window may cut but never break, but for those that a
	// command printed: a terminal breaks them too, and what is cut off may be
	// what the reader is to look at. A quotation is prose with a bar before it,
	// for which Glamour would break the lines a second time.
	apart     = regexp.MustCompile("(?ms)^!\\[[^\\]]*\\]\\(figure:([a-z0-9-]+)\\)[ \t]*$|^```.*?^```[ \t]*$|(?:^>[^\n]*\n?)+")
	quoted    = regexp.MustCompile("(?m)^> ?")
	innerLink = regexp.MustCompile(`\[([^\]]+)\]\((?:section|scenario|lab|term):[^)]*\)`)
	remark    = regexp.MustCompile(`(?s)<!--.*?-->\n?`)
)

// prose renders Markdown to lines no wider than width and the measure; code
// may be wider, where the window is. Figures are drawn.
func (e *env) prose(text string, width int) []string {
	k := proseKey{rendererKey{width, e.looks}, text}
	if lines, ok := e.md.made[k]; ok {
		return lines
	}
	if len(e.md.made) >= maxMade || e.md.made == nil {
		e.md.made = map[proseKey][]string{}
	}
	lines := e.renderProse(text, width)
	e.md.made[k] = lines
	return lines
}

func (e *env) renderProse(text string, width int) []string {
	window := width
	width = min(width, measure)
	text = remark.ReplaceAllString(text, "")
	text = innerLink.ReplaceAllString(text, "**$1**")
	var lines []string
	add := func(more []string) {
		if len(lines) > 0 && len(more) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, more...)
	}
	at := 0
	for _, m := range apart.FindAllStringSubmatchIndex(text, -1) {
		add(e.glamour(text[at:m[0]], width))
		switch block := text[m[0]:m[1]]; {
		case m[2] >= 0:
			add(e.figure(text[m[2]:m[3]], width))
		case block[0] == '>':
			add(e.quote(block, width))
		default:
			add(e.code(block, window))
		}
		at = m[1]
	}
	add(e.glamour(text[at:], width))
	return lines
}

// figure draws a figure: by a program where there is one, else as the pack has
// it.
func (e *env) figure(name string, width int) []string {
	if lines, ok := figure.Draw(name, width, e.styles, &e.words.Figures); ok {
		return lines
	}
	if b, err := e.course.Figure(name); err == nil {
		return strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	}
	return []string{e.styles.Dim.Render(e.words.NoFigure(name))}
}

// quote draws a quotation with a bar before each line.
func (e *env) quote(block string, width int) []string {
	const bar = "│ "
	lines := e.glamour(quoted.ReplaceAllString(block, ""), width-cells(bar))
	for i, l := range lines {
		lines[i] = e.styles.Line.Render(bar) + l
	}
	return lines
}

// code draws a fenced block, indented by the margin. Glamour would give code
// the colours of whichever theme was used first in this process.
func (e *env) code(block string, width int) []string {
	lines := strings.Split(strings.TrimSpace(block), "\n")
	info := strings.TrimPrefix(lines[0], "```")
	lines = lines[1 : len(lines)-1]
	for i, l := range lines {
		lines[i] = untabbed(strings.TrimRight(l, " \r"))
	}
	switch {
	case strings.HasPrefix(info, "yaml"):
		lines = editor.Colour(lines, &e.styles.Editor)
	case strings.HasPrefix(info, "console"):
		var broken []string
		if client, _, _ := (lessons.Block{Info: info}).Console(); client != "" {
			broken = append(broken, e.styles.Dim.Render("# at "+client))
		}
		for _, l := range lines {
			parts := consoleParts(l, max(width-margin, 20))
			broken = append(broken, e.consoleLine(parts[0]))
			for _, part := range parts[1:] {
				broken = append(broken, strings.Repeat(" ", consoleHang)+e.restOfLine(l, part))
			}
		}
		lines = broken
	default:
		for i, l := range lines {
			lines[i] = e.styles.Editor.String.Render(l)
		}
	}
	return indented(tidy(lines), margin)
}

// untabbed has blanks up to the next tab stop in place of each tab.
func untabbed(line string) string {
	var b strings.Builder
	for {
		before, after, more := strings.Cut(line, "\t")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		b.WriteString(strings.Repeat(" ", tabStop-cells(b.String())%tabStop))
		line = after
	}
}

// consoleHang is how far the rest of a broken line of a terminal stands in, so
// that the rows of a table stay apart.
const consoleHang = 4

// consoleParts breaks a line of a terminal that is wider than width.
func consoleParts(line string, width int) []string {
	if cells(line) <= width {
		return []string{line}
	}
	return wrap(line, width-consoleHang)
}

// consoleLine draws a line of a terminal: what was typed stands out from what
// was printed.
func (e *env) consoleLine(line string) string {
	if typed, ok := strings.CutPrefix(line, "$ "); ok {
		return e.styles.Dim.Render("$ ") + e.styles.Strong.Render(typed)
	}
	return e.styles.Editor.String.Render(line)
}

// restOfLine draws a part of a broken line as its beginning is drawn.
func (e *env) restOfLine(line, part string) string {
	if strings.HasPrefix(line, "$ ") {
		return e.styles.Strong.Render(part)
	}
	return e.styles.Editor.String.Render(part)
}

// glamour renders a piece of Markdown without empty lines around it.
func (e *env) glamour(text string, width int) []string {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	k := rendererKey{width, e.looks}
	r := e.md.renderers[k]
	if r == nil {
		var err error
		r, err = glamour.NewTermRenderer(glamour.WithStyles(e.styles.Markdown()), glamour.WithWordWrap(max(width-hangCells, 10)))
		if err != nil {
			return wrap(text, width)
		}
		if len(e.md.renderers) > 8 || e.md.renderers == nil {
			e.md.renderers = map[rendererKey]*glamour.TermRenderer{}
		}
		e.md.renderers[k] = r
	}
	out, err := r.Render(unbroken(joined(placed(text)), width))
	if err != nil {
		return wrap(text, width)
	}
	return hangItems(tidy(strings.Split(whole(out), "\n")))
}

// tag is what Markdown takes for HTML; code and links are not.
var tag = regexp.MustCompile("`[^`]*`|<https?://|<[A-Za-z/]")

// placed keeps words such as <pending>, which Markdown would leave out as HTML.
func placed(markdown string) string {
	return tag.ReplaceAllStringFunc(markdown, func(found string) string {
		if found[0] == '`' || strings.HasPrefix(found, "<http") {
			return found
		}
		return `\` + found
	})
}

var marks = regexp.MustCompile("`([^`]*)`|\\*\\*([^*]+)\\*\\*|\\*([^*\\s][^*]*)\\*")

// inLine is the first paragraph of Markdown as plain text in one line, for a
// list.
func inLine(text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
	return strings.Join(strings.Fields(marks.ReplaceAllString(first, "$1$2$3")), " ")
}
