// Package paint runs a Bubble Tea model on a terminal: the process's own, or one
// at the other end of a connection.
//
// Bubble Tea's renderer compares frames cell by cell and looks for something new
// sixty times a second, for ever. On one's own machine that wakes the processor
// while nobody does anything; in a room of hundreds of learners it was most of a
// server's work and a third of its memory. A Screen remembers the last frame's
// lines instead, sends those that are new, and rests while nothing is shown.
//
//	err := paint.Own{In: os.Stdin, Out: os.Stdout, Environ: os.Environ()}.Run(ctx, model)
package paint

import (
	"bytes"
	"errors"
	"image/color"
	"io"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// rest is the least time between two frames: what comes meanwhile is one frame.
const rest = time.Second / 60

// patience is how long Close waits for a terminal that takes nothing any more.
const patience = time.Second

// Screen is a terminal that frames are shown on. It is safe for concurrent use.
type Screen struct {
	out  io.Writer
	wake chan struct{} // something is to be painted
	lend chan loan
	end  chan struct{}
	done chan struct{}
	once sync.Once

	mu            sync.Mutex // of what is to be painted
	view          tea.View
	copied        string // a command to the terminal that it has not got yet
	width, height int
	profile       colorprofile.Profile
	anew          bool // all lines, whatever the terminal shows
	synced        bool // the terminal can hold a frame back until it is whole
	graphemes     bool

	// What the terminal shows; the painting goroutine's own.
	lines  []string
	title  string
	cursor tea.Cursor
	style  int    // of the cursor; 0: the terminal's own
	ink    string // its colour; "": the terminal's own
	seen   bool   // the cursor
}

// New takes a terminal over; Close gives it back.
func New(out io.Writer, width, height int, profile colorprofile.Profile) *Screen {
	s := &Screen{
		out: out, width: width, height: height, profile: profile, anew: true,
		wake: make(chan struct{}, 1), lend: make(chan loan), end: make(chan struct{}), done: make(chan struct{}),
	}
	go s.run()
	return s
}

// The modes that a program has a terminal in, and their way back.
const (
	enter = ansi.SetModeAltScreenSaveCursor + ansi.EraseEntireScreen + ansi.ResetModeTextCursorEnable + ansi.ResetModeAutoWrap +
		ansi.SetModeBracketedPaste + ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr + ansi.SetModifyOtherKeys2 +
		ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore + ansi.RequestBackgroundColor
	// tmux 3.3 mixes what the other screen shows into the shell's when it was
	// resized meanwhile: nothing is left there.
	leave = ansi.EraseEntireScreen + ansi.ResetModifyOtherKeys + ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr + ansi.ResetModeBracketedPaste +
		ansi.SetModeAutoWrap + ansi.SetModeTextCursorEnable + ansi.ResetModeAltScreenSaveCursor
)

// disambiguate is the kitty protocol's flag for keys that are told apart.
const disambiguate = 1

// Show has the frame painted as soon as the last one has had its time.
func (s *Screen) Show(v tea.View) {
	s.change(func() { s.view = v })
}

// Resize says how large the terminal is now, in cells.
func (s *Screen) Resize(width, height int) {
	s.change(func() { s.width, s.height, s.anew = width, height, true })
}

// SetProfile says which colours the terminal has.
func (s *Screen) SetProfile(p colorprofile.Profile) {
	s.change(func() { s.anew = s.anew || s.profile != p; s.profile = p })
}

// Copy puts a text on the clipboard of who sits at the terminal.
func (s *Screen) Copy(text string) {
	s.change(func() { s.copied = ansi.SetSystemClipboard(text) })
}

// Reported takes what the terminal says of its modes.
func (s *Screen) Reported(msg tea.ModeReportMsg) {
	switch {
	case msg.Mode == ansi.ModeSynchronizedOutput && msg.Value.IsReset():
		s.change(func() { s.synced = true })
	case msg.Mode == ansi.ModeUnicodeCore && (msg.Value.IsSet() || msg.Value.IsReset()):
		s.change(func() { s.graphemes, s.anew = true, true })
	}
}

func (s *Screen) change(by func()) {
	s.mu.Lock()
	by()
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Close paints what was shown last and gives the terminal back.
func (s *Screen) Close() {
	s.once.Do(func() { close(s.end) })
	select {
	case <-s.done:
	case <-time.After(patience):
	}
}

// loan is the terminal in other hands.
type loan struct{ given, back chan struct{} }

// errStuck says that the terminal takes nothing.
var errStuck = errors.New("the terminal does not answer")

// Lend gives the terminal back for as long as use runs, and paints it anew
// afterwards.
func (s *Screen) Lend(use func()) error {
	l := loan{make(chan struct{}), make(chan struct{})}
	defer close(l.back)
	late := time.After(patience)
	select {
	case s.lend <- l:
	case <-s.done:
		use()
		return nil
	case <-late:
		return errStuck
	}
	select {
	case <-l.given:
		use()
		return nil
	case <-late:
		return errStuck
	}
}

func (s *Screen) run() {
	defer close(s.done)
	if s.enter() != nil {
		return
	}
	for {
		select {
		case <-s.wake:
		case l := <-s.lend:
			s.leave()
			close(l.given)
			<-l.back
			if s.enter() != nil {
				return
			}
		case <-s.end:
			_ = s.paint()
			s.leave()
			return
		}
		if s.paint() != nil {
			return // nobody is there any more
		}
		select {
		case <-time.After(rest):
		case <-s.end:
		}
	}
}

// enter takes the terminal, of which it does not know what it shows.
func (s *Screen) enter() error {
	s.mu.Lock()
	s.anew = true
	s.mu.Unlock()
	s.title, s.style, s.ink, s.seen = "", 0, "", false
	_, err := io.WriteString(s.out, enter+ansi.PushKittyKeyboard(disambiguate)+ansi.RequestKittyKeyboard)
	return err
}

func (s *Screen) leave() {
	way := ansi.PopKittyKeyboard(1) + leave
	if s.graphemes {
		way = ansi.ResetModeUnicodeCore + way
	}
	if s.style != 0 {
		way = ansi.SetCursorStyle(0) + way
	}
	if s.ink != "" {
		way = ansi.ResetCursorColor + way
	}
	if s.title != "" {
		way = ansi.SetWindowTitle("") + way
	}
	_, _ = io.WriteString(s.out, way)
}

// paint writes what of the newest frame the terminal does not show.
func (s *Screen) paint() error {
	var b bytes.Buffer
	s.mu.Lock()
	v, profile, synced := s.view, s.profile, s.synced
	width, height := s.width, s.height
	b.WriteString(s.copied)
	s.copied = ""
	if s.anew {
		s.lines, s.anew = nil, false
		if s.graphemes {
			b.WriteString(ansi.SetModeUnicodeCore)
		}
	}
	s.mu.Unlock()

	if v.WindowTitle != s.title {
		s.title = v.WindowTitle
		b.WriteString(ansi.SetWindowTitle(clean(s.title)))
	}
	lines := strings.SplitN(v.Content, "\n", height+1)
	lines = lines[:min(len(lines), height)]
	for len(lines) < height {
		lines = append(lines, "")
	}
	colours := colorprofile.Writer{Forward: &b, Profile: profile}
	for y, line := range lines {
		if y < len(s.lines) && s.lines[y] == line {
			continue
		}
		b.WriteString(ansi.CursorPosition(1, y+1) + ansi.ResetStyle)
		line = clean(line)
		_, _ = colours.WriteString(line)
		if ansi.StringWidth(line) < width {
			b.WriteString(ansi.ResetStyle + ansi.EraseLineRight)
		}
	}
	s.lines = lines
	return s.send(&b, v.Cursor, synced)
}

// send writes a frame's changes, the cursor hidden while they are drawn.
func (s *Screen) send(b *bytes.Buffer, cursor *tea.Cursor, synced bool) error {
	moved := cursor != nil && (!s.seen || *cursor != s.cursor)
	if b.Len() == 0 && !moved && s.seen == (cursor != nil) {
		return nil
	}
	before, after := "", ""
	if synced {
		before, after = ansi.SetModeSynchronizedOutput, ansi.ResetModeSynchronizedOutput
	}
	if s.seen {
		before += ansi.ResetModeTextCursorEnable
	}
	if s.seen = cursor != nil; s.seen {
		s.cursor = *cursor
		if style := cursorStyle(cursor); style != s.style {
			s.style = style
			b.WriteString(ansi.SetCursorStyle(style))
		}
		if now := ink(cursor.Color); now != s.ink {
			s.ink = now
			b.WriteString(cursorColour(now))
		}
		b.WriteString(ansi.CursorPosition(cursor.X+1, cursor.Y+1) + ansi.SetModeTextCursorEnable)
	}
	_, err := io.WriteString(s.out, before+b.String()+after)
	return err
}

// ink is a cursor's colour as a terminal is told it, "" for the terminal's own.
func ink(c color.Color) string {
	if c == nil {
		return ""
	}
	return ansi.XRGBColor{Color: c}.String()
}

// cursorColour gives the cursor a colour, or back the terminal's own.
func cursorColour(ink string) string {
	if ink == "" {
		return ansi.ResetCursorColor
	}
	return ansi.SetCursorColor(ink)
}

// cursorStyle is a cursor's look as terminals number it: each shape blinking,
// then steady.
func cursorStyle(c *tea.Cursor) int {
	style := 2*int(c.Shape) + 1
	if !c.Blink {
		style++
	}
	return style
}
