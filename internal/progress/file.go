package progress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubetutor/tutor/internal/atomicfile"
)

// File is a Store in one JSON file, progress.json. Programs on the same file
// take turns by a lock beside it; a write replaces the file whole, so that a
// crash leaves the old one or the new one.
type File struct {
	path string
	now  func() time.Time
}

// NewFile is the store in the folder dir, which is made at the first write.
// now gives the time that a damaged file is set aside under.
func NewFile(dir string, now func() time.Time) *File {
	return &File{path: filepath.Join(dir, "progress.json"), now: now}
}

// Path is where the progress is kept.
func (f *File) Path() string { return f.path }

// Load reads the progress. A file that cannot be understood is left where it
// is, and the Notice says so; the next Update sets it aside.
func (f *File) Load(context.Context) (*Progress, error) {
	p, damage, err := f.read()
	if err != nil {
		return nil, err
	}
	if damage != nil {
		p.Notice = fmt.Sprintf("Your progress in %s cannot be read (%v). It will be set aside, and you start afresh.", f.path, damage)
	}
	return p, nil
}

// lockPatience is how long an update waits for another program's.
const lockPatience = 5 * time.Second

// Update applies change under the lock. See [Store].
func (f *File) Update(ctx context.Context, change func(*Progress) error) (*Progress, error) {
	unlock, err := f.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()

	p, damage, err := f.read()
	if err != nil {
		return nil, err
	}
	if damage != nil {
		aside, err := f.setAside("damaged")
		if err != nil {
			return nil, err
		}
		p.Notice = fmt.Sprintf("Your progress could not be read (%v). The file was set aside as %s, and you start afresh.", damage, aside)
	}
	if err := change(p); err != nil {
		return nil, err
	}
	return p, f.write(p)
}

// Reset sets the progress aside, so that the learner starts afresh, and
// returns where it is kept; "" when there was none.
func (f *File) Reset(ctx context.Context) (aside string, err error) {
	unlock, err := f.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return f.setAside("reset")
}

// lock waits until no other program changes the progress.
func (f *File) lock(ctx context.Context) (unlock func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for progress: %w", err)
	}
	lock := flock.New(f.path + ".lock")
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if _, err := lock.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		return nil, fmt.Errorf("wait for another tutor to let go of %s: %w", lock.Path(), err)
	}
	return lock.Unlock, nil
}

// read returns the stored progress; a damaged file gives an empty one and what
// is wrong with the file.
func (f *File) read() (p *Progress, damage, err error) {
	b, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return New(), nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read progress: %w", err)
	}
	p, err = Decode(b)
	var newer *newerError
	switch {
	case errors.As(err, &newer):
		return nil, nil, fmt.Errorf("%s: %w, or move the file away", f.path, err)
	case err != nil:
		return New(), err, nil
	}
	return p, nil, nil
}

// setAside renames the file by why it was put away, and when.
func (f *File) setAside(why string) (string, error) {
	aside := fmt.Sprintf("%s.%s-%s", f.path, why, f.now().UTC().Format("20060102T150405.000"))
	if err := os.Rename(f.path, aside); err != nil {
		return "", fmt.Errorf("set the progress aside: %w", err)
	}
	return aside, nil
}

func (f *File) write(p *Progress) error {
	p.Version = Version
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(p); err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	if err := atomicfile.Write(f.path, b.Bytes()); err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	return nil
}
