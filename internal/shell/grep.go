package shell

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// grep speaks Go's regular expressions, which are near those of grep -E.
func grep(c *call) int {
	flags, rest, ok := c.options("ivcnoqEFePwHhslxm:A:B:C:")
	if !ok || len(rest) == 0 {
		c.errorf("Usage: grep [OPTION]... PATTERNS [FILE]...\n")
		return 2
	}
	re, err := grepPattern(rest[0], flags)
	if err != nil {
		return c.fail(2, "%v", err)
	}
	var numbers [3]int
	for i, given := range []string{flags['m'], cmp.Or(flags['B'], flags['C']), cmp.Or(flags['A'], flags['C'])} {
		if given == "" {
			continue
		}
		if numbers[i], err = strconv.Atoi(given); err != nil || numbers[i] < 0 {
			return c.fail(2, "%s: invalid number of lines", given)
		}
	}
	text, ok := c.input(rest[1:])
	found := c.grepLines(lines(text), re, flags, numbers[0], numbers[1], numbers[2])
	if has(flags, 'c') && !has(flags, 'q') {
		c.printf("%d\n", found)
	}
	if !ok {
		return 2
	}
	return failedIf(found == 0)
}

func grepPattern(pattern string, flags map[byte]string) (*regexp.Regexp, error) {
	if has(flags, 'F') {
		pattern = regexp.QuoteMeta(pattern)
	} else if !has(flags, 'E') && !has(flags, 'P') {
		pattern = basicRegexp(pattern)
	}
	if has(flags, 'w') {
		pattern = `\b(?:` + pattern + `)\b`
	}
	if has(flags, 'x') {
		pattern = `^(?:` + pattern + `)$`
	}
	if has(flags, 'i') {
		pattern = "(?i)" + pattern
	}
	return regexp.Compile(pattern)
}

// grepLines prints what is found, at most so many lines (0: all), with the
// lines before and after, and counts it.
func (c *call) grepLines(all []string, re *regexp.Regexp, flags map[byte]string, most, before, after int) (found int) {
	silent := has(flags, 'q') || has(flags, 'c')
	last := -1 // the last line that was printed
	prefix := func(i int, sign string) string {
		if has(flags, 'n') {
			return strconv.Itoa(i+1) + sign
		}
		return ""
	}
	show := func(i int, sign string) {
		c.printf("%s%s\n", prefix(i, sign), all[i])
		last = i
	}
	until := -1 // the last line of what follows a match
	for i, l := range all {
		if full := most > 0 && found == most; full || re.MatchString(l) == has(flags, 'v') {
			if i <= until && !silent && !has(flags, 'o') {
				show(i, "-")
			}
			if full && i >= until {
				break
			}
			continue
		}
		found++
		until = i + after
		switch {
		case silent:
		case has(flags, 'o'):
			for _, m := range re.FindAllString(l, -1) {
				c.printf("%s%s\n", prefix(i, ":"), m)
			}
		default:
			from := max(last+1, i-before)
			if before+after > 0 && last >= 0 && from > last+1 {
				c.printf("--\n")
			}
			for j := from; j < i; j++ {
				show(j, "-")
			}
			show(i, ":")
		}
	}
	return found
}

// basicRegexp turns grep's basic syntax into the extended one: \| \+ \? \( \)
// and \{ \} are operators there and bare ones are characters.
func basicRegexp(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		switch {
		case p[i] == '\\' && i+1 < len(p) && strings.IndexByte("|+?(){}", p[i+1]) >= 0:
			i++
			b.WriteByte(p[i])
		case p[i] == '\\' && i+1 < len(p):
			b.WriteString(p[i : i+2])
			i++
		case strings.IndexByte("|+?(){}", p[i]) >= 0:
			b.WriteString(`\` + p[i:i+1])
		default:
			b.WriteByte(p[i])
		}
	}
	return b.String()
}
