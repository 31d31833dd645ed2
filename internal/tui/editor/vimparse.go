package editor

import (
	"slices"
	"strings"
)

// command is a whole command of vim's normal or visual mode.
type command struct {
	register string
	count    int    // 0: none was given
	op       string // d c y > < gc gu gU g~
	motion   string // where to, or a text object; line: the lines themselves
	arg      string // of f F t T r
	act      string // anything else
	// lines and cols are how much a visual operator took, for doing it again.
	lines, cols int
}

// What a slip of the finger can ask for is bounded: a count, and the characters
// that one types again.
const (
	maxCount = 10000
	maxTyped = 2000
)

func (c command) isNone() bool { return c.op == "" && c.act == "" && c.motion == "" }

// repeats tells whether . does the command again.
func (c command) repeats() bool {
	return c.act != "u" && c.act != "ctrl+r" && c.act != "." && c.act != "@" && c.act != "m" && c.act != "q" && c.op != "y"
}

// changes tells whether the command is one that changes text, even if this time
// it found nothing to change.
func (c command) changes() bool {
	return c.op != "" || slices.Contains([]string{"p", "P", "~", "J"}, c.act)
}

// repeatsTyping tells that a count is for what is typed.
func (c command) repeatsTyping() bool {
	return c.op == "" && slices.Contains([]string{"i", "a", "I", "A", "o", "O"}, c.act)
}

func (c command) times() int { return min(max(c.count, 1), maxCount) }

type parsed uint8

const (
	whole parsed = iota
	unfinished
	unknown
)

// short are commands that stand for an operator with its motion.
var short = map[string]command{
	"x": {op: "d", motion: "l"}, "X": {op: "d", motion: "h"}, "delete": {op: "d", motion: "l"},
	"D": {op: "d", motion: "$"}, "C": {op: "c", motion: "$"}, "s": {op: "c", motion: "l"},
	"S": {op: "c", motion: "line"}, "Y": {op: "y", motion: "line"},
}

// visualShort are the same for what is selected.
var visualShort = map[string]command{
	"x": {op: "d"}, "delete": {op: "d"}, "X": {op: "d", motion: "line"}, "D": {op: "d", motion: "line", act: "D"},
	"s": {op: "c"}, "C": {op: "c", motion: "line", act: "C"}, "S": {op: "c", motion: "line"}, "R": {op: "c", motion: "line"},
	"Y": {op: "y", motion: "line", act: "Y"}, "u": {op: "gu"}, "U": {op: "gU"}, "~": {op: "g~"},
	"p": {op: "put"}, "P": {op: "put", act: "P"},
}

var (
	operators = []string{"d", "c", "y", ">", "<", "gc", "gu", "gU", "g~", "=", "gq", "gw"}
	motions   = append(strings.Fields("h j k l w b e W B E ge gE 0 ^ $ g_ | gg G { } % n N * # ; , + - H M L left right up down home end backspace enter "+
		"ctrl+left ctrl+right ctrl+d ctrl+u ctrl+f ctrl+b pgup pgdown ctrl+home ctrl+end"), " ")
	acts = strings.Fields("i a I A o O p P J u ctrl+r ctrl+z ~ . / ? : v V zz zt zb z. ZZ ZQ K ctrl+e ctrl+y insert ctrl+v " +
		"ctrl+down ctrl+up alt+down alt+up")
	visualActs = strings.Fields("o O v V J / ? : zz zt zb z. I A ctrl+v ctrl+e ctrl+y")
	charActs   = []string{"r", "m", "q", "@"} // which take a character
	objects    = strings.Fields(`w W p " ' ` + "` ( ) b { } B [ ]")
)

// parser reads keys from the left.
type parser struct{ keys []string }

func (p *parser) next() (string, bool) {
	if len(p.keys) == 0 {
		return "", false
	}
	k := p.keys[0]
	p.keys = p.keys[1:]
	return k, true
}

// number reads a count; it cannot begin with 0.
func (p *parser) number() int {
	n := 0
	for len(p.keys) > 0 && len(p.keys[0]) == 1 && p.keys[0] >= "0" && p.keys[0] <= "9" && (n > 0 || p.keys[0] != "0") {
		n = min(n*10+int(p.keys[0][0]-'0'), maxCount)
		p.keys = p.keys[1:]
	}
	return n
}

// key reads a key with the one that g, z or Z asks for.
func (p *parser) key() (string, bool) {
	k, ok := p.next()
	if ok && (k == "g" || k == "z" || k == "Z") {
		second, ok := p.next()
		if second == "enter" {
			second = "t"
		}
		return k + second, ok
	}
	return k, ok
}

// parse reads a command of normal or visual mode.
func parse(keys []string, visual bool) (command, parsed) {
	p := &parser{keys}
	var c command
	for len(p.keys) > 0 && p.keys[0] == `"` {
		p.next()
		r, ok := p.next()
		if !ok {
			return c, unfinished
		}
		c.register = unnamed(r)
	}
	c.count = p.number()
	k, ok := p.key()
	if !ok {
		return c, unfinished
	}
	table, plain := short, acts
	if visual {
		table, plain = visualShort, visualActs
	}
	if s, ok := table[k]; ok {
		s.register, s.count = c.register, c.count
		return s, whole
	}
	switch {
	case slices.Contains(operators, k):
		c.op = k
		if visual {
			return c, whole
		}
		return p.target(c)
	case slices.Contains(charActs, k):
		c.act = k
		c.arg, ok = p.next()
		return c, wholeIf(ok)
	case slices.Contains(plain, k):
		c.act = k
		return c, whole
	}
	return p.motion(c, k, visual)
}

func wholeIf(ok bool) parsed {
	if ok {
		return whole
	}
	return unfinished
}

// target reads what an operator is for.
func (p *parser) target(c command) (command, parsed) {
	if n := p.number(); n > 0 {
		c.count = min(max(c.count, 1)*n, maxCount)
	}
	k, ok := p.key()
	switch {
	case !ok:
		return c, unfinished
	case k == c.op, c.op[0] == 'g' && k == c.op[1:]:
		c.motion = "line"
		return c, whole
	case k == "/" || k == "?":
		c.motion = k
		return c, whole
	}
	return p.motion(c, k, true)
}

// motion reads a motion, or a text object where there may be one.
func (p *parser) motion(c command, k string, orObject bool) (command, parsed) {
	switch {
	case slices.Contains([]string{"f", "F", "t", "T", "'", "`"}, k):
		var ok bool
		c.motion = k
		c.arg, ok = p.next()
		return c, wholeIf(ok)
	case orObject && (k == "i" || k == "a"):
		o, ok := p.next()
		if ok && !slices.Contains(objects, o) {
			return c, unknown
		}
		c.motion = k + o
		return c, wholeIf(ok)
	case slices.Contains(motions, k):
		c.motion = k
		return c, whole
	}
	return c, unknown
}

// joined is what was typed of a command, for the eye.
func joined(keys []string) string { return strings.Join(keys, "") }
