//go:build unix

package paint

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/term"
)

// Run shows a model until it ends. However it ends, the terminal is left as it
// was found. An interrupt ends it too, unless it was meant for the program that
// has the terminal: ctx should not end with one.
func (o Own) Run(ctx context.Context, model tea.Model) error {
	before, err := term.MakeRaw(o.In.Fd())
	if err != nil {
		return fmt.Errorf("take the terminal's keys as they come: %w", err)
	}
	size := o.size()
	h := &holder{Own: o, before: before, screen: New(o.Out, size.Width, size.Height, o.Profile)}
	defer h.close()
	m := &painted{Model: model, screen: h.screen, close: h.close, lend: h.exec}
	h.program = m.start(ctx, o.Environ, size, o.Profile)
	running, cancel := context.WithCancel(ctx)
	if err := h.listen(); err != nil {
		cancel()
		return err
	}
	var work sync.WaitGroup
	work.Go(func() { h.follow(running) })
	_, err = h.program.Run()
	cancel()
	work.Wait()
	h.hold.Lock() // a program that has the terminal is waited for
	defer h.hold.Unlock()
	h.over = true
	h.close()
	h.deaf()
	return err
}

// holder has the terminal while a program runs on it.
type holder struct {
	Own
	before  *term.State // the terminal's modes
	screen  *Screen
	program *tea.Program

	hold sync.Mutex // held by who lends the terminal
	over bool
	deaf func() // stops listening to what is typed
	once sync.Once
}

// close gives the terminal back for good.
func (h *holder) close() {
	h.once.Do(func() {
		h.screen.Close()
		_ = term.Restore(h.In.Fd(), h.before)
	})
}

// listen sends the program what is typed.
func (h *holder) listen() error {
	in, err := uv.NewCancelReader(h.In)
	if err != nil {
		return fmt.Errorf("read what is typed: %w", err)
	}
	var enough atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		typing(context.Background(), h.program, in, uv.Environ(h.Environ).Getenv("TERM"))
		if !enough.Load() {
			h.program.Quit() // nobody is there any more
		}
	}()
	h.deaf = func() {
		enough.Store(true)
		in.Cancel()
		select {
		case <-done:
			_ = in.Close()
		case <-time.After(patience): // a read that cannot be ended
		}
	}
	return nil
}

// exec runs another program on the terminal.
func (h *holder) exec(cmd *exec.Cmd) error {
	h.hold.Lock()
	defer h.hold.Unlock()
	if h.over {
		return context.Canceled
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = h.In, h.Out, h.Out
	return h.lend(cmd.Run)
}

// lend gives the terminal away, as it was found, for as long as use runs.
func (h *holder) lend(use func() error) (err error) {
	h.deaf()
	lent := h.screen.Lend(func() {
		_ = term.Restore(h.In.Fd(), h.before)
		err = use()
		_, _ = term.MakeRaw(h.In.Fd())
	})
	if lent != nil {
		err = lent
	}
	if failed := h.listen(); failed != nil {
		h.deaf = func() {}
		go h.program.Quit()
	}
	go h.tellSize() // nobody may have told of a new one meanwhile
	return err
}

// follow does what signals ask for.
func (h *holder) follow(ctx context.Context) {
	hear := func(s os.Signal) (chan os.Signal, func()) {
		c := make(chan os.Signal, 1)
		signal.Notify(c, s)
		return c, func() { signal.Stop(c) }
	}
	resized, unhear := hear(syscall.SIGWINCH)
	defer unhear()
	interrupt, unhear := hear(syscall.SIGINT)
	defer unhear()
	stop, unhear := hear(syscall.SIGTSTP)
	defer unhear()
	cont, unhear := hear(syscall.SIGCONT)
	defer unhear()
	suspend := func() error {
		select {
		case <-cont: // of another time
		default:
		}
		err := syscall.Kill(syscall.Getpid(), syscall.SIGSTOP)
		if err == nil {
			<-cont
		}
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-resized:
			h.tellSize()
		case <-interrupt:
			// Where another program has the terminal, it was typed for that one.
			if h.hold.TryLock() {
				h.hold.Unlock()
				h.program.Quit()
			}
		case <-stop:
			h.aside(suspend)
		case <-cont:
			// It was stopped without being asked, and a shell has had the terminal.
			h.aside(func() error { return nil })
		}
	}
}

// aside does something while the terminal is given back; where another program
// has it already, it is left to that one.
func (h *holder) aside(do func() error) {
	if !h.hold.TryLock() {
		_ = do()
		return
	}
	defer h.hold.Unlock()
	_ = h.lend(do)
}

func (h *holder) tellSize() {
	h.program.Send(sizeMsg(h.size()))
}

// The size of a terminal that does not say its own.
const usualWidth, usualHeight = 80, 24

// size is how large the terminal is.
func (o Own) size() Size {
	w, h, _ := term.GetSize(o.Out.Fd())
	said := func(name string, usual int) int {
		if n, err := strconv.Atoi(uv.Environ(o.Environ).Getenv(name)); err == nil && n > 0 {
			return n
		}
		return usual
	}
	if w <= 0 {
		w = said("COLUMNS", usualWidth)
	}
	if h <= 0 {
		h = said("LINES", usualHeight)
	}
	return Size{w, h}
}
