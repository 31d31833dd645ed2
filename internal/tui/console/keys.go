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
	raw := c.running != nil && c.running.isRaw()
	switch msg := msg.(type) {
	case tea.PasteMsg:
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "    ").Replace(msg.Content)
		if raw {
			c.running.send(strings.ReplaceAll(text, "\n", "\r"))
			return nil
		}
		c.insert(text)
		if strings.Contains(text, "\n") && c.running != nil {
			c.feed()
		}
	case tea.KeyPressMsg:
		switch page := max(c.height-1, 1); msg.String() {
		case "pgup":
			c.Scroll(page)
			return nil
		case "pgdown":
			c.Scroll(-page)
			return nil
		}
		switch {
		case raw:
			c.up = 0
			if keys := encoded(msg); keys != "" {
				c.running.send(keys)
			}
		case c.searching && c.searchKey(msg):
		case c.running != nil:
			c.answer(msg)
		default:
			return c.press(ctx, msg)
		}
	}
	return nil
}

// press takes a key of the line behind the prompt.
func (c *Console) press(ctx context.Context, msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		line := string(c.input)
		if c.session.Incomplete(line) {
			c.cursor = len(c.input)
			c.insert("\n")
			return nil
		}
		return c.Submit(ctx, line)
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
	default:
		c.edit(msg)
	}
	return nil
}

// answer takes a key for a command that reads lines.
func (c *Console) answer(msg tea.KeyPressMsg) {
	switch msg.String() {
	case "enter":
		c.cursor = len(c.input)
		c.insert("\n")
		c.feed()
	case "ctrl+c":
		c.interrupt()
	case "ctrl+d":
		if len(c.input) == 0 {
			c.running.eof()
		}
	default:
		c.edit(msg)
	}
}

// feed shows the lines that were typed and gives them to the command.
func (c *Console) feed() {
	text := string(c.input)
	i := strings.LastIndexByte(text, '\n') + 1
	_, _ = c.running.Write([]byte(text[:i])) // never fails
	c.running.send(text[:i])
	c.set(text[i:])
}

// edit takes a key that changes the line or moves in it.
func (c *Console) edit(msg tea.KeyPressMsg) {
	switch msg.String() {
	case "left", "ctrl+b":
		c.cursor = max(c.cursor-1, 0)
	case "right", "ctrl+f":
		c.cursor = min(c.cursor+1, len(c.input))
	case "home", "ctrl+a":
		c.cursor = 0
	case "end", "ctrl+e":
		c.cursor = len(c.input)
	case "ctrl+left", "alt+b":
		c.cursor = c.wordStart()
	case "ctrl+right", "alt+f":
		c.cursor = c.wordEnd()
	case "backspace", "ctrl+h":
		c.erase(max(c.cursor-1, 0))
	case "ctrl+w", "alt+backspace":
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
}

// interrupt ends the command that runs, or drops what was typed.
func (c *Console) interrupt() {
	if c.cancel != nil {
		c.cancel()
		_, _ = c.running.Write([]byte(string(c.input) + "^C\n")) // never fails
		c.set("")
		c.ahead = ""
		return
	}
	c.print(c.shown(string(c.input) + "^C")...)
	c.set("")
	c.at = len(c.history)
}

func (c *Console) insert(s string) {
	var typed []rune
	for _, r := range s {
		if unicode.IsPrint(r) || r == '\u200d' || r == '\n' {
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

func (c *Console) wordEnd() int {
	i := c.cursor
	for i < len(c.input) && c.input[i] == ' ' {
		i++
	}
	for i < len(c.input) && c.input[i] != ' ' {
		i++
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
	last := msg.line[strings.LastIndexAny(msg.line, " |;&<>\n")+1:]
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
		c.print(c.shown(string(c.input))...)
		c.print(columns(msg.words[:min(len(msg.words), maxShown)], c.width)...)
		if more := len(msg.words) - maxShown; more > 0 {
			c.print(c.styles.Dim.Render(c.words.More(more)))
		}
	}
}

// columns sets words beside each other, in lines of at most width cells.
func columns(words []string, width int) []string {
	each := 0
	for _, w := range words {
		each = max(each, len([]rune(w))+2)
	}
	n := max(width/each, 1)
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
