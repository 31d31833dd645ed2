package apiserver

import (
	"context"
	"io"
)

// Size is a terminal's, in characters.
type Size struct{ Width, Height uint16 }

// Streams are a command's input and output; what the client did not ask for
// reads as empty and swallows what is written. TTY tells that they are a
// terminal, whose size Resize delivers; it is nil where there is none.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	TTY      bool
	Resize   <-chan Size
}

// ExecFunc runs a command in a container and returns its exit code. An empty
// argv attaches to the container's own process.
type ExecFunc func(ctx context.Context, namespace, pod, container string, argv []string, io Streams) (exit int)
