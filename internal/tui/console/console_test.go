package console

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text/en"
)

// echo is a session that repeats lines; "wait" waits for its end, "flood"
// prints without one.
type echo struct{}

func (echo) Prompt() string              { return "pod:a" }
func (echo) Incomplete(line string) bool { return strings.HasSuffix(line, "\\") }
func (echo) Run(ctx context.Context, line string, on *Device) int {
	out := io.Writer(on)
	switch line {
	case "wait":
		<-ctx.Done()
		return 130
	case "read":
		text, _ := io.ReadAll(on)
		fmt.Fprintf(out, "%d bytes\n", len(text))
	case "raw":
		on.Raw(true)
		defer on.Raw(false)
		fmt.Fprint(out, "# ")
		var keys [1]byte
		for keys[0] != 4 { // ^D
			_, _ = on.Read(keys[:])
			fmt.Fprintf(out, "<%q>", keys[:])
		}
	case "edit":
		text, _ := on.Edit(ctx, "a.yaml", "a: 1\n")
		fmt.Fprint(out, text)
	case "slow":
		<-ctx.Done()
		on.Unread([]byte("later\n"))
	case "clearing":
		<-ctx.Done()
		on.Unread([]byte("clear\nhistory\nlater\n"))
	case "flood":
		for i := range 3 * maxLines {
			fmt.Fprintln(out, i)
		}
	default:
		fmt.Fprintln(out, "you said "+line)
	}
	return 0
}
func (echo) Complete(_ context.Context, line string) []string {
	if strings.HasSuffix(line, "b") {
		return []string{"beta", "bets"}
	}
	return []string{"alpha"}
}

// driver carries out commands as the app does.
type driver struct {
	*Console
	t       *testing.T
	msgs    chan tea.Msg
	editing *Editing
}

func start(t *testing.T) *driver {
	c := New(echo{}, style.New(style.ForBackground(true)), &en.Strings().Map, []string{"hello"})
	return &driver{Console: c, t: t, msgs: make(chan tea.Msg, 100)}
}

func (d *driver) do(cmd tea.Cmd) {
	if cmd != nil {
		go func() { d.msgs <- cmd() }()
	}
}

// until handles messages until a condition holds.
func (d *driver) until(holds func() bool) {
	d.t.Helper()
	for end := time.After(10 * time.Second); !holds(); {
		select {
		case msg := <-d.msgs:
			if batch, ok := msg.(tea.BatchMsg); ok {
				for _, cmd := range batch {
					d.do(cmd)
				}
				continue
			}
			if e, ok := msg.(EditMsg); ok {
				d.editing = e.Editing
			}
			cmd, _ := d.Handle(msg)
			d.do(cmd)
		case <-end:
			d.t.Fatalf("it does not come to that:\n%s", d.screen())
		}
	}
}

func (d *driver) screen() string { return ansi.Strip(strings.Join(d.Lines(60, 20), "\n")) }

func (d *driver) sees(text string) {
	d.t.Helper()
	d.until(func() bool { return strings.Contains(d.screen(), text) })
}

func (d *driver) press(keys ...string) {
	named := map[string]rune{"enter": tea.KeyEnter, "up": tea.KeyUp, "tab": tea.KeyTab, "pgup": tea.KeyPgUp}
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0]}
		if code, ok := named[k]; ok {
			msg.Code = code
			d.do(d.Key(context.Background(), msg))
			continue
		}
		if c, ok := strings.CutPrefix(k, "ctrl+"); ok {
			d.do(d.Key(context.Background(), tea.KeyPressMsg{Code: rune(c[0]), Mod: tea.ModCtrl}))
			continue
		}
		for _, r := range k {
			d.do(d.Key(context.Background(), tea.KeyPressMsg{Code: r, Text: string(r)}))
		}
	}
}

func TestHistoryAndSearch(t *testing.T) {
	d := start(t)
	for _, line := range []string{"first", "second"} {
		d.press(line, "enter")
		d.sees("you said " + line)
		d.until(func() bool { return !d.Running() })
	}
	d.press("up", "up", "up")
	if got := string(d.input); got != "first" {
		t.Errorf("two lines back is %q", got)
	}
	d.press("ctrl+w", "ctrl+r", "sec")
	if got := string(d.input); got != "second" || !strings.Contains(d.screen(), "search: sec") {
		t.Errorf("searching finds %q:\n%s", got, d.screen())
	}
}

func TestCompletion(t *testing.T) {
	d := start(t)
	d.press("al", "tab")
	d.until(func() bool { return string(d.input) == "alpha " })
	d.press("b", "tab")
	d.until(func() bool { return string(d.input) == "alpha bet" })
}

