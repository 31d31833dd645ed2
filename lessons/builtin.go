package lessons

import (
	"embed"
	"io/fs"
	"sync"
)

//go:embed all:service-types
var builtin embed.FS

// BuiltIn is the pack in the binary, opened once. Nothing is wrong in it, which
// tests hold.
var BuiltIn = sync.OnceValues(func() (*Pack, error) {
	sub, err := fs.Sub(builtin, "service-types")
	if err != nil {
		return nil, err
	}
	return open(sub)
})
