package tui

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// setProse sets Markdown in lines no wider than width, but for words and code
// that are.
func setProse(markdown string, width int, s *style.Styles) []string {
	p := setter{&s.Prose, []byte(strings.Trim(markdown, "\n"))}
	return tidy(p.blocks(p.parse(), max(width-hangCells, 10)))
}

// hangCells is the most that the text of a list's item stands in by: below
// "10. ".
const hangCells = 4

// setter sets one text.
type setter struct {
	*style.Prose
	source []byte
}

func (p *setter) parse() ast.Node {
	return goldmark.DefaultParser().Parse(text.NewReader(p.source))
}

// blocks sets what stands in a block, parted by empty lines unless it is a
// list whose items stand close together.
func (p *setter) blocks(parent ast.Node, width int) []string {
	var lines []string
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		more := p.block(n, width)
		if len(lines) > 0 && len(more) > 0 && !isTight(parent) {
			lines = append(lines, "")
		}
		lines = append(lines, more...)
	}
	return lines
}

// isTight tells of a list and of its items whether nothing parts what is in
// them.
func isTight(n ast.Node) bool {
	if n.Kind() == ast.KindListItem {
		n = n.Parent()
	}
	list, ok := n.(*ast.List)
	return ok && list.IsTight
}

func (p *setter) block(n ast.Node, width int) []string {
	switch n := n.(type) {
	case *ast.Heading:
		return broken(p.inline(n, p.Text.Bold(true)), width)
	case *ast.List:
		return p.list(n, width)
	case *ast.Blockquote:
		looks := *p.Prose
		looks.Text = p.Quote
		quoted := setter{&looks, p.source}
		return prefixed("│ ", "│ ", quoted.blocks(n, width-2))
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		var lines []string
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			lines = append(lines, p.Block.Render(strings.TrimRight(string(line.Value(p.source)), "\n")))
		}
		return indented(lines, margin)
	case *ast.ThematicBreak:
		return []string{p.Line.Render("──────")}
	case *ast.HTMLBlock: // a remark
		return nil
	case *ast.Paragraph:
		if rows := p.rows(n); rows != nil {
			return p.table(rows, width)
		}
	}
	return broken(p.inline(n, p.Text), width)
}

// list sets the items of a list, each with its lines below its first.
func (p *setter) list(list *ast.List, width int) []string {
	if list.Parent().Kind() == ast.KindListItem {
		width -= 2
	}
	var lines []string
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "• "
		if list.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		if len(lines) > 0 && !list.IsTight {
			lines = append(lines, "")
		}
		lines = append(lines, prefixed(mark, strings.Repeat(" ", min(cells(mark), hangCells)), p.blocks(item, width))...)
	}
	return lines
}

// prefixed puts first before the first line, rest before all others.
func prefixed(first, rest string, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = first + l
		first = rest
	}
	return out
}

// inline sets the words in a block, in one line but for breaks that the author
// asked for.
func (p *setter) inline(parent ast.Node, look lipgloss.Style) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(look.Render(unescaped(n.Segment.Value(p.source))))
			switch {
			case n.HardLineBreak():
				b.WriteString("\n")
			case n.SoftLineBreak():
				b.WriteString(look.Render(" "))
			}
		case *ast.CodeSpan:
			code := strings.ReplaceAll(string(n.Text(p.source)), "\n", " ")
			b.WriteString(p.Code.Inherit(look).Render(code))
		case *ast.Emphasis:
			if n.Level == 1 {
				b.WriteString(p.inline(n, look.Italic(true)))
			} else {
				b.WriteString(p.inline(n, look.Bold(true)))
			}
		case *ast.AutoLink:
			b.WriteString(p.link(string(n.URL(p.source))))
		case *ast.Link:
			b.WriteString(p.inline(n, look.Bold(true)) + look.Render(" ") + p.link(string(n.Destination)))
		case *ast.RawHTML: // a remark
		default:
			b.WriteString(p.inline(n, look))
		}
	}
	return b.String()
}

// link is an address that terminals open.
func (p *setter) link(address string) string {
	return ansi.SetHyperlink(address) + p.Link.Render(address) + ansi.ResetHyperlink()
}

// unescaped is a text without its backslashes and with the characters that
// entities stand for.
func unescaped(b []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(b))))
}

// broken breaks a styled text into lines, each with all its styles.
func broken(s string, width int) []string {
	return strings.Split(whole(lipgloss.Wrap(unbroken(s, width), max(width, 1), "")), "\n")
}

// rows are the cells of a paragraph that is a table; nil if it is none.
func (p *setter) rows(n *ast.Paragraph) [][]string {
	var rows [][]string
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		row := strings.TrimSpace(string(line.Value(p.source)))
		switch {
		case !strings.HasPrefix(row, "|"), i == 1 && strings.Trim(row, "|:- ") != "":
			return nil
		case i != 1:
			rows = append(rows, strings.Split(strings.Trim(row, "|"), "|"))
		}
	}
	if n.Lines().Len() < 2 {
		return nil
	}
	return rows
}

// table draws a table; the first row is its head.
func (p *setter) table(rows [][]string, width int) []string {
	for _, row := range rows {
		for i, c := range row {
			cell := setter{p.Prose, []byte(strings.TrimSpace(c))}
			if content := cell.parse().FirstChild(); content != nil {
				row[i] = unbroken(cell.inline(content, p.Text), width)
			}
		}
	}
	border := lipgloss.Border{Top: "─", Bottom: "─", Left: "│", Right: "│", Middle: "┼"}
	t := table.New().Width(width).Wrap(true).Border(border).
		BorderTop(false).BorderLeft(false).BorderRight(false).BorderBottom(false).
		StyleFunc(func(int, int) lipgloss.Style { return lipgloss.NewStyle().Margin(0, 1) }).
		Headers(rows[0]...).Rows(rows[1:]...)
	return strings.Split(whole(t.String()), "\n")
}
