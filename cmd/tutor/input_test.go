package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestInputEndsWithItsContext(t *testing.T) {
	never, _ := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	in := (&system{in: never}).input(ctx)
	cancel()
	for range 2 {
		if n, err := in.Read(make([]byte, 8)); n != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("read %d bytes, %v", n, err)
		}
	}
}

func TestInputIsReadAsItComes(t *testing.T) {
	sys := &system{in: strings.NewReader("one\ntwo\n")}
	if b, err := io.ReadAll(sys.input(context.Background())); err != nil || string(b) != "one\ntwo\n" {
		t.Errorf("read %q, %v", b, err)
	}
}

// TestLeavingADialogue: one whose context ends while it
// waits hears that its input has ended.
func TestLeavingADialogue(t *testing.T) {
	never, _ := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	d := newDialogue(ctx, &system{in: never, out: &bytes.Buffer{}})
	heard := make(chan bool)
	go func() {
		_, ok := d.hear("> ")
		heard <- ok
	}()
	cancel()
	if <-heard {
		t.Error("something was heard")
	}
}
