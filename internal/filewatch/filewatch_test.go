package filewatch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/filewatch"
)

const patience = 30 * time.Second

func TestSaved(t *testing.T) {
	file, real := filepath.Join(t.TempDir(), "a.yaml"), filepath.Join(t.TempDir(), "real.yaml")
	w, err := filewatch.New(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(file, text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, save := range []struct {
		name string
		do   func()
	}{
		{"made", func() { write(file, "1") }},
		{"written again", func() { write(file, "2") }},
		{"replaced", func() {
			write(file+"~", "3")
			if err := os.Rename(file+"~", file); err != nil {
				t.Fatal(err)
			}
		}},
		{"removed", func() { os.Remove(file) }},
		{"a link to a file elsewhere", func() {
			write(real, "3")
			if err := os.Symlink(real, file); err != nil {
				t.Fatal(err)
			}
		}},
		{"that file written", func() { write(real, "4") }},
	} {
		save.do()
		select {
		case <-w.Saved():
		case <-time.After(patience):
			t.Fatalf("%s: not told", save.name)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case _, open := <-w.Saved():
		for open {
			_, open = <-w.Saved()
		}
	case <-time.After(patience):
		t.Fatal("the channel is not closed")
	}
}

func TestNoFolder(t *testing.T) {
	if _, err := filewatch.New(filepath.Join(t.TempDir(), "none", "a.yaml")); err == nil {
		t.Error("a folder that is not there was watched")
	}
}
