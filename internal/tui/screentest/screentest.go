// Package screentest runs scripts against a program on an emulated terminal:
// they press keys, wait for text, and compare what the screen shows with what
// it showed when somebody last looked at it.
//
// A script is a txtar file. Its comment holds commands, one a line:
//
//	sizes 80x24 120x40     the windows to run it in, once each
//	looks dark light none  the looks of the terminal, once each
//	key enter down ctrl+z  presses keys by name
//	type some text         types letters
//	paste a\nb             pastes, with \n, \r and \t
//	click 10 5             presses and lets go the left mouse button
//	resize 60x15           changes the window
//	wait text              waits until the screen shows text
//	gone text              waits until it does not
//	shot NAME              compares the screen with the file NAME of this size
//
// The files of the archive are the screens: "NAME 80x24" is the text; "NAME
// 80x24 dark" says for each cell of the first size which of the colours listed
// below it the cell has. A flag of the test that uses this package makes them
// anew; they are to be looked at before they are kept: where SCREENS names a
// folder, each is also put there as the terminal's own sequences, for a tool
// that makes pictures of them.
package screentest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// Start makes the program's model anew for one run of a script.
type Start func(t *testing.T) tea.Model

// Run runs each script of a folder as a subtest. With update the screens are
// written instead of compared.
func Run(t *testing.T, dir string, update bool, start Start) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s: %v", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			s := read(t, file, update)
			for _, size := range s.sizes {
				for _, look := range s.looks {
					if ok := t.Run(size+" "+look, func(t *testing.T) { s.run(t, size, look, start) }); !ok && update {
						return // it would wait for the same in every window
					}
				}
			}
			if update && !t.Failed() {
				s.write(t)
			}
		})
	}
}

// script is a file that was read.
type script struct {
	file         string
	head         []byte
	steps        []string
	sizes, looks []string
	screens      map[string]string
	update       bool
	made         []txtar.File
}

func read(t *testing.T, file string, update bool) *script {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := txtar.Parse(data)
	s := &script{file: file, head: a.Comment, sizes: []string{"80x24"}, looks: []string{None}, screens: map[string]string{}, update: update}
	for _, f := range a.Files {
		s.screens[f.Name] = string(f.Data)
	}
	for line := range strings.Lines(string(a.Comment)) {
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "":
		case "sizes":
			s.sizes = strings.Fields(rest)
		case "looks":
			s.looks = strings.Fields(rest)
		default:
			if !strings.HasPrefix(word, "#") {
				s.steps = append(s.steps, line)
			}
		}
	}
	return s
}

