package lessons_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/kubetutor/tutor/lessons"
)

// BenchmarkLoad reads the whole pack.
func BenchmarkLoad(b *testing.B) {
	var fsys fs.FS = os.DirFS("service-types")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lessons.Load(fsys); err != nil {
			b.Fatal(err)
		}
	}
}
