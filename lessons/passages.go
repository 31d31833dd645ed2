package lessons

import "regexp"

// Passage is Markdown up to a question that is to be answered before reading
// on.
type Passage struct {
	Text string
	// Asks is the question's id, "" in the last passage.
	Asks string
}

var asks = regexp.MustCompile("(?m)^```predict\\s*\\n\\s*([a-z0-9-]+)\\s*\\n```[ \t]*$")

// Passages cuts Markdown at the questions it asks; what comes after the last
// of them, if only an empty text, is the last passage.
func Passages(markdown string) []Passage {
	var list []Passage
	from := 0
	for _, m := range asks.FindAllStringSubmatchIndex(markdown, -1) {
		list = append(list, Passage{Text: markdown[from:m[0]], Asks: markdown[m[2]:m[3]]})
		from = m[1]
	}
	return append(list, Passage{Text: markdown[from:]})
}
