package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text"
)

// env is what all screens share. It belongs to the app's goroutine; commands
// get copies of what they need.
type env struct {
	Options
	*Lesson // nil until it was loaded
	ctx     context.Context
	// act has the app handle a message now.
	act    func(tea.Msg) tea.Cmd
	styles *style.Styles
	// looks counts changes of styles, for caches.
	looks int
	// terminal is what it says of itself.
	terminal terminal
	// still: what moves is shown as its last frame, at once; ascii: other
	// characters are not for this terminal.
	still, ascii bool
	words        *text.Strings
	method       ansi.Method
	course       *course
	// progress is what the learner has done, with the changes that are not
	// stored yet.
	progress *progress.Progress
	saver    saver
	md       markdown
	// room is what the teacher has set.
	room Room
	// keysChosen tells that the editor's keys were chosen since the start, which
	// counts for more than what this run was told.
	keysChosen bool
	// ending are the clusters that are being closed.
	ending sync.WaitGroup
	// notice is what happened last, shown until the next key.
	notice string
}

// change is one change of the progress.
type change func(*progress.Progress) error

// saver stores changes in their order, one write at a time.
type saver struct {
	store   progress.Store
	pending []change
	// waiting: a tick is on its way that will store what is pending.
	waiting, writing bool
	inFlight         sync.WaitGroup
}

// saveDelay is how long a change may wait to be stored with others: a crash
// loses no more than that.
const saveDelay = time.Second

type (
	saveTickMsg struct{}
	savedMsg    struct {
		progress *progress.Progress
		err      error
	}
)

// record makes a change now and stores it soon. It must do the same to any
// progress it is given.
func (e *env) record(c change) tea.Cmd {
	_ = c(e.progress)
	e.saver.pending = append(e.saver.pending, c)
	if e.saver.waiting || e.saver.writing {
		return nil
	}
	e.saver.waiting = true
	return tea.Tick(saveDelay, func(time.Time) tea.Msg { return saveTickMsg{} })
}

// store writes what is pending.
func (e *env) store() tea.Cmd {
	s := &e.saver
	s.waiting = false
	if s.writing || len(s.pending) == 0 {
		return nil
	}
	changes := s.pending
	s.pending, s.writing = nil, true
	s.inFlight.Add(1)
	ctx := context.WithoutCancel(e.ctx)
	return func() tea.Msg {
		defer s.inFlight.Done()
		p, err := s.store.Update(ctx, all(changes))
		return savedMsg{p, err}
	}
}

func all(changes []change) change {
	return func(p *progress.Progress) error {
		for _, c := range changes {
			if err := c(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// saved takes what was stored, which another program may have added to.
func (e *env) saved(msg savedMsg) tea.Cmd {
	e.saver.writing = false
	if msg.err != nil {
		e.notice = e.words.NotSaved(msg.err)
	} else {
		if msg.progress.Notice != "" {
			e.notice = msg.progress.Notice
		}
		e.progress = msg.progress
		_ = all(e.saver.pending)(e.progress)
	}
	if len(e.saver.pending) == 0 {
		return nil
	}
	e.saver.waiting = true
	return tea.Tick(saveDelay, func(time.Time) tea.Msg { return saveTickMsg{} })
}

// closePatience is how long the end of the program waits for a write.
const closePatience = 5 * time.Second

// flush stores what is pending before the program ends.
func (e *env) flush() error {
	done := make(chan struct{})
	go func() {
		e.saver.inFlight.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(closePatience):
	}
	if len(e.saver.pending) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(e.ctx), closePatience)
	defer cancel()
	_, err := e.saver.store.Update(ctx, all(e.saver.pending))
	return err
}
