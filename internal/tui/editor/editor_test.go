package editor

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text/en"
)

// at is an editor with text, its cursor where | stands.
func at(text string) *Editor {
	e := New(style.New(style.ForBackground(true)), &en.Strings().Editor)
	before, after, _ := strings.Cut(text, "|")
	e.SetText(before + after)
	e.SetSize(60, 20)
	e.moveTo(endOf(Pos{}, before), false)
	return e
}

// shown is the text with | at the cursor.
func shown(e *Editor) string {
	p := e.sel.cursor
	return e.buf.slice(span{Pos{}, p}) + "|" + e.buf.slice(span{p, e.buf.end()})
}

// press types keys by name, parted by spaces; what is no key's name is typed
// letter by letter, _ as a space.
func press(e *Editor, keys string) {
	for _, k := range strings.Fields(keys) {
		if msg, ok := named(k); ok {
			e.Update(msg)
			continue
		}
		for _, r := range strings.ReplaceAll(k, "_", " ") {
			e.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
}

var names = map[string]rune{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "esc": tea.KeyEscape,
	"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
}

func named(k string) (tea.KeyPressMsg, bool) {
	var mod tea.KeyMod
	for name, m := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "shift+": tea.ModShift, "alt+": tea.ModAlt} {
		if strings.Contains(k, name) {
			mod |= m
			k = strings.Replace(k, name, "", 1)
		}
	}
	if c, ok := names[k]; ok {
		return tea.KeyPressMsg{Code: c, Mod: mod}, true
	}
	if r, n := utf8.DecodeRuneInString(k); mod != 0 && n == len(k) {
		return tea.KeyPressMsg{Code: r, Mod: mod}, true
	}
	return tea.KeyPressMsg{}, false
}

func TestKeys(t *testing.T) {
	for _, tt := range []struct{ name, text, keys, want string }{
		{"type", "a|c", "b", "ab|c"},
		{"a line more", "kind: Service|", "enter x", "kind: Service\nx|"},
		{"indent after a colon", "spec:|", "enter x", "spec:\n  x|"},
		{"keep the indentation", "spec:\n  a: 1|", "enter b", "spec:\n  a: 1\n  b|"},
		{"below a list item's text", "  - name: http|", "enter p", "  - name: http\n    p|"},
		{"a list item that opens a block", "- spec:|", "enter p", "- spec:\n    p|"},
		{"a block scalar", "a: ||", "enter p", "a: |\n  p|"},
		{"a comment after the colon", "spec: # what|", "enter p", "spec: # what\n  p|"},
		{"break in the middle", "  a|b", "enter", "  a\n  |b"},
		{"tab to the next stop", "a|", "tab", "a |"},
		{"tab from a stop", "  |", "tab", "    |"},
		{"shift tab", "    a|", "shift+tab", "  a|"},
		{"shift tab takes a tab character", "\ta|", "shift+tab", "a|"},
		{"shift tab of one space", " a|", "shift+tab", "a|"},
		{"backspace in the indentation", "    |a", "backspace", "  |a"},
		{"backspace in an odd indentation", "   |a", "backspace", "  |a"},
		{"backspace joins lines", "a\n|b", "backspace", "a|b"},
		{"backspace takes a whole emoji", "a👩‍🚀|b", "backspace", "a|b"},
		{"left over a wide character", "日本|語", "left x", "日x|本語"},
		{"right over a combining mark", "|e\u0301a", "right x", "e\u0301x|a"},
		{"delete joins lines", "a|\nb", "delete", "a|b"},
		{"a word back", "type: NodePort|", "ctrl+w", "type: |"},
		{"up keeps the column", "abc\nd\nefg|", "up up", "abc|\nd\nefg"},
		{"up keeps the column of wide characters", "日本語\nabcdef|", "up", "日本語|\nabcdef"},
		{"home goes to the text, then to the start", "  abc|", "home x home home y", "y|  xabc"},
		{"ends", "a\nb|\nc", "ctrl+end x ctrl+home y", "y|a\nb\ncx"},
		{"typing replaces the selection", "ab|cd", "shift+right shift+right x", "abx|"},
		{"left leaves the selection at its start", "ab|cd", "shift+right shift+right left x", "abx|cd"},
		{"select all and type", "a\nb|", "ctrl+a x", "x|"},
		{"copy a line and paste it", "a|\nb", "ctrl+c down home ctrl+v", "a\na\n|b"},
		{"cut a selection and paste it twice", "ab|c", "shift+left ctrl+x ctrl+v ctrl+v", "abb|c"},
		{"cut the only line", "ab|", "ctrl+x", "|"},
		{"duplicate a line", "a\n b|", "ctrl+d", "a\n b\n b|"},
		{"move a line up and down", "a\nb|\nc", "alt+up alt+down alt+down", "a\nc\nb|"},
		{"a line that cannot move", "a|", "alt+up alt+down", "a|"},
		{"comment and uncomment", "  a: 1|", "ctrl+t", "  # a: 1|"},
		{"uncomment", "  # a: 1|", "ctrl+t", "  a: 1|"},
		{"undo a run of letters as one", "|", "abc ctrl+z", "|"},
		{"undo word by word", "|", "abc_def ctrl+z", "abc|"},
		{"undo and redo", "|", "abc enter d ctrl+z ctrl+z ctrl+y", "abc\n|"},
		{"undo after moving", "ab|", "c left d ctrl+z", "ab|c"},
		{"typing ends what redo knows", "|", "a ctrl+z b ctrl+y", "b|"},
		{"undo a move of lines", "a\nb|", "alt+up ctrl+z", "a\nb|"},
		{"find and replace what is found", "a: 1\nb: 2\nab: 3|", "ctrl+f b: enter esc x", "a: 1\nb: 2\nax| 3"},
		{"find goes round", "needle\nx|", "ctrl+f NEED esc ctrl+f", "needle\nx|"},
		{"replace one, skip one", "a1\na2\na3|", "ctrl+home ctrl+f a tab bb enter down enter esc", "bb1\na|2\nbb3"},
		{"replace all in one step", "a1 a2\nA3|", "ctrl+f a tab b ctrl+a esc ctrl+z", "a|1 a2\nA3"},
		{"replace all, capitals too", "a1 a2\nA3|", "ctrl+f a tab b ctrl+a esc", "b1 b2\n|b3"},
		{"replace what contains itself", "a|", "ctrl+f a tab aa ctrl+a esc", "|aa"},
		{"find without regard to case", "|x\nNodePort", "ctrl+f nodeport esc left", "x\n|NodePort"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := at(tt.text)
			if tt.name == "a block scalar" {
				e = at("a: |")
				e.SetText("a: |")
				e.moveTo(e.buf.end(), false)
			}
			press(e, tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestIndentAndCommentOfSeveralLines(t *testing.T) {
	e := at("|a:\n  b: 1\n\nc: 2")
	press(e, "shift+down shift+down shift+down shift+end tab")
	if got, want := e.Text(), "  a:\n    b: 1\n\n  c: 2"; got != want {
		t.Errorf("indented: %q, want %q", got, want)
	}
	press(e, "ctrl+t")
	if got, want := e.Text(), "  # a:\n  #   b: 1\n\n  # c: 2"; got != want {
		t.Errorf("commented: %q, want %q", got, want)
	}
	press(e, "ctrl+z ctrl+z")
	if got, want := e.Text(), "a:\n  b: 1\n\nc: 2"; got != want {
		t.Errorf("undone: %q, want %q", got, want)
	}
}

func TestPaste(t *testing.T) {
	e := at("|")
	e.Update(tea.PasteMsg{Content: "a:\r\n\tb: 1\rc: 2\n"})
	if got, want := e.Text(), "a:\n\tb: 1\nc: 2\n"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if !strings.Contains(ansi.Strip(e.View()), "→ b: 1") {
		t.Errorf("the tab is not shown:\n%s", ansi.Strip(e.View()))
	}
	e.Update(tea.PasteMsg{Content: strings.Repeat("x", MaxBytes)})
	if e.Notice() == "" || len(e.Text()) > 100 {
		t.Errorf("notice %q after pasting too much, %d bytes", e.Notice(), len(e.Text()))
	}
}

func TestDiagnosticsFollowTheirLines(t *testing.T) {
	e := at("a\nb\nc|")
	e.SetDiagnostics(e.Version(), []Diagnostic{{Line: 2, Message: "what is c?"}})
	press(e, "ctrl+home enter")
	if d := e.Diagnostics(); len(d) != 1 || d[0].Line != 3 {
		t.Errorf("diagnostics %+v", d)
	}
	e.SetDiagnostics(e.Version()-1, nil)
	if len(e.Diagnostics()) != 1 {
		t.Error("what was said of an older text was taken")
	}
}

func TestView(t *testing.T) {
	e := at("apiVersion: v1\nspec:\n  externalTrafficPolicy: local # here|\n" + strings.Repeat("x: y\n", 40))
	e.SetSize(40, 8)
	e.SetDiagnostics(e.Version(), []Diagnostic{{Line: 2, Col: 25, End: 30, Message: `Unsupported value: "local": supported values: "Cluster", "Local"`}})
	got := trimmed(e.View())
	if diff := cmp.Diff(trimmed(`  1  …on: v1
  2  …
  3  …alTrafficPolicy: local # here
     ! Unsupported value: "local":
       supported values: "Cluster",
       "Local"
  4  …
  5  …`), got); diff != "" {
		t.Error(diff)
	}
	if x, y, ok := e.Cursor(); !ok || y != 2 || x < 30 {
		t.Errorf("cursor at %d,%d %v", x, y, ok)
	}
}

// TestFindInAnotherText goes on with a search when the text was replaced.
func TestFindInAnotherText(t *testing.T) {
	e := at("a long first line|\nand more")
	press(e, "ctrl+f")
	e.Replace("b\nab")
	press(e, "a")
	if got := shown(e); got != "b\na|b" {
		t.Errorf("found %q", got)
	}
}

func trimmed(s string) string {
	lines := strings.Split(ansi.Strip(s), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestMouse(t *testing.T) {
	e := at("|hello\n日本語\n")
	e.Update(tea.MouseClickMsg{X: 5 + 2, Y: 1, Button: tea.MouseLeft})
	if got := shown(e); got != "hello\n日|本語\n" {
		t.Errorf("after a click: %q", got)
	}
	e.Update(tea.MouseMotionMsg{X: 5 + 1, Y: 0})
	e.Update(tea.MouseReleaseMsg{})
	press(e, "x")
	if got := shown(e); got != "hx|本語\n" {
		t.Errorf("after a drag and x: %q", got)
	}
}

func TestHighlight(t *testing.T) {
	letters := map[kind]string{plain: " ", key: "k", str: "s", number: "n", word: "w", comment: "c", punctuation: "p", anchor: "a", mark: "m"}
	for _, tt := range []struct{ text, want string }{
		{"kind: Service", "kkkkp sssssss"},
		{"port: 80 # callers", "kkkkp nn ccccccccc"},
		{"- name: http", "p kkkkp ssss"},
		{"a: true", "kp wwww"},
		{`"a": [1, "b"]`, "kkkp pnp sssp"},
		{`url: http://x#y`, "kkkp ssssssssss"},
		{"x: 'a''b: c'", "kp sssssssss"},
		{"---", "mmm"},
		{"a: *b", "kp aa"},
		{"a: |\n  b: c\nd: 1", "kp p\nssssss\nkp n"},
		{"a: \"b\n  c: d\"\ne: 1", "kp ss\nsssssss\nkp n"},
		{"{a: 1,\nb: [x,\ny]}", "pkp np\nkp psp\nspp"},
		{"10.96.0.1", "sssssssss"},
	} {
		var h highlighter
		lines := strings.Split(tt.text, "\n")
		var got []string
		for n, line := range lines {
			tokens := h.line(lines, n)
			var b strings.Builder
			t := -1
			for i := range line {
				for t+1 < len(tokens) && tokens[t+1].from <= i {
					t++
				}
				if t < 0 {
					b.WriteString("?")
					continue
				}
				b.WriteString(letters[tokens[t].kind])
			}
			got = append(got, strings.TrimRight(b.String(), " "))
		}
		if g := strings.Join(got, "\n"); g != tt.want {
			t.Errorf("%q\ngot  %q\nwant %q", tt.text, g, tt.want)
		}
	}
}

// What FuzzKeys presses with the ordinary keys and with vim's.
var (
	fuzzKeys = strings.Fields("a : # - _ 日 👩‍🚀 é \" { enter tab shift+tab backspace delete left right up down home end pgup pgdown ctrl+home ctrl+end " +
		"shift+left shift+right shift+up shift+down ctrl+left ctrl+right ctrl+w ctrl+z ctrl+y ctrl+a ctrl+c ctrl+x ctrl+v ctrl+d alt+up alt+down ctrl+t ctrl+f ctrl+f esc")
	fuzzVimKeys = strings.Fields(`h j k l w b e 0 ^ $ gg G { } f t ; , % n N * d c y > < gc gU x X D C Y s S p P r ~ J o O i I a A u v V . 2 3 " ' ` + "`" + ` ` +
		`: / s/a/b/g iw aw i" a{ ip ma 'a qq q @q 日 👩‍🚀 é esc esc esc enter ctrl+r ctrl+d ctrl+u ctrl+z ctrl+v backspace delete left up down home end pgup pgdown`)
)

// FuzzKeys types anything, resizes, clicks and pastes, and holds what must
// always hold; in the end undo leads back to the start, and redo to the end.
func FuzzKeys(f *testing.F) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, 400)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		f.Add(seed%2 == 1, data)
	}
	f.Fuzz(func(t *testing.T, vim bool, data []byte) {
		const start = "apiVersion: v1\nkind: Service\n\tspec: {\n  ports: [a, \"b\"]\n\n  - port: 80\n日本: 👩‍🚀"
		e, keys := at(start+"|"), fuzzKeys
		undo, redo := "ctrl+z", "ctrl+y"
		if vim {
			e.SetVim(true)
			keys, undo, redo = fuzzVimKeys, "u", "ctrl+r"
		}
		for i, b := range data[:min(len(data), 400)] {
			if at := int(b) - 240; at < 0 {
				press(e, keys[int(b)%len(keys)])
			} else {
				strange(e, at, i)
			}
			check(t, e)
		}
		press(e, "esc esc")
		if vim {
			vimKeys(e, "\x1bix\x1b")
		} else {
			press(e, "x")
		}
		end := e.Text()
		if len(e.buf.history.done) >= maxSteps {
			t.Skip("more steps than are kept")
		}
		for _, tt := range []struct{ key, want string }{{undo, start}, {redo, end}} {
			for e.notice = ""; e.notice == ""; {
				press(e, tt.key)
			}
			if got := e.Text(); got != tt.want {
				t.Fatalf("%s led to %q, want %q", tt.key, got, tt.want)
			}
		}
	})
}

// strange does what is no key: n is which, i varies it.
func strange(e *Editor, n, i int) {
	switch n {
	case 0, 1:
		e.SetSize(i*7%90, i*3%30)
	case 2, 3, 4:
		e.Update(tea.MouseClickMsg{X: i * 7 % 60, Y: i * 3 % 20, Button: tea.MouseLeft})
	case 5, 6, 7:
		e.Update(tea.MouseMotionMsg{X: i * 5 % 60, Y: i % 20})
	case 8:
		e.Update(tea.PasteMsg{Content: "p: |\r\n\tq\xff\n"})
	case 9:
		e.Replace("a: b\n日\n")
	case 10:
		e.Complete(i%9, "port: ")
	default:
		e.Update(tea.MouseReleaseMsg{})
	}
}

func check(t *testing.T, e *Editor) {
	t.Helper()
	if !utf8.ValidString(e.Text()) {
		t.Fatalf("the text is no UTF-8: %q", e.Text())
	}
	if e.buf.size != len(e.Text()) {
		t.Fatalf("size %d, the text has %d bytes", e.buf.size, len(e.Text()))
	}
	for _, p := range []Pos{e.sel.cursor, e.sel.anchor} {
		if e.sel.on || p == e.sel.cursor {
			if e.buf.clamp(p) != p {
				t.Fatalf("%v is no place in the text", p)
			}
		}
	}
	rows := strings.Split(e.View(), "\n")
	if e.width > 0 && e.height > 0 && len(rows) != e.height {
		t.Fatalf("%d rows in a pane of %d", len(rows), e.height)
	}
	for _, r := range rows {
		if ansi.StringWidthWc(r) > e.width {
			t.Fatalf("row %q is wider than %d", ansi.Strip(r), e.width)
		}
	}
	if _, y, ok := e.Cursor(); e.width > 20 && e.height > 2 && !e.find.open && (!ok || y >= e.height) {
		t.Fatalf("the cursor is out of sight: %v in %dx%d, top %d left %d", e.sel.cursor, e.width, e.height, e.top, e.left)
	}
}

func FuzzText(f *testing.F) {
	f.Add("a: b\n\xff\x00\t\x1b[31m", uint8(30), uint8(5))
	f.Fuzz(func(t *testing.T, text string, w, h uint8) {
		e := at("|")
		e.SetSize(int(w), int(h))
		e.Update(tea.PasteMsg{Content: text})
		check(t, e)
		press(e, "ctrl+home right right enter ctrl+end left backspace")
		check(t, e)
	})
}

// large is a file of 5,000 lines.
func large() string {
	var b strings.Builder
	for range 500 {
		b.WriteString("---\napiVersion: v1\nkind: Service # a comment\nmetadata:\n  name: order-api\nspec:\n  ports:\n  - port: 80\n    targetPort: \"http\"\n    protocol: TCP\n")
	}
	return b.String()
}

func BenchmarkKeyToView(b *testing.B) {
	e := at("|")
	e.SetText(large())
	e.SetSize(120, 60)
	e.GoToLine(2500)
	for b.Loop() {
		press(e, "x")
		_ = e.View()
	}
}

func BenchmarkNewlineAtTheTop(b *testing.B) {
	e := at("|")
	e.SetText(large())
	e.SetSize(120, 60)
	for b.Loop() {
		press(e, "enter")
		_ = e.View()
	}
}

// TestMessageKeepsItsLastWord holds that no word of a message is cut off that
// just fits: a blank behind it has no room.
func TestMessageKeepsItsLastWord(t *testing.T) {
	for width := 50; width < 100; width++ {
		e := at("kind|: Service\n")
		e.SetSize(width, 20)
		e.SetDiagnostics(e.Version(), []Diagnostic{{Message: "kind not set; if you choose to ignore these errors, turn validation off with --validate=false"}})
		if got := trimmed(e.View()); strings.Contains(got, "…") {
			t.Errorf("%d cells:\n%s", width, got)
		}
	}
}
