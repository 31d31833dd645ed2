package tui

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/screentest"
)

// bench is an app on a terminal, its task open in the editor and in a file.
type bench struct {
	*screentest.Terminal
	app  *App
	file string
}

// openBench opens the task order-api with a state that is kept in dir.
func openBench(t *testing.T, dir, own string) *bench {
	t.Helper()
	o := options(dir)
	o.Files, o.EditorCommand = filepath.Join(dir, "manifests"), own
	_, err := o.Store.Update(context.Background(), func(p *progress.Progress) error {
		p.Place = progress.Place{Screen: placeTask, ID: "order-api", Pane: "editor"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{app: New(context.Background(), o), file: filepath.Join(o.Files, "order-api.yaml")}
	b.Terminal = screentest.Open(t, 80, 24, screentest.None, b.app)
	t.Cleanup(func() { b.close(t) })
	b.Wait("apiVersion")
	return b
}

func (b *bench) close(t *testing.T) {
	b.Hangup()
	<-b.Ended()
	if err := b.app.Close(); err != nil {
		t.Error(err)
	}
}

// awaits waits until the file holds a text.
func (b *bench) awaits(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		found, err := os.ReadFile(b.file)
		if err == nil && strings.Contains(string(found), text) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the file does not come to hold %q: %q, %v", text, found, err)
		}
	}
}

func (b *bench) save(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(b.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFileFollowsTheEditor(t *testing.T) {
	b := openBench(t, t.TempDir(), "")
	b.awaits(t, "apiVersion")
	b.Type("# typed ")
	b.awaits(t, "# typed apiVersion")
}

func TestEditorFollowsTheFile(t *testing.T) {
	b := openBench(t, t.TempDir(), "")
	b.awaits(t, "apiVersion")
	b.save(t, "kind: Service\r\n# by somebody else\r\n")
	b.Wait("by somebody else")
	b.Wait("Saved by another editor")
	b.Key("ctrl+z")
	b.Wait("apiVersion")
	b.awaits(t, "apiVersion")
}

// TestFileIsMadeAgain deletes the file, as some editors do for a moment.
func TestFileIsMadeAgain(t *testing.T) {
	b := openBench(t, t.TempDir(), "")
	b.awaits(t, "apiVersion")
	if err := os.Remove(b.file); err != nil {
		t.Fatal(err)
	}
	b.awaits(t, "apiVersion")
	b.save(t, strings.Repeat("x", 2<<20))
	b.Wait("out of step")
	b.Wait("apiVersion")
}

// TestFileOfAnotherRun saves the file while no app runs.
func TestFileOfAnotherRun(t *testing.T) {
	dir := t.TempDir()
	b := openBench(t, dir, "")
	b.Type("# first ")
	b.awaits(t, "# first")
	b.close(t)
	b.save(t, "# between\n")
	b = openBenchAgain(t, dir)
	b.Wait("# between")
	b.Key("ctrl+z")
	b.Wait("# first")
}

func openBenchAgain(t *testing.T, dir string) *bench {
	t.Helper()
	o := options(dir)
	o.Files = filepath.Join(dir, "manifests")
	b := &bench{app: New(context.Background(), o), file: filepath.Join(o.Files, "order-api.yaml")}
	b.Terminal = screentest.Open(t, 80, 24, screentest.None, b.app)
	t.Cleanup(func() { b.close(t) })
	return b
}

// TestFileAndTextBothChanged holds the order in which both texts may come.
func TestFileAndTextBothChanged(t *testing.T) {
	dir := t.TempDir()
	app := opened(t, dir, 80, 24)
	app.Files = filepath.Join(dir, "manifests")
	work := newTask(app.env, app.course.Scenario("order-api"), "editor")
	drive(t, app, app.handle(pushMsg{work}), func() bool { return work.file.watcher != nil })
	app.Update(tea.KeyPressMsg{Code: 'm', Text: "mine "})
	app.Update(work.keep())
	theirs := synced{text: "theirs", outside: true}
	app.Update(fileSyncedMsg{work, theirs})
	if got := work.editor.Text(); got != "theirs" {
		t.Errorf("the editor shows %q", got)
	}
	kept := app.progress.Tasks["order-api"].Kept
	if len(kept) != 1 || !strings.HasPrefix(kept[0].Text, "mine ") {
		t.Errorf("kept: %+v", kept)
	}
	app.Update(tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl})
	if got := work.editor.Text(); !strings.HasPrefix(got, "mine ") {
		t.Errorf("after undo: %q", got)
	}
	if err := app.Close(); err != nil {
		t.Error(err)
	}
}

func TestDisk(t *testing.T) {
	for _, tt := range []struct {
		name, found, text, known string
		want                     synced
		left                     string
	}{
		{"nothing changed", "a", "a", "a", synced{text: "a"}, "a"},
		{"typed here", "a", "b", "a", synced{text: "b"}, "b"},
		{"saved there", "c", "a", "a", synced{text: "c", outside: true}, "c"},
		{"both", "c", "b", "a", synced{text: "c", outside: true}, "c"},
		{"both the same", "b", "b", "a", synced{text: "b"}, "b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &disk{path: filepath.Join(t.TempDir(), "a.yaml")}
			if err := os.WriteFile(d.path, []byte(tt.found), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := d.sync(tt.text, tt.known); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if left, err := os.ReadFile(d.path); string(left) != tt.left {
				t.Errorf("the file holds %q, %v", left, err)
			}
		})
	}
}

// TestOwnEditor runs editors that are scripts, without a terminal to give them.
func TestOwnEditor(t *testing.T) {
	for _, tt := range []struct{ name, script, text, notice string }{
		{"with arguments", `[ "$1 $2" = "-n two words" ] && echo "# by mine" >"$3"`, "# by mine\n", ""},
		{"ends badly", `echo "# saved all the same" >"$3"; exit 3`, "# saved all the same\n", "exit status 3"},
		{"deletes the file", `rm "$3"`, "kind: Service\n", ""},
		{"is missing", "", "kind: Service\n", "no command"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			app := opened(t, dir, 80, 24)
			script := filepath.Join(dir, "my editor")
			app.Files, app.EditorCommand = filepath.Join(dir, "manifests"), "'"+script+"' -n 'two words'"
			if tt.script != "" {
				if err := os.WriteFile(script, []byte("#!/bin/sh\n"+tt.script+"\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			work := newTask(app.env, app.course.Scenario("order-api"), "editor")
			work.editor.SetText("kind: Service\n")
			drive(t, app, app.handle(pushMsg{work}), func() bool { return work.file.watcher != nil })
			err := work.ownCommand().Run()
			cmd := app.handle(ownDoneMsg{work, err})
			if !strings.Contains(app.notice, tt.notice) {
				t.Errorf("it says %q", app.notice)
			}
			drive(t, app, cmd, func() bool { return !work.file.busy })
			if got := work.editor.Text(); got != tt.text {
				t.Errorf("the editor shows %q", got)
			}
			if left, err := os.ReadFile(work.file.disk.path); string(left) != tt.text {
				t.Errorf("the file holds %q, %v", left, err)
			}
			if err := app.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWhoGetsE: e opens the learner's own editor, and ours where there is none.
func TestWhoGetsE(t *testing.T) {
	for command, want := range map[string]string{"": "edit", "vi": "your editor"} {
		dir := t.TempDir()
		app := opened(t, dir, 80, 24)
		app.Files, app.EditorCommand = filepath.Join(dir, "manifests"), command
		for _, b := range newTask(app.env, app.course.Scenario("order-api"), "brief").keys() {
			if slices.Contains(b.keys, "e") && b.does != want {
				t.Errorf("with the editor %q, e does %q", command, b.does)
			}
		}
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	}
}
