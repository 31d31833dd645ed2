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

func (echo) Prompt() string { return "pod:a" }
func (echo) Run(ctx context.Context, line string, out io.Writer) int {
	switch line {
	case "wait":
		<-ctx.Done()
		return 130
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
	t    *testing.T
	msgs chan tea.Msg
}

func start(t *testing.T) *driver {
	c := New(echo{}, style.New(style.ForBackground(true)), &en.Strings().Map, []string{"hello"})
	return &driver{c, t, make(chan tea.Msg, 100)}
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
			cmd, _ := d.Handle(msg)
			d.do(cmd)
		case <-end:
			d.t.Fatalf("it does not come to that:\n%s", d.shown())
		}
	}
}

func (d *driver) shown() string { return ansi.Strip(strings.Join(d.Lines(60, 20), "\n")) }

func (d *driver) sees(text string) {
	d.t.Helper()
	d.until(func() bool { return strings.Contains(d.shown(), text) })
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
	if got := string(d.input); got != "second" || !strings.Contains(d.shown(), "search: sec") {
		t.Errorf("searching finds %q:\n%s", got, d.shown())
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
	d.sees("running")
	d.press("ctrl+c")
	d.until(func() bool { return !d.Running() })
	if got := d.shown(); !strings.Contains(got, "^C") {
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
	if strings.Contains(d.shown(), "$") {
		t.Errorf("scrolled back:\n%s", d.shown())
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                       "plain",
		"a\tb":                        "a       b",
		"10%\r20%\r\n":                "20%",
		"\x1b[31mred\x1b[0m":          "\x1b[31mred\x1b[0m\x1b[m",
		"\x1b[2J\x1b]0;title\x07text": "text",
		"bell\x07 back\x08":           "bell back",
	} {
		var o output
		fmt.Fprintln(&o, strings.TrimSuffix(in, "\n"))
		if got := o.take(); len(got) != 1 || got[0] != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
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