func (s *script) write(t *testing.T) {
	a := &txtar.Archive{Comment: s.head, Files: s.made}
	if err := os.WriteFile(s.file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run plays the script once.
func (s *script) run(t *testing.T, size, look string, start Start) {
	w, h := parseSize(t, size)
	term := Open(t, w, h, look, start(t))
	for _, step := range s.steps {
		word, rest, _ := strings.Cut(step, " ")
		switch word {
		case "key":
			for _, k := range strings.Fields(rest) {
				term.Key(k)
			}
		case "type":
			term.Type(rest)
		case "paste":
			term.Paste(strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t").Replace(rest))
		case "click":
			var x, y int
			if _, err := fmt.Sscan(rest, &x, &y); err != nil {
				t.Fatalf("%s: %v", step, err)
			}
			term.Click(x, y)
		case "resize":
			term.Resize(parseSize(t, rest))
		case "wait":
			term.Wait(rest)
		case "gone":
			term.Gone(rest)
		case "shot":
			s.shot(t, term, rest, size, look)
		default:
			t.Fatalf("%s: no command %q", s.file, word)
		}
	}
}

func parseSize(t *testing.T, size string) (w, h int) {
	t.Helper()
	ws, hs, _ := strings.Cut(size, "x")
	w, err := strconv.Atoi(ws)
	if err == nil {
		h, err = strconv.Atoi(hs)
	}
	if err != nil {
		t.Fatalf("size %q: %v", size, err)
	}
	return w, h
}

// shot compares the screen, as soon as it is what it should be or has come to
// rest. The text is the same in every look; colours are compared in the first
// size.
func (s *script) shot(t *testing.T, term *Terminal, name, size, look string) {
	t.Helper()
	if dir := os.Getenv("SCREENS"); s.update && dir != "" {
		term.settled(term.Text)
		term.save(t, filepath.Join(dir, strings.Join([]string{strings.TrimSuffix(filepath.Base(s.file), ".txtar"), name, size, look}, " ")))
	}
	s.compare(t, name+" "+size, look == s.looks[0], term, term.Text)
	if look != None && size == s.sizes[0] {
		s.compare(t, name+" "+size+" "+look, true, term, term.Colours)
	}
}

func (term *Terminal) save(t *testing.T, file string) {
	if err := os.WriteFile(file, []byte(term.screen.Render()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A screen that has not changed for settling is kept; one that is not what it
// should be may still change, on a busy machine, until it has rested.
const (
	patience = 10 * time.Second
	settling = 250 * time.Millisecond
	resting  = 2 * time.Second
)

func (s *script) compare(t *testing.T, name string, keep bool, term *Terminal, shown func() string) {
	t.Helper()
	if s.update {
		if keep {
			s.made = append(s.made, txtar.File{Name: name, Data: []byte(term.settled(shown))})
		}
		return
	}
	want, ok := s.screens[name]
	if !ok {
		t.Errorf("%s has no screen %q: look at it, then make it with the update flag", s.file, name)
		return
	}
	got, since := shown(), time.Now()
	for end := since.Add(patience); got != want; time.Sleep(2 * time.Millisecond) {
		now := shown()
		if now != got {
			got, since = now, time.Now()
		} else if time.Since(since) > resting || time.Now().After(end) {
			break
		}
	}
	if got == want {
		return
	}
	t.Errorf("screen %q differs (-want +got):\n%s", name, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
}

// settled waits until the screen has not changed for a while.
func (term *Terminal) settled(shown func() string) string {
	last, since := shown(), time.Now()
	for time.Since(since) < settling {
		time.Sleep(5 * time.Millisecond)
		if now := shown(); now != last {
			last, since = now, time.Now()
		}
	}
	return last
}

// letters name colours in a picture of them.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Colours draws which cell has which style: a letter each, . for the plain
// one, and below what the letters mean.
func (term *Terminal) Colours() string {
	var b bytes.Buffer
	var styles []string
	for y := range term.screen.Height() {
		row := make([]byte, 0, term.screen.Width())
		for x := 0; x < term.screen.Width(); x++ {
			style := term.inkAt(x, y)
			if style == "" {
				row = append(row, '.')
				continue
			}
			i := slices.Index(styles, style)
			if i < 0 {
				i = len(styles)
				styles = append(styles, style)
			}
			row = append(row, letters[i%len(letters)])
		}
		b.Write(bytes.TrimRight(row, "."))
		b.WriteByte('\n')
	}
	out := strings.TrimRight(b.String(), "\n") + "\n"
	for i, s := range styles {
		out += fmt.Sprintf("%c %s\n", letters[i%len(letters)], s)
	}
	return out
}

// inkAt is the style of a cell, as the numbers of the sequence that sets it.
func (term *Terminal) inkAt(x, y int) string {
	c := term.screen.CellAt(x, y)
	if c == nil {
		return ""
	}
	return strings.NewReplacer("\x1b[", "", "m", "").Replace(c.Style.String())
}

// Ink is the style of the last place that shows a text; false where it is not.
func (term *Terminal) Ink(text string) (string, bool) {
	rows := strings.Split(term.Text(), "\n")
	for y, row := range slices.Backward(rows) {
		if at := strings.LastIndex(row, text); at >= 0 {
			return term.inkAt(ansi.StringWidth(row[:at]), y), true
		}
	}
	return "", false
}
