package shell

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
)

// options takes the flags off a tool's arguments: known are the letters, one
// with a colon after it takes a value. The rest are the operands. Without ok
// an option was not known, and that has been said.
func (c *call) options(known string) (flags map[byte]string, rest []string, ok bool) {
	flags = map[byte]string{}
	for i := 0; i < len(c.args); i++ {
		arg := c.args[i]
		if arg == "--" {
			return flags, append(rest, c.args[i+1:]...), true
		}
		if len(arg) < 2 || arg[0] != '-' || strings.HasPrefix(arg, "--") {
			rest = append(rest, arg)
			continue
		}
		for j := 1; j < len(arg); j++ {
			at := strings.IndexByte(known, arg[j])
			switch {
			case at < 0 || arg[j] == ':':
				c.fail(1, "invalid option -- '%c'", arg[j])
				return nil, nil, false
			case at+1 < len(known) && known[at+1] == ':':
				value := arg[j+1:]
				if value == "" {
					if i++; i >= len(c.args) {
						c.fail(1, "option requires an argument -- '%c'", arg[j])
						return nil, nil, false
					}
					value = c.args[i]
				}
				flags[arg[j]] = value
				j = len(arg)
			default:
				flags[arg[j]] = ""
			}
		}
	}
	return flags, rest, true
}

func has(flags map[byte]string, b byte) bool { _, ok := flags[b]; return ok }

// input is the text of the named files one after another, or of standard
// input; what cannot be read is said and makes ok false.
func (c *call) input(names []string) (text string, ok bool) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	ok = true
	var b strings.Builder
	for _, name := range names {
		if name == "-" {
			data, _ := io.ReadAll(io.LimitReader(c.in, maxFiles))
			b.Write(data)
			continue
		}
		data, err := c.fs.read(c.path(name))
		if err != nil {
			c.fail(1, "%s: %s", name, reason(err))
			ok = false
			continue
		}
		b.Write(data)
	}
	return b.String(), ok
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func (c *call) printLines(ls []string) {
	w := bufio.NewWriter(c.out)
	defer w.Flush()
	for _, l := range ls {
		w.WriteString(l)
		w.WriteByte('\n')
	}
}

func failedIf(bad bool) int {
	if bad {
		return 1
	}
	return 0
}

func cat(c *call) int {
	flags, names, ok := c.options("nAeEstTuv")
	if !ok {
		return 1
	}
	text, ok := c.input(names)
	if has(flags, 'n') {
		for i, l := range lines(text) {
			c.printf("%6d\t%s\n", i+1, l)
		}
	} else {
		c.printf("%s", text)
	}
	return failedIf(!ok)
}

func head(c *call) int {
	return ends(c, func(ls []string, n int) []string { return ls[:min(n, len(ls))] })
}
func tail(c *call) int {
	return ends(c, func(ls []string, n int) []string { return ls[len(ls)-min(n, len(ls)):] })
}

func ends(c *call, cut func([]string, int) []string) int {
	for i, a := range c.args { // the old form -5
		if n, err := strconv.Atoi(strings.TrimPrefix(a, "-")); err == nil && strings.HasPrefix(a, "-") && (i == 0 || c.args[i-1] != "-n" && c.args[i-1] != "-c") {
			c.args[i] = "-n" + strconv.Itoa(n)
		}
	}
	flags, names, ok := c.options("n:c:qvf")
	if !ok {
		return 1
	}
	n := 10
	if v, given := flags['n']; given {
		var err error
		if n, err = strconv.Atoi(strings.TrimPrefix(v, "+")); err != nil || n < 0 {
			return c.fail(1, "invalid number of lines: ‘%s’", v)
		}
	}
	text, ok := c.input(names)
	if v, given := flags['c']; given {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return c.fail(1, "invalid number of bytes: ‘%s’", v)
		}
		n = min(n, len(text))
		if c.name == "tail" {
			n = len(text) - n
			c.printf("%s", text[n:])
		} else {
			c.printf("%s", text[:n])
		}
		return failedIf(!ok)
	}
	c.printLines(cut(lines(text), n))
	return failedIf(!ok)
}

func sortLines(c *call) int {
	flags, names, ok := c.options("nrufk:t:bdgVhs")
	if !ok {
		return 2
	}
	text, ok := c.input(names)
	ls := lines(text)
	field := func(l string) string {
		k, err := strconv.Atoi(strings.TrimRight(strings.SplitN(flags['k'], ",", 2)[0], "nrb"))
		if err != nil || k < 1 {
			return l
		}
		fs := strings.Fields(l)
		if sep := flags['t']; sep != "" {
			fs = strings.Split(l, sep)
		}
		if k > len(fs) {
			return ""
		}
		return fs[k-1]
	}
	numeric := has(flags, 'n') || strings.Contains(flags['k'], "n")
	slices.SortStableFunc(ls, func(a, b string) int {
		x, y := field(a), field(b)
		order := 0
		if numeric {
			order = cmp.Compare(leadingNumber(x), leadingNumber(y))
		} else if has(flags, 'f') {
			order = strings.Compare(strings.ToLower(x), strings.ToLower(y))
		} else {
			order = strings.Compare(x, y)
		}
		order = cmp.Or(order, strings.Compare(a, b))
		if has(flags, 'r') || strings.Contains(flags['k'], "r") {
			order = -order
		}
		return order
	})
	if has(flags, 'u') {
		ls = slices.Compact(ls)
	}
	c.printLines(ls)
	return failedIf(!ok)
}