func TestInterrupt(t *testing.T) {
	d := start(t)
	d.press("wait", "enter")
	d.press("ctrl+c")
	d.until(func() bool { return !d.Running() })
	if got := d.screen(); !strings.Contains(got, "^C") {
		t.Errorf("after ctrl+c:\n%s", got)
	}
}

func TestOutputIsBounded(t *testing.T) {
	d := start(t)
	d.press("flood", "enter")
	d.until(func() bool { return !d.Running() })
	if len(d.lines) > maxLines {
		t.Errorf("%d lines are kept", len(d.lines))
	}
	d.press("pgup")
	if strings.Contains(d.screen(), "$") {
		t.Errorf("scrolled back:\n%s", d.screen())
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                       "plain",
		"a\tb":                        "a       b",
		"10%\r20%\r\n":                "20%",
		"\x1b[31mred\x1b[0m":          "\x1b[31mred\x1b[m",
		"abc\x1b[2DX":                 "aXc",
		"long line\rab\x1b[K":         "ab",
		"日本\b語":                       "日語",
		"\x1b[2J\x1b]0;title\x07text": "text",
		"bell\x07 back\x08":           "bell back",
	} {
		var o output
		for _, b := range []byte(strings.TrimSuffix(in, "\n") + "\n") { // in the smallest pieces
			_, _ = o.Write([]byte{b})
		}
		if got := o.take(); len(got) != 1 || got[0] != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestInput gives what is typed to the command that runs.
func TestInput(t *testing.T) {
	d := start(t)
	d.press("read", "enter", "abc", "enter", "de", "enter")
	d.sees("abc\nde")
	d.press("ctrl+d")
	d.sees("7 bytes")
	d.until(func() bool { return !d.Running() })
	d.press("raw", "enter")
	d.until(d.running.isRaw)
	d.press("x", "ctrl+c", "up", "ctrl+d")
	d.sees(`# <"x"><"\x03"><"\x1b"><"["><"A"><"\x04">`)
	d.until(func() bool { return !d.Running() })
}

// TestTypedAhead runs what was typed and not read while a command ran.
func TestTypedAhead(t *testing.T) {
	d := start(t)
	d.press("slow", "enter")
	d.cancel()
	d.sees("you said later")
	d.press("clearing", "enter")
	d.cancel()
	d.sees("    5  history\npod:a $ later\nyou said later")
}

// TestEdit has a text edited for a command.
func TestEdit(t *testing.T) {
	d := start(t)
	d.press("edit", "enter")
	d.until(func() bool { return d.editing != nil })
	d.editing.Done(d.editing.Text + "b: 2\n")
	d.sees("a: 1\nb: 2")
}

// TestSeveralLines pastes and types a command of more than one line.
func TestSeveralLines(t *testing.T) {
	d := start(t)
	d.press(`one \`, "enter", "two", "enter")
	d.sees("> two\nyou said one \\\ntwo")
	d.until(func() bool { return !d.Running() })
	d.do(d.Key(context.Background(), tea.PasteMsg{Content: "three\r\nfour"}))
	if got := d.screen(); !strings.Contains(got, "$ three \n> four") || d.Running() {
		t.Errorf("pasted:\n%s", got)
	}
}

// TestFits draws every size while a long line is typed.
func TestFits(t *testing.T) {
	d := start(t)
	d.press(strings.Repeat("日é ", 90), "wait")
	for width := 1; width <= 300; width += 3 {
		for height := 1; height <= 100; height += 9 {
			lines := d.Lines(width, height)
			d.Cursor(width, height)
			if len(lines) > height {
				t.Fatalf("%dx%d: %d lines", width, height, len(lines))
			}
		}
	}
}

// TestScrollsNoFurtherThanItsText goes up as far as it goes: the pane stays full,
// and where it holds everything it stays as it is.
func TestScrollsNoFurtherThanItsText(t *testing.T) {
	for _, lines := range []int{2, 9, 10, 30} {
		c := New(echo{}, style.New(style.ForBackground(true)), &en.Strings().Map, nil)
		for i := range lines {
			c.print(fmt.Sprint(i))
		}
		before := strings.Join(c.Lines(40, 10), "\n")
		c.Scroll(1000)
		got := c.Lines(40, 10)
		if first := ansi.Strip(got[0]); first != "0" {
			t.Errorf("%d lines: on top is %q", lines, first)
		}
		if want := min(lines, 9); len(got) < want {
			t.Errorf("%d lines: only %d of them are seen", lines, len(got))
		}
		if lines < 10 && strings.Join(got, "\n") != before {
			t.Errorf("%d lines: what is all in sight scrolls", lines)
		}
		c.Scroll(-1000)
		if strings.Join(c.Lines(40, 10), "\n") != before {
			t.Errorf("%d lines: it does not come back", lines)
		}
	}
}
