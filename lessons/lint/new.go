package lint

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

//go:embed pack
var newPack embed.FS

// New writes a small pack that lints into a folder that is empty or not there
// yet: a section, questions, a scenario and a lab to change into one's own.
func New(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty; name a folder that is, or that is not there yet", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make a pack: %w", err)
	}
	pack, err := fs.Sub(newPack, "pack")
	if err == nil {
		err = os.CopyFS(dir, pack)
	}
	if err != nil {
		return fmt.Errorf("make a pack: %w", err)
	}
	return nil
}
