package editor

import (
	"regexp"
	"strings"
)

// kind is what a stretch of YAML is, for its colour.
type kind uint8

const (
	plain kind = iota
	key
	str
	number
	word // true, false, null
	comment
	punctuation
	anchor
	mark // of a document: --- and ...
)

// token colours a line from byte from to the next token.
type token struct {
	from int
	kind kind
}

// lineState is what the lines above mean for a line.
type lineState struct {
	// block is the indentation of the line that opened a block scalar, plus 1;
	// 0 outside of one.
	block int
	quote byte // the quote that is still open
	flow  int  // how many [ and { are open
}

// highlighter colours lines of YAML (and JSON, which is YAML). It remembers
// the state at the start of each line, so that a change costs only the lines
// between it and what is looked at.
type highlighter struct {
	states []lineState // states[i] is at the start of line i
}

// touched forgets what is known below a changed line.
func (h *highlighter) touched(line int) {
	if len(h.states) > line+1 {
		h.states = h.states[:line+1]
	}
}

// line returns the tokens of a line.
func (h *highlighter) line(lines []string, n int) []token {
	if len(h.states) == 0 {
		h.states = append(h.states, lineState{})
	}
	for i := len(h.states) - 1; i < n; i++ {
		s := scanner{line: lines[i], lineState: h.states[i]}
		s.scan()
		h.states = append(h.states, s.lineState)
	}
	s := scanner{line: lines[n], lineState: h.states[n]}
	s.scan()
	return s.tokens
}

// scanner walks one line.
type scanner struct {
	lineState
	line   string
	at     int
	tokens []token
}

func (s *scanner) emit(k kind, to int) {
	if to > s.at {
		s.tokens = append(s.tokens, token{s.at, k})
		s.at = to
	}
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

func (s *scanner) scan() {
	indent := indentOf(s.line)
	if s.block > 0 {
		if indent >= s.block || indent == len(s.line) {
			s.emit(str, len(s.line))
			return
		}
		s.block = 0
	}
	if s.quote == 0 && s.flow == 0 {
		if strings.HasPrefix(s.line, "---") || strings.HasPrefix(s.line, "...") {
			s.emit(mark, 3)
		}
	}
	for s.at < len(s.line) {
		s.token(indent)
	}
}

// token takes the next token.
func (s *scanner) token(indent int) {
	rest := s.line[s.at:]
	switch c := rest[0]; {
	case s.quote != 0:
		s.quoted(s.at)
	case c == ' ' || c == '\t':
		s.emit(plain, s.at+indentOf(rest))
	case c == '#' && (s.at == 0 || s.line[s.at-1] == ' ' || s.line[s.at-1] == '\t'):
		s.emit(comment, len(s.line))
	case c == '"' || c == '\'':
		s.quote = c
		s.quoted(s.at + 1)
	case c == '[' || c == '{':
		s.flow++
		s.emit(punctuation, s.at+1)
	case (c == ']' || c == '}') && s.flow > 0:
		s.flow--
		s.emit(punctuation, s.at+1)
	case c == ',' && s.flow > 0, s.isDash(rest), s.isColon(rest):
		s.emit(punctuation, s.at+1)
	case c == '&' || c == '*' || c == '!':
		s.emit(anchor, s.at+wordEnd(rest))
	case (c == '|' || c == '>') && s.flow == 0:
		s.emit(punctuation, s.at+wordEnd(rest))
		s.block = indent + 1
	default:
		s.scalar(rest)
	}
}

func (s *scanner) isDash(rest string) bool {
	return rest[0] == '-' && (len(rest) == 1 || rest[1] == ' ')
}

func (s *scanner) isColon(rest string) bool {
	if rest[0] != ':' {
		return false
	}
	// After a quoted key JSON needs no space.
	return len(rest) == 1 || rest[1] == ' ' || s.flow > 0
}

func wordEnd(s string) int {
	if i := strings.IndexAny(s, " \t,]}"); i > 0 {
		return i
	}
	return len(s)
}

// quoted takes a quoted scalar from byte from, as far as this line has it.
func (s *scanner) quoted(from int) {
	for i := from; i < len(s.line); i++ {
		switch c := s.line[i]; {
		case c == '\\' && s.quote == '"':
			i++
		case c == s.quote:
			s.quote = 0
			k := str
			if s.isKeyBefore(i + 1) {
				k = key
			}
			s.emit(k, i+1)
			return
		}
	}
	s.emit(str, len(s.line))
}

// isKeyBefore tells whether a colon follows at byte i, after spaces.
func (s *scanner) isKeyBefore(i int) bool {
	rest := strings.TrimLeft(s.line[i:], " ")
	return rest != "" && s.isColon(rest)
}

var (
	numberForm = regexp.MustCompile(`^[-+]?(0x[0-9a-fA-F]+|0o?[0-7]+|[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?)$`)
	wordForm   = regexp.MustCompile(`^(true|false|null|True|False|Null|TRUE|FALSE|NULL|~)$`)
)

// scalar takes a plain scalar: a key if a colon follows it.
func (s *scanner) scalar(rest string) {
	end := len(rest)
	for i := 1; i < len(rest); i++ {
		c := rest[i]
		if c == ':' && s.isPlainColon(rest[i:]) || c == '#' && rest[i-1] == ' ' || s.flow > 0 && (c == ',' || c == ']' || c == '}') {
			end = i
			break
		}
	}
	value := strings.TrimRight(rest[:end], " \t")
	k := str
	switch {
	case end < len(rest) && rest[end] == ':':
		k = key
	case numberForm.MatchString(value):
		k = number
	case wordForm.MatchString(value):
		k = word
	}
	s.emit(k, s.at+max(len(value), 1))
}

func (s *scanner) isPlainColon(rest string) bool { return len(rest) == 1 || rest[1] == ' ' }
