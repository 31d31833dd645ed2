package world_test

import (
	"bytes"
	"io/fs"
	"testing"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator/world"
)

func TestBuiltInWorldsLoad(t *testing.T) {
	files, err := fs.Glob(assets.FS, "worlds/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d worlds, error %v", len(files), err)
	}
	for _, file := range files {
		b, err := assets.FS.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := world.Load(bytes.NewReader(b)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
