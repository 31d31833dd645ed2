package paint

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// terminal is an emulated one that counts what it is sent.
type terminal struct {
	mu     sync.Mutex
	screen *vt.Emulator
	sent   bytes.Buffer
}

func newTerminal(t testing.TB, width, height int) *terminal {
	term := &terminal{screen: vt.NewEmulator(width, height)}
	go io.Copy(io.Discard, term.screen) // what it answers
	t.Cleanup(func() {
		if c, ok := term.screen.InputPipe().(io.Closer); ok { // Close of the emulator races with its readers
			c.Close()
		}
	})
	return term
}

func (term *terminal) Write(p []byte) (int, error) {
	term.mu.Lock()
	defer term.mu.Unlock()
	term.sent.Write(p)
	return term.screen.Write(p)
}

// rows are what it shows, each with its styles.
func (term *terminal) rows() []string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return strings.Split(term.screen.Render(), "\n")
}

func (term *terminal) take() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	defer term.sent.Reset()
	return term.sent.String()
}

// frames shows views one after the other, each long enough to be painted.
func frames(s *Screen, views ...tea.View) {
	for _, v := range views {
		s.Show(v)
		time.Sleep(2 * rest)
		synctest.Wait()
	}
}

func view(lines ...string) tea.View { return tea.NewView(strings.Join(lines, "\n")) }

func TestFrames(t *testing.T) {
	tests := []struct {
		name  string
		views []tea.View
		want  []string // plain
	}{
		{"text", []tea.View{view("one", "two")}, []string{"one", "two", ""}},
		{"a line that gets shorter", []tea.View{view("a long line"), view("short")}, []string{"short", "", ""}},
		{"fewer lines", []tea.View{view("1", "2", "3"), view("1")}, []string{"1", "", ""}},
		{"more lines than there are", []tea.View{view("1", "2", "3", "4")}, []string{"1", "2", "3"}},
		{"a line as wide as the terminal", []tea.View{view("x", "123456789012"), view("x", "abcdefghijkl")}, []string{"x", "abcdefghijkl", ""}},
		{"wide characters at the edge", []tea.View{view("日本日本日本", "below")}, []string{"日本日本日本", "below", ""}},
		{"a line that is too wide", []tea.View{view("1234567890123456", "below")}, []string{"123456789016", "below", ""}},
		{"what terminals obey", []tea.View{view("a\x1b[2Jb\x1b]0;x\a\x07\x9b1mc\td", "\x1b[5;5Hhere")}, []string{"abcd", "here", ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			term := newTerminal(t, 12, 3)
			synctest.Test(t, func(t *testing.T) {
				s := New(term, 12, 3, colorprofile.TrueColor)
				defer s.Close()
				frames(s, test.views...)
				for y, row := range term.rows() {
					if got := strings.TrimRight(ansi.Strip(row), " "); got != test.want[y] {
						t.Errorf("row %d: %q, want %q", y, got, test.want[y])
					}
				}
			})
		})
	}
}

// TestAnyFrames holds what is painted over other frames to what is painted on
// an empty terminal.
func TestAnyFrames(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "text ", "日本", "é", "👍", " ", "    ", "\x1b[31mred\x1b[m", "\x1b[1;48;2;1;2;3mbold", "\x1b[m", "─"}
	frame := func(width, height int) tea.View {
		var lines []string
		for range r.IntN(height + 2) {
			var line strings.Builder
			for range r.IntN(8) {
				line.WriteString(pieces[r.IntN(len(pieces))])
			}
			lines = append(lines, ansi.Truncate(line.String(), width, "")+"\x1b[m")
		}
		v := view(lines...)
		if r.IntN(2) == 0 {
			v.Cursor = tea.NewCursor(r.IntN(width), r.IntN(height))
		}
		return v
	}
	const width, height = 20, 6
	for i := range 200 {
		painted, fresh := newTerminal(t, width, height), newTerminal(t, width, height)
		synctest.Test(t, func(t *testing.T) {
			a, b := New(painted, width, height, colorprofile.TrueColor), New(fresh, width, height, colorprofile.TrueColor)
			defer a.Close()
			defer b.Close()
			var last tea.View
			for range 1 + r.IntN(6) {
				last = frame(width, height)
				frames(a, last)
			}
			frames(b, last)
			if got, want := painted.rows(), fresh.rows(); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%d: %q, want %q", i, got, want)
			}
			if last.Cursor != nil && painted.screen.CursorPosition() != fresh.screen.CursorPosition() {
				t.Fatalf("%d: cursor at %v, want %v", i, painted.screen.CursorPosition(), fresh.screen.CursorPosition())
			}
		})
	}
}

