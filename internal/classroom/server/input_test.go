package server

import (
	"context"
	"errors"
	"io"
	"testing"
)

// TestReadersTakeTurns: a reader whose screen is gone takes no key from the
// next one, however they overlap.
func TestReadersTakeTurns(t *testing.T) {
	typed, keys := io.Pipe()
	defer keys.Close()
	in := newInput(t.Context(), typed, func(error) {})
	want, got := "", ""
	for i := range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		first, second := in.reader(ctx), in.reader(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := first.Read(make([]byte, 1))
			left <- err
		}()
		cancel() // nothing was typed yet
		key := string(rune('a' + i%26))
		go func() { _, _ = keys.Write([]byte(key + key)) }()
		for range 2 {
			b := make([]byte, 1)
			if _, err := io.ReadFull(second, b); err != nil {
				t.Fatal(err)
			}
			got += string(b)
		}
		if err := <-left; !errors.Is(err, io.EOF) {
			t.Fatalf("the first reader ended with %v", err)
		}
		want += key + key
	}
	if got != want {
		t.Errorf("read %q, want %q", got, want)
	}
}
