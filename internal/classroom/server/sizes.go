package server

import (
	"sync"

	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/tui"
)

// maxColumns and maxRows bound a terminal's size: every cell is drawn and kept,
// several times over. A wide screen with small letters is within them.
const maxColumns, maxRows = 400, 120

// sizes is the size of a session's terminal, the latest alone.
type sizes struct {
	mu   sync.Mutex
	last tui.Size
	ch   chan tui.Size
	env  int // variables taken so far
}

func newSizes() *sizes { return &sizes{ch: make(chan tui.Size, 1)} }

// set replaces the size that waits to be read.
func (s *sizes) set(size tui.Size) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = size
	select {
	case <-s.ch:
	default:
	}
	s.ch <- size
}

func (s *sizes) now() tui.Size {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

func ptySize(payload []byte) (tui.Size, bool) {
	var p struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	if gossh.Unmarshal(payload, &p) != nil || len(p.Term) > 64 {
		return tui.Size{}, false
	}
	return bounded(p.Columns, p.Rows), true
}

func windowSize(payload []byte) (tui.Size, bool) {
	var p struct{ Columns, Rows, Width, Height uint32 }
	if gossh.Unmarshal(payload, &p) != nil {
		return tui.Size{}, false
	}
	return bounded(p.Columns, p.Rows), true
}

// bounded is a size that can be drawn; a client that knows none gets 80x24.
func bounded(columns, rows uint32) tui.Size {
	if columns == 0 || rows == 0 {
		return tui.Size{Width: 80, Height: 24}
	}
	return tui.Size{Width: int(min(columns, maxColumns)), Height: int(min(rows, maxRows))}
}
