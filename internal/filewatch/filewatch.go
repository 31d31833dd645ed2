// Package filewatch tells when a file was saved, whatever program did it.
//
//	w, err := filewatch.New("service.yaml")
//	defer w.Close()
//	for range w.Saved() {
//		text, err := os.ReadFile("service.yaml")
//	}
package filewatch

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settleTime is how long a file must rest before it counts as saved: editors
// write a file in several steps.
const settleTime = 100 * time.Millisecond

// Watcher watches one file.
type Watcher struct {
	inner *fsnotify.Watcher
	saved chan struct{}
}

// New watches a file, whether it is there yet or not. It watches the folder,
// since editors often put a new file in the old one's place, and of a link the
// folder that it leads to as well.
func New(file string) (*Watcher, error) {
	inner, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", file, err)
	}
	if err := inner.Add(filepath.Dir(file)); err != nil {
		inner.Close()
		return nil, fmt.Errorf("watch the folder of %s: %w", file, err)
	}
	w := &Watcher{inner: inner, saved: make(chan struct{}, 1)}
	go w.run(file)
	return w, nil
}

// Saved brings a value after the file was written, replaced, removed or made;
// several in a row may come as one. It is closed by Close.
func (w *Watcher) Saved() <-chan struct{} { return w.saved }

// Close ends the watch.
func (w *Watcher) Close() error { return w.inner.Close() }

func (w *Watcher) run(file string) {
	defer close(w.saved)
	target := w.follow(file)
	rest := time.NewTimer(0)
	<-rest.C
	defer rest.Stop()
	for {
		select {
		case event, open := <-w.inner.Events:
			switch {
			case !open:
				return
			case filepath.Base(event.Name) == filepath.Base(file), event.Name == target:
				rest.Reset(settleTime)
			}
		case _, open := <-w.inner.Errors:
			// Events that were dropped may have been of this file.
			if !open {
				return
			}
			rest.Reset(settleTime)
		case <-rest.C:
			target = w.follow(file)
			select {
			case w.saved <- struct{}{}:
			default: // one is waiting already
			}
		}
	}
}

// follow watches where a link leads to, and tells where that is; "" for what is
// no link. A folder that cannot be watched is one where nothing can be read.
func (w *Watcher) follow(file string) string {
	target, err := filepath.EvalSymlinks(file)
	if err != nil || target == filepath.Clean(file) {
		return ""
	}
	_ = w.inner.Add(filepath.Dir(target))
	return target
}
