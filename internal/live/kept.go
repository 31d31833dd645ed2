package live

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/kubetutor/tutor/internal/atomicfile"
	"github.com/kubetutor/tutor/simulator/world"
)

// Kept is a cluster as it is stored between two visits to its task.
type Kept struct {
	Task   string       `json:"task"`
	Writes int64        `json:"writes"`
	World  *world.World `json:"world"`
}

// Resume goes on from what was kept of the cluster's task, before anybody uses
// it. Of another task nothing is taken.
func (c *Cluster) Resume(b []byte) error {
	var kept Kept
	if err := json.Unmarshal(b, &kept); err != nil {
		return fmt.Errorf("read a stored cluster: %w", err)
	}
	if kept.Task != c.task.ID || kept.World == nil {
		return nil
	}
	return c.Load(kept.World, kept.Writes)
}

// keepSoon is how long a change may wait to be stored.
const keepSoon = time.Second

// keepIn goes on from what a folder holds of the task, unless it is to begin
// anew, and keeps the cluster there. What cannot be read or stored is done
// without: the task then begins as it is written.
func (c *Cluster) keepIn(dir string, anew bool) {
	file := filepath.Join(dir, c.task.ID+".json")
	if anew {
		_ = os.Remove(file)
	} else if b, err := os.ReadFile(file); err == nil {
		_ = c.Resume(b)
	}
	c.Keep(keepSoon, func(w *world.World, writes int64) {
		b, err := json.Marshal(Kept{c.task.ID, writes, w})
		if err == nil && os.MkdirAll(dir, 0o700) == nil {
			_ = atomicfile.Write(file, b)
		}
	}, func() {})
}
