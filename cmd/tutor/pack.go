package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

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

// task finds a scenario or lab, and says which there are if there is none.
func task(pack *lessons.Pack, id string) (*lessons.Scenario, error) {
	if s := pack.Task(id); s != nil {
		return s, nil
	}
	var ids []string
	for _, s := range pack.Scenarios {
		ids = append(ids, s.ID)
	}
	return nil, fmt.Errorf("there is no scenario or lab %q; scenarios are %s; tutor lab list has the labs", id, strings.Join(ids, ", "))
}
