//go:build unix

package paint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// child tells the test's program that it is to run the model on its terminal.
const child = "PAINT_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	err := Own{In: os.Stdin, Out: os.Stdout, Environ: os.Environ(), Profile: colorprofile.TrueColor}.Run(ctx, &echo{})
	if err != nil && ctx.Err() == nil {
		os.Exit(2)
	}
}

// echo is a model that shows what it hears.
type echo struct {
	size  tea.WindowSizeMsg
	typed string
	ended error
}

func (e *echo) Init() tea.Cmd { return nil }

type endedMsg struct{ error }

func (e *echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		e.size = msg
	case endedMsg:
		e.ended = msg.error
	case tea.KeyPressMsg:
		switch e.typed += msg.Text; msg.Text {
		case "q":
			return e, tea.Quit
		case "p":
			panic("as told")
		case "P":
			return e, tea.Batch(nil, func() tea.Msg { panic("as told") }, tea.RequestWindowSize)
		case "c":
			return e, Copy("a copy")
		case "x":
			return e, Exec(exec.Command("sh", "-c", `stty -a | grep -q ' icanon' && echo on its own; read -r line; echo "$line" read; exit 3`),
				func(err error) tea.Msg { return endedMsg{err} })
		}
	}
	return e, nil
}

func (e *echo) View() tea.View {
	v := tea.NewView(fmt.Sprintf("typed %q.\nin %dx%d.\nended: %v.", e.typed, e.size.Width, e.size.Height, e.ended))
	v.WindowTitle = "echo"
	v.Cursor = tea.NewCursor(1, 1)
	return v
}

// window is a terminal with the model in a process of its own.
type window struct {
	t        *testing.T
	pty, tty *os.File
	screen   *vt.SafeEmulator
	before   *term.State
	cmd      *exec.Cmd

	mu    sync.Mutex
	modes map[ansi.Mode]bool // those that are not as a terminal begins
	sent  strings.Builder
}

// beginning are the modes that terminals begin with.
var beginning = map[ansi.Mode]bool{ansi.ModeTextCursorEnable: true, ansi.ModeAutoWrap: true}

const ownPatience = 30 * time.Second

func openWindow(t *testing.T) *window {
	t.Helper()
	w := &window{t: t, screen: vt.NewSafeEmulator(60, 12), modes: map[ansi.Mode]bool{}}
	change := func(on bool) func(ansi.Mode) {
		return func(m ansi.Mode) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.modes[m] = on; on == beginning[m] {
				delete(w.modes, m)
			}
		}
	}
	w.screen.SetCallbacks(vt.Callbacks{EnableMode: change(true), DisableMode: change(false)})
	var err error
	if w.pty, w.tty, err = pty.Open(); err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	w.size(60, 12)
	if w.before, err = term.GetState(w.tty.Fd()); err != nil {
		t.Fatal(err)
	}
	go io.Copy(w.pty, w.screen) // what it answers
	go io.Copy(w, w.pty)
	w.cmd = exec.Command(os.Args[0])
	w.cmd.Env = append(os.Environ(), child+"=1", "TERM=xterm-256color")
	w.cmd.Stdin, w.cmd.Stdout, w.cmd.Stderr = w.tty, w.tty, w.tty
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill()
		_ = w.cmd.Wait()
		w.tty.Close()
		w.pty.Close()
		if c, ok := w.screen.InputPipe().(io.Closer); ok {
			c.Close()
		}
	})
	w.wait(`typed "".`, "in 60x12.")
	return w
}

// Write shows what the program has written.
func (w *window) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.sent.Write(p)
	w.mu.Unlock()
	return w.screen.Write(p)
}

func (w *window) size(width, height int) {
	w.screen.Resize(width, height)
	if err := pty.Setsize(w.pty, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *window) typing(keys string) {
	if _, err := io.WriteString(w.pty, keys); err != nil {
		w.t.Fatal(err)
	}
}

func (w *window) text() string { return ansi.Strip(w.screen.Render()) }

// until waits for something.
func (w *window) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(ownPatience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.t.Fatalf("waited for %s; modes %v, the screen shows\n%s", what, w.modes, w.text())
		}
	}
}

func (w *window) wait(texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		w.until(text, func() bool { return strings.Contains(w.text(), text) })
	}
}

// isGivenBack tells whether the terminal is as it was found.
func (w *window) isGivenBack() bool {
	now, err := term.GetState(w.tty.Fd())
	w.mu.Lock()
	defer w.mu.Unlock()
	return err == nil && reflect.DeepEqual(now, w.before) && len(w.modes) == 0
}

// isTaken tells whether it is in the program's hands.
func (w *window) isTaken() bool {
	now, err := term.GetState(w.tty.Fd())
	w.mu.Lock()
	defer w.mu.Unlock()
	return err == nil && !reflect.DeepEqual(now, w.before) &&
		w.modes[ansi.ModeAltScreenSaveCursor] && w.modes[ansi.ModeBracketedPaste] && w.modes[ansi.ModeMouseButtonEvent]
}

