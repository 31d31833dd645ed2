package tui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/screentest"
	"github.com/kubetutor/tutor/lessons"
)

var pictures = flag.String("pictures", "", "the folder to write the README's pictures to")

// TestPictures makes the pictures of the README from the program itself:
//
//	go test ./internal/tui -run TestPictures -pictures ../../docs/pictures
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("no folder for pictures")
	}
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	o := options(t.TempDir())
	o.Load = func(context.Context) (*Lesson, error) {
		return &Lesson{Pack: pack, Check: grader.New(pack).Check}, nil
	}
	_, err = o.Store.Update(context.Background(), func(p *progress.Progress) error {
		p.Place = progress.Place{Screen: placeTask, ID: "order-api-nodeport", Pane: "brief"}
		p.Task("order-api-nodeport").Prediction = "seen"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	term := screentest.Open(t, 120, 40, screentest.Dark, New(context.Background(), o))
	term.Wait("F5 check")
	term.Key("f5")
	term.Wait("because")
	if err := os.WriteFile(filepath.Join(*pictures, "check.svg"), []byte(term.SVG()), 0o644); err != nil {
		t.Fatal(err)
	}
}
