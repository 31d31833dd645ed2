// Package plain writes Markdown as plain text for a pipe, a screen reader or a
// terminal without a screen: wrapped, with nothing but words, indentation and
// the bullets of lists. A table becomes a list, since its columns are nothing
// to somebody who listens.
//
//	plain.Write(os.Stdout, section.Body, plain.Options{Width: 72})
package plain

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Options say how text is written.
type Options struct {
	// Width is where lines are wrapped; code is never wrapped. 0 is 72.
	Width int
	// Figure gives the picture behind figure:NAME; nil shows its words instead.
	Figure func(name string) (string, bool)
	// Link gives what to write for a link; nil writes its words.
	Link func(target, words string) string
	// Block writes a fenced block in words of its own; ok is false where it is
	// written as it stands. info is what follows the opening fence.
	Block func(info, text string) (string, bool)
}

// Write writes Markdown as plain text.
func Write(w io.Writer, markdown string, o Options) error {
	if o.Width <= 0 {
		o.Width = 72
	}
	source := []byte(markdown)
	p := &printer{Options: o, source: source}
	parser := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()
	p.blocks(parser.Parse(text.NewReader(source)), "", "")
	_, err := io.WriteString(w, strings.TrimRight(p.out.String(), "\n")+"\n")
	return err
}

type printer struct {
	Options
	source []byte
	out    strings.Builder
}

// blocks writes the children of a block, parted by empty lines. first stands
// before the first line, rest before all others.
func (p *printer) blocks(parent ast.Node, first, rest string) {
	tight := isTight(parent)
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if _, isComment := n.(*ast.HTMLBlock); isComment {
			continue
		}
		p.block(n, first, rest)
		if !tight {
			p.out.WriteString("\n")
		}
		first = rest
	}
}

// isTight tells whether nothing parts the blocks in n: items of a list that
// stand close together.
func isTight(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.List:
		return n.IsTight
	case *ast.ListItem:
		return true
	}
	return false
}

func (p *printer) block(n ast.Node, first, rest string) {
	switch n := n.(type) {
	case *ast.Heading:
		title := p.inline(n)
		p.wrap(title, first, rest)
		if n.Level <= 2 {
			line := map[int]string{1: "=", 2: "-"}[n.Level]
			fmt.Fprintf(&p.out, "%s%s\n", rest, strings.Repeat(line, min(p.Width, utf8.RuneCountInString(title))))
		}
	case *ast.List:
		number := n.Start
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			bullet := "- "
			if n.IsOrdered() {
				bullet = fmt.Sprintf("%d. ", number)
				number++
			}
			p.blocks(item, first+bullet, rest+strings.Repeat(" ", len(bullet)))
			first = rest
			if !n.IsTight && item.NextSibling() != nil {
				p.out.WriteString("\n")
			}
		}
	case *ast.Blockquote:
		p.blocks(n, first+"  ", rest+"  ")
		p.trimEmptyLine()
	case *ast.FencedCodeBlock:
		info := ""
		if n.Info != nil {
			info = string(n.Info.Segment.Value(p.source))
		}
		p.code(n, info, first, rest)
	case *ast.CodeBlock:
		p.code(n, "", first, rest)
	case *table.Table:
		p.table(n, first, rest)
	case *ast.ThematicBreak:
		fmt.Fprintf(&p.out, "%s* * *\n", first)
	default:
		if figure, ok := p.figure(n); ok {
			p.lines(figure, rest)
			return
		}
		p.wrap(p.inline(n), first, rest)
	}
}

// table writes the rows one below the other, each cell with its column's name.
func (p *printer) table(t *table.Table, first, rest string) {
	var names []string
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		bullet, column := "- ", 0
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			words := p.inline(cell)
			if row.Kind() == table.KindTableHeader {
				names = append(names, words)
				continue
			}
			if words != "" && column < len(names) && names[column] != "" {
				words = names[column] + ": " + words
			}
			if column++; words == "" {
				continue
			}
			p.wrap(words, first+bullet, rest+"  ")
			first, bullet = rest, "  "
		}
	}
}

func (p *printer) trimEmptyLine() {
	if s := p.out.String(); strings.HasSuffix(s, "\n\n") {
		p.out.Reset()
		p.out.WriteString(s[:len(s)-1])
	}
}

func (p *printer) code(n ast.Node, info, first, rest string) {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(p.source))
	}
	if p.Block != nil {
		if own, ok := p.Block(info, b.String()); ok {
			p.lines(own, rest)
			return
		}
	}
	p.lines(b.String(), rest+"    ")
}

// lines writes lines as they are.
func (p *printer) lines(text, indent string) {
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		fmt.Fprintln(&p.out, strings.TrimRight(indent+strings.TrimRight(line, "\n"), " "))
	}
}

// figure is the picture of a paragraph that is nothing but ![…](figure:NAME).
func (p *printer) figure(n ast.Node) (string, bool) {
	image, ok := n.FirstChild().(*ast.Image)
	if !ok || image.NextSibling() != nil || p.Figure == nil {
		return "", false
	}
	name, ok := strings.CutPrefix(string(image.Destination), "figure:")
	if !ok {
		return "", false
	}
	return p.Figure(name)
}

// inline is the text of a block's children, in one line.
func (p *printer) inline(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			said := n.Segment.Value(p.source)
			if parent.Kind() != ast.KindCodeSpan {
				said = util.UnescapePunctuations(said)
			}
			b.Write(said)
			switch {
			case n.HardLineBreak():
				b.WriteString("\n")
			case n.SoftLineBreak():
				b.WriteString(" ")
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.URL(p.source))
		case *ast.RawHTML: // a comment, or a word such as <pending>
			if said := string(n.Segments.Value(p.source)); !strings.HasPrefix(said, "<!--") {
				b.WriteString(said)
			}
		case *ast.Link:
			words := p.inline(n)
			if p.Link != nil {
				words = p.Link(string(n.Destination), words)
			}
			b.WriteString(words)
		default:
			b.WriteString(p.inline(n))
		}
	}
	return b.String()
}

// wrap writes a paragraph.
func (p *printer) wrap(text, first, rest string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			first = rest
		}
		for _, l := range Wrap(line, max(20, p.Width-utf8.RuneCountInString(rest))) {
			fmt.Fprintln(&p.out, strings.TrimRight(first+l, " "))
			first = rest
		}
	}
}

// Wrap cuts a text into lines of at most width cells, at blanks; a longer word
// has a line of its own.
func Wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	return append(lines, line)
}