// ends waits for the end of the program and tells how it ended.
func (w *window) ends() int {
	w.t.Helper()
	stuck := time.AfterFunc(ownPatience, func() { _ = w.cmd.Process.Kill() })
	defer stuck.Stop()
	var failed *exec.ExitError
	if err := w.cmd.Wait(); err != nil && !errors.As(err, &failed) {
		w.t.Fatal(err)
	}
	return w.cmd.ProcessState.ExitCode()
}

func TestOwnTerminal(t *testing.T) {
	w := openWindow(t)
	w.until("the terminal taken", w.isTaken)
	w.typing("ab日")
	w.wait(`typed "ab日".`)
	w.typing("\x1b[200~pasted\x1b[201~")
	w.size(50, 10)
	w.wait("in 50x10.")
	w.typing("c")
	w.until("the text copied", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return strings.Contains(w.sent.String(), ansi.SetSystemClipboard("a copy"))
	})
	w.typing("q")
	if code := w.ends(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	w.until("the terminal given back", w.isGivenBack)
}

// TestOwnTerminalIsGivenBack ends the program in ways nobody wants.
func TestOwnTerminalIsGivenBack(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(w *window)
		code int
		says string
	}{
		"interrupted":        {func(w *window) { _ = w.cmd.Process.Signal(syscall.SIGINT) }, 0, ""},
		"terminated":         {func(w *window) { _ = w.cmd.Process.Signal(syscall.SIGTERM) }, 0, ""},
		"panic":              {func(w *window) { w.typing("p") }, 2, "as told"},
		"panic in a command": {func(w *window) { w.typing("P") }, 2, "as told"},
	} {
		t.Run(name, func(t *testing.T) {
			w := openWindow(t)
			w.until("the terminal taken", w.isTaken)
			w.size(200, 100) // for a stack to be seen whole
			w.wait("in 200x100.")
			test.end(w)
			if code := w.ends(); code != test.code {
				t.Errorf("ended with %d", code)
			}
			w.until("the terminal given back", w.isGivenBack)
			w.wait(test.says)
		})
	}
}

// TestRests waits for a second in which a program that nobody touches does not
// wake; a renderer's ticker does so sixty times.
func TestRests(t *testing.T) {
	w := openWindow(t)
	wakes := func() int {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", w.cmd.Process.Pid))
		n := 0
		for _, file := range tasks {
			status, _ := os.ReadFile(file)
			for line := range strings.Lines(string(status)) {
				if rest, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
					times, _ := strconv.Atoi(strings.TrimSpace(rest))
					n += times
				}
			}
		}
		return n
	}
	if wakes() == 0 {
		t.Skip("nobody counts here how often a process wakes")
	}
	w.typing("a")
	w.wait(`typed "a".`)
	w.until("a second of rest", func() bool {
		before := wakes()
		time.Sleep(time.Second)
		return wakes() == before
	})
}

func TestOwnTerminalLent(t *testing.T) {
	w := openWindow(t)
	w.typing("x")
	w.wait("on its own")
	w.until("the terminal given back", w.isGivenBack)
	w.size(40, 8)
	w.typing("a line\r")
	w.wait(`typed "x".`, "ended: exit status 3.", "in 40x8.")
	w.until("the terminal taken", w.isTaken)
	w.typing("y")
	w.wait(`typed "xy".`)
	w.typing("x")
	w.until("the terminal given back", w.isGivenBack)
	w.wait("on its own")
	w.typing("\x03")
	w.wait(`typed "xyx".`, "ended: signal: interrupt.")
}

func TestOwnTerminalSuspended(t *testing.T) {
	w := openWindow(t)
	for _, round := range []struct {
		signal    syscall.Signal
		givesBack bool
	}{{syscall.SIGTSTP, true}, {syscall.SIGSTOP, false}, {syscall.SIGTSTP, true}} {
		w.until("the terminal taken", w.isTaken)
		_ = w.cmd.Process.Signal(round.signal)
		w.until("stopped", func() bool {
			out, _ := exec.Command("ps", "-o", "stat=", "-p", fmt.Sprint(w.cmd.Process.Pid)).Output()
			return strings.HasPrefix(string(out), "T")
		})
		if round.givesBack {
			w.until("the terminal given back", w.isGivenBack)
		}
		// What a shell does meanwhile.
		if err := term.SetState(w.tty.Fd(), w.before); err != nil {
			t.Fatal(err)
		}
		if _, err := w.screen.Write([]byte("\x1b[2J")); err != nil {
			t.Fatal(err)
		}
		_ = w.cmd.Process.Signal(syscall.SIGCONT)
		w.until("the terminal taken", w.isTaken)
		w.wait("in 60x12.")
	}
	w.typing("z")
	w.wait(`typed "z".`)
}
