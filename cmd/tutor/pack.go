package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/kubetutor/tutor/internal/spelling"
	"github.com/kubetutor/tutor/lessons"
)

// pack reads the lessons that the flag --lessons names, or those built in.
func (sys *system) pack() (*lessons.Pack, error) { return readPack(sys.lessons) }

// readPack reads the lessons of a folder, or those built in where it is "".
func readPack(dir string) (*lessons.Pack, error) {
	if dir == "" {
		return lessons.BuiltIn()
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no folder %q to read lessons from", dir)
	case err != nil:
		return nil, fmt.Errorf("read lessons: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("read lessons: %q is not a folder", dir)
	}
	pack, err := lessons.Load(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("read lessons from %s:\n%w", dir, err)
	}
	return pack, nil
}

// unknown says that there is no such thing, which one may have been meant, and
// where they are listed.
func unknown(what, id string, ids []string, listed string) error {
	if meant := spelling.Nearest(id, ids); meant != "" {
		return fmt.Errorf("there is no %s %q; did you mean %s? %s", what, id, meant, listed)
	}
	return fmt.Errorf("there is no %s %q; %s", what, id, listed)
}

// idsOf are the ids of scenarios or labs.
func idsOf(tasks []*lessons.Head) []string {
	var ids []string
	for _, t := range tasks {
		ids = append(ids, t.ID)
	}
	return ids
}

// pagesOf are the ids of what can be read.
func pagesOf(pack *lessons.Pack) []string {
	var ids []string
	for _, s := range slices.Concat(pack.Sections, pack.Reference) {
		ids = append(ids, s.ID)
	}
	return ids
}

// task finds a scenario or lab, and says how to find one if there is none.
func task(pack *lessons.Pack, id string) (*lessons.Scenario, error) {
	if s := pack.Task(id); s != nil {
		return s, nil
	}
	return nil, unknown("scenario or lab", id, idsOf(slices.Concat(pack.Scenarios, pack.Labs)), "tutor scenario list and tutor lab list name them")
}
