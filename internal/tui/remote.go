package tui

import (
	"context"
	"io"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// typing gives a program what is typed at the other end of a connection. A
// program's own reader stays for ever with a key that nobody takes any more
// when the program has ended: of a room that is a reader, and all that it
// holds, for each who leaves while typing.
func typing(ctx context.Context, p *tea.Program, in io.Reader, term string) {
	events, done := make(chan uv.Event), make(chan struct{})
	go func() {
		defer close(done)
		// It ends with its input or its context; either is the end of the program.
		_ = uv.NewTerminalReader(in, term).StreamEvents(ctx, events)
	}()
	for {
		select {
		case e := <-events:
			p.Send(e) // nothing, once the program has ended
		case <-done:
			return
		}
	}
}
