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
// The files of the archive are the screens, and one run is compared with them in
// each size and look: "NAME 80x24" is the text, which is the same in every look;
// "NAME 80x24 colours" says for each cell which colour it has, by letters that
// "colours dark" and "colours light" explain. A flag of the test that uses this
// package makes them anew; they are to be looked at before they are kept: where
// SCREENS names a folder, each is also put there as the terminal's own
// sequences, for a tool that makes pictures of them.
package screentest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
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
			if update {
				t.Parallel() // it waits more than it works
			}
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
	legends      map[string]*legend // by look
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
	s := &script{file: file, head: a.Comment, sizes: []string{"80x24"}, looks: []string{None}, screens: map[string]string{}, legends: map[string]*legend{}, update: update}
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
	for _, look := range s.looks {
		if look != None {
			s.legends[look] = readLegend(s.screens["colours "+look], update)
		}
	}
	return s
}

func (s *script) write(t *testing.T) {
	a := &txtar.Archive{Comment: s.head, Files: s.made}
	for _, look := range s.looks {
		if l := s.legends[look]; l != nil {
			a.Files = append(a.Files, txtar.File{Name: "colours " + look, Data: []byte(l.String())})
		}
	}
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
// rest.
func (s *script) shot(t *testing.T, term *Terminal, name, size, look string) {
	t.Helper()
	name += " " + size
	l := s.legends[look] // nil without colours
	colours := func() string { return term.colours(l) }
	if s.update {
		term.settle()
		if !s.keep(name, term.Text()) {
			t.Errorf("screen %q says something else than in the looks before", name)
		}
		if l != nil && !s.keep(name+" colours", colours()) {
			s.keep(name+" "+look, colours()) // what differs there looks alike here
		}
		if dir := os.Getenv("SCREENS"); dir != "" {
			term.save(t, filepath.Join(dir, strings.TrimSuffix(filepath.Base(s.file), ".txtar")+" "+name+" "+look))
		}
		return
	}
	s.compare(t, name, term.Text)
	if l == nil {
		return
	}
	if _, own := s.screens[name+" "+look]; own {
		s.compare(t, name+" "+look, colours)
	} else {
		s.compare(t, name+" colours", colours)
	}
}

// keep takes a screen, unless there is one of that name; it tells whether that
// one is the same.
func (s *script) keep(name, data string) bool {
	i := slices.IndexFunc(s.made, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		s.made = append(s.made, txtar.File{Name: name, Data: []byte(data)})
		return true
	}
	return string(s.made[i].Data) == data
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
	settling = 500 * time.Millisecond
	resting  = 2 * time.Second
)

func (s *script) compare(t *testing.T, name string, shown func() string) {
	t.Helper()
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

// settle waits until the screen has not changed for a while.
func (term *Terminal) settle() {
	last, since := term.screen.Render(), time.Now()
	for time.Since(since) < settling {
		time.Sleep(5 * time.Millisecond)
		if now := term.screen.Render(); now != last {
			last, since = now, time.Now()
		}
	}
}
