package lessons

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/kubetutor/tutor/simulator/world"
)

// OpenWorld loads a world by name, see [Pack.World], with overlays laid over
// it in order. A file whose first line is "# base: NAME" is itself an overlay
// of that world, so that a pack need not write out nodes again to move a pod.
func (p *Pack) OpenWorld(name string, overlays ...string) (*world.World, error) {
	files, err := p.worldFiles(name)
	if err != nil {
		return nil, err
	}
	files = append(files, overlays...)
	readers := make([]io.Reader, len(files))
	for i, f := range files {
		readers[i] = strings.NewReader(f)
	}
	w, err := world.Load(readers[0], readers[1:]...)
	if err != nil {
		return nil, fmt.Errorf("read world %q: %w", name, err)
	}
	return w, nil
}

// maxBases bounds how long a chain of bases may be; a longer one goes around
// in a circle.
const maxBases = 8

// worldFiles are the texts of a world's file and of those it is based on, the
// lowest first.
func (p *Pack) worldFiles(name string) ([]string, error) {
	var files []string
	for base := name; ; {
		if len(files) == maxBases {
			return nil, fmt.Errorf("read world %q: its bases go around in a circle", name)
		}
		text, err := p.World(base)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no world %q in worlds/, nor built in", base)
		}
		if err != nil {
			return nil, fmt.Errorf("read world %q: %w", name, err)
		}
		files = append([]string{string(text)}, files...)
		first, _, _ := strings.Cut(string(text), "\n")
		next, based := strings.CutPrefix(first, "# base:")
		if !based {
			return files, nil
		}
		base = strings.TrimSpace(next)
	}
}
