package server

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// maxPaste is the most that may be pasted at once, in bytes: a terminal's
// paste is gathered whole before the app sees it.
const maxPaste = 2 << 20

var errPasteTooLong = errors.New("the text you pasted is longer than 2 MiB")

// input is what somebody types. Screens that come one after the other on a
// connection read from it in turn, none taking a key from the next.
type input struct {
	keys chan []byte
	turn chan struct{} // holds one, for who reads
	rest []byte        // of keys, what was not asked for yet: for whose turn it is
}

// newInput reads in until it ends or ctx does; then end is called with the
// reason.
func newInput(ctx context.Context, in io.Reader, end func(error)) *input {
	i := &input{keys: make(chan []byte), turn: make(chan struct{}, 1)}
	go func() {
		defer close(i.keys)
		var paste pasteMeter
		buf := make([]byte, 4096)
		for {
			n, err := in.Read(buf)
			if err == nil && paste.over(buf[:n]) {
				err = errPasteTooLong
			}
			if err != nil {
				end(err)
				return
			}
			select {
			case i.keys <- bytes.Clone(buf[:n]):
			case <-ctx.Done():
				return
			}
		}
	}()
	return i
}

// reader reads until ctx ends.
func (i *input) reader(ctx context.Context) io.Reader { return &inputReader{i, ctx} }

type inputReader struct {
	*input
	ctx context.Context
}

func (r *inputReader) Read(p []byte) (int, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-r.ctx.Done():
		return 0, io.EOF
	}
	if len(r.rest) == 0 {
		select {
		case keys, open := <-r.keys:
			if !open {
				return 0, io.EOF
			}
			r.rest = keys
		case <-r.ctx.Done():
		}
	}
	if r.ctx.Err() != nil {
		return 0, io.EOF // what came is for the next
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// pasteMeter counts the bytes between the marks of a bracketed paste. Other
// sequences that never end are counted alike: what has no key in it for so
// long is no typing.
type pasteMeter struct {
	inside bool
	n      int
	tail   []byte // of the last bytes, where a mark may be cut in two
}

var (
	pasteStart = []byte("\x1b[200~")
	pasteEnd   = []byte("\x1b[201~")
)

// over takes bytes and tells whether a paste has become too long.
func (m *pasteMeter) over(p []byte) bool {
	all := append(m.tail, p...)
	for {
		mark := pasteStart
		if m.inside {
			mark = pasteEnd
		}
		at := bytes.Index(all, mark)
		if at < 0 {
			break
		}
		if m.inside = !m.inside; m.inside {
			m.n = 0
		}
		all = all[at+len(mark):]
	}
	if m.inside {
		m.n += len(p)
	}
	m.tail = bytes.Clone(all[max(len(all)-len(pasteStart)+1, 0):])
	return m.inside && m.n > maxPaste
}
