package console

import (
	"context"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// Key takes what is typed: a key press or a paste.
func (c *Console) Key(ctx context.Context, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		line, _, _ := strings.Cut(strings.ReplaceAll(msg.Content, "\r\n", "\n"), "\n")
		c.insert(line)
	case tea.KeyPressMsg:
		if c.searching && c.searchKey(msg) {
			return nil
		}
		return c.press(ctx, msg)
	}
	return nil
}

func (c *Console) press(ctx context.Context, msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		return c.Submit(ctx, string(c.input))
	case "ctrl+c":
		c.interrupt()
	case "tab":
		return c.complete(ctx)
	case "up", "ctrl+p":
		c.recall(-1)
	case "down", "ctrl+n":
		c.recall(1)
	case "ctrl+r":
		c.searching, c.query = true, ""
	case "ctrl+l":
		c.lines, c.up = nil, 0
	case "pgup":
		c.Scroll(10)
	case "pgdown":
		c.Scroll(-10)
	case "left", "ctrl+b":
		c.cursor = max(c.cursor-1, 0)
	case "right", "ctrl+f":
		c.cursor = min(c.cursor+1, len(c.input))
	case "home", "ctrl+a":
		c.cursor = 0
	case "end", "ctrl+e":
		c.cursor = len(c.input)
	case "ctrl+left":
		c.cursor = c.wordStart()
	case "backspace", "ctrl+h":
		c.erase(max(c.cursor-1, 0))
	case "ctrl+w":
		c.erase(c.wordStart())
	case "ctrl+u":
		c.erase(0)
	case "ctrl+k":
		c.input = c.input[:c.cursor]
	case "delete", "ctrl+d":
		if c.cursor < len(c.input) {
			c.input = slices.Delete(c.input, c.cursor, c.cursor+1)
		}
	default:
		c.insert(msg.Text)
	}
	return nil
}

// interrupt ends the command that runs, or drops what was typed.
func (c *Console) interrupt() {
	if c.cancel != nil {
		c.cancel()
		c.print("^C")
		return
	}
	c.print(c.prompt() + string(c.input) + "^C")
	c.input, c.cursor = nil, 0
}

func (c *Console) insert(s string) {
	var typed []rune
	for _, r := range s {
		if unicode.IsPrint(r) || r == '\u200d' {
			typed = append(typed, r)
		}
	}
	if len(typed) == 0 || len(c.input)+len(typed) > maxInput {
		return
	}
	c.input = slices.Insert(c.input, c.cursor, typed...)
	c.cursor += len(typed)
	c.up = 0
}

// erase deletes from there to the cursor.
func (c *Console) erase(from int) {
	c.input = slices.Delete(c.input, from, c.cursor)
	c.cursor = from
}

func (c *Console) wordStart() int {
	i := c.cursor
	for i > 0 && c.input[i-1] == ' ' {
		i--
	}
	for i > 0 && c.input[i-1] != ' ' {
		i--
	}
	return i
}

func (c *Console) set(line string) {
	c.input = []rune(line)
	c.cursor = len(c.input)
}

// recall goes through the history.
func (c *Console) recall(by int) {
	if c.at == len(c.history) {
		c.draft = string(c.input)
	}
	switch to := c.at + by; {
	case to < 0 || to > len(c.history):
	case to == len(c.history):
		c.at = to
		c.set(c.draft)
	default:
		c.at = to
		c.set(c.history[to])
	}
}

// searchKey takes a key of the search in the history; false ends the search
// and leaves the key to the line.
func (c *Console) searchKey(msg tea.KeyPressMsg) bool {
	switch msg.String() {
	case "ctrl+r":
		c.find(c.at - 1)
	case "backspace":
		if q := []rune(c.query); len(q) > 0 {
			c.query = string(q[:len(q)-1])
		}
		c.find(len(c.history) - 1)
	case "esc", "ctrl+c":
		c.searching = false
	default:
		if msg.Text == "" {
			c.searching = false
			return false
		}
		c.query += msg.Text
		c.find(len(c.history) - 1)
	}
	return true
}

// find takes the latest line at or before i that holds the query.
func (c *Console) find(i int) {
	for ; i >= 0 && i < len(c.history); i-- {
		if strings.Contains(c.history[i], c.query) {
			c.at = i
			c.set(c.history[i])
			return
		}
	}
}

// Searching tells whether the history is searched; then esc ends that.
func (c *Console) Searching() bool { return c.searching }

// complete asks how the word before the cursor goes on.
func (c *Console) complete(ctx context.Context) tea.Cmd {
	if c.running != nil {
		return nil
	}
	c.asked++
	asked, line, session := c.asked, string(c.input[:c.cursor]), c.session
	return func() tea.Msg { return completedMsg{c, asked, line, session.Complete(ctx, line)} }
}

// maxShown is how many completions are listed.
const maxShown = 60

// completed puts in what all completions share, and lists them where that is
// no more than what was typed.
func (c *Console) completed(msg completedMsg) {
	if msg.asked != c.asked || string(c.input[:c.cursor]) != msg.line || len(msg.words) == 0 {
		return
	}
	last := msg.line[strings.LastIndexAny(msg.line, " |;&")+1:]
	shared := msg.words[0]
	for _, w := range msg.words {
		for !strings.HasPrefix(w, shared) {
			r := []rune(shared)
			shared = string(r[:len(r)-1])
		}
	}
	switch {
	case len(msg.words) == 1:
		end := " "
		if strings.HasSuffix(shared, "=") || strings.HasSuffix(shared, "/") {
			end = ""
		}
		c.insert(strings.TrimPrefix(shared, last) + end)
	case len(shared) > len(last) && strings.HasPrefix(shared, last):
		c.insert(shared[len(last):])
	default:
		c.print(c.prompt() + string(c.input))
		c.print(columns(msg.words[:min(len(msg.words), maxShown)])...)
		if more := len(msg.words) - maxShown; more > 0 {
			c.print(c.styles.Dim.Render(c.words.More(more)))
		}
	}
}

// columns sets words beside each other, in lines of at most 76 cells.
func columns(words []string) []string {
	each := 0
	for _, w := range words {
		each = max(each, len([]rune(w))+2)
	}
	n := max(76/each, 1)
	var lines []string
	for i := 0; i < len(words); i += n {
		line := ""
		for _, w := range words[i:min(i+n, len(words))] {
			line += w + strings.Repeat(" ", each-len([]rune(w)))
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}