func TestSendsWhatIsNew(t *testing.T) {
	term := newTerminal(t, 40, 10)
	synctest.Test(t, func(t *testing.T) {
		s := New(term, 40, 10, colorprofile.TrueColor)
		v := view("first", "second", "third")
		frames(s, v)
		if sent := term.take(); !strings.Contains(sent, ansi.SetModeAltScreenSaveCursor) || !strings.Contains(sent, "first") {
			t.Errorf("at first %q", sent)
		}
		frames(s, v, v)
		if sent := term.take(); sent != "" {
			t.Errorf("for what is shown already %q", sent)
		}
		frames(s, view("first", "other", "third"))
		if sent := term.take(); !strings.Contains(sent, "other") || strings.Contains(sent, "first") {
			t.Errorf("for one line %q", sent)
		}
		v = view("first", "other", "third")
		v.Cursor = tea.NewCursor(3, 1)
		frames(s, v)
		if sent := term.take(); !strings.Contains(sent, "\x1b[2;4H") || !strings.Contains(sent, ansi.SetModeTextCursorEnable) || strings.Contains(sent, "other") {
			t.Errorf("for a cursor %q", sent)
		}
		s.Resize(40, 9)
		frames(s, v)
		if sent := term.take(); !strings.Contains(sent, "first") || !strings.Contains(sent, "third") {
			t.Errorf("after another size %q", sent)
		}
		s.Reported(tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
		frames(s, view("again"))
		if sent := term.take(); !strings.HasPrefix(sent, ansi.SetModeSynchronizedOutput) || !strings.HasSuffix(sent, ansi.ResetModeSynchronizedOutput) {
			t.Errorf("where frames can be held back %q", sent)
		}
		s.Show(view("the end"))
		s.Close()
		if sent := term.take(); !strings.Contains(sent, "the end") || !strings.HasSuffix(sent, leave) {
			t.Errorf("at the end %q", sent)
		}
		s.Close()
		s.Show(view("too late"))
		synctest.Wait()
		if sent := term.take(); sent != "" {
			t.Errorf("after the end %q", sent)
		}
	})
}

// TestColours holds a frame to the colours that a terminal has.
func TestColours(t *testing.T) {
	for profile, want := range map[colorprofile.Profile]string{
		colorprofile.TrueColor: "\x1b[38;2;200;0;0mred",
		colorprofile.ANSI256:   "\x1b[38;5;160mred",
		colorprofile.ANSI:      "\x1b[91mred",
		colorprofile.ASCII:     "\x1b[mred",
	} {
		term := newTerminal(t, 20, 2)
		synctest.Test(t, func(t *testing.T) {
			s := New(term, 20, 2, profile)
			defer s.Close()
			frames(s, view("\x1b[38;2;200;0;0mred\x1b[m"))
			if sent := term.take(); !strings.Contains(sent, want) {
				t.Errorf("%v: %q, want %q in it", profile, sent, want)
			}
		})
	}
}

// stuck is a terminal that takes nothing, as one whose window is full.
type stuck struct{ until chan struct{} }

func (s stuck) Write(p []byte) (int, error) {
	<-s.until
	return 0, io.ErrClosedPipe
}

func TestStuckTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := stuck{make(chan struct{})}
		s := New(w, 80, 24, colorprofile.TrueColor)
		for range 100 {
			s.Show(view("a frame"))
		}
		began := time.Now()
		s.Close()
		if took := time.Since(began); took > patience {
			t.Errorf("closing took %v", took)
		}
		close(w.until)
	})
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[1;31mred\x1b[m", "日本\x1b[2J", "\x1b]8;;https://a.b\x1b\\link\x1b]8;;\x1b\\", "\x1b]0;title\a", "\x9b2J", "\xc2\x9b2J", "\x1bPq\x1b\\", "a\x1b[", "e\u0301\x1b[m\u0301", "\x1b[>4;2m", "\xff\xfe", "\x1b[048m", "\x1b[1;38;5m", "\x1b[318;2;;2:38m", "\x1b[38;2;1;2;3;4:3m", "\x1b[4294967334m", "\x1b[38;2;1;2;3;58:5:1;4:3m", "\x1b[" + strings.Repeat(":", 40) + "m", "\x1b[" + strings.Repeat(";", 40) + "H"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if again := clean(got); again != got {
			t.Errorf("clean(%q) = %q, and of that %q", s, got, again)
		}
		_, _ = (&colorprofile.Writer{Forward: io.Discard, Profile: colorprofile.ANSI}).WriteString(got)
		for state, rest := byte(0), got; rest != ""; {
			seq, width, n, next := ansi.DecodeSequence(rest, state, nil)
			text := width > 0 || seq[0] >= 0xc0
			if !text && !strings.HasPrefix(seq, "\x1b[") && !strings.HasPrefix(seq, "\x1b]8;") {
				t.Fatalf("clean(%q) = %q holds %q", s, got, seq)
			}
			if strings.HasPrefix(seq, "\x1b[") && !strings.HasSuffix(seq, "m") {
				t.Fatalf("clean(%q) = %q holds %q", s, got, seq)
			}
			rest, state = rest[max(n, 1):], next
		}
	})
}

// TestCleanKeepsWholeStyles: what screens draw with stays, half a colour goes.
func TestCleanKeepsWholeStyles(t *testing.T) {
	for style, keep := range map[string]bool{
		"": true, "1": true, "4:3;38;2;1;2;3": true, "38;5;200;4:3": true, "0;1;48;2;0;0;0": true,
		"48": false, "38;5": false, "38;2;1;2": false, "38:5:1": false, "4:38": false,
	} {
		line := "a\x1b[" + style + "mb"
		want := "ab"
		if keep {
			want = line
		}
		if got := clean(line); got != want {
			t.Errorf("clean(%q) = %q, want %q", line, got, want)
		}
	}
}
