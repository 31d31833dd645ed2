package live

import (
	"sync"
	"time"

	"github.com/kubetutor/tutor/simulator/world"
)

// Share takes the cluster for one more user, who closes it as well. It fails
// where the last one has closed it.
func (c *Cluster) Share() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.users == 0 {
		return false
	}
	c.users++
	return true
}

// Load puts a cluster that was kept in the place of this one, with its number
// of writes, before anybody uses it.
func (c *Cluster) Load(w *world.World, writes int64) error {
	old := c.cluster
	if err := c.start(w); err != nil {
		return err
	}
	old.Close()
	c.writes.Store(writes)
	return nil
}

// Keep has save called with the cluster as it stands and its number of writes, soon after a change that
// was asked for through its API, and where one is left when it is closed. It is
// for who has just opened it. ended is called when nothing more is saved.
func (c *Cluster) Keep(soon time.Duration, save func(*world.World, int64), ended func()) {
	k := &keeper{cluster: c, save: save, ended: ended, saved: c.Writes(), written: make(chan struct{}, 1), closing: make(chan struct{})}
	k.work.Go(func() { k.run(soon) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keeper = k
}

// keeper looks after a cluster that is kept.
type keeper struct {
	cluster *Cluster
	save    func(*world.World, int64)
	ended   func()
	saved   int64         // writes that are saved
	written chan struct{} // something was written
	closing chan struct{}
	work    sync.WaitGroup
}

// wrote counts a change and has it saved.
func (c *Cluster) wrote() {
	c.writes.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keeper != nil {
		select {
		case c.keeper.written <- struct{}{}:
		default:
		}
	}
}

func (k *keeper) run(soon time.Duration) {
	for {
		select {
		case <-k.written:
		case <-k.closing:
			return
		}
		select {
		case <-time.After(soon):
			k.look()
		case <-k.closing:
			return
		}
	}
}

func (k *keeper) look() {
	if n := k.cluster.Writes(); n != k.saved {
		k.save(k.cluster.cluster.Snapshot(), n)
		k.saved = n
	}
}

func (k *keeper) end() {
	close(k.closing)
	k.work.Wait()
	k.look()
	k.ended()
}
