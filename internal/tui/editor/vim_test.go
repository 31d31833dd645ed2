package editor

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// vimKeys types keys letter by letter; the escape, newline and control
// characters are their keys.
func vimKeys(e *Editor, keys string) {
	for _, r := range keys {
		switch r {
		case '\x1b':
			e.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
		case '\n':
			e.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		case '\b':
			e.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
		case '\x16', '\x1a':
			e.Update(tea.KeyPressMsg{Code: r + 'a' - 1, Mod: tea.ModCtrl})
		case '\x12':
			e.Update(tea.KeyPressMsg{Code: 'r', Mod: tea.ModCtrl})
		default:
			e.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
}

// vim is an editor with vim's keys.
func atVim(text string) *Editor {
	e := at(text)
	e.SetVim(true)
	return e
}

// TestVim holds the keys to what vim 9.0 does with them: every want was
// written by it.
func TestVim(t *testing.T) {
	for _, tt := range []struct{ text, keys, want string }{
		{"one two|", "x", "one t|w"},
		{"|one two", "dw", "|two"},
		{"|one two three", "d2w", "|three"},
		{"|one two three", "2dw", "|three"},
		{"on|e two", "dw", "on|two"},
		{"one |two\nthree", "dw", "one| \nthree"},
		{"|one two", "cwnew\x1b", "ne|w two"},
		{"|one two three", "c2wnew\x1b", "ne|w three"},
		{"o|ne", "cwx\x1b", "o|x"},
		{"one| two", "cwx\x1b", "one|xtwo"},
		{"|a.b c", "dw", "|.b c"},
		{"|a.b c", "dW", "|c"},
		{"one t|wo three", "diw", "one | three"},
		{"one t|wo three", "daw", "one |three"},
		{"one two t|hree", "daw", "one tw|o"},
		{"one t|wo three", "ciwnew\x1b", "one ne|w three"},
		{"|one two three", "d2aw", "|three"},
		{"a: \"b| c\" d", "di\"", "a: \"|\" d"},
		{"a: \"b| c\" d", "ca\"x\x1b", "a: |xd"},
		{"|a: 'b c' d", "di'", "a: '|' d"},
		{"f(a, |b(c))", "di(", "f(|)"},
		{"f(a, b(|c))", "da(", "f(a, b|)"},
		{"x: [1, |2]", "ci[3\x1b", "x: [|3]"},
		{"x: {a: |b}", "di{", "x: {|}"},
		{"{\n  a: |1\n}", "di{", "{\n|}"},
		{"{\n  a: |1,\n  b: 2\n}", "di{", "{\n|}"},
		{"a\nb|\nc", "dd", "a\n|c"},
		{"a\nb|\nc", "ddp", "a\nc\n|b"},
		{"a\nb|\nc", "yyp", "a\nb\n|b\nc"},
		{"a\nb|\nc", "yyP", "a\n|b\nb\nc"},
		{"a\nb|\nc\nd", "2dd", "a\n|d"},
		{"a\nb|\nc", "ddu", "a\n|b\nc"},
		{"a\nb|\nc", "dduu\x12", "a\n|c"},
		{"a|\nb\nc", "dj", "|c"},
		{"a\nb\nc|", "dk", "|a"},
		{"a\nb\nc|", "dd", "a\n|b"},
		{"ab|c", "xp", "ab|c"},
		{"|abc", "ylp", "a|abc"},
		{"|abc", "yl3p", "aaa|abc"},
		{"a|bc", "X", "|bc"},
		{"a|bc", "s1\x1b", "a|1c"},
		{"a|bc d", "D", "|a"},
		{"a|bc d", "Cx\x1b", "a|x"},
		{"  a|b\nc", "o1\x1b", "  ab\n  |1\nc"},
		{"  a|b\nc", "O1\x1b", "  |1\n  ab\nc"},
		{"  a|b", "I1\x1b", "  |1ab"},
		{"  a|b", "A1\x1b", "  ab|1"},
		{"a|b", "a1\x1b", "ab|1"},
		{"a|b", "i1\x1b", "a|1b"},
		{"a|b", "3i1\x1b", "a11|1b"},
		{"a|b", "2ox\x1b", "ab\nx\n|x"},
		{"a|b", "ixy\x1b.", "axx|yyb"},
		{"|a b c", "cwx\x1bw.", "x |x c"},
		{"|a b c d", "dw..", "|d"},
		{"|a b c d e f", "dw2.", "|d e f"},
		{"a|\nb\nc", "ddu.", "|b\nc"},
		{"|a\nb\nc", "A;\x1bj.j.", "a;\nb;\nc|;"},
		{"a|\nb", "J", "a| b"},
		{"a|\n  b\nc", "3J", "a b| c"},
		{"a|\n)", "J", "a|)"},
		{"|abc", "~~", "AB|c"},
		{"|abc", "2~", "AB|c"},
		{"|abc", "rx", "|xbc"},
		{"|abc", "3rx", "xx|x"},
		{"|abc", "4rx", "|abc"},
		{"a|bc", "r\n", "a\n|c"},
		{"|a\nb\nc", ">>", "  |a\nb\nc"},
		{"|  a\nb\nc", "<<", "|a\nb\nc"},
		{"|a\nb\nc", ">j", "  |a\n  b\nc"},
		{"|a\nb\nc", "3>>", "  |a\n  b\n  c"},
		{"|a\nb\nc", "Vj>", "  |a\n  b\nc"},
		{"|a\n\nb", ">G", "  |a\n\n  b"},
		{"|abc def", "fe", "abc d|ef"},
		{"|abc def", "tee", "abc de|f"},
		{"abc de|f", "Fb", "a|bc def"},
		{"abc de|f", "Ta", "a|bc def"},
		{"|a,b,c,d", "f,;", "a,b|,c,d"},
		{"|a,b,c,d", "2f,,", "a|,b,c,d"},
		{"|a,b,c,d", "t,;", "a,|b,c,d"},
		{"|a,b,c,d", "dt,", "|,b,c,d"},
		{"|a,b,c", "df,.", "|c"},
		{"|abc", "fz", "|abc"},
		{"|a b\n\nc\n\nd", "}", "a b\n|\nc\n\nd"},
		{"|a b\n\nc\n\nd", "2}", "a b\n\nc\n|\nd"},
		{"a\n\nb\n\nc|", "{", "a\n\nb\n|\nc"},
		{"|a\nb\n\nc", "d}", "|\nc"},
		{"a|b\nb\n\nc", "d}", "|a\n\nc"},
		{"a\n\nb|\nc\n\nd", "dap", "a\n\n|d"},
		{"a\n\nb|\nc\n\nd", "dip", "a\n\n|\nd"},
		{"a\n\nb|", "yip", "a\n\n|b"},
		{"a|\nb\nc", "G", "a\nb\n|c"},
		{"a\nb\nc|", "gg", "|a\nb\nc"},
		{"|a\nb\nc", "2G", "a\n|b\nc"},
		{"a|\nb\nc", "dG", "|"},
		{"a\nb\nc|", "dgg", "|"},
		{"  a|b", "0", "|  ab"},
		{"  a|b", "^", "  |ab"},
		{"  |ab  ", "$", "  ab | "},
		{"  |ab  ", "g_", "  a|b  "},
		{"|  ab", "3|", "  |ab"},
		{"x(|a[1]b)y", "%", "x(a[1|]b)y"},
		{"|x(a[1]b)y", "%", "x(a[1]b|)y"},
		{"x(a[1]b|)y", "%", "x|(a[1]b)y"},
		{"|x(a[1]b)y", "d%", "|y"},
		{"|one two one", "*", "one two |one"},
		{"one two |one", "#", "|one two one"},
		{"|one two one", "*N", "|one two one"},
		{"|ab cd ef", "vey", "|ab cd ef"},
		{"|ab cd ef", "vex", "| cd ef"},
		{"|ab cd ef", "vwd", "|d ef"},
		{"a|b cd", "v$d", "|a"},
		{"|ab\ncd", "vjd", "|d"},
		{"a\nb|\nc", "Vd", "a\n|c"},
		{"a\nb|\nc", "Vkd", "|c"},
		{"|a\nb\nc", "VGd", "|"},
		{"|ab cd", "viwp", "| cd"},
		{"|ab cd", "yiwwviwp", "ab a|b"},
		{"|ab cd", "ywwVp", "|ab "},
		{"|ab cd", "vU", "|Ab cd"},
		{"|ab cd", "viwU", "|AB cd"},
		{"|AB", "Vu", "|ab"},
		{"|aB", "g~~", "|Ab"},
		{"|ab cd", "gUiw", "|AB cd"},
		{"|ab cd", "gUU", "|AB CD"},
		{"  ab| cd\nef", "gUU", "  |AB CD\nef"},
		{"ab |cd\nef", "2gUU", "AB |CD\nEF"},
		{"|ab cd", "vlrx", "|xx cd"},
		{"|a\nb\nc", "VjJ", "a| b\nc"},
		{"|abcd", "vlohd", "|cd"},
		{"|ab cd ef", "vld.", "|d ef"},
		{"|a\nb\nc\nd", "Vjd.", "|"},
		{"|one two", "e", "on|e two"},
		{"|one two", "ee", "one tw|o"},
		{"one tw|o", "b", "one |two"},
		{"one tw|o", "bb", "|one two"},
		{"one| two", "ge", "on|e two"},
		{"|a-b c", "E", "a-|b c"},
		{"a-b |c", "B", "|a-b c"},
		{"|a\n\nb", "ww", "a\n\n|b"},
		{"|a\n\n  b", "www", "a\n\n  |b"},
		{"|a b", "\"ayw\"ap", "aa|  b"},
		{"|a b", "\"_dwP", "|b"},
		{"|a\nb", "yyjdd\"0p", "a\n|a"},
		{"|ab", "5x", "|"},
		{"|ab\nc", "5j", "ab\n|c"},
		{"a|\nb\nc", "5dd", "|"},
		{"|x", "iab\x1bu", "|x"},
		{"|x", "iab\x1biy\x1bu", "a|bx"},
		{"|x", "iab\x1biy\x1buu\x12", "|abx"},
		{"a |b", "cc1\x1b", "|1"},
		{"  a|", "cc1\x1b", "  |1"},
		{"|a\nb", "S1\x1b", "|1\nb"},
		{"  a|b\n  c", "cj1\x1b", "  |1"},
		{"日本|語 x", "x", "日本| x"},
		{"日|本語 x", "dw", "日|x"},
		{"|日本 x", "e", "日|本 x"},
		{"|日本語", "2l", "日本|語"},
		{"|a b c", "wD", "a| "},
		{"a: |b # c", "dt#", "a: |# c"},
		{"a |b", "ywP", "a |bb"},
		{"|ab", "yyp2.", "ab\nab\n|ab\nab"},
		{"ab|c d", "Xu", "a|bc d"},
		{"one two|", "~u", "one tw|o"},
		{"a\n b|c\nd", "oxy\x1bu", "a\n b|c\nd"},
		{"a\nb|c\nd", "ddu\x12", "a\n|d"},
		{"a\nb\nc|", "ddu\x12", "a\n|b"},
		{"  a|b\nc", "o\x1b", "  ab\n|\nc"},
		{"  a|b", "o\n\nx\x1b", "  ab\n\n\n  |x"},
		{"one |six  \n  eight x", "2daw", "one| x"},
		{"one |six  \n  eight x", "3diw", "one |eight x"},
		{"o|ne\ntwo three", "2diw", "| three"},
		{"|\n\nb", "daw", "|b"},
		{"|\nb c", "dw", "|b c"},
		{"a\n|b\nc", "2$", "a\nb\n|c"},
		{"a b\n|c d", "}", "a b\nc |d"},
		{"a\n|  b\nc", "yk", "|a\n  b\nc"},
		{"a\nb|\nc", "2G''", "|a\nb\nc"},
		{"|web-1 webs web x", "*x", "web-1 webs |eb x"},
		{"a |= b c", "*", "a = |b c"},
		{"|a b\n c", "4 x", "a b\n| "},
		{"|a b\nc", "3d ", "|\nc"},
		{"a\n |b", "\bx", "a\n|b"},
		{"f(|a(b))", "2di(", "f(|a(b))"},
		{"f(a(|b))", "2di(", "f(|)"},
		{"|x [a]", "di[", "x [|]"},
		{"x(|a)", "2di[", "x(|a)"},
		{"|a\n\nb\n\nc", "2dap", "|c"},
		{"  |a b\n  \nc", "d}", "|"},
		{"|abc", "vly~.", "AB|c"},
		{"a|\nb\nc", "vjJ", "a| b\nc"},
		{"|ab cd ef", "viwiwiwd", "| ef"},
		{"|ab cd ef", "yiwwviwpwviwp", "ab ab c|d"},
		{"|ab cd ef", "yiwwviwPwviwP", "ab ab a|b"},
		{"|a\nb\nc\nd\ne", "Vjd3.", "|e"},
		{"|a\nb", "2Ox\x1b", "x\n|x\na\nb"},
		{"a|bc\nde\nfghi", "\x16jjd", "a|c\nd\nfhi"},
		{"a|bc\nde\nfghi", "\x16jjlIx\x1b", "a|xbc\ndxe\nfxghi"},
		{"a|bc\nd\nfghi", "\x16jjAx\x1b", "a|bxc\nd x\nfgxhi"},
		{"a|bc\nd\nfghi", "\x16jj$Ax\x1b", "a|bcx\ndx\nfghix"},
		{"a|bc\n\nfghi", "\x16jjIx\x1b", "a|xbc\n\nfxghi"},
		{"a|bc\nde\nfghi", "\x16jjcXY\x1b", "aX|Yc\ndXY\nfXYhi"},
		{"a|bc\nde\nfghi", "\x16jjcXY\x1bu", "a|bc\nde\nfghi"},
		{"a|bc\nde\nfghi", "\x16jIx\x1bj.", "axbc\nd|xxe\nfxghi"},
		{"a|bc\nde\nfghi", "\x16jjD", "|a\nd\nf"},
		{"a|bcd\nefgh\nijkl", "\x16jlyp", "ab|bccd\neffggh\nijkl"},
		{"a|bcd\nefgh", "\x16jlyjp", "abcd\nef|bcgh\n  fg"},
		{"a|bcd\nefgh", "\x16jld$p", "ad|bc\nehfg"},
		{"a|bcd\nefgh", "\x16jlr-", "a|--d\ne--h"},
		{"a|bcd\nefgh", "\x16jlU", "a|BCd\neFGh"},
		{"a|bcd\nefgh", "\x16j>", "a|  bcd\ne  fgh"},
		{"a|  b\nc  d", "\x16j<", "a|b\ncd"},
		{"a|bcd\nefgh", "\x16jlOd", "a|d\neh"},
		{"|ab cd\nef", "yiw\x16jp", "a|bb cd\nabf"},
		{"a|bc\nde\nfg", "\x16jJ", "abc| de\nfg"},
		{"a|bc\nde\nfg", "\x16jVd", "|fg"},
		{"日|本語\n語日本", "\x16jd", "日|語\n語本"},
		{"port: 8|0 # a\nname: b # c", "\x16jf#x", "port: 8|# a\nname: b c"},
		{"|a b\nc d\ne f", "majjd'a", "|"},
		{"|a b\nc d\ne f", "wmajd`a", "a |d\ne f"},
		{"|a b\nc d\ne f", "jmakddx'ax", "| \ne f"},
		{"|a\nb\nc", "jmaggOx\x1b'ax", "x\na\n|\nc"},
		{"|a 1\nb 2\nc 3\nd", "qawxjbq@a@@", "a \nb \n|c \nd"},
		{"|a 1\nb 2\nc 3\nd", "qawxj0q2@au", "a \nb |2\nc 3\nd"},
		{"|a 1\nb 2\nc 3\nd", "qaf2xq9@a", "| 1\nb 2\nc 3\nd"},
		{"|a b a b a b", "qafaxq5@a", "a b  b | b"},
		{"|a\nb\nc", "qaA,\x1bjq2@a", "a,\nb,\nc|,"},
		{"日本|x y", "dw", "日本|y"},
	} {
		e := atVim(tt.text)
		vimKeys(e, tt.keys)
		if got := shown(e); got != tt.want {
			t.Errorf("%q in %q\n got %q\nwant %q", tt.keys, tt.text, got, tt.want)
		}
		if e.Mode() != Normal {
			t.Errorf("%q in %q ends in mode %v", tt.keys, tt.text, e.Mode())
		}
	}
}

// TestVimBeyondLetters is what vim's recordings do not show: the line for
// commands and searches, what is asked of the screen, keys that are not there.
func TestVimBeyondLetters(t *testing.T) {
	for _, tt := range []struct{ name, text, keys, want string }{
		{"search", "|a: 1\nb: 2\nb: 3", "/b\n", "a: 1\n|b: 2\nb: 3"},
		{"search on and back", "|a: 1\nb: 2\nb: 3", "/b\nnnN", "a: 1\nb: 2\n|b: 3"},
		{"search up", "|a: 1\nb: 2\nb: 3", "?b\nn", "a: 1\n|b: 2\nb: 3"},
		{"search is given up", "|a: 1\nb: 2", "/b\x1bx", "|: 1\nb: 2"},
		{"delete up to what is searched", "|one two three", "d/th\n", "|three"},
		{"change up to what is searched", "|one two", "c/two\nx\x1b", "|xtwo"},
		{"search without a text is for the last one", "|a b a b", "/b\n/\nx", "a b a| "},
		{"go to a line", "|a\n  b\nc", ":2\n", "a\n  |b\nc"},
		{"go to the last line", "|a\nb", ":$\n", "a\n|b"},
		{"replace on the line", "a a|\na", ":s/a/b/\n", "|b a\na"},
		{"replace everywhere", "|a a\na/a", ":%s/a/b/g\n", "b b\n|b/b"},
		{"replace a slash", "|a/b", `:s/\//-/` + "\n", "|a-b"},
		{"replace with other bars", "|a/b", ":s#a/b#c#\n", "|c"},
		{"replace in what is selected", "|a\na\na", "Vj:s/a/b/\n", "b\n|b\na"},
		{"replacing is one step", "|a a\na", ":%s/a/b/g\nu", "|a a\na"},
		{"delete lines", "|a\nb\nc\nd", ":2,3d\n", "a\n|d"},
		{"no range backwards", "|a\nb", ":2,1d\n", "|a\nb"},
		{"a comment", "a|\nb", "gcc", "|# a\nb"},
		{"a comment again", "|# a\nb", "gcc", "|a\nb"},
		{"a comment of lines", "|a\nb\nc", "gcj.", "|a\nb\nc"},
		{"autoindent", "|spec:", "otype: x\x1b", "spec:\n  type: |x"},
		{"a register in insert", "|ab", "yiwA \x12\"\x1b", "ab a|b"},
		{"a macro that plays itself ends", "|a\nb", "qaq" + "qax@aq@a", "|\nb"},
		{"a command that is not there ends a macro", "|a\nb", "qaxQxq" + "3@a", "|\nb"},
		{"an unknown operator takes its motion", "|ab\nc", "=jgqj", "|ab\nc"},
		{"esc forgets a command begun", "|ab\nc", "d\x1bj", "ab\n|c"},
		{"undo in insert", "|a", "ib\x1a", "|a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := atVim(tt.text)
			vimKeys(e, tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestVimAsks(t *testing.T) {
	for keys, want := range map[string]Ask{
		":w\n": AskCheck, ":wq\n": AskCheck, "ZZ": AskCheck, ":q\n": AskLeave, ":q!\n": AskLeave, "ZQ": AskLeave, "K": AskExplain,
		":w\x1b": AskNothing, "i:w\n": AskNothing, ":help\n": AskNothing,
	} {
		e := atVim("|a")
		vimKeys(e, keys)
		if got := e.Asked(); got != want {
			t.Errorf("%q asks %v, want %v", keys, got, want)
		}
		if e.Asked() != AskNothing {
			t.Errorf("%q asks twice", keys)
		}
	}
}

func TestVimSaysWhatIsNotThere(t *testing.T) {
	for _, keys := range []string{"Q", "'a", "@a", "gv", ":help\n"} {
		e := atVim("|a")
		vimKeys(e, keys)
		if e.Notice() == "" {
			t.Errorf("%q says nothing", keys)
		}
	}
}

func TestVimShowsItsMode(t *testing.T) {
	e := atVim("|ab cd\nef")
	for _, tt := range []struct{ keys, want string }{
		{"", "NORMAL"}, {"i", "INSERT"}, {"\x1bv", "VISUAL"}, {"V", "VISUAL LINE"}, {"\x1b:s", ":s"}, {"\x1b/x", "/x"}, {"\x1b2d", "2d"},
	} {
		vimKeys(e, tt.keys)
		rows := strings.Split(trimmed(e.View()), "\n")
		if got := rows[len(rows)-1]; !strings.Contains(got, tt.want) {
			t.Errorf("after %q the last row is %q, want %q in it", tt.keys, got, tt.want)
		}
	}
}

func TestVimAndTheMouse(t *testing.T) {
	e := atVim("|hello\nworld")
	e.Update(tea.MouseClickMsg{X: 5 + 1, Y: 0, Button: tea.MouseLeft})
	e.Update(tea.MouseMotionMsg{X: 5 + 3, Y: 0})
	e.Update(tea.MouseReleaseMsg{})
	if e.Mode() != Visual {
		t.Fatalf("mode %v after a drag", e.Mode())
	}
	vimKeys(e, "d")
	if got := shown(e); got != "h|o\nworld" {
		t.Errorf("after a drag and d: %q", got)
	}
	e.Update(tea.MouseClickMsg{X: 5 + 20, Y: 1, Button: tea.MouseLeft})
	if got := shown(e); got != "ho\nworl|d" {
		t.Errorf("a click behind the line: %q", got)
	}
}

func TestVimPaste(t *testing.T) {
	e := atVim("|ab")
	e.Update(tea.PasteMsg{Content: "x\r\n\ty"})
	if got := e.Text(); got != "x\n\tyab" || e.Mode() != Normal {
		t.Errorf("pasted %q in mode %v", got, e.Mode())
	}
	vimKeys(e, "u")
	if got := e.Text(); got != "ab" {
		t.Errorf("undone: %q", got)
	}
}

// TestVimCountOfTyping: a number that was meant for the text is a count where
// one forgot to insert; what it repeats is bounded.
func TestVimCountOfTyping(t *testing.T) {
	for _, keys := range []string{"8080iport: 80\x1b", "8080o\x1b", "8080Aa line\nand another\x1a"} {
		e := atVim("|ab")
		vimKeys(e, keys)
		if n := len(e.Text()); n > 2*maxTyped {
			t.Errorf("%q leaves %d bytes", keys, n)
		}
	}
	e := atVim("|ab")
	vimKeys(e, "8080i")
	e.Update(tea.PasteMsg{Content: strings.Repeat("a\n", 1000)})
	vimKeys(e, "\x1b")
	if n := len(e.Text()); n > 2*maxTyped {
		t.Errorf("a paste leaves %d bytes", n)
	}
}

// TestVimTextTakenOver replaces the text while one types: that is a step of its
// own.
func TestVimTextTakenOver(t *testing.T) {
	e := atVim("|a")
	vimKeys(e, "ix")
	e.Replace("b")
	vimKeys(e, "y\x1bu")
	if got := e.Text(); got != "b" {
		t.Errorf("what was typed after is undone to %q", got)
	}
	vimKeys(e, "u")
	if got := e.Text(); got != "xa" {
		t.Errorf("the replaced text is undone to %q", got)
	}
}