func leadingNumber(s string) float64 {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || end == 0 && s[end] == '-') {
		end++
	}
	f, _ := strconv.ParseFloat(s[:end], 64)
	return f
}

func uniq(c *call) int {
	flags, names, ok := c.options("cdui")
	if !ok {
		return 1
	}
	text, ok := c.input(names)
	ls := lines(text)
	for i := 0; i < len(ls); {
		n := 1
		for i+n < len(ls) && ls[i+n] == ls[i] {
			n++
		}
		if !(has(flags, 'd') && n == 1 || has(flags, 'u') && n > 1) {
			if has(flags, 'c') {
				c.printf("%7d ", n)
			}
			c.printf("%s\n", ls[i])
		}
		i += n
	}
	return failedIf(!ok)
}

func wc(c *call) int {
	flags, names, ok := c.options("lwcm")
	if !ok {
		return 1
	}
	text, ok := c.input(names)
	counts := []struct {
		flag byte
		n    int
	}{{'l', strings.Count(text, "\n")}, {'w', len(strings.Fields(text))}, {'c', len(text)}}
	var shown []string
	for _, k := range counts {
		if len(flags) == 0 {
			shown = append(shown, padLeft(k.n, 7))
		} else if has(flags, k.flag) || k.flag == 'c' && has(flags, 'm') {
			shown = append(shown, strconv.Itoa(k.n))
		}
	}
	if len(names) == 1 {
		shown = append(shown, names[0])
	}
	c.printf("%s\n", strings.Join(shown, " "))
	return failedIf(!ok)
}

func padLeft(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat(" ", max(0, width-len(s))) + s
}

func cut(c *call) int {
	flags, names, ok := c.options("d:f:c:s")
	if !ok {
		return 1
	}
	list, fields := flags['f'], true
	if list == "" {
		list, fields = flags['c'], false
	}
	want := cutRanges(list)
	if want == nil {
		return c.fail(1, "you must specify a list of bytes, characters, or fields")
	}
	sep := flags['d']
	if sep == "" {
		sep = "\t"
	}
	text, ok := c.input(names)
	for _, l := range lines(text) {
		var parts []string
		join := ""
		if fields {
			if !strings.Contains(l, sep) {
				if !has(flags, 's') {
					c.printf("%s\n", l)
				}
				continue
			}
			parts, join = strings.Split(l, sep), sep
		} else {
			parts = strings.Split(l, "")
		}
		var kept []string
		for i, p := range parts {
			if want(i + 1) {
				kept = append(kept, p)
			}
		}
		c.printf("%s\n", strings.Join(kept, join))
	}
	return failedIf(!ok)
}

// cutRanges reads 1,3-5,7-; nil for what is none.
func cutRanges(list string) func(int) bool {
	type span struct{ from, to int }
	var spans []span
	for part := range strings.SplitSeq(list, ",") {
		a, b, ranged := strings.Cut(part, "-")
		s := span{1, 1 << 30}
		var err error
		if a != "" {
			if s.from, err = strconv.Atoi(a); err != nil || s.from < 1 {
				return nil
			}
		}
		switch {
		case !ranged:
			s.to = s.from
		case b != "":
			if s.to, err = strconv.Atoi(b); err != nil {
				return nil
			}
		}
		if part == "" || part == "-" {
			return nil
		}
		spans = append(spans, s)
	}
	return func(i int) bool {
		return slices.ContainsFunc(spans, func(s span) bool { return s.from <= i && i <= s.to })
	}
}

func tr(c *call) int {
	flags, sets, ok := c.options("dsc")
	if !ok || len(sets) == 0 {
		return c.fail(1, "missing operand")
	}
	from := []rune(trSet(sets[0]))
	text, _ := c.input(nil)
	var b strings.Builder
	var last rune = -1
	for _, r := range text {
		at := slices.Index(from, r)
		switch {
		case at >= 0 && has(flags, 'd'):
			continue
		case at >= 0 && len(sets) > 1:
			to := []rune(trSet(sets[1]))
			if len(to) > 0 {
				r = to[min(at, len(to)-1)]
			}
		}
		if has(flags, 's') && at >= 0 && r == last {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	c.printf("%s", b.String())
	return 0
}

func trSet(s string) string {
	s = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\r", `\\`, `\`, "[:lower:]", "abcdefghijklmnopqrstuvwxyz", "[:upper:]", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "[:digit:]", "0123456789", "[:space:]", " \t\n\r\v\f").Replace(s)
	rs := []rune(s)
	var b strings.Builder
	for i := 0; i < len(rs); i++ {
		if i+2 < len(rs) && rs[i+1] == '-' && rs[i] <= rs[i+2] && rs[i+2]-rs[i] < 256 {
			for r := rs[i]; r <= rs[i+2]; r++ {
				b.WriteRune(r)
			}
			i += 2
			continue
		}
		b.WriteRune(rs[i])
	}
	return b.String()
}

func tee(c *call) int {
	flags, names, ok := c.options("ai")
	if !ok {
		return 1
	}
	text, _ := c.input(nil)
	c.printf("%s", text)
	code := 0
	for _, name := range names {
		p := c.path(name)
		content := text
		if has(flags, 'a') {
			old, _ := c.fs.read(p)
			content = string(old) + text
		}
		if err := c.fs.write(p, []byte(content)); err != nil {
			code = c.fail(1, "%s: %s", name, reason(err))
		}
	}
	return code
}
