package lessons

import (
	"strings"
)

// Section is one Markdown text. Its first line is "# Title"; each "## Heading"
// begins a page. Fenced blocks with these info strings mean more than text:
//
//	```console              commands, one a line after "$ ", run in the section's
//	```console pod:client   cluster in the order of the text, at that client if
//	                        one is named; what they print is shown below them
//	```yaml file=web.yaml   a manifest that later commands of the section can name
//	```predict              the id of a question to answer before reading on
//	![text](figure:rings)   a picture for the terminal: figures/rings.txt
//	[text](scenario:ID)     also section:ID, lab:ID, or a web address
//
// A comment <!-- world: NAME --> anywhere names the world that the section's
// cluster starts from; it is "lesson" unless said otherwise.
type Section struct {
	ID    string
	Title string
	// World is the name of the world that the section's commands start from.
	World string
	// Overlays are laid over that world, see [Pack.OpenWorld].
	Overlays []string
	// Files lie beside those that the text itself writes, by their name.
	Files map[string]string
	// Body is the text after the title.
	Body string
	// Untitled tells that Body is the whole file: there is no line before it.
	Untitled bool
}

// BodyLine is the line of the file that Body begins with.
func (s *Section) BodyLine() int {
	if s.Untitled {
		return 1
	}
	return 2
}

// Page is what a learner reads at once.
type Page struct {
	// Title is the page's heading; the section's own for the first page.
	Title string
	Body  string
}

// Pages cuts the section at its second-level headings.
func (s *Section) Pages() []Page {
	pages := []Page{{Title: s.Title}}
	var body strings.Builder
	flush := func() {
		last := &pages[len(pages)-1]
		last.Body = strings.TrimSpace(body.String())
		body.Reset()
	}
	fenced := false
	for line := range strings.Lines(s.Body) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if heading, ok := strings.CutPrefix(line, "## "); ok && !fenced {
			flush()
			pages = append(pages, Page{Title: strings.TrimSpace(heading)})
			continue
		}
		body.WriteString(line)
	}
	flush()
	if pages[0].Body == "" && len(pages) > 1 {
		pages = pages[1:]
	}
	return pages
}

// Block is a fenced block of a section.
type Block struct {
	// Info is what stands after the opening fence: "console", "yaml file=a.yaml".
	Info string
	Text string
	// Line is the line of the opening fence in the section's file.
	Line int
}

// Blocks lists the section's fenced blocks in the order of the text.
func (s *Section) Blocks() []Block {
	var (
		blocks []Block
		text   strings.Builder
		open   bool
	)
	n := s.BodyLine() - 1
	for line := range strings.Lines(s.Body) {
		n++
		info, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case fence && !open:
			open = true
			blocks = append(blocks, Block{Info: strings.TrimSpace(info), Line: n})
		case fence:
			open = false
			blocks[len(blocks)-1].Text = text.String()
			text.Reset()
		case open:
			text.WriteString(line)
		}
	}
	return blocks
}

// Console is the client and the commands of a block whose info string begins
// with "console"; ok tells whether it is one. The client is "" where the block
// names none: the learner's own machine.
func (b Block) Console() (client string, commands []string, ok bool) {
	kind, rest, _ := strings.Cut(b.Info, " ")
	if kind != "console" {
		return "", nil, false
	}
	for line := range strings.Lines(b.Text) {
		if cmd, is := strings.CutPrefix(strings.TrimSpace(line), "$ "); is {
			commands = append(commands, cmd)
		}
	}
	return strings.TrimSpace(rest), commands, true
}

// File is the name under which commands find the manifest in this block; ok
// tells whether it has one.
func (b Block) File() (name string, ok bool) {
	for _, word := range strings.Fields(b.Info) {
		if name, is := strings.CutPrefix(word, "file="); is {
			return name, true
		}
	}
	return "", false
}

// section reads the text of a section file.
func section(id, text string) (*Section, string) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	first, body, _ := strings.Cut(text, "\n")
	title, ok := strings.CutPrefix(first, "# ")
	s := &Section{ID: id, Title: strings.TrimSpace(title), World: "lesson", Body: body}
	if _, after, found := strings.Cut(body, "<!-- world:"); found {
		name, _, _ := strings.Cut(after, "-->")
		s.World = strings.TrimSpace(name)
	}
	if !ok || s.Title == "" {
		s.Title = id
		return s, `begin with a line "# Title"`
	}
	return s, ""
}
