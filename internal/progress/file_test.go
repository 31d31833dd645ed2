package progress_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/progress"
)

func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func TestNothingStoredYet(t *testing.T) {
	p, err := progress.NewFile(filepath.Join(t.TempDir(), "missing"), now).Load(context.Background())
	if err != nil || p.Notice != "" || len(p.Tasks) != 0 {
		t.Errorf("Load = %+v, %v", p, err)
	}
}

func TestUpdateThenLoad(t *testing.T) {
	store := progress.NewFile(t.TempDir(), now)
	_, err := store.Update(context.Background(), func(p *progress.Progress) error {
		p.Task("pricing-engine").Save(progress.Draft{Text: "kind: Service\n", Line: 3})
		p.Place = progress.Place{Screen: "task", ID: "pricing-engine"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := store.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if d := p.Task("pricing-engine").Draft; d.Text != "kind: Service\n" || d.Line != 3 || d.Rev != 1 {
		t.Errorf("draft = %+v", d)
	}
	if p.Place.ID != "pricing-engine" {
		t.Errorf("place = %+v", p.Place)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	for name, content := range map[string]string{
		"cut off":    `{"version":1,"tasks":{"a":{"dra`,
		"not JSON":   "\x00\x01garbage",
		"no version": `{}`,
		"empty":      "",
		"wrong kind": `{"version":1,"tasks":[1,2]}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "progress.json")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			store := progress.NewFile(dir, now)
			p, err := store.Load(context.Background())
			if err != nil || !strings.Contains(p.Notice, "cannot be read") {
				t.Fatalf("Load: notice %q, %v", p.Notice, err)
			}
			p, err = store.Update(context.Background(), func(*progress.Progress) error { return nil })
			if err != nil || !strings.Contains(p.Notice, "set aside as") {
				t.Fatalf("Update: notice %q, %v", p.Notice, err)
			}
			aside, _ := filepath.Glob(path + ".damaged-*")
			if len(aside) != 1 {
				t.Fatalf("set aside: %v", aside)
			}
			if b, _ := os.ReadFile(aside[0]); string(b) != content {
				t.Errorf("what was set aside reads %q, it was %q", b, content)
			}
		})
	}
}

func TestNewerFileIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "progress.json")
	if err := os.WriteFile(path, []byte(`{"version":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := progress.NewFile(dir, now).Update(context.Background(), func(*progress.Progress) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "newer tutor") {
		t.Errorf("error %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != `{"version":99}` {
		t.Errorf("the file was changed: %s", b)
	}
}

func TestAnotherProgramsTextIsKept(t *testing.T) {
	var task progress.Task
	mine := task.Save(progress.Draft{Text: "one"})
	task.Save(progress.Draft{Text: "two, by another window", Rev: mine})
	task.Save(progress.Draft{Text: "three", Rev: mine})
	if len(task.Kept) != 1 || task.Kept[0].Text != "two, by another window" || task.Draft.Text != "three" {
		t.Errorf("task = %+v", task)
	}
}

func TestManyStoresOnOneFile(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { addTasks(t, dir, i) })
	}
	wg.Wait()
	checkTasks(t, dir, 8)
}

// TestManyProcesses runs this test binary again as other programs that write
// the same file at the same time.
func TestManyProcesses(t *testing.T) {
	if dir := os.Getenv("PROGRESS_DIR"); dir != "" {
		addTasks(t, dir, os.Getpid())
		return
	}
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestManyProcesses$")
			cmd.Env = append(os.Environ(), "PROGRESS_DIR="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	checkTasks(t, dir, 4)
}

const tasksEach = 20

func addTasks(t *testing.T, dir string, writer int) {
	store := progress.NewFile(dir, now)
	for i := range tasksEach {
		_, err := store.Update(context.Background(), func(p *progress.Progress) error {
			p.Task(fmt.Sprintf("%d-%d", writer, i)).Hints++
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func checkTasks(t *testing.T, dir string, writers int) {
	t.Helper()
	p, err := progress.NewFile(dir, now).Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Tasks) != writers*tasksEach {
		t.Errorf("%d tasks were kept of %d", len(p.Tasks), writers*tasksEach)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.new"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"version":1,"tasks":{"a":null},"questions":{"q":{"card":{}}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "progress.json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := progress.NewFile(dir, now).Load(context.Background())
		if err == nil {
			p.Task("a").Save(progress.Draft{Text: "x"})
		}
	})
}
