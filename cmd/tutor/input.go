package main

import (
	"context"
	"io"
	"os"
	"os/signal"
)

// stoppable is an input that is not waited for any longer once ctx is done or
// ^C was pressed: a read from a terminal or a pipe does not end by itself.
type stoppable struct {
	ctx  context.Context
	from io.Reader
}

// input is standard input for a command that ends with ctx.
func (s *system) input(ctx context.Context) io.Reader { return &stoppable{ctx, s.in} }

func (s *stoppable) Read(p []byte) (int, error) {
	ctx, stop := signal.NotifyContext(s.ctx, os.Interrupt)
	defer stop()
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	type result struct {
		n   int
		err error
	}
	// Its own buffer: a read that is left behind must not write into p.
	buffer, done := make([]byte, len(p)), make(chan result, 1)
	go func() {
		n, err := s.from.Read(buffer)
		done <- result{n, err}
	}()
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case r := <-done:
		return copy(p, buffer[:r.n]), r.err
	}
}
