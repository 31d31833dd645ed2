package lessons

import (
	"io/fs"
	"testing"
)

// BenchmarkOpen finds out what is in the built-in lesson, as each start does.
func BenchmarkOpen(b *testing.B) { benchmark(b, open) }

// BenchmarkLoad reads all of it, as a pack of one's own is.
func BenchmarkLoad(b *testing.B) { benchmark(b, Load) }

func benchmark(b *testing.B, read func(fs.FS) (*Pack, error)) {
	pack, err := fs.Sub(builtin, "service-types")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(pack); err != nil {
			b.Fatal(err)
		}
	}
}
